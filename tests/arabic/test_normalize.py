"""The search form, and the way back to the text."""

from __future__ import annotations

import itertools
import sys
import unicodedata

import pytest
from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.arabic.normalize import search_form, search_text

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("أإآاىيةهؤئءكگپ ـًٌَُِّْٰ\u200f\u200e\ufeff٠١٢۳۴،؟\n"),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("أُعلِنَ", "اعلن"),
        ("مستشفى", "مستشفي"),
        ("مدينة", "مدينه"),
        ("الرؤساء", "الروساء"),
        ("بـ٢٠ ألف", "ب20 الف"),
        ("\u200fدمشق\u200f", "دمشق"),
        ("Damascus", "Damascus"),
        ("\ufea9\ufee3\ufeb8\ufed6", "دمشق"),  # in the shapes of old PDF files
        ("\ufee3\ufeaa\ufef3\ufee8\ufe94", "مدينه"),
        ("", ""),
    ],
)
def test_the_search_form(text: str, form: str) -> None:
    assert search_text(text) == form
    assert search_form(text).text == form


INVISIBLE = (
    "\u0640\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def by_camel_tools(text: str) -> str:
    """What camel-tools' functions make of a text."""
    return str(
        dediac_ar(normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(text))))
    )


def beyond_camel_tools(char: str) -> str:
    """What becomes of a character that camel-tools leaves as it is."""
    of_the_quran = 0x0610 <= ord(char) <= 0x061A or 0x06D6 <= ord(char) <= 0x06ED
    if of_the_quran and unicodedata.category(char) in ("Mn", "Cf", "Lm"):
        return ""
    if 0x0600 <= ord(char) < 0x0700 and char.isdecimal():
        return str(unicodedata.digit(char))
    return dict(zip("ؤئکیہەۀگپچ", "ويكيهههكبج", strict=True)).get(char, char)


def _shaped(char: str) -> bool:
    return "\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefe"


def test_characters_become_what_camel_tools_makes_of_them() -> None:
    assert by_camel_tools("أ") == "ا"
    for char in map(chr, range(0x10000)):
        plain = unicodedata.normalize("NFKC", char) if _shaped(char) else char
        known = plain if len(plain) == 1 else char  # a ligature stays
        made = "" if char in INVISIBLE else by_camel_tools(known)
        assert search_text(char) == (beyond_camel_tools(made) if made else ""), hex(ord(char))
    others = "".join(map(chr, range(0x10000, sys.maxunicode + 1)))
    assert search_text(others) == by_camel_tools(others) == others


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.data())
def test_a_span_of_the_search_form_is_a_span_of_the_text(text: str, data: st.DataObject) -> None:
    form = search_form(text)
    assert form.length == len(text)
    assert form.text == search_text(text)
    if not form.text:
        return
    start = data.draw(st.integers(0, len(form.text) - 1))
    end = data.draw(st.integers(start + 1, len(form.text)))
    begin, finish = form.span(start, end)
    assert 0 <= begin < finish <= len(text)
    assert search_text(text[begin:finish]) == form.text[start:end]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_neighbouring_spans_share_nothing_and_lose_nothing(text: str) -> None:
    form = search_form(text)
    spans = [form.span(index, index + 1) for index in range(len(form.text))]
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert end == start
    if spans:
        assert spans[-1][1] == len(text)
