"""The search form, and the way back to the text."""

from __future__ import annotations

import itertools

import pytest
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
        ("", ""),
    ],
)
def test_the_search_form(text: str, form: str) -> None:
    assert search_text(text) == form
    assert search_form(text).text == form


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
