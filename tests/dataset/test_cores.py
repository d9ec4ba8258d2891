"""Cores: where a span's name begins without what is written onto it."""

from __future__ import annotations

import pytest
from hypothesis import given

from annotate.arabic.normalize import search_text
from annotate.dataset.cores import core
from tests.support import PROPERTY, texts

KNOWN = {
    search_text(word)
    for word in ("دمشق", "القاهرة", "الجيش", "وليد", "كريم", "ريم", "السودان", "حمص", "بيروت")
}


def stripped(surface: str) -> str | None:
    found = core(surface, KNOWN.__contains__)
    return None if found is None else surface[slice(*found)]


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("دمشق", "دمشق"),
        ("بدمشق", "دمشق"),
        ("وبدمشق", "دمشق"),
        ("وَبِدمشق", "دمشق"),
        ("بالقاهرة", "القاهرة"),
        ("القاهرة", "القاهرة"),
        ("والجيش السوداني", "الجيش السوداني"),
        ("وللسودان", None),  # as ل + السودان: the stem without its article is not known here
        ("وليد", "وليد"),
        ("كريم", None),  # a name, or like a gazelle
        ("بيروت", "بيروت"),
        ("ببيروت", "بيروت"),
        ("فلان", None),  # nobody knows the word
        ("طرابلس", "طرابلس"),  # no letter that a clitic could be
        ("مدينة حمص", "مدينة حمص"),
        ("...", "..."),
    ],
)
def test_cores(surface: str, expected: str | None) -> None:
    assert stripped(surface) == expected


def test_after_the_preposition_l_the_article_goes_with_it() -> None:
    surface = "للجيش الوطني"
    found = core(surface, {search_text("جيش")}.__contains__)
    assert found is not None
    assert surface[slice(*found)] == "جيش الوطني"


@PROPERTY
@given(texts)
def test_a_core_is_the_end_of_the_span(surface: str) -> None:
    for is_known in (KNOWN.__contains__, lambda _: True, lambda _: False):
        found = core(surface, is_known)
        if found is not None:
            start, end = found
            assert 0 <= start < end == len(surface)
