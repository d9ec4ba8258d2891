"""Which labels are confused, and which words are fought over."""

from __future__ import annotations

from annotate.agreement.compared import comparisons
from annotate.agreement.confusion import Matrix, fought, matrix
from annotate.agreement.disagreements import disagreements
from annotate.agreement.readings import Item
from annotate.spans import Annotation
from tests.agreement.items import item, marked, seed_items, words

ALEPPO, FORCE = words("حلب", "GPE"), words("الجيش", "ARM")
SHELLED = words("قصف", "ATTACK", "event")


def test_matched_spans_by_label() -> None:
    longer = words("مدينة حلب", "LOC")
    there = item(anna=marked(ALEPPO, FORCE, SHELLED), omar=marked(longer, SHELLED))
    pairs = comparisons([there])
    assert matrix(pairs, "entity") == Matrix(
        ("ARM", "GPE", "LOC", "none"),
        ((0, 0, 0, 1), (0, 0, 1, 0), (0, 1, 0, 0), (1, 0, 0, 0)),
    )
    assert matrix(pairs, "event") == Matrix(("ATTACK", "none"), ((1, 0), (0, 0)))
    assert matrix([], "event") == Matrix((), ())


def test_a_matrix_of_the_seeds_is_symmetric_and_counts_every_pair() -> None:
    pairs = comparisons(seed_items("pass_a", "pass_b"))
    found = matrix(pairs, "entity")
    assert found.counts == tuple(zip(*found.counts, strict=True))
    upper = sum(sum(row[i:]) for i, row in enumerate(found.counts))
    spans = sum(len(r.annotation.entities) for p in pairs for r in (p.one, p.other))
    alone = sum(found.counts[-1])
    assert 2 * (upper - alone) + alone == spans


def with_text(text: str, doc_id: str, one: Annotation, other: Annotation) -> Item:
    return item(text=text, doc_id=doc_id, anna=one, omar=other)


def test_words_are_the_same_with_a_conjunction() -> None:
    items = []
    for number, text in enumerate(("في الحدود", "عند الحدود", "على والحدود")):
        surface = text.split()[1]
        one = marked(words(surface, "LOC", text=text), text=text)
        items.append(with_text(text, str(number), one, marked(text=text)))
    (found,) = fought(disagreements(items), items)
    assert (found.word, found.times, found.labels) == ("الحدود", 3, ("LOC", "none"))


def test_of_borders_the_word_that_differs() -> None:
    items = [item(anna=marked(ALEPPO), omar=marked(words("مدينة حلب", "GPE")))]
    (found,) = fought(disagreements(items), items)
    assert (found.word, found.labels) == ("مدينة", ("GPE", "none"))
    assert fought([], items) == []


def test_the_seeds_fight_over_the_border() -> None:
    items = seed_items("pass_a", "pass_b")
    first, *_ = fought(disagreements(items), items, most=5)
    assert (first.word, first.labels) == ("الحدود", ("LOC", "none"))
