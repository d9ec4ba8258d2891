"""What is never sent; every problem of a batch is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate.errors import InputError, SpanError
from annotate.labeling.checks import check_articles, check_batch
from annotate.labeling.ledger import Staged
from annotate.labeling.parts import Part, whole
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span
from tests.labeling.builders import article, predicted


def changed(found: Annotation, span_id: str, **changes: object) -> Annotation:
    """The annotation with other values in one of its spans."""
    spans: list[Span] = [
        replace(span, **changes) if span.id == span_id else span  # type: ignore[arg-type]
        for span in found.spans
    ]
    return replace(found, spans=tuple(spans))


def test_every_problem_of_a_batch_is_in_the_message(ontology: Ontology) -> None:
    good = [predicted(article(n), ontology) for n in range(6)]
    bad = [
        changed(good[0], "T1", end=good[0].spans[1].end + 1),
        changed(good[1], "T1", label="NOTHING"),
        changed(good[2], "T1", id="T2"),
        replace(good[3], relations=(Relation("E1", "T9", "AGENT"),)),
        replace(good[4], relations=(Relation("E1", "T3", "AGENT"),)),
        good[5],
    ]
    staged = [Staged(article(n), whole(article(n).text), "v", bad[n]) for n in range(6)]
    with pytest.raises(SpanError) as raised:
        check_batch(staged, ontology)
    message = str(raised.value)
    for number, reason in enumerate(
        (
            "is 'الجيش ', not 'الجيش'",
            "unknown entity label 'NOTHING'",
            "two spans have this id",
            "a span that is not there (T9)",
            "does not admit TIME as AGENT",
        )
    ):
        assert f"article {article(number).doc_id}: " in message
        assert reason in message
    assert article(5).doc_id not in message
    check_batch(staged[5:], ontology)


def test_many_problems_are_counted(ontology: Ontology) -> None:
    staged = []
    for number in range(14):
        found = predicted(article(number), ontology)
        made = changed(found, "T1", label="NOTHING")
        staged.append(Staged(article(number), whole(article(number).text), "v", made))
    with pytest.raises(SpanError, match="; and 4 more; this is a fault of the heuristics"):
        check_batch(staged, ontology)


@pytest.mark.parametrize(
    "part", [Part(1, 1, 0, 10_000), Part(1, 1, 5, 3), Part(2, 1, 0, 5), Part(0, 1, 0, 5)]
)
def test_a_part_outside_of_the_text_is_refused(ontology: Ontology, part: Part) -> None:
    with pytest.raises(SpanError, match=f"part {part.number}/{part.count} is "):
        check_batch([Staged(article(1), part)], ontology)


@pytest.mark.parametrize("name", ["text", "outlet", "source", "published"])
@pytest.mark.parametrize(("character", "what"), [("\0", "NUL"), ("\ud83d", "a lone surrogate")])
def test_texts_that_cannot_be_kept_are_refused(name: str, character: str, what: str) -> None:
    bad = replace(article(1), **{name: f"خبر {character} جديد"})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"article {bad.doc_id}: {what} in its {name}"):
        check_articles([article(2), bad])
    check_articles([article(1), replace(article(2), text="😀 كامل")])


def test_two_roles_of_one_pair_go_as_one_relation(ontology: Ontology) -> None:
    found = predicted(article(1), ontology)
    both = replace(found, relations=(Relation("E1", "T2", "PLACE"), Relation("E1", "T2", "TARGET")))
    check_batch([Staged(article(1), whole(article(1).text), "v", both)], ontology)
    relations = [r for r in to_results(both, ontology) if r["type"] == "relation"]
    assert [(r["from_id"], r["to_id"], r["labels"]) for r in relations] == [
        ("E1", "T2", ["PLACE", "TARGET"])
    ]
