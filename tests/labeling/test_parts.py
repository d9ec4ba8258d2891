"""Parts of long articles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.words import sentences, words
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.labeling.parts import Part, split, whole
from tests.support import PROPERTY, SEEDS

texts = st.text("ابتس .!؟،\n\n  1😀\u200bـé", max_size=120) | st.text(max_size=60)
limits = st.integers(1, 12)


def size(text: str) -> int:
    return len(words(text))


def paragraph(count: int, word: str = "كلمة") -> str:
    """One sentence of so many words."""
    return " ".join([word] * count)


def sizes(text: str, max_words: int) -> list[int]:
    return [size(part.of(text)) for part in split(text, max_words)]


# Properties


@PROPERTY
@given(texts, limits)
def test_every_character_but_white_space_is_in_one_part_in_order(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {part.count for part in parts} == {len(parts)}
    position = 0
    for part in parts:
        assert not text[position : part.start].strip()
        assert part.start < part.end or parts == (whole(text),)
        position = part.end
    assert not text[position:].strip()


@PROPERTY
@given(texts, limits)
def test_no_part_begins_or_ends_with_white_space(text: str, limit: int) -> None:
    if text.strip():
        assert all(part.of(text) == part.of(text).strip() for part in split(text, limit))


@PROPERTY
@given(texts, limits)
def test_no_sentence_is_cut(text: str, limit: int) -> None:
    parts = split(text, limit)
    for start, end in sentences(text):
        assert sum(part.start <= start and end <= part.end for part in parts) == 1


@PROPERTY
@given(texts, limits)
def test_no_paragraph_is_cut_that_fits(text: str, limit: int) -> None:
    parts = split(text, limit)
    start = 0
    for line in text.split("\n"):
        held = [part for part in parts if part.start < start + len(line) and start < part.end]
        if line.strip() and size(line) <= limit:
            assert len(held) == 1
        start += len(line) + 1


@PROPERTY
@given(texts, limits)
def test_a_part_is_as_long_as_allowed_or_one_sentence(text: str, limit: int) -> None:
    for part in split(text, limit):
        shown = part.of(text)
        assert size(shown) <= limit or len(sentences(shown)) == 1


@PROPERTY
@given(texts, limits)
def test_there_are_as_few_parts_as_can_be(text: str, limit: int) -> None:
    """Filling each part as far as it goes gives the least number; the crumbs differ."""
    filled, room = 0, 0
    for line in text.split("\n"):
        fits = size(line) <= limit
        for start, end in [(0, len(line))] if fits and line.strip() else sentences(line):
            count = size(line[start:end])
            if filled == 0 or count > room:
                filled, room = filled + 1, max(limit - count, 0)
            else:
                room -= count
    assert len(split(text, limit)) == max(filled, 1)


@PROPERTY
@given(texts)
def test_a_text_that_fits_is_one_part(text: str) -> None:
    (part,) = split(text, max(size(text), 1))
    assert part.of(text) == (text.strip() or text)
    assert whole(text) == Part(1, 1, 0, len(text))
    assert whole(text).of(text) == text


# Balance


def test_parts_are_alike_and_not_full_with_a_crumb() -> None:
    text = "\n".join(paragraph(60) for _ in range(6))
    assert sizes(text, 350) == [180, 180]


def test_borders_are_where_the_paragraphs_allow() -> None:
    text = "\n".join(paragraph(count) for count in (10, 200, 140, 10))
    assert sizes(text, 350) == [210, 150]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(paragraph(99) + "." for _ in range(4))
    assert sizes(text, 350) == [200, 200]


def test_the_rest_of_a_long_paragraph_goes_with_the_next_one() -> None:
    long = " ".join(paragraph(99) + "." for _ in range(4))
    text = f"{paragraph(10)}\n{long}\n{paragraph(50)}"
    assert sizes(text, 350) == [210, 250]


def test_a_long_paragraph_is_not_cut_more_often_than_it_must() -> None:
    """Of three parts, the most even would be 330, 340 and 330 words: with two cuts."""
    long = " ".join(paragraph(9) + "." for _ in range(40))
    text = f"{paragraph(300)}\n{long}\n{paragraph(300)}"
    assert sorted(sizes(text, 350)) == [300, 350, 350]


def test_a_sentence_stays_whole_however_long_it_is() -> None:
    text = f"{paragraph(3)}\n{paragraph(400)}\n{paragraph(5)}"
    assert sizes(text, 350) == [3, 400, 5]


@pytest.mark.parametrize("text", ["", "\n", " \n "])
def test_a_text_without_words_is_one_part(text: str) -> None:
    assert split(text, 350) == (whole(text),)


def test_white_space_at_the_edges_is_in_no_part() -> None:
    assert split("\n أ ب \n\n ج د \n", 2) == (Part(1, 2, 2, 5), Part(2, 2, 9, 12))


def test_the_seeds() -> None:
    articles = list(read_articles([str(SEEDS / "*.txt")], load_rules()))
    counts = []
    for article in articles:
        parts = split(article.text, 350)
        assert "\n".join(part.of(article.text) for part in parts) == article.text
        assert all(size(part.of(article.text)) <= 350 for part in parts)
        counts.append(len(parts))
    assert len(articles) >= 5
    assert max(counts) > 1
