"""What pre-labels do to agreement, and what people do to pre-labels."""

from __future__ import annotations

from dataclasses import replace

from annotate.agreement.bias import (
    Rule,
    basis,
    changed,
    is_prelabelled,
    rules,
    with_prelabels,
)
from annotate.agreement.compared import comparisons
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item
from annotate.spans import Annotation
from tests.agreement.items import item, marked, words

FORCE, ALEPPO = words("الجيش", "ARM"), words("حلب", "GPE")
PLACE = words("حلب", "LOC")
MINISTER = words("الوزير", "TITLE")
PROPOSED = marked(FORCE, ALEPPO)


def begun(found: Item, *, blank: bool | None, prelabels: Annotation | None = None) -> Item:
    readings = (replace(r, blank=blank, prelabels=prelabels) for r in found.readings)
    return replace(found, readings=tuple(readings))


def test_blank_texts_are_the_basis_where_there_are_any() -> None:
    both = item(anna=PROPOSED, omar=PROPOSED)
    blank, shown, unknown = (begun(both, blank=b) for b in (True, False, None))
    half = replace(both, readings=(blank.readings[0], shown.readings[1]))
    alone = replace(blank, readings=blank.readings[:1])
    assert basis([shown, blank, half, alone]) == basis([blank])
    assert (basis([blank]).kind, basis([blank]).items) == ("blank", (blank,))
    assert basis([shown, alone]).kind == "prelabelled"
    assert basis([shown, alone]).items == (shown,)
    assert basis([shown, half]).kind == "mixed"
    assert basis([unknown]).kind == "mixed"
    assert [is_prelabelled(*comparisons([i])) for i in (blank, shown, half)] == [False, True, False]


def test_what_both_took_over_does_not_count() -> None:
    def counts(one: Annotation, other: Annotation) -> Counts:
        both = item(anna=one, omar=other)
        (pair,) = comparisons([begun(both, blank=False, prelabels=PROPOSED)])
        return changed(pair)

    assert counts(PROPOSED, PROPOSED) == Counts()
    # Both changed it the same way; one alone changed it; one deleted it; both deleted it.
    assert counts(marked(FORCE, PLACE), marked(FORCE, PLACE)) == Counts(1)
    assert counts(marked(FORCE, PLACE), PROPOSED) == Counts(0, 1, 1)
    assert counts(marked(FORCE), PROPOSED) == Counts(0, 0, 1)
    assert counts(marked(FORCE), marked(FORCE)) == Counts()
    # Both added it.
    more = marked(FORCE, ALEPPO, MINISTER)
    assert counts(more, more) == Counts(1)


def test_what_was_accepted_is_known_where_the_prelabels_are_lost() -> None:
    taken = marked(replace(FORCE, decision="accepted"), replace(ALEPPO, decision="added"))
    (pair,) = comparisons([item(anna=taken, omar=taken)])
    assert changed(pair) == Counts(1)


def test_agreement_with_the_prelabels() -> None:
    there = item(anna=PROPOSED, lina=marked(FORCE, PLACE), omar=marked(FORCE))
    shown = begun(there, blank=False, prelabels=PROPOSED)
    assert with_prelabels([shown, begun(there, blank=True)]) == {
        "anna": Counts(2),
        "lina": Counts(1, 1, 1),
        "omar": Counts(1, 0, 1),
    }
    # A label that was no choice was not deleted.
    forces = replace(marked(FORCE), labels_covered=("ARM",))
    alone = begun(item(anna=forces), blank=False, prelabels=PROPOSED)
    assert with_prelabels([alone]) == {"anna": Counts(1)}


def test_acceptance_by_rule() -> None:
    shown = marked(
        words("الجيش", "ARM", origin="names"),
        words("حلب", "GPE", origin="names"),
        words("الوزير", "TITLE", origin="titles"),
    )
    made = marked(
        words("الجيش", "ARM", origin="names", decision="accepted"),
        words("حلب", "LOC", origin="names", decision="relabelled"),
        words("مدينة", "LOC", decision="added"),
    )
    other = marked(
        words("الجيش", "ARM", origin="names", decision="accepted"),
        words("مدينة حلب", "GPE", origin="names", decision="resized"),
        words("الوزير", "TITLE", origin="titles", decision="accepted"),
    )
    found = rules([begun(item(anna=made, omar=other), blank=False, prelabels=shown)])
    assert found == [Rule("names", 4, 2, 1, 1, 0), Rule("titles", 2, 1, 0, 0, 1)]
    assert [rule.rate for rule in found] == [0.5, 0.5]
    assert rules([item(anna=made, omar=other)]) == []
    assert Rule("none", 0, 0, 0, 0, 0).rate is None
