"""Clitics: whole words match with what is written onto them, parts of words do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.arabic.clitics import Reading, match, readings
from annotate.arabic.normalize import search_text

WORDS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويء", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("word", "stem", "reading"),
    [
        ("دمشق", "دمشق", Reading("دمشق")),
        ("بدمشق", "دمشق", Reading("دمشق", preposition="ب")),
        ("وبدمشق", "دمشق", Reading("دمشق", "و", "ب")),
        ("فلدمشق", "دمشق", Reading("دمشق", "ف", "ل")),
        ("كدمشق", "دمشق", Reading("دمشق", preposition="ك")),
        ("الجيش", "جيش", Reading("جيش", article=True)),
        ("بالجيش", "جيش", Reading("جيش", preposition="ب", article=True)),
        ("كالجيش", "جيش", Reading("جيش", preposition="ك", article=True)),
        ("للجيش", "جيش", Reading("جيش", preposition="ل", article=True)),
        ("فللجيش", "جيش", Reading("جيش", "ف", "ل", article=True)),
        ("وبالجيش", "جيش", Reading("جيش", "و", "ب", article=True)),
        ("للرياض", "الرياض", Reading("رياض", preposition="ل", article=True)),
        ("لليبيا", "ليبيا", Reading("ليبيا", preposition="ل")),
        ("لقوات", "قوات", Reading("قوات", preposition="ل")),
        ("سيسيطر", "يسيطر", Reading("يسيطر", preposition="س")),
        ("وسيعلن", "يعلن", Reading("يعلن", "و", "س")),
        ("سيطرتها", "سيطرة", Reading("سيطره", ending="ها")),
        ("وسيطرتهم", "سيطرة", Reading("سيطره", "و", ending="هم")),
        ("انسحابهما", "انسحاب", Reading("انسحاب", ending="هما")),
        ("قواتنا", "قوات", Reading("قوات", ending="نا")),
        ("قتلوه", "قتلوا", Reading("قتلوا", ending="ه")),
        ("مستشفاها", "مستشفى", Reading("مستشفي", ending="ها")),
        ("كيلومترا", "كيلومتر", Reading("كيلومتر", ending="ا")),
        ("وادي", "وادي", Reading("وادي")),
    ],
)
def test_the_reading_of_a_word(word: str, stem: str, reading: Reading) -> None:
    assert match(word, {search_text(stem)}) == reading


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("هشام", "شام"),
        ("شامل", "شام"),
        ("مدمشق", "دمشق"),
        ("سوريات", "سوري"),
        ("الجيشان", "جيش"),
        ("والجيشها", "جيش"),  # no pronoun after the article
        ("ب", "ب" * 2),
    ],
)
def test_part_of_a_word_does_not_match(word: str, stem: str) -> None:
    assert match(word, {search_text(stem)}) is None


def test_the_fewest_clitics_come_first() -> None:
    assert match("والي", {"والي", "الي"}) == Reading("والي")
    counts = [reading.clitics for reading in readings("وبالجيش")]
    assert counts == sorted(counts)


def test_the_name_keeps_the_article() -> None:
    assert Reading("رياض", article=True).name == "الرياض"
    assert Reading("دمشق", preposition="ب").name == "دمشق"


def taken_apart(word: str, reading: Reading) -> set[str]:
    """Every way to write the reading together again."""
    article = "ال" if reading.article else ""
    openings = {reading.conjunction + reading.preposition + article}
    if reading.preposition == "ل" and reading.article:
        openings = {reading.conjunction + "لل"} | openings
    stems = {reading.stem}
    if reading.ending:
        if reading.stem.endswith("ه"):
            stems.add(reading.stem[:-1] + "ت")
        if reading.stem.endswith("وا"):
            stems.add(reading.stem[:-1])
        if reading.stem.endswith("ي"):
            stems.add(reading.stem[:-1] + "ا")
    return {opening + stem + reading.ending for opening in openings for stem in stems}


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_a_reading_is_made_of_the_word(word: str) -> None:
    found = readings(word)
    assert len(found) == len(set(found))
    assert len(word) < 2 or Reading(word) in found
    for reading in found:
        assert word in taken_apart(word, reading)


@settings(max_examples=100, deadline=None)
@given(WORDS, st.sets(WORDS, max_size=8))
def test_readings_among_stems_are_those_of_all_that_match(word: str, stems: set[str]) -> None:
    stems |= {word[2:], word[:3]} - {""}
    few = [r for r in readings(word, stems) if r.stem in stems or r.name in stems]
    assert few == [r for r in readings(word) if r.stem in stems or r.name in stems]
