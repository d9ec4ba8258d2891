"""The annotation format: written, read back, described by a JSON Schema, refused with a place."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.annotation_files import read_annotations, write_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.records import from_record, span_record, to_record
from annotate.resources import resource
from annotate.spans import Annotation, problems
from annotate.storage import text_sha256
from tests.support import (
    CAPTURE,
    CITY,
    ONTOLOGY,
    PROPERTY,
    SEEDS,
    SLOW_PROPERTY,
    sample_annotation,
    sound_annotations,
    write_lines,
)

SCHEMA = json.loads(resource("schemas", "annotation.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SHA256 = text_sha256("نص")
MINIMAL: dict[str, Any] = {"text_sha256": SHA256, "spans": [], "relations": []}
SPAN: dict[str, Any] = {
    "id": "e1",
    "layer": "entity",
    "start": 0,
    "end": len("نص"),
    "label": "PER",
    "text": "نص",
}


def read(path: Path) -> list[Annotation]:
    return list(read_annotations(path, ONTOLOGY))


def with_span(**fields: object) -> dict[str, Any]:
    return {**MINIMAL, "spans": [{**SPAN, **fields}]}


def without_span_key(key: str) -> dict[str, Any]:
    return {**MINIMAL, "spans": [{k: v for k, v in SPAN.items() if k != key}]}


# Round trips


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@given(sound_annotations())
@SLOW_PROPERTY
def test_record_round_trip(annotation: Annotation) -> None:
    record = json.loads(json.dumps(to_record(annotation), allow_nan=False))
    VALIDATOR.validate(record)
    assert from_record(record, ONTOLOGY, "here") == annotation


@given(st.lists(sound_annotations(), min_size=1, max_size=3))
@SLOW_PROPERTY
def test_parquet_round_trip(written: list[Annotation]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spans.parquet"
        assert write_annotations(path, written) == len(written)
        assert read(path) == written


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
@pytest.mark.parametrize("count", [1, 300])
def test_file_round_trip(tmp_path: Path, suffix: str, count: int) -> None:
    path = tmp_path / f"spans{suffix}"
    written = [replace(sample_annotation(), doc_id=f"{n:016x}") for n in range(count)]
    assert write_annotations(path, iter(written)) == count
    assert read(path) == written
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_jsonl_is_utf8_with_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "spans.jsonl"
    write_annotations(path, [sample_annotation(), sample_annotation()])
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines[2:] == [""]
    assert "فصائل المعارضة" in lines[0]
    record = json.loads(lines[0])
    assert list(record) == [
        *("doc_id", "source", "source_id", "text", "text_sha256", "annotator"),
        *("ontology_version", "guidelines_version", "spans", "relations"),
    ]


def test_equal_annotations_have_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for suffix in (".jsonl", ".parquet"):
            write_annotations(tmp_path / f"{name}{suffix}", [sample_annotation()])
    for suffix in (".jsonl", ".parquet"):
        first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("a", "b"))
        assert first == second


def test_decision_is_written_only_where_somebody_decided() -> None:
    assert "decision" not in span_record(CITY)
    assert span_record(replace(CITY, decision="resized"))["decision"] == "resized"


def test_writer_orders_nothing_but_reader_does() -> None:
    record = to_record(sample_annotation())
    shuffled = deepcopy(record)
    shuffled["spans"].reverse()
    shuffled["relations"].reverse()
    assert from_record(shuffled, ONTOLOGY, "here") == sample_annotation()


def test_writer_refuses_another_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"spans\.csv: unknown kind of file; name it \.jsonl or"):
        write_annotations(tmp_path / "spans.csv", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_failing_writer_leaves_what_was_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"spans{suffix}"
    path.write_text("old")

    def broken() -> Any:
        yield sample_annotation()
        raise InputError("the second one is broken")

    with pytest.raises(InputError):
        write_annotations(path, broken())
    with pytest.raises(InputError):
        write_annotations(tmp_path / "new" / "folder" / path.name, broken())
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {path.name: "old"}


# What may be left out


def test_three_keys_are_enough(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [MINIMAL])
    assert read(path) == [Annotation(SHA256)]


def test_missing_attributes_have_their_defaults() -> None:
    event = {**SPAN, "layer": "event", "label": "ATTACK"}
    nothing: list[dict[str, Any]] = [{}, {"attributes": None}, {"attributes": {}}]
    for fields in nothing:
        record = {**MINIMAL, "spans": [{**event, **fields}]}
        VALIDATOR.validate(record)
        (span,) = from_record(record, ONTOLOGY, "here").spans
        assert span.attributes == (("polarity", "POSITIVE"), ("modality", "ASSERTED"))
    record = {**MINIMAL, "spans": [{**event, "attributes": {"modality": "OTHER"}}]}
    (span,) = from_record(record, ONTOLOGY, "here").spans
    assert span.attributes == (("polarity", "POSITIVE"), ("modality", "OTHER"))


def test_unknown_keys_are_ignored_and_unknown_labels_are_left_to_the_check() -> None:
    record = with_span(label="NO_SUCH", comment="?")
    (span,) = from_record({**record, "note": 1}, ONTOLOGY, "here").spans
    assert span.label == "NO_SUCH"


def test_blank_lines_crlf_and_a_byte_order_mark_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps(MINIMAL).encode()
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n  \n" + line)
    assert read(path) == [Annotation(SHA256)] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"score": 0},
        {"score": 1},
        {"score": 0.25},
        {"origin": "rule"},
        {"decision": None},
        {"decision": "added"},
        {"attributes": {"any": "thing"}},
    ],
)
def test_what_the_reader_accepts_the_schema_does(fields: dict[str, object]) -> None:
    record = with_span(**fields)
    from_record(record, ONTOLOGY, "here")
    VALIDATOR.validate(record)


# What is refused

BAD: list[tuple[dict[str, Any], str]] = [
    *[
        ({k: v for k, v in MINIMAL.items() if k != key}, f"{key} is missing")
        for key in ("text_sha256", "spans", "relations")
    ],
    ({**MINIMAL, "text_sha256": 5}, "text_sha256 is not a string"),
    ({**MINIMAL, "text_sha256": SHA256[:-1]}, "text_sha256 is not 64 hexadecimal digits"),
    ({**MINIMAL, "text_sha256": SHA256[:-1] + "G"}, "text_sha256 is not 64 hexadecimal digits"),
    ({**MINIMAL, "spans": {}}, "spans is not a list"),
    ({**MINIMAL, "spans": None}, "spans is not a list"),
    ({**MINIMAL, "relations": "none"}, "relations is not a list"),
    ({**MINIMAL, "spans": [SPAN, 3]}, "spans holds something that is no object"),
    ({**MINIMAL, "relations": [["t1", "e1"]]}, "relations holds something that is no object"),
    *[
        ({**MINIMAL, key: 7}, f"{key} is not a string")
        for key in ("doc_id", "source", "source_id", "text", "annotator", "ontology_version")
    ],
    ({**MINIMAL, "guidelines_version": ["1"]}, "guidelines_version is not a string"),
    *[(without_span_key(key), f"span 0: {key} is missing") for key in SPAN],
    *[(with_span(**{key: None}), f"span 0: {key} is not") for key in SPAN],
    (with_span(layer="word"), "span 0: layer is 'word', not one of entity, event"),
    (with_span(start="0"), "span 0: start is not an integer"),
    (with_span(start=0.0), "span 0: start is not an integer"),
    (with_span(end=True), "span 0: end is not an integer"),
    (with_span(start=-1), "span 0: offsets -1:2 hold no character"),
    (with_span(end=0), "span 0: offsets 0:0 hold no character"),
    (with_span(start=2, end=1), "span 0: offsets 2:1 hold no character"),
    (with_span(text=["نص"]), "span 0: text is not a string"),
    (with_span(score="high"), "span 0: score is not a number from 0 to 1"),
    (with_span(score=True), "span 0: score is not a number from 0 to 1"),
    (with_span(score=1.01), "span 0: score is not a number from 0 to 1"),
    (with_span(score=float("nan")), "span 0: score is not a number from 0 to 1"),
    (with_span(score=10**400), "span 0: score is not a number from 0 to 1"),
    (with_span(origin=4), "span 0: origin is not a string"),
    (with_span(decision="kept"), "span 0: decision is 'kept', not one of accepted, relabelled"),
    (with_span(decision=""), "span 0: decision is '', not one of accepted, relabelled"),
    (with_span(attributes=[]), "span 0: attributes is not an object of strings"),
    (with_span(attributes=""), "span 0: attributes is not an object of strings"),
    (with_span(attributes=False), "span 0: attributes is not an object of strings"),
    (with_span(attributes={"polarity": None}), "span 0: attributes is not an object of strings"),
    (
        {**MINIMAL, "relations": [{"head": "t", "tail": "e"}]},
        "relation 0: role is missing",
    ),
    (
        {**MINIMAL, "relations": [{"head": "t", "tail": "e", "role": None}]},
        "relation 0: role is not a string",
    ),
]


@pytest.mark.parametrize(("record", "what"), BAD, ids=[what for _, what in BAD])
def test_wrong_records_name_file_and_line(
    tmp_path: Path, record: dict[str, Any], what: str
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [MINIMAL, record])
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:2: {what}")
    assert "\n" not in message


@given(st.data())
@PROPERTY
def test_what_the_reader_accepts_of_damaged_records_validates(data: st.DataObject) -> None:
    """One value of a sound record is replaced by anything: InputError, or valid by the schema."""
    record = json.loads(json.dumps(to_record(sample_annotation())))
    kinds = (dict, list)
    node: Any = record
    key: Any = data.draw(st.sampled_from(sorted(record)))
    while isinstance(node[key], kinds) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(
            st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node)))
        )
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=4,
    )
    node[key] = data.draw(anything)
    try:
        annotation = from_record(record, ONTOLOGY, "here")
    except InputError:
        return
    VALIDATOR.validate(record)
    VALIDATOR.validate(json.loads(json.dumps(to_record(annotation), allow_nan=False)))


Bytes = Callable[[bytes], str]


@pytest.fixture
def refused(tmp_path: Path) -> Bytes:
    """The message for a .jsonl file of these bytes, without its path."""

    def load(content: bytes) -> str:
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read(path)
        return str(caught.value).removeprefix(str(path))

    return load


def test_not_json(refused: Bytes) -> None:
    assert refused(b"{}x\n") == ":1: not valid JSON"
    assert refused(json.dumps(MINIMAL).encode() + b"\n{\n") == ":2: not valid JSON"
    assert refused(b"[" * 100_000) == ":1: not valid JSON"


def test_no_object(refused: Bytes) -> None:
    assert refused(b"[1]\n") == ":1: a line holds no JSON object"


def test_not_utf8(refused: Bytes) -> None:
    start = b'{"doc_id": "'
    assert refused(start + "نص".encode("cp1256") + b'"}') == (
        f":1: not UTF-8 at byte {len(start)} of the line"
    )


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_no_annotation(refused: Bytes, content: bytes) -> None:
    assert refused(content) == ": the file holds no annotation"


@pytest.mark.parametrize("escape", [r"\ud800", r"\uDFFF", r"\ud83d x", r"\ude00\ud83d"])
def test_lone_surrogate(refused: Bytes, escape: str) -> None:
    line = json.dumps(with_span(text="@")).replace("@", escape)
    assert refused(line.encode()).startswith(":1: a string has a lone surrogate (U+D")


def test_a_pair_of_surrogates_is_one_character(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(with_span(text="@")).replace("@", r"\ud83d\ude00"))
    assert read(path)[0].spans[0].text == "😀"


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; check the path"):
        read(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path)


# Parquet that is not ours


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (
            {"spans": "a", **{k: v for k, v in MINIMAL.items() if k != "spans"}},
            "spans is not a list",
        ),
        ({**MINIMAL, "spans": [1]}, "spans holds something that is no object"),
        ({**MINIMAL, "spans": None}, "spans is not a list"),
        ({"text_sha256": SHA256}, "spans is missing"),
        ({**MINIMAL, "text_sha256": b"00"}, "text_sha256 is not a string"),
        (with_span(attributes=[{"name": "polarity", "value": None}]), "span 0: attributes is not"),
        (with_span(start=-1), "span 0: offsets -1:2 hold no character"),
    ],
)
def test_parquet_rows_that_are_wrong(tmp_path: Path, row: dict[str, Any], what: str) -> None:
    path = parquet(tmp_path / "a.parquet", [row])
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: row 0: {what}")


def test_parquet_rows_are_counted_from_0(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [with_span(), with_span(), with_span(start=9)])
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: row 2: span 0: offsets 9:2 hold no character"


@pytest.mark.parametrize("attributes", [["x"], [{"key": "polarity"}]])
def test_parquet_attributes_of_another_shape(tmp_path: Path, attributes: list[object]) -> None:
    path = parquet(tmp_path / "a.parquet", [with_span(attributes=attributes)])
    with pytest.raises(InputError, match="not a readable annotation file"):
        read(path)


def test_parquet_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert write_annotations(path, []) == 0
    with pytest.raises(InputError, match="the file holds no annotation"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"{}\n"])
def test_no_parquet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: not a readable annotation file (")


def test_parquet_with_strings_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    broken = pa.array([b"\xff"]).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text_sha256": broken, "spans": [[1]], "relations": [[1]]}), path)
    with pytest.raises(InputError, match="not a readable annotation file"):
        read(path)


# The reference annotation of the seeds


@pytest.mark.parametrize("name", ["pass_a", "pass_b", "adjudicated"])
def test_seed_annotations_validate_and_hold(name: str) -> None:
    path = SEEDS / "annotations" / f"{name}.jsonl"
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for record in records:
        VALIDATOR.validate(record)
    found = read(path)
    articles = {a.text_sha256: a for a in read_articles([str(SEEDS / "*.txt")], load_rules())}
    assert {a.text_sha256 for a in found} == set(articles)
    for annotation in found:
        assert problems(annotation, articles[annotation.text_sha256].text, ONTOLOGY) == []
        assert annotation.ontology_version == ONTOLOGY.version
        again = json.loads(json.dumps(to_record(annotation)))
        assert from_record(again, ONTOLOGY, name) == annotation


def test_seed_annotations_admit_their_roles() -> None:
    strange = []
    for annotation in read(SEEDS / "annotations" / "adjudicated.jsonl"):
        by_id = {span.id: span for span in annotation.spans}
        for relation in annotation.relations:
            labels = (by_id[relation.head].label, relation.role, by_id[relation.tail].label)
            if not ONTOLOGY.admits(*labels):
                strange.append(labels)
    assert strange == []


def test_counts_of_the_adjudicated_seeds() -> None:
    found = read(SEEDS / "annotations" / "adjudicated.jsonl")
    assert len(found) == 7
    assert sum(len(a.entities) for a in found) == 605
    assert sum(len(a.events) for a in found) == 325
    assert sum(len(a.relations) for a in found) == 492


def test_the_sample_is_what_it_says() -> None:
    record = to_record(sample_annotation())
    assert [span["text"] for span in record["spans"]] == ["فصائل المعارضة", CAPTURE.text, "دمشق"]
