"""Each rule, violated once in a copy of the seeds' version with sums that hold, is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.dataset.check import check
from tests.dataset.checks.editing import Rows, edit, edit_json, edit_table, reseal, seeds

pytestmark = pytest.mark.slow  # a copy of a version for each

DATA = "data/train-00000-of-00001.parquet"
TEST = "data/test-00000-of-00001.parquet"
SENTENCES = "sentences/train-00000-of-00001.parquet"
SPANS = "spans/train-00000-of-00001.parquet"
WORK = "annotations/annotations-00000-of-00001.parquet"


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return shutil.copytree(seeds(), tmp_path / seeds().name)


def put(path: str, value: Any, row: int = 0) -> Callable[[Rows], None]:
    """Puts a value into a row: `entities/0/start` is the start of its first entity."""

    def change(rows: Rows) -> None:
        *way, last = path.split("/")
        found: Any = rows[row]
        for step in way:
            found = found[int(step)] if step.isdigit() else found[step]
        key: Any = int(last) if last.isdigit() else last
        found[key] = value(found[key]) if callable(value) else value

    return change


def plus(count: int) -> Callable[[int], int]:
    return lambda value: value + count


def swapped(path: str) -> Callable[[Rows], None]:
    """Exchanges the first two items of a list."""

    def change(rows: Rows) -> None:
        items = rows[0][path]
        items[0], items[1] = items[1], items[0]

    return change


def without(path: str, place: int) -> Callable[[Rows], None]:
    return lambda rows: rows[0][path].pop(place)


def with_role(rows: Rows) -> None:
    event = next(event for event in rows[0]["events"] if event["roles"])
    event["roles"].append(dict(event["roles"][0]))


def role(**values: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        next(event for event in rows[0]["events"] if event["roles"])["roles"][0].update(values)

    return change


def less_token(rows: Rows) -> None:
    row = rows[0]
    for name in ("tokens", "token_starts", "token_ends", "entity_tags", "trigger_tags"):
        row[name].pop(0)


def other_text(rows: Rows) -> None:
    """Another text in which all else holds."""
    row = rows[0]
    row["text"] = row["text"] + " "


ROWS: list[tuple[str, str, Callable[[Rows], object]]] = [
    ("nulls", DATA, put("text_sha256", None)),
    ("nulls", DATA, put("entities/0/start", None)),
    ("nulls", DATA, put("entities/0", None)),
    ("nulls", DATA, put("tokens/0", None)),
    ("nulls", DATA, put("entity_tags", None)),
    ("nulls", SPANS, put("label", None)),
    ("nulls", SENTENCES, put("sentence", None)),
    ("nulls", WORK, put("annotator", None)),
    ("text_sha256", DATA, put("text_sha256", "0" * 64)),
    ("text_sha256", DATA, other_text),
    ("text", DATA, put("text", None)),
    ("values", DATA, put("doc_id", "x")),
    ("values", DATA, put("text_sha256", "A" * 64)),
    ("values", DATA, put("entities/0/score", 1.5)),
    ("values", DATA, put("entities/0/score", float("nan"))),
    ("values", DATA, put("entities/0/decision", "guessed")),
    ("values", WORK, put("layers", "none")),
    ("values", WORK, put("parts_done", 99)),
    ("tokens", DATA, put("tokens/3", "س")),
    ("tokens", DATA, put("token_starts/3", plus(1))),
    ("tokens", DATA, put("token_starts/3", 0)),
    ("tokens", DATA, put("token_ends/3", -1)),
    ("tokens", DATA, without("token_ends", 3)),
    ("tokens", DATA, less_token),
    ("tokens", SENTENCES, put("tokens/0", "س")),
    ("tokens", SENTENCES, put("token_ends/0", 10_000_000)),
    ("sentences", DATA, put("sentences/1/end", 10_000_000)),
    ("sentences", DATA, put("sentences/1/start", 0)),
    ("sentences", DATA, swapped("sentences")),
    ("sentences", DATA, without("sentences", 1)),
    ("sentences", SENTENCES, put("end", plus(1))),
    ("segments", DATA, put("segments/0/end", 10_000_000)),
    ("segments", DATA, put("segments/0/kind", "advert")),
    ("segments", DATA, swapped("segments")),
    ("spans", DATA, put("entities/0/text", "س")),
    ("spans", DATA, put("entities/0/text", None)),
    ("spans", DATA, put("entities/0/start", plus(1))),
    ("spans", DATA, put("events/0/end", -5)),
    ("spans", DATA, put("events/0/end", 2**31 - 1)),
    ("spans", SENTENCES, put("entities/0/text", "س", 1)),
    ("spans", WORK, put("entities/0/text", "س")),
    ("spans", WORK, lambda rows: put("events/0/text", rows[0]["events"][0]["text"][::-1])(rows)),
    ("spans", WORK, put("events/0/end", 2**31 - 1)),
    ("spans", WORK, put("events/0/start", -1)),
    ("order", DATA, swapped("entities")),
    ("order", DATA, lambda rows: rows.reverse()),
    ("ids", DATA, lambda rows: put("entities/1/id", rows[0]["entities"][0]["id"])(rows)),
    ("ids", DATA, lambda rows: put("events/0/id", rows[0]["entities"][0]["id"])(rows)),
    ("ids", WORK, lambda rows: put("entities/1/id", rows[0]["entities"][0]["id"])(rows)),
    ("cores", DATA, put("entities/0/core_start", -1)),
    ("cores", DATA, put("entities/0/core_end", plus(1))),
    ("cores", DATA, put("entities/0/core_end", None)),
    ("labels", DATA, put("entities/0/label", "STRIKE")),
    ("labels", DATA, put("events/0/label", "GPE")),
    ("labels", DATA, put("labels_covered/0", "NOTHING")),
    ("labels", SENTENCES, put("entities/0/label", "NOTHING", 1)),
    ("labels", WORK, put("entities/0/label", "NOTHING")),
    ("attributes", DATA, put("events/0/polarity", "MAYBE")),
    ("attributes", WORK, put("events/0/modality", "MAYBE")),
    ("roles", DATA, role(entity_id="e9999")),
    ("roles", DATA, role(entity_id="t1")),
    ("roles", DATA, role(role="HERO")),
    ("roles", DATA, with_role),
    ("roles", WORK, role(entity_id="e9999")),
    ("tags", DATA, put("entity_tags/0", 2)),
    ("tags", DATA, put("trigger_tags/0", 10_000)),
    ("tags", DATA, put("trigger_tags/0", -1)),
    ("tags", DATA, without("entity_tags", 0)),
    ("tags", DATA, without("entities", 0)),
    ("tags", SENTENCES, put("entity_tags/0", 2)),
    ("status", DATA, put("status", "fine")),
    ("status", TEST, put("status", "single")),
    ("status", TEST, put("status", "silver")),
    ("unique", DATA, lambda rows: rows.append(rows[-1])),
    ("unique", WORK, lambda rows: rows.append(rows[-1])),
    ("articles", SPANS, put("doc_id", "f" * 16)),
    ("articles", SENTENCES, put("doc_id", "f" * 16)),
    ("agree", SPANS, put("label", lambda label: "PER" if label != "PER" else "ORG")),
    ("agree", SPANS, put("score", 0.123)),
    ("agree", SPANS, put("sentence", plus(1))),
    ("agree", SPANS, put("roles", plus(1))),
    ("agree", SPANS, put("group_id", "f" * 16)),
    ("agree", SPANS, lambda rows: rows.append(rows[-1])),
    ("agree", SPANS, put("id", "e777")),
    ("agree", SENTENCES, put("status", "single")),
    ("agree", SENTENCES, put("sentence", plus(500))),
    ("agree", SENTENCES, put("labels_covered", [])),
    ("agree", SENTENCES, put("entities/0/origin", "rule", 1)),
    ("agree", SENTENCES, lambda rows: [row["events"].clear() for row in rows]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "name", "change"), ROWS, ids=[f"{number}-{one[0]}" for number, one in enumerate(ROWS)]
)
def test_an_edited_row(
    version: Path, rule: str, name: str, change: Callable[[Rows], object]
) -> None:
    edit(version, name, change)
    report = check(version)
    faults = [fault for fault in report.faults if fault.rule == rule]
    assert faults, report
    assert any(fault.file == name and fault.row is not None for fault in faults)
    assert report.by_rule[rule] >= len(faults)


def test_the_row_is_named_and_nothing_else(version: Path) -> None:
    """Of a table that says something else than the article: the row, and in what it differs."""
    edit(version, SPANS, put("score", 0.5, row=3))
    (fault,) = check(version).faults
    assert (fault.file, fault.row, fault.rule) == (SPANS, 3, "agree")
    assert fault.what.endswith("differs from the article in score")


@pytest.mark.parametrize(("name", "table"), [(SPANS, "spans"), (SENTENCES, "sentences")])
def test_a_row_that_is_not_there(version: Path, name: str, table: str) -> None:
    edit(version, name, lambda rows: rows.pop(3))
    agree = [fault for fault in check(version).faults if fault.rule == "agree"]
    assert [fault.file for fault in agree] == [DATA]
    assert agree[0].what.startswith(f"{table}/ lacks")


def test_an_article_in_another_split_than_its_sentences(version: Path) -> None:
    for name in ("data", "sentences"):
        held = version / f"{name}/validation-00000-of-00001.parquet"
        other = version / f"{name}/test-00000-of-00001.parquet"
        if name == "data":
            first, second = held.read_bytes(), other.read_bytes()
            held.write_bytes(second)
            other.write_bytes(first)
    reseal(version)
    assert {"split", "counts"} <= check(version).by_rule.keys()


@pytest.mark.parametrize("what", ["group_id", "text"])
def test_a_story_in_two_splits(version: Path, what: str) -> None:
    (test,) = pq.read_table(version / TEST).to_pylist()

    def change(rows: Rows) -> None:
        row = dict(test) if what == "text" else rows[0]
        if what == "text":
            rows[0] = row | {"doc_id": rows[0]["doc_id"], "group_id": rows[0]["group_id"]}
        else:
            row["group_id"] = test["group_id"]

    edit(version, DATA, change)
    (fault,) = [fault for fault in check(version).faults if fault.rule == "leaks"]
    assert fault.row == 0
    assert ("text" if what == "text" else "story group") in fault.what


# Schema


def retyped(name: str, kind: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(name)
        return table.set_column(place, name, table.column(name).cast(kind))

    return change


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        (DATA, lambda t: t.drop_columns(["url"]), "column url is missing"),
        (DATA, lambda t: t.append_column("new", t.column("url")), "schema.json has no column new"),
        (DATA, lambda t: t.append_column("url", t.column("url")), "column url is there twice"),
        (SPANS, retyped("start", pa.int64()), "column start is int64, not int32"),
        (SPANS, retyped("start", pa.float64()), "column start is number, not integer"),
        (SPANS, retyped("start", pa.string()), "column start is string, not integer"),
        (SENTENCES, retyped("entity_tags", pa.list_(pa.int32())), "column entity_tags[] is int32"),
        (DATA, lambda t: t.rename_columns([c.upper() for c in t.column_names]), "is missing"),
    ],
)
def test_an_edited_schema(
    version: Path, name: str, change: Callable[[pa.Table], pa.Table], what: str
) -> None:
    edit_table(version, name, change)
    faults = [fault for fault in check(version).faults if fault.rule == "schema"]
    assert any(fault.file == name and what in fault.what for fault in faults), faults


def test_strings_of_another_width_are_the_same_in_parquet(version: Path) -> None:
    edit_table(version, SPANS, retyped("label", pa.large_string()))
    edit_table(version, DATA, retyped("tokens", pa.large_list(pa.large_string())))
    assert check(version).by_rule == {}


def test_class_labels_that_do_not_survive(version: Path) -> None:
    edit_table(version, DATA, lambda table: table.replace_schema_metadata({}))
    (fault,) = check(version).faults
    assert (fault.file, fault.rule) == (DATA, "features")


def test_metadata_of_another_schema(version: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        return table.replace_schema_metadata(dict(table.schema.metadata) | {b"ontology": b"x 1"})

    edit_table(version, DATA, change)
    assert check(version).by_rule == {"schema": 1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda s: s["$defs"].pop("spans"), "table spans is missing"),
        (lambda s: s["$defs"]["articles"]["properties"].pop("url"), "articles: url is missing"),
        (lambda s: s["$defs"]["spans"]["properties"]["start"].update(type="string"), "is string"),
        (lambda s: s["$defs"]["articles"]["properties"]["entity_tags"]["classes"].reverse(), "B"),
        (lambda s: s.update({"$defs": []}), "is no schema of tables"),
        (lambda s: s.update({"$defs": {"articles": 5}}), "is no schema of tables"),
        (lambda s: s.update(schema_version="9.0.0"), "schema_version is 9.0.0"),
    ],
)
def test_an_edited_schema_json(version: Path, change: Callable[[Any], object], what: str) -> None:
    edit_json(version / "schema.json", change)
    reseal(version)
    faults = [fault for fault in check(version).faults if fault.file == "schema.json"]
    assert any(what in fault.what for fault in faults), faults


# Files and manifest


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("version", lambda m: m.update(version="one")),
        ("version", lambda m: m.update(version="9.9.9")),
        ("counts", lambda m: m["counts"].update(articles=6)),
        ("counts", lambda m: m["counts"].update(tokens="many")),
        ("counts", lambda m: m["counts"].update(annotations=0)),
        ("counts", lambda m: m["counts"]["by_split"]["train"].update(roles=1)),
        ("counts", lambda m: m["counts"]["by_split"]["train"].update(sha256="0" * 64)),
        ("counts", lambda m: m["counts"]["by_split"].pop("test")),
        ("counts", lambda m: m["counts"]["by_split"].update(other={})),
        ("counts", lambda m: m["counts"].update(by_label=[])),
        ("counts", lambda m: m["counts"]["by_label"]["PER"].update(train=0)),
        ("counts", lambda m: m["counts"]["by_status"].update(single=2)),
        ("counts", lambda m: m["counts"]["by_annotator"].clear()),
        ("counts", lambda m: m["counts"]["bio"]["event"].update(lost=9)),
        ("counts", lambda m: m["counts"]["cores"].update(none=0)),
        ("counts", lambda m: m["counts"]["sentences_lack"].update(spans=9)),
        ("text", lambda m: m.update(texts=False)),
        ("manifest", lambda m: m["files"][DATA].pop("rows")),
        ("manifest", lambda m: m["files"]["README.md"].pop("sha256")),
        ("rows", lambda m: m["files"][DATA].update(rows=99)),
        ("schema", lambda m: m.update(schema_version="1.0.0")),
        ("schema", lambda m: m["ontology"].update(version="7.0.0")),
        ("listed", lambda m: m["files"].pop("README.md")),
        ("present", lambda m: m["files"].update({"../x": {"sha256": "", "bytes": 0}})),
    ],
)
def test_an_edited_manifest(version: Path, rule: str, change: Callable[[Any], object]) -> None:
    edit_json(version / "manifest.json", change)
    assert rule in check(version).by_rule


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("named", "data/train.parquet"),
        ("named", "data/dev-00000-of-00001.parquet"),
        ("shards", "data/train-00000-of-00002.parquet"),
        ("shards", "data/train-00001-of-00001.parquet"),
    ],
)
def test_a_renamed_file(version: Path, rule: str, name: str) -> None:
    (version / DATA).rename(version / name)
    reseal(version)
    assert rule in check(version).by_rule


def test_more_faults_than_are_listed(version: Path) -> None:
    edit(version, SPANS, lambda rows: [row.update(doc_id="f" * 16) for row in rows])
    report = check(version, 10)
    assert len(report.faults) == 10
    assert report.by_rule["articles"] == 737
    assert report.total > 737
    assert check(version, 0).by_rule == report.by_rule
