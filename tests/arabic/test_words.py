"""Words and sentences: equal to camel-tools' words, and exact in their offsets."""

from __future__ import annotations

import itertools
import sys

import pytest
from camel_tools.tokenizers.word import simple_word_tokenize
from camel_tools.utils.charsets import EMOJI_ALL_CHARSET, UNICODE_PUNCT_SYMBOL_CHARSET
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.arabic.build_emoji import emoji_text
from annotate.arabic.emoji import FILE, emoji, expand
from annotate.arabic.words import at_most, is_symbol, sentences, words

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from('سوريا قسد ٢٠ كم #_@./،؛؟!"«»“”(){}-—…\n\t\u200f\u200d\ufe0f'),
        st.sampled_from("👍🏽🇸🇾♂️1️⃣❤️‍🔥👩‍👩‍👧‍👦😀"),
        st.characters(),
    ),
    max_size=50,
)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_words_are_those_of_camel_tools(text: str) -> None:
    found = words(text)
    assert [word.text for word in found] == simple_word_tokenize(text, split_digits=False)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))
    assert len(found) <= at_most(text)


@pytest.mark.parametrize("text", ["غد" * 5000, "🇸🇾" * 3000, "a." * 3000, "\u200d" * 5000])
def test_very_long_words(text: str) -> None:
    assert "".join(word.text for word in words(text)) == text


def test_symbols() -> None:
    assert all(is_symbol(mark) for mark in "،؟«#👍")
    assert not is_symbol("دمشق")


def test_symbols_are_those_of_camel_tools() -> None:
    assert emoji() == EMOJI_ALL_CHARSET
    characters = {chr(code) for code in range(sys.maxunicode + 1)}
    found = {word for word in characters | EMOJI_ALL_CHARSET if is_symbol(word)}
    assert found == EMOJI_ALL_CHARSET | UNICODE_PUNCT_SYMBOL_CHARSET


def test_the_emoji_are_those_that_the_package_lists_now() -> None:
    assert FILE.read_text("utf-8") == emoji_text(), "run: make generate"


@pytest.mark.parametrize(
    ("entry", "stands_for"),
    [
        ("☀..☂", "☀ ☁ ☂"),
        ("☀w", "☀ ☀\ufe0f"),
        ("👍t", "👍🏻 👍🏼 👍🏽 👍🏾 👍🏿"),
        ("SY", "🇸🇾"),
        ("👨-💻", "👨\u200d💻"),
        ("🏴[gbwls]", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"),
    ],
)
def test_the_notation_of_emoji(entry: str, stands_for: str) -> None:
    assert list(expand(entry)) == stands_for.split()


def test_two_tones_that_differ() -> None:
    found = list(expand("🫱t-🫲o"))
    assert len(found) == 20
    assert "🫱🏻\u200d🫲🏿" in found
    assert "🫱🏻\u200d🫲🏻" not in found


def test_sentences() -> None:
    first, second, third = "قال الوزير 3.5 مليون.", "متى؟", "عاجل!"
    text = f"{first} {second}\n{third}"
    found = [text[start:end] for start, end in sentences(text)]
    assert found == [first, second, third]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_sentences_cover_all_that_is_no_space(text: str) -> None:
    found = sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
    assert "".join("".join(text[start:end].split()) for start, end in found) == "".join(
        text.split()
    )
