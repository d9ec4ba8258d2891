"""Tokens and sentences of many texts at once are those of `annotate.arabic.words`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.words import sentences, words
from annotate.dataset.text_columns import listed, texts_of
from tests.support import PROPERTY

# Symbols of several characters, marks before and after them, all kinds of white space.
TRICKY = st.text(
    "ابت .!؟\n،\u064b1a\u00a0\u200b_#*\u20e3\ufe0f😀🇸🇾\u200d👩☀©«»\u2028\x1c\x85$+^ǃ٪\0",
    max_size=30,
)
ANY = st.text(max_size=30)  # without surrogates, which are no characters


@PROPERTY
@given(st.lists(TRICKY | ANY, max_size=6))
def test_they_are_cut_as_one_by_one(texts: list[str]) -> None:
    found = texts_of(texts)
    tokens = found.tokens().to_pylist()
    for number, text in enumerate(texts):
        base = found.bases[number]
        first, after = found.text_tokens[number : number + 2]
        expected = words(text)
        assert tokens[first:after] == [word.text for word in expected]
        assert listed(found.token_starts[first:after] - base) == [w.start for w in expected]
        assert listed(found.token_ends[first:after] - base) == [w.end for w in expected]
        first, after = found.text_sentences[number : number + 2]
        starts, ends = found.sentence_starts[first:after], found.sentence_ends[first:after]
        places = list(zip(listed(starts - base), listed(ends - base), strict=True))
        assert places == sentences(text)
    assert (len(tokens), len(found.sentence_starts)) == (
        sum(len(words(text)) for text in texts),
        sum(len(sentences(text)) for text in texts),
    )


@pytest.mark.parametrize("texts", [[], [""], ["", " \n "], ["\n\n"]])
def test_texts_without_words(texts: list[str]) -> None:
    found = texts_of(texts)
    assert found.tokens().to_pylist() == []
    assert len(found.sentence_starts) == len(found.sentence_ends) == 0
    assert listed(found.text_tokens) == [0] * (len(texts) + 1)
