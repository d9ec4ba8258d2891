"""The identity of articles: what a doc_id comes from, and what it does not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.article import Article, make_doc_id
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import CleaningRules, load_rules
from annotate.storage import text_sha256
from tests.support import PROPERTY, SEEDS, sample_article, write_lines

URL = "https://example.org/أخبار/1"


def digits(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]


@given(st.text(min_size=1), st.integers(1, 5))
@PROPERTY
def test_doc_id_is_the_beginning_of_a_sha256(identity: str, position: int) -> None:
    for given_one in ({"url": identity}, {"given_id": identity}):
        assert make_doc_id(0, **given_one) == digits(identity)
        assert make_doc_id(position, **given_one) == digits(f"{identity}#{position}")
    assert make_doc_id(0, url=identity, given_id="other", file="f") == digits(identity)
    assert make_doc_id(position, file="f") == digits(f"f#{position}")
    assert make_doc_id(0, file="f") == digits("f#0")


def test_from_the_url_then_the_id_then_the_file(tmp_path: Path) -> None:
    rows = [
        {"text": "نص أول", "url": URL, "id": "7"},
        {"text": "نص ثان", "id": 7},
        {"text": "نص ثالث"},
        {"text": "نص رابع", "url": "", "id": ""},
    ]
    path = write_lines(tmp_path / "a.jsonl", rows)
    file = hashlib.sha256(path.read_bytes()).hexdigest()
    found = list(read_articles([str(path)], None))
    assert [article.doc_id for article in found] == [
        digits(URL),
        digits("7"),
        digits(f"{file}:2#0"),
        digits(f"{file}:3#0"),
    ]
    assert [(a.source, a.source_id, a.url) for a in found[:3]] == [
        (URL, "7", URL),
        ("a.jsonl", "7", None),
        ("a.jsonl", None, None),
    ]


def test_a_second_article_of_a_page_has_its_position(tmp_path: Path) -> None:
    (page,) = SEEDS.glob("000_*.txt")
    file = hashlib.sha256(page.read_bytes()).hexdigest()
    found = list(read_articles([str(page)], load_rules()))
    assert [a.doc_id for a in found] == [digits(f"{file}:0#0"), digits(f"{file}:0#1")]
    raw = page.read_bytes().decode("utf-8-sig")
    path = write_lines(tmp_path / "a.jsonl", [{"text": raw, "url": URL}])
    found = list(read_articles([str(path)], load_rules()))
    assert [a.doc_id for a in found] == [digits(URL), digits(f"{URL}#1")]


def test_known_ids_of_the_seeds() -> None:
    found = [a.doc_id for a in read_articles([str(SEEDS / "*.txt")], load_rules())]
    assert found == [
        *("4edc5058554e18b8", "93a135f6ff44e9bd", "46949a7482d9b0f9", "eccd6c5b905e0614"),
        *("5b5fa0fb20a647fc", "7ca3479d3e5ad6d6", "d9bbcab15b21166d"),
    ]


def test_a_better_cleaning_rule_orphans_nothing() -> None:
    pages = [str(SEEDS / "*.txt")]
    no_rules = CleaningRules(version="1.0.0")
    cleaned = {a.doc_id: a.text for a in read_articles(pages, load_rules())}
    for rules in (no_rules, None):
        others = list(read_articles(pages, rules))
        assert len(others) == 5
        assert {a.doc_id for a in others} <= set(cleaned)
        assert all(cleaned[a.doc_id] != a.text for a in others[:2])


def test_the_name_of_a_file_is_no_part_of_its_identity(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص")
    (tmp_path / "b.txt").write_text("نص\n")
    (one,) = read_articles([str(tmp_path / "a.txt")], None)
    (tmp_path / "a.txt").rename(tmp_path / "c.txt")
    (renamed,) = read_articles([str(tmp_path / "c.txt")], None)
    (other,) = read_articles([str(tmp_path / "b.txt")], load_rules())
    assert renamed.doc_id == one.doc_id
    assert other.text == one.text
    assert other.doc_id != one.doc_id


@given(st.text())
@PROPERTY
def test_text_sha256_names_the_text(text: str) -> None:
    assert sample_article(text).text_sha256 == text_sha256(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("عنوان\nفقرة", "عنوان"),
        ("", ""),
        ("ا" * 120, "ا" * 120),
        ("ا" * 121, "ا" * 119 + "…"),
    ],
)
def test_title_is_the_first_line_in_short(text: str, title: str) -> None:
    assert Article("0" * 16, text).title == title


def test_json_numbers_and_dates_are_kept_as_given(tmp_path: Path) -> None:
    row = {"text": "نص", "id": 12, "published": "2024-12-08", "outlet": "وكالة", "crawled": None}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (article,) = read_articles([str(tmp_path / "a.jsonl")], None)
    assert (article.source_id, article.published, article.outlet, article.crawled) == (
        "12",
        "2024-12-08",
        "وكالة",
        None,
    )
