"""Mentions of a name whatever is written onto it, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.labeling.mentions import Text, cores, name_of
from tests.support import PROPERTY


def found(text: str, *names: str, taken: tuple[tuple[int, int], ...] = ()) -> list[str]:
    """The surfaces that are mentions of names, which are given as surfaces."""
    forms = {tuple(Text(name).forms) for name in names}
    return [text[m.start : m.end] for m in Text(text).mentions(forms, taken)]


@pytest.mark.parametrize(
    ("text", "name", "surfaces"),
    [
        ("وصل إلى دمشق أمس", "دمشق", ["دمشق"]),
        ("وصل وبدمشق التقى", "دمشق", ["وبدمشق"]),
        ("فدمشق ولدمشق كدمشق", "دمشق", ["فدمشق", "ولدمشق", "كدمشق"]),
        ("قال للجيش السوري", "الجيش السوري", ["للجيش السوري"]),
        ("والجيش السوريّ", "الجيش السوري", ["والجيش السوريّ"]),
        ("في إدلب وفي ادلب", "إدلب", ["إدلب", "ادلب"]),  # other spelling, one name
        ("دمشقي ودمشقيون", "دمشق", []),  # whole words
        ("سيدمشق", "دمشق", []),
        ("الجيش قال والسوري", "الجيش السوري", []),  # in a row
        ("بدر هنا وبدر هناك", "در", []),  # too short to take a clitic off
        ("در هنا", "در", ["در"]),
        ("#سوريا_دمشق_حرة و #دمشق", "دمشق", ["دمشق"]),  # a hashtag that is the name
        ("@دمشق https://x.org/دمشق", "دمشق", []),
        ("", "دمشق", []),
    ],
)
def test_mentions(text: str, name: str, surfaces: list[str]) -> None:
    assert found(text, name) == surfaces


def test_the_longest_name_is_taken() -> None:
    assert found("في ريف دمشق ودمشق", "دمشق", "ريف دمشق") == ["ريف دمشق", "ودمشق"]


def test_nothing_inside_of_a_span_is_a_mention() -> None:
    text = "مطار دمشق الدولي في دمشق"
    airport = (0, 16)
    assert found(text, "دمشق", taken=(airport,)) == ["دمشق"]
    (mention,) = Text(text).mentions({("دمشق",)}, (airport,))
    assert mention.start == 20
    outside = ((-9, -2), (-3, 5), (20, 99), (40, 50))  # of another part of the article
    assert found(text, "دمشق", taken=outside) == ["دمشق"]


def test_a_run_that_cuts_a_word_has_no_form() -> None:
    text = Text("في دمشق اليوم")
    assert text.form(3, 7) == ("دمشق",)
    assert text.form(4, 7) is None
    assert text.form(3, 6) is None


def test_a_name_is_found_below_its_clitics() -> None:
    assert cores("وبدمشق")[0] == "وبدمشق"
    assert "دمشق" in cores("وبدمشق")
    names = {("دمشق",): 1, ("بدمشق",): 2}
    assert name_of(("وبدمشق",), names) == ("دمشق",)
    assert name_of(("حلب",), names) == ("حلب",)


@PROPERTY
@given(st.text("دمشقولبسري ،.\n#_@", max_size=60))
def test_mentions_are_whole_words_in_order(text: str) -> None:
    read = Text(text)
    names = {tuple(read.forms[i : i + 2]) for i in range(0, len(read.forms) - 1, 3)}
    end = 0
    for mention in read.mentions(names, ()):
        assert end <= mention.start < mention.end <= len(text)
        assert read.form(mention.start, mention.end) is not None
        end = mention.end
