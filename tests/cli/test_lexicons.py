"""Lexicons of one's own, named in annotate.toml: every verb that pre-annotates uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.annotation_files import read_annotations
from annotate.heuristics.pipeline import VERSION
from annotate.settings import FILE
from tests.cli.conftest import Run
from tests.cli.test_commands import error_of
from tests.support import ONTOLOGY

SETTINGS = '[preannotate]\nlexicons = ["lexicon"]\n'
TEXT = "زحلط الطيران بلدة زرنوقستان"


@pytest.fixture
def project(folder: Path) -> Path:
    """A folder with settings, a lexicon and an article."""
    (folder / FILE).write_text(SETTINGS)
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "places.yaml").write_text("GPE: [زرنوقستان]\n", "utf-8")
    (folder / "lexicon" / "triggers.yaml").write_text("STRIKE:\n- verbs: [زحلط يزحلط]\n", "utf-8")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return folder


def test_preannotate_uses_them_and_says_so(run: Run, project: Path) -> None:
    assert run("preannotate", "a.txt", "--out", "own.jsonl").code == 0
    (project / FILE).write_text("")
    assert run("preannotate", "a.txt", "--out", "plain.jsonl").code == 0
    (own,) = read_annotations(project / "own.jsonl", ONTOLOGY)
    (plain,) = read_annotations(project / "plain.jsonl", ONTOLOGY)
    found = {(span.label, span.text) for span in own.spans}
    assert {("STRIKE", "زحلط"), ("GPE", "زرنوقستان")} <= found
    assert "زحلط" not in {span.text for span in plain.spans}
    assert plain.annotator == f"heuristics-{VERSION}"
    assert (own.annotator or "").startswith(f"heuristics-{VERSION}+")


def test_explain_and_show_use_them(run: Run, project: Path) -> None:
    (article,) = json.loads(run("show", "a.txt", "--json").out)["articles"]
    assert article["annotators"][0].startswith(f"heuristics-{VERSION}+")
    explained = run("preannotate", "a.txt", "--explain")
    assert explained.code == 0
    assert "زحلط" in explained.out


def test_a_mistake_ends_every_verb_with_its_line(run: Run, project: Path) -> None:
    path = project / "lexicon" / "places.yaml"
    path.write_text("GPE: [زرنوقستان]\nTOWNS: []\n", "utf-8")
    for command in (
        ("preannotate", "a.txt", "--out", "own.jsonl"),
        ("show", "a.txt"),
        ("push", "a.txt", "--dry-run"),
    ):
        assert error_of(run(*command)).startswith(f"{path}:2: unknown section 'TOWNS'; use one of")
    assert not (project / "own.jsonl").exists()


def test_doctor_checks_them(run: Run, project: Path) -> None:
    def check() -> tuple[bool, str]:
        found = {c["check"]: c for c in json.loads(run("doctor", "--json").out)}["lexicons"]
        return found["ok"], found["detail"]

    ok, detail = check()
    assert ok
    assert detail.startswith(f"version {VERSION}+")
    assert detail.endswith(" (places.yaml, triggers.yaml)")
    (project / "lexicon" / "triggers.yaml").write_text("STRIKES:\n- nouns: [قصف]\n", "utf-8")
    ok, detail = check()
    assert not ok
    assert "triggers.yaml:1: unknown event type 'STRIKES'" in detail
    assert run("doctor").code == 1
    (project / FILE).write_text("")
    assert check() == (True, f"version {VERSION}")
