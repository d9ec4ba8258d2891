"""Cleaning: the text rules, the boilerplate rules, and the way back to the raw text."""

from __future__ import annotations

import gc
import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.article import KEPT_KINDS, Kind, OffsetMap
from annotate.corpus.clean import CleanText, clean, keep_as_is
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import CleaningRules, load_rules
from tests.support import PROPERTY, ROOT, SEEDS

RULES = load_rules()
NO_RULES = CleaningRules(version="1.0.0")
EXPECTED = json.loads((ROOT / "tests" / "data" / "seeds.articles.json").read_text("utf-8"))

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u180e"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LINE_BREAKS = ("\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029")
SPECIAL = f"\0\t \u00a0\u2009\u202f\u3000{ZERO_WIDTH}{BIDI}\n\r\v\f\x85\u2028\u2029"
LINES = st.sampled_from(
    [
        *("اقرأ أيضا", "المصدر: وكالة", "كلمات دلالية: سوريا", "إعلان", "التعليقات", "السابق"),
        *("عنوان قصير", "• رابط", "جملة تامة.", "pic.twitter.com/abc", "كلمة " * 25 + "نهاية."),
    ]
)
arbitrary = st.text(st.sampled_from(SPECIAL) | st.characters(codec="utf-8"), max_size=60)
raw_texts = arbitrary | st.lists(LINES | arbitrary, max_size=12).map("\n".join)

BODY = "أعلنت مصادر محلية أن المعارك استمرت طوال الليل في محيط المدينة وأن آلاف المدنيين نزحوا نحو "
PARAGRAPHS = [f"{BODY}{place} بعد أن طال القصف منازلهم." for place in ("الشمال", "الجنوب", "الشرق")]


def paragraph_words() -> int:
    return min(len(paragraph.split()) for paragraph in PARAGRAPHS)


def texts(raw: str, rules: CleaningRules = RULES) -> list[str]:
    return [article.text for article in clean(raw, rules)]


def kept(*lines: str) -> list[str]:
    """The lines that are kept of a page with these lines, which holds one article."""
    (text,) = texts("\n".join(lines))
    return text.split("\n")


def kinds(article: CleanText) -> list[Kind]:
    return [segment.kind for segment in article.segments]


# The seeds


def test_the_seven_seed_texts() -> None:
    found = [(a.source, a.text) for a in read_articles([str(SEEDS / "*.txt")], RULES)]
    assert found == [(article["source"], article["text"]) for article in EXPECTED]


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_every_line_of_a_seed_is_some_segment(path: Path) -> None:
    raw = path.read_bytes().decode("utf-8-sig")
    segments = [segment for article in clean(raw, RULES) for segment in article.segments]
    covered = [raw[segment.raw_start : segment.raw_end] for segment in segments]
    assert covered == [line for line in re.split(r"\r\n|[\r\n]", raw) if line.strip(f"{SPECIAL}")]
    assert [s.raw_start for s in segments] == sorted(s.raw_start for s in segments)


def test_cleaning_a_clean_seed_changes_nothing() -> None:
    for article in EXPECTED:
        assert texts(article["text"]) == [article["text"]]


# The way back to the raw text


def is_blank(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) == "Zs"


def assert_offsets_lead_back(raw: str, article: CleanText) -> None:
    last = -1
    for offset, char in enumerate(article.text):
        there = article.offsets.raw(offset)
        assert there > last
        last = there
        if char == " ":
            assert is_blank(raw[there])
        elif char == "\n":
            assert raw[there] in LINE_BREAKS
        else:
            assert raw[there] == char


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_offsets_of_the_seeds_lead_back(path: Path) -> None:
    raw = path.read_bytes().decode("utf-8-sig")
    for article in clean(raw, RULES):
        assert_offsets_lead_back(raw, article)


@given(raw_texts)
@PROPERTY
def test_offsets_of_any_text_lead_back(raw: str) -> None:
    for article in clean(raw, RULES):
        assert_offsets_lead_back(raw, article)


def test_a_raw_span_covers_what_was_dropped_inside_it() -> None:
    raw = " في\u200f دمشق\u00a0\u00a0اليوم"
    (article,) = clean(raw, NO_RULES)
    assert article.text == "في دمشق اليوم"
    start, end = article.offsets.raw_span(0, len("في دمشق"))
    assert raw[start:end] == "في\u200f دمشق"
    start, end = article.offsets.raw_span(len("في دمشق "), len("في دمشق اليوم"))
    assert raw[start:end] == "اليوم"


