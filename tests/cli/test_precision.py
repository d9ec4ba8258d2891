"""Counting how often each rule is right: rows of one source, texts, and the printed check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotate.annotation_files import write_annotations
from annotate.cli.precision import main, measure
from annotate.heuristics.precision import Row, read_rows, table
from annotate.resources import resource
from tests.support import SEEDS, TEXT, sample_annotation, write_lines

OTHER = Row("other", "0" * 12, "entity", "GPE", "lexicon:gpe", 5, 4)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    write_annotations(tmp_path / "gold.jsonl", [replace(sample_annotation(), text=TEXT)])
    return tmp_path / "gold.jsonl"


def test_a_source_is_counted_and_the_others_stay(tmp_path: Path, gold: Path) -> None:
    path = tmp_path / "precision.tsv"
    key = sample_annotation().text_sha256[:12]
    path.write_text(table([OTHER, Row("mine", "f" * 12, "entity", "ORG", "head", 1, 1)]), "utf-8")
    ran = run(path, "--source", "mine", gold)
    assert ran.exit_code == 0, ran.output
    rows = read_rows(path)
    assert OTHER in rows
    mine = [row for row in rows if row.source == "mine"]
    assert Row("mine", key, "entity", "GPE", "lexicon:gpe", 1, 1) in mine
    assert Row("mine", key, "event", "TAKEOVER", "trigger:TAKEOVER", 1, 1) in mine
    assert {row.article for row in mine} == {key}
    assert len(rows) == len(mine) + 1


def test_texts_come_from_articles_where_the_references_lack_them(tmp_path: Path) -> None:
    write_annotations(tmp_path / "gold.jsonl", [sample_annotation()])
    with pytest.raises(Exception, match=r"gold\.jsonl: the text \w{12}… is missing; say where"):
        measure([tmp_path / "gold.jsonl"], "mine")
    write_lines(tmp_path / "articles.jsonl", [{"text": f"{TEXT}  "}])
    rows = measure([tmp_path / "gold.jsonl"], "mine", [str(tmp_path / "articles.jsonl")])
    assert [row for row in rows if row.label == "GPE"]


def test_what_cannot_be_counted_changes_nothing(tmp_path: Path, gold: Path) -> None:
    path = tmp_path / "precision.tsv"
    path.write_text(table([OTHER]), "utf-8")
    for arguments, message in (
        ((gold,), "give --source NAME and GOLD, or --check"),
        (("--source", "mine"), "give --source NAME and GOLD, or --check"),
        (("--source", "mine", gold, gold), "two references are of one text"),
        (("--source", "mine", tmp_path / "no.jsonl"), "no such file"),
    ):
        ran = run(path, *arguments)
        assert ran.exit_code != 0
        assert message in ran.output
    assert read_rows(path) == [OTHER]


def test_the_check_is_printed() -> None:
    ran = run(resource("schemas", "lexicon", "precision.tsv"), "--check")
    assert ran.exit_code == 0
    assert "| reference | spans | mean score | observed precision | Brier score |" in ran.output
    assert "| newspapers-2015 |" in ran.output
    document = (SEEDS.parent / "docs" / "pre-annotation.md").read_text("utf-8")
    assert ran.output.strip() in document
