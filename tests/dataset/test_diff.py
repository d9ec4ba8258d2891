"""What two versions differ in: found as it was made, in both directions, with and without texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset.diff import Difference, difference
from annotate.dataset.merging import differing, same_rows
from annotate.dataset.rows import Chosen, Contribution, Split
from annotate.dataset.span_diff import (
    AttributeChange,
    Change,
    MarkChange,
    RoleChange,
    SpanChange,
    changes,
)
from annotate.dataset.writer import Limits
from annotate.errors import DatasetError
from annotate.spans import Relation, Span, ordered, with_defaults
from tests.dataset.builders import IDS, build_in, chosen, three
from tests.support import ONTOLOGY, PROPERTY, ROOT, SLOW_PROPERTY

pytestmark = pytest.mark.slow

SEEDS = ROOT / "exports" / "seeds"
SMALL = Limits(group_articles=2, shard_rows=3)  # several row groups and files


def compared(tmp_path: Path, before: list[Chosen], after: list[Chosen], **made: Any) -> Difference:
    old = build_in(tmp_path / "before", before, **made)
    new = build_in(tmp_path / "after", after, **made)
    return difference(old.path, new.path)


def edited(item: Chosen, *spans: Span, relations: tuple[Relation, ...] | None = None) -> Chosen:
    """The article with these spans; of its relations those that hold."""
    annotation = item.annotation
    ids = {span.id for span in spans}
    kept = annotation.relations if relations is None else relations
    kept = tuple(r for r in kept if {r.head, r.tail} <= ids)
    return replace(item, annotation=replace(annotation, spans=ordered(spans), relations=kept))


def spans_of(item: Chosen) -> dict[str, Span]:
    return {span.id: span for span in item.annotation.spans}


def moved_to(items: list[Chosen], **splits: Split) -> list[Chosen]:
    return [replace(c, split=splits.get(f"a{n}", c.split)) for n, c in enumerate(items)]


# Articles


def test_articles_come_go_and_move(tmp_path: Path) -> None:
    found = compared(
        tmp_path,
        moved_to(three(), a1="test"),
        moved_to([chosen("0" * 15 + "1"), *three()[1:]], a1="validation", a2="test"),
    )
    assert found.articles == Counter(
        {("added", "train"): 1, ("removed", "train"): 1, ("moved", "validation"): 1}
        | {("moved", "test"): 1}
    )
    assert found.moved == {("test", "validation"): 1, ("train", "test"): 1}
    assert found.touched == {"train": 3, "test": 2, "validation": 1}
    assert not found.spans
    assert not found.is_empty
    assert {(e.what, e.doc_id, e.detail) for e in found.examples} == {
        ("article added", "0" * 15 + "1", "train"),
        ("article removed", IDS[0], "train"),
        ("article moved", IDS[1], "test -> validation"),
        ("article moved", IDS[2], "train -> test"),
    }


def test_a_text_changed_and_its_spans_are_not_compared(tmp_path: Path) -> None:
    other = replace(
        chosen(IDS[1], label="ATTACK"), article=replace(chosen(IDS[1]).article, doc_id=IDS[0])
    )
    found = compared(tmp_path, three()[:1], [other])
    assert found.articles == {("text", "train"): 1}
    assert not found.spans
    assert found.touched == {"train": 1}


def test_status_and_other_columns(tmp_path: Path) -> None:
    items = three()
    after = [
        replace(items[0], status="agreed"),
        replace(items[1], annotators=("omar",)),
        replace(items[2], article=replace(items[2].article, outlet="عنب بلدي")),
    ]
    found = compared(tmp_path, items, after)
    assert found.articles == {("status", "train"): 1, ("other", "train"): 2}
    assert found.statuses == {("gold", "agreed"): 1}
    assert found.columns == {"annotators": 1, "outlet": 1}
    assert found.touched == {"train": 3}


def test_work_of_annotators(tmp_path: Path) -> None:
    item = chosen()
    one = Contribution(IDS[0], "anna", item.annotation)
    two = Contribution(IDS[0], "omar", item.annotation)
    old = build_in(tmp_path / "a", contributions=[one, two])
    late = replace(one, lead_time=3.0)
    new = build_in(tmp_path / "b", contributions=[late, replace(two, annotator="zaid")])
    assert difference(old.path, new.path).work == {"changed": 1, "added": 1, "removed": 1}
    none = build_in(tmp_path / "c")
    assert difference(old.path, none.path).work == {"removed": 2}


# Spans


def test_a_version_and_itself_differ_in_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path, three(), three(), limits=SMALL)
    assert found == Difference()
    assert found.is_empty
    assert difference(SEEDS / "2.0.0", SEEDS / "2.0.0").is_empty


def test_versions_of_other_columns_are_compared_where_both_have_them() -> None:
    """Between the first two versions of the seeds no annotation changed."""
    found = difference(SEEDS / "1.0.0", SEEDS / "2.0.0")
    assert (found.articles, found.work) == (Counter(), Counter({"added": 14}))


def test_spans_attributes_and_roles(tmp_path: Path) -> None:
    item = chosen()
    spans = spans_of(item)
    city, force, capture = spans["e2"], spans["e1"], spans["t1"]
    word = len("فصائل")
    changed = edited(
        item,
        replace(city, label="LOC", decision="relabelled"),
        replace(force, end=force.start + word, text=force.text[:word], decision="resized"),
        replace(
            capture, attributes=with_defaults({"polarity": "NEGATIVE"}, ONTOLOGY), origin="lexicon"
        ),
        relations=(Relation("t1", "e1", "AGENT"), Relation("t1", "e2", "PLACE")),
    )
    found = compared(tmp_path, [item], [changed])
    assert found.articles == {("annotation", "train"): 1}
    assert found.spans == {
        ("relabelled", "entity", "GPE -> LOC", "train", "relabelled"): 1,
        ("resized", "entity", "ARM", "train", "resized"): 1,
    }
    assert found.attributes == {("polarity", "POSITIVE -> NEGATIVE", "train"): 1}
    assert found.roles == {
        ("removed", "TARGET", "TAKEOVER", "train"): 1,
        ("added", "PLACE", "TAKEOVER", "train"): 1,
    }
    assert found.marks[("origin", "event")] == 1
    relabelled = next(e for e in found.examples if e.what == "entity relabelled")
    assert (relabelled.detail, relabelled.text) == ("GPE -> LOC", city.text)
    assert (relabelled.start, relabelled.end) == (city.start, city.end)


def test_a_span_that_goes_takes_its_roles(tmp_path: Path) -> None:
    item = chosen()
    spans = spans_of(item)
    found = compared(tmp_path, [item], [edited(item, spans["e1"], spans["t1"])])
    assert found.spans == {("removed", "entity", "GPE", "train", "-"): 1}
    assert found.roles == {("removed", "TARGET", "TAKEOVER", "train"): 1}


def test_only_marks_changed_is_no_other_annotation(tmp_path: Path) -> None:
    item = chosen()
    spans = [replace(span, score=0.5) for span in item.annotation.spans]
    found = compared(tmp_path, [item], [edited(item, *spans)])
    assert found.articles == {("other", "train"): 1}
    assert found.marks == {("score", "entity"): 2, ("score", "event"): 1}


def test_without_texts_nothing_is_quoted(tmp_path: Path) -> None:
    before, after = three(), [*three()[:2], chosen(IDS[2], label="ATTACK")]
    found = compared(tmp_path, before, after, texts=False)
    assert found.spans == {("relabelled", "event", "TAKEOVER -> ATTACK", "train", "-"): 1}
    assert [example.text for example in found.examples] == [None]
    full = build_in(tmp_path / "full", before)
    bare = build_in(tmp_path / "bare", before, texts=False)
    assert difference(full.path, bare.path).is_empty


@given(st.data())
@SLOW_PROPERTY
def test_what_was_made_is_found(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    """Random additions, removals, moves and relabellings over several row groups and files."""
    tmp_path = tmp_path_factory.mktemp("diff")
    ids = [f"{n:016x}" for n in range(data.draw(st.integers(1, 9)))]
    splits = st.sampled_from(("train", "validation", "test"))
    fates = st.sampled_from(("same", "added", "removed", "moved", "relabelled"))
    before, after = [], []
    expected: Counter[str] = Counter()
    for doc_id in ids:
        split, fate = data.draw(splits), data.draw(fates)
        old = replace(chosen(doc_id), split=split)
        new = replace(chosen(doc_id, label="ATTACK"), split=split) if fate == "relabelled" else old
        if fate == "moved":
            to = data.draw(splits)
            new = replace(old, split=to)
            fate = "moved" if to != split else "same"
        before += [old] if fate != "added" else []
        after += [new] if fate != "removed" else []
        expected[fate] += 1
    fixed = chosen("f" * 16)  # a version has at least one article
    found = compared(tmp_path, [*before, fixed], [*after, fixed], limits=SMALL)
    for what in ("added", "removed", "moved"):
        assert found.total(what) == expected[what]
    assert found.total("annotation") == expected["relabelled"]
    assert sum(found.spans.values()) == expected["relabelled"]
    assert found.is_empty == (expected["same"] == len(ids))


# Files that are not as they should be


def _rewritten(version: Path, table: pa.Table) -> None:
    (path,) = (version / "data").glob("*.parquet")
    pq.write_table(table, path)


def test_rows_that_are_out_of_order_or_twice_are_said(tmp_path: Path) -> None:
    built = build_in(tmp_path)
    (path,) = (built.path / "data").glob("*.parquet")
    table = pq.read_table(path)
    for wrong in (table.take([1, 0, 2]), table.take([0, 0, 1]), table.drop_columns(["doc_id"])):
        _rewritten(built.path, wrong)
        with pytest.raises(DatasetError, match=r"train-00000.*(in the order|no column doc_id)"):
            difference(built.path, SEEDS / "2.0.0")
    path.write_bytes(b"PAR1 no")
    with pytest.raises(DatasetError, match=r"train-00000-of-00001\.parquet: not readable"):
        difference(SEEDS / "2.0.0", built.path)


# Spans of one article, as rows


def span(start: int, end: int, label: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": name or f"{start}-{end}-{label}",
        "start": start,
        "end": end,
        "label": label,
    } | more


def row(*entities: Mapping[str, Any], events: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Any]:
    return {"entities": list(entities), "events": list(events)}


def names(found: list[Change]) -> list[tuple[str, str]]:
    return [(c.what, c.label) for c in found if isinstance(c, SpanChange)]


def test_the_largest_overlap_is_the_same_span() -> None:
    before = row(span(0, 10, "GPE"), span(20, 22, "GPE"))
    after = row(span(8, 21, "GPE"), span(0, 9, "GPE"))
    found = list(changes(before, after))
    assert names(found) == [("resized", "GPE"), ("resized", "GPE")]
    starts = {
        (change.before["start"], change.after["start"])
        for change in found
        if isinstance(change, SpanChange) and change.before and change.after
    }
    assert starts == {(0, 0), (20, 8)}


def test_another_label_at_another_place_is_another_span() -> None:
    found = list(changes(row(span(0, 5, "GPE")), row(span(0, 6, "LOC"))))
    assert names(found) == [("removed", "GPE"), ("added", "LOC")]


def test_other_ids_are_no_change() -> None:
    def made(city: str, trigger: str) -> dict[str, Any]:
        roles = [{"role": "TARGET", "entity_id": city}]
        return row(span(0, 5, "GPE", city), events=(span(6, 9, "ATTACK", trigger, roles=roles),))

    assert list(changes(made("e1", "t1"), made("e7", "t9"))) == []


def test_roles_follow_spans_that_became_others() -> None:
    roles = [{"role": "TARGET", "entity_id": "e1"}]
    event = span(6, 9, "ATTACK", "t1", roles=roles, polarity="POSITIVE")
    before = row(span(0, 5, "GPE", "e1"), events=(event,))
    after = row(span(0, 5, "LOC", "e1"), events=({**event, "end": 10, "label": "ATTACK"},))
    found = list(changes(before, after))
    assert not [c for c in found if isinstance(c, RoleChange | AttributeChange)]
    assert names(found) == [("relabelled", "GPE -> LOC"), ("resized", "ATTACK")]


_spans = st.builds(
    lambda start, size, label, score: span(start, start + size, label, score=score),
    st.integers(0, 12),
    st.integers(1, 6),
    st.sampled_from(("GPE", "LOC", "ORG")),
    st.sampled_from((None, 0.5)),
)
_rows = st.lists(_spans, max_size=6, unique_by=lambda s: s["id"]).map(lambda found: row(*found))


def _place(found: Mapping[str, Any]) -> tuple[int, int, str]:
    return found["start"], found["end"], found["label"]


@given(_rows, _rows)
@PROPERTY
def test_changes_lead_from_one_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = list(changes(before, after))
    assert list(changes(before, before)) == []
    spans = Counter(map(_place, before["entities"]))
    for change in found:
        if isinstance(change, SpanChange):
            spans.subtract([_place(change.before)] if change.before else [])
            spans.update([_place(change.after)] if change.after else [])
    assert +spans == Counter(map(_place, after["entities"]))
    assert all(isinstance(c, SpanChange | MarkChange) for c in found)
    back = list(changes(after, before))
    opposite = {"added": "removed", "removed": "added"}
    assert Counter(opposite.get(c.what, c.what) for c in back if isinstance(c, SpanChange)) == (
        Counter(c.what for c in found if isinstance(c, SpanChange))
    )


# Columns and files


@given(st.lists(st.integers(0, 2), max_size=30), st.data())
@PROPERTY
def test_where_columns_differ(values: list[int], data: Any) -> None:
    others = data.draw(st.lists(st.integers(0, 2), min_size=len(values), max_size=len(values)))
    expected = [n for n, (a, b) in enumerate(zip(values, others, strict=True)) if a != b]
    for kinds in ((pa.int64(), pa.int64()), (pa.int64(), pa.int32())):
        one, two = (
            pa.chunked_array([pa.array(v, k)]) for v, k in zip((values, others), kinds, strict=True)
        )
        assert sorted(differing(one, two)) == expected


def test_same_rows_however_they_are_written(tmp_path: Path) -> None:
    table = pa.table({"a": list(range(1000))})
    whole, halves, other = (tmp_path / name for name in ("whole", "halves", "other"))
    pq.write_table(table, whole)
    pq.write_table(table.slice(0, 300), halves, row_group_size=7)
    pq.write_table(table.slice(300), other, compression="zstd")
    assert same_rows([whole], [halves, other])
    assert not same_rows([whole], [other, halves])
    assert not same_rows([whole], [halves])
    assert not same_rows([], [halves])
    assert same_rows([], [])