@given(raw_texts)
@PROPERTY
def test_segments_tell_the_text_and_their_raw_lines(raw: str) -> None:
    for article in clean(raw, RULES):
        lines = []
        last_end = 0
        for segment in article.segments:
            assert last_end <= segment.raw_start < segment.raw_end <= len(raw)
            last_end = segment.raw_end
            if segment.kind not in KEPT_KINDS:
                assert (segment.start, segment.end) == (None, None)
                continue
            assert segment.start is not None
            assert segment.end is not None
            lines.append(article.text[segment.start : segment.end])
            first, after = article.offsets.raw_span(segment.start, segment.end)
            assert segment.raw_start <= first < after <= segment.raw_end
        assert "\n".join(lines) == article.text


# The text rules


@given(raw_texts)
@PROPERTY
def test_any_text_comes_out_clean(raw: str) -> None:
    for text in texts(raw):
        assert not set(text) & set(f"\0{ZERO_WIDTH}{BIDI}\t\r\v\f\x85\u2028\u2029")
        assert not any(is_blank(char) and char != " " for char in text)
        assert "  " not in text
        for line in text.split("\n"):
            assert line
            assert line == line.strip(" ")


@given(raw_texts)
@PROPERTY
def test_nothing_else_is_changed_added_or_lost(raw: str) -> None:
    """Without rules, all but blanks and invisible marks stays, in order."""
    dropped = {ord(char): None for char in SPECIAL}
    every = re.compile("[\u2000-\u200f\u2028-\u202f\u205f-\u206f\u1680]|\\s")
    expected = every.sub("", raw.translate(dropped))
    assert every.sub("", "".join(texts(raw, NO_RULES))) == expected


@given(raw_texts)
@PROPERTY
def test_cleaning_again_changes_nothing_where_nothing_is_boilerplate(raw: str) -> None:
    for text in texts(raw, NO_RULES):
        assert texts(text, NO_RULES) == [text]


@given(raw_texts, st.sampled_from(LINE_BREAKS))
@PROPERTY
def test_every_line_break_is_as_good_as_a_line_feed(raw: str, line_break: str) -> None:
    unix = re.sub("\r\n|[\r\v\f\x85\u2028\u2029]", "\n", raw)
    other = unix.replace("\n", line_break)
    assert texts(other) == texts(unix)
    assert [kinds(article) for article in clean(other, RULES)] == [
        kinds(article) for article in clean(unix, RULES)
    ]


@pytest.mark.parametrize("blank", ["  ", "\t", "\u00a0", "\u2003", "\u202f", "\u3000", " \u200f\t"])
def test_blanks_become_one_space(blank: str) -> None:
    assert texts(f"{blank}في{blank}دمشق{blank}") == ["في دمشق"]


@pytest.mark.parametrize("char", ["\0", *ZERO_WIDTH, *BIDI])
def test_invisible_marks_go(char: str) -> None:
    assert texts(f"{char}دم{char}{char}شق{char} {char}اليوم{char}") == ["دمشق اليوم"]


