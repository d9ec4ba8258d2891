"""What the benchmark is made of; nothing is timed here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.bench.contenders import patterns
from tests.bench.corpora import Corpus, pieces, read, seeds, varied
from tests.bench.length import slope
from tests.bench.report import Section, median_and_spread, page
from tests.bench.spawn import cost_of
from tests.support import ROOT, TEXT, clean_environment


def test_the_patterns_hold_words_phrases_forms_and_triggers() -> None:
    found = patterns()
    assert len(found) == len(set(found)) > 20_000
    assert {"دمشق", "أبو ظبي", "ابو ظبي", "سيطرت", "اللبناني"} <= set(found)
    assert all(pattern.strip() == pattern and pattern for pattern in found)


def test_the_varied_corpus_has_more_words_and_is_the_same_each_time() -> None:
    corpus = varied(size=60)
    assert corpus == varied(size=60)
    assert corpus != varied(size=60, seed=1)
    assert len(corpus.texts) == 60
    assert corpus.distinct > 3 * seeds().distinct
    assert "60 articles" in corpus.about


def test_articles_are_read_as_the_command_line_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "1", "text": f"{TEXT}\r\n\r\n{TEXT}."}), encoding="utf-8")
    assert read(str(path)) == Corpus("a.jsonl", (f"{TEXT}\n{TEXT}.",))
    assert read(str(path), "two lines").name == "two lines"


def test_pieces_are_as_long_as_asked() -> None:
    assert list(pieces(["aa", "bbb", "c", "d"], 5)) == ["aa\nbbb"]
    assert list(pieces(["aa", "bbb", "c", "dd"], 3)) == ["aa", "bbb", "c\ndd"]


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_slope_is_the_power(power: float) -> None:
    sizes = [10.0, 100.0, 1000.0]
    assert slope(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


def test_the_cost_of_a_command(tmp_path: Path) -> None:
    big = cost_of([sys.executable, "-c", "b'x' * 10**8"], ROOT, clean_environment())
    small = cost_of([sys.executable, "-c", "pass"], ROOT, clean_environment())
    assert big.peak - small.peak == pytest.approx(95, abs=20)
    assert 0 < small.cpu < 10
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))'])"
    both = cost_of([sys.executable, "-c", code], ROOT, clean_environment(), watch=True)
    assert both.watched
    assert both.busiest < both.cpu
    with pytest.raises(RuntimeError, match="raise"):
        cost_of([sys.executable, "-c", "raise ValueError"], ROOT, clean_environment())


def test_the_page_holds_each_section_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.report.machine", lambda: {"CPU": "one", "Python": "3"})
    section = Section("Speed", "Above.", ("", "x"), [("a", "1"), ("b", "2")], "--only speed", "So.")
    text = page([section], ["seeds: 7 articles"], with_articles=True)
    assert "- seeds: 7 articles\n" in text
    assert "`make bench-preannotation ARTICLES=path/to/articles.jsonl ARGS='--only speed'`" in text
    assert "|  | x |\n|---|---:|\n| a | 1 |\n| b | 2 |\n\nSo.\n" in text
    assert "ARTICLES" not in page([section], [], with_articles=False)


def test_median_and_spread() -> None:
    assert median_and_spread([3.0, 1.0, 2.0]) == "2.00 (1.00 to 3.00)"
