"""preannotate --explain: which rule made what, for people and as JSON; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.heuristics.pipeline import load_heuristics, preannotate_article
from tests.cli.conftest import Run
from tests.support import ONTOLOGY, SEEDS, TEXT, tree, write_lines

PAGES = str(SEEDS / "*.txt")


def test_a_sentence_with_its_table(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", [{"text": f"{TEXT}.\nلا شيء هنا", "id": "7"}])
    before = tree(folder)
    ran = run("preannotate", "a.jsonl", "--explain")
    assert ran.code == 0
    assert tree(folder) == before
    lines = ran.out.splitlines()
    assert lines[0].endswith("· a.jsonl · 7")
    assert f"{TEXT}." in lines
    (city,) = [line.split() for line in lines if line.startswith(" دمشق ")]
    assert city[1:4] == ["GPE", "lexicon:gpe", "دمشق"]
    (found,) = [
        preannotate_article(article, load_heuristics(ONTOLOGY))
        for article in read_articles(["a.jsonl"], load_rules())
    ]
    (span,) = [span for span in found.entities if span.text == "دمشق"]
    assert city[-2] == f"{span.score:.3f}"
    assert int(city[-1]) > 50
    assert any("سيطره (سيطر QI)" in line for line in lines)
    assert "  سيطرتها -> TARGET -> دمشق" in lines
    assert "  nothing is proposed" in lines
    assert any(line.startswith("trigger: a word or phrase that means an event") for line in lines)
    assert "docs/pre-annotation.md" in ran.err


def test_one_json_object_for_each_article(run: Run, folder: Path) -> None:
    ran = run("preannotate", PAGES, "--explain", "--json")
    assert (ran.code, ran.err, tree(folder)) == (0, "", {})
    objects = [json.loads(line) for line in ran.out.splitlines()]
    articles = list(read_articles([PAGES], load_rules()))
    assert [value["doc_id"] for value in objects] == [article.doc_id for article in articles]
    heuristics = load_heuristics(ONTOLOGY)
    for value, article in zip(objects, articles, strict=True):
        found = preannotate_article(article, heuristics)
        spans = [span for sentence in value["sentences"] for span in sentence["spans"]]
        assert [(s["start"], s["end"], s["label"], s["score"]) for s in spans] == [
            (s.start, s.end, s.label, s.score) for s in found.spans
        ]
        assert [f"{s['rule']}/{s['entry'] or ''}".rstrip("/") for s in spans] == [
            (s.origin or "").rstrip("/") for s in found.spans
        ]
        assert any(s["root"] and s["form"] for s in spans if s["layer"] == "event")
        assert not any(s["root"] or s["form"] for s in spans if s["layer"] == "entity")
        roles = [role for sentence in value["sentences"] for role in sentence["roles"]]
        assert len(roles) == len(found.relations)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "Give either --out FILE or --explain."),
        (("--out", "a.jsonl", "--explain"), "Give either --out FILE or --explain."),
    ],
)
def test_wrong_usage(run: Run, folder: Path, options: tuple[str, ...], message: str) -> None:
    ran = run("preannotate", PAGES, *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Error: {message}\n")
    assert tree(folder) == {}