@pytest.mark.parametrize(
    "text",
    [
        "مُحَمَّدٌ قالَ",  # diacritics
        "ـــ عنـــوان",  # tatweel
        "ﷺ ﻻ ﷲ ﺍﻟﻌﺮﺑﻴﺔ",  # compatibility and presentation forms
        "ا\u0655 إ ٱ",  # composed or not
        "e\u0301 é ½ ²",
        "١٢٣ ۴۵۶ 789",
        "👩\U0001f3fd 🇸🇾",
        "a\x01b\x1fc\x7f",  # control characters that are no blanks
        "soft\u00adhyphen",
    ],
)
def test_nothing_else_is_normalized(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize("raw", ["", "\n", " \t\r\n\u200b\u00a0", "\0\0", "إعلان\nالمصدر: وكالة"])
def test_nothing_to_keep_is_no_article(raw: str) -> None:
    assert clean(raw, RULES) == []


# Boilerplate


def test_the_paragraphs_of_these_tests_are_long_enough() -> None:
    assert paragraph_words() >= RULES.paragraph_words
    assert paragraph_words() > RULES.link_words


def test_source_line_and_keywords_go() -> None:
    assert kept(PARAGRAPHS[0], "المصدر: وكالات", "كلمات دلالية: سوريا، دمشق") == PARAGRAPHS[:1]
    assert kept(PARAGRAPHS[0], "المصادر :", "الأوسمة", "سوريا", "دمشق") == PARAGRAPHS[:1]


def test_a_long_line_that_begins_like_a_source_line_stays() -> None:
    limit = RULES.markers[0].max_words
    assert limit is not None
    line = "المصدر: " + "كلمة " * (limit - 2) + "نهاية"
    assert kept(PARAGRAPHS[0], line) == [PARAGRAPHS[0]]
    line = "المصدر: " + "كلمة " * (limit - 1) + "نهاية"
    assert kept(PARAGRAPHS[0], line) == [PARAGRAPHS[0], line]


@pytest.mark.parametrize(
    "phrase", ["اقرأ أيضا", "إقرأ أيضاً:", "اقرأ أيضًا", "** اقرأ أيضا", "اقـرأ أيضا"]
)
def test_one_spelling_of_a_phrase_stands_for_all(phrase: str) -> None:
    if phrase.startswith("*"):
        assert phrase in kept(PARAGRAPHS[0], phrase, PARAGRAPHS[1])
    else:
        assert kept(PARAGRAPHS[0], phrase, PARAGRAPHS[1]) == PARAGRAPHS[:2]


def test_related_links_in_mid_article_do_not_swallow_the_paragraphs_below() -> None:
    links = ["اقرأ أيضا", "عنوان قصير بلا نقطة", "• رابط آخر فيه كلمات", "عنوان ثالث"]
    assert kept(PARAGRAPHS[0], *links, *PARAGRAPHS[1:]) == PARAGRAPHS
    assert kept(PARAGRAPHS[0], *links, "جملة تامة.", "عنوان") == [
        PARAGRAPHS[0],
        "جملة تامة.",
        "عنوان",
    ]


def test_a_marker_with_its_link_on_the_line_takes_only_that_line() -> None:
    lines = kept(PARAGRAPHS[0], "اقرأ أيضا: عنوان قصير", "سطر قصير من النص", PARAGRAPHS[1])
    assert lines == [PARAGRAPHS[0], "سطر قصير من النص", PARAGRAPHS[1]]


def test_another_marker_ends_the_links() -> None:
    lines = [PARAGRAPHS[0], "اقرأ أيضا", "رابط أول", "المصدر: وكالة", "سطر قصير"]
    assert kept(*lines) == [PARAGRAPHS[0], "سطر قصير"]


def test_an_advert_line_inside_an_article_goes_alone() -> None:
    assert kept(PARAGRAPHS[0], "إعلان", PARAGRAPHS[1]) == PARAGRAPHS[:2]
    assert kept(PARAGRAPHS[0], "إعلان", "سطر قصير", PARAGRAPHS[1])[1] == "سطر قصير"
    assert kept(PARAGRAPHS[0], "إعلان وقف إطلاق النار", PARAGRAPHS[1])[1] == "إعلان وقف إطلاق النار"


def test_an_advert_among_links_does_not_end_them() -> None:
    assert kept(PARAGRAPHS[0], "اقرأ أيضا", "رابط أول", "إعلان", "رابط ثان") == PARAGRAPHS[:1]


def test_comments_drop_the_rest() -> None:
    (article,) = clean("\n".join([PARAGRAPHS[0], "التعليقات", *PARAGRAPHS[1:], "اقرأ أيضا"]), RULES)
    assert article.text == PARAGRAPHS[0]
    assert kinds(article) == ["paragraph", *["comments"] * 4]


def test_navigation_drops_the_titles_below_it() -> None:
    assert (
        kept("الرئيسية", PARAGRAPHS[0], "السابق", "خبر سابق", "التالي", "خبر تال") == PARAGRAPHS[:1]
    )


def test_headlines_are_short_lines_above_a_paragraph() -> None:
    raw = "\n".join(["عنوان قصير", PARAGRAPHS[0], "جملة قصيرة.", PARAGRAPHS[1], "ذيل قصير"])
    (article,) = clean(raw, RULES)
    assert kinds(article) == ["headline", "paragraph", "paragraph", "paragraph", "paragraph"]


def test_posts_take_the_short_lines_above_them_in_their_block() -> None:
    post = ["اسم الحساب", "نص التغريدة", "pic.twitter.com/AbC1"]
    raw = "\n".join([PARAGRAPHS[0], "", *post, "", PARAGRAPHS[1]])
    (article,) = clean(raw, RULES)
    assert kinds(article) == ["paragraph", "post", "post", "post", "paragraph"]
    assert article.text.split("\n")[1:4] == post


# Two articles on a page


def test_a_second_article_needs_a_tail_before_it() -> None:
    page = [PARAGRAPHS[0], "المصدر: وكالة", "اقرأ أيضا", *PARAGRAPHS[1:]]
    assert texts("\n".join(page)) == [PARAGRAPHS[0], "\n".join(PARAGRAPHS[1:])]
    del page[1]
    assert texts("\n".join(page)) == ["\n".join(PARAGRAPHS)]


def test_keywords_are_a_tail_too() -> None:
    page = [PARAGRAPHS[0], "كلمات دلالية", "سوريا", "شاهد أيضا", *PARAGRAPHS[1:]]
    assert texts("\n".join(page)) == [PARAGRAPHS[0], "\n".join(PARAGRAPHS[1:])]


def test_one_paragraph_is_no_second_article() -> None:
    page = [PARAGRAPHS[0], "المصدر: وكالة", "اقرأ أيضا", "رابط", PARAGRAPHS[1]]
    assert texts("\n".join(page)) == ["\n".join(PARAGRAPHS[:2])]


def test_paragraphs_below_another_marker_are_no_second_article() -> None:
    page = [PARAGRAPHS[0], "المصدر: وكالة", "اقرأ أيضا", "رابط", "التعليقات", *PARAGRAPHS[1:]]
    assert texts("\n".join(page)) == [PARAGRAPHS[0]]


def test_offsets_of_a_second_article_lead_back() -> None:
    raw = "\r\n".join([PARAGRAPHS[0], "المصدر: وكالة", "اقرأ أيضا", *PARAGRAPHS[1:]])
    first, second = clean(raw, RULES)
    assert kinds(first) == ["paragraph", "source_line", "related_links"]
    start, end = second.offsets.raw_span(0, len(PARAGRAPHS[1]))
    assert raw[start:end] == PARAGRAPHS[1]
    assert start == raw.index(PARAGRAPHS[1])


# Text that is clean already


@given(raw_texts)
@PROPERTY
def test_keep_as_is_keeps(raw: str) -> None:
    found = keep_as_is(raw)
    assert found.text == raw
    assert all(found.offsets.raw(offset) == offset for offset in range(len(raw)))
    pieces = [raw[segment.start : segment.end] for segment in found.segments]
    assert pieces == [line for line in raw.split("\n") if line]
    assert set(kinds(found)) <= {"paragraph"}


def test_offset_map_is_the_identity_by_default() -> None:
    assert OffsetMap().raw_span(3, 9) == (3, 9)


# Time


def seconds(raw: str) -> float:
    """Processor time without the garbage collector's, the better of two runs."""
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            start = time.process_time()
            clean(raw, RULES)
            taken.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "length"),
    [
        ("ا", 1_000_000),
        ("كلمة ", 600_000),
        (" ", 1_000_000),
        ("\u200b", 1_000_000),
        ("ا\u200b", 100_000),
        ("(@a) 1 ", 100_000),
        ("x.com/a/status/", 400_000),
        ("المصدر:", 400_000),
        ("1", 40_000),
        ("(1", 40_000),
        (" 1", 50_000),
        ("| ", 100_000),
        ("المصدر: x\nاقرأ أيضا\n", 150_000),
        ("\n", 100_000),
    ],
    ids=repr,
)
def test_time_is_linear_in_the_length(piece: str, length: int) -> None:
    quarter, whole = (seconds(f"ا{piece * (length // len(piece) // part)}ا") for part in (4, 1))
    assert whole <= 8 * quarter + 0.1  # a quadratic one takes 16 times as long


LONG = "كلمة " * 24 + "نهاية."


def test_a_source_line_at_the_top_is_no_tail() -> None:
    """Else a link in the middle would cut the article in two."""
    lines = ["عنوان الخبر", "المصدر: رويترز", LONG, "اقرأ أيضا:", "خبر آخر", LONG, LONG]
    (article,) = clean("\n".join(lines), load_rules())
    assert article.text == "\n".join(["عنوان الخبر", LONG, LONG, LONG])


def test_a_short_sentence_below_the_links_stays() -> None:
    raw = "\n\n".join([LONG, "اقرأ أيضا:", "خبر آخر", "وقتل ثلاثة جنود في الاشتباكات", LONG])
    (article,) = clean(raw, load_rules())
    assert article.text == "\n".join([LONG, "وقتل ثلاثة جنود في الاشتباكات", LONG])


@pytest.mark.parametrize("top", ["شارك", "الرئيسية", "الوسوم"])
def test_a_headline_below_navigation_stays(top: str) -> None:
    (article,) = clean("\n".join([top, "عنوان الخبر", LONG, LONG]), load_rules())
    assert article.text == "\n".join(["عنوان الخبر", LONG, LONG])
    assert [s.kind for s in article.segments][:2] != ["headline", "headline"]


def test_boilerplate_above_the_first_article_belongs_to_it() -> None:
    (article,) = clean("\n".join(["المصدر: رويترز", "اقرأ أيضا:", LONG, LONG]), load_rules())
    assert article.text == "\n".join([LONG, LONG])
    assert [s.kind for s in article.segments] == [
        "source_line",
        "related_links",
        "paragraph",
        "paragraph",
    ]
