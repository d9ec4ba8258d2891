"""annotate learn from what was pulled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.corpus.article import Article
from annotate.labeling import history
from annotate.labeling.ledger import Ledger
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.labeling.builders import annotate, article, span
from tests.labeling.campaign import ANNA, SERVER, TITLE, Campaign
from tests.support import ONTOLOGY

NAMES = ("زوباري", "طيمودي", "جاسوقي", "سافوكي", "قازوميط", "فاطوقي")


def corrected(number: int, name: str, made: Campaign) -> tuple[Article, Annotation]:
    """An article, and what a person made of it: a name that no rule knows is added."""
    text = f"وصل الرحالة {name} امس الى القرية رقم {number} وغادرها الرحالة {name} غدا"
    one = article(number, text + " " + " ".join(f"كلمة{number}ب{n}" for n in range(40)))
    gold = annotate(
        one,
        made.ontology,
        [span(one.text, name, "PER", made.ontology, "p")],
    )
    return one, gold


@pytest.fixture
def pulled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign of one annotator: four articles corrected, two annotated blank."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    with Ledger(load_settings().workspace.ledger) as ledger:
        made = Campaign(ledger, ONTOLOGY)
        project = made.project()
        entries = []
        for number, name in enumerate(NAMES):
            one, gold = corrected(number, name, made)
            shown = annotate(one, ONTOLOGY, []) if number < 4 else None
            (task,) = made.push(project, one, prediction=shown)
            entries.append(made.done(task, ANNA, gold))
        ledger.database.commit()
    history.append(load_settings().workspace.history, entries)
    return folder


def test_corrections_are_learned_and_blank_articles_measure_it(run: Run, pulled: Path) -> None:
    ran = run("learn", "--folds", "3", "--json")
    assert ran.code in (0, 1), ran.err
    said = json.loads(ran.out)
    assert said["manifest"]["data"]["articles"] == len(NAMES)
    assert said["scores"]["articles"] == 2  # those that were annotated blank
    assert said["scores"]["bias"] is None
    place = pulled / "learned" / said["version"]
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["scores"]["sources"] == ["what was pulled"]
    assert said["installed"] == (ran.code == 0) == (said["scores"]["edits"]["saved"] >= 0)
    assert (pulled / "learned" / "installed").exists() == said["installed"]


def test_corrected_articles_alone_are_biased(run: Run, pulled: Path) -> None:
    path = load_settings().workspace.history
    entries = [entry for entry in history.read(path) if entry.prelabel_version is not None]
    for file in path.glob("*.parquet"):
        file.unlink()
    history.append(path, entries)
    ran = run("learn", "--folds", "2", "--dry-run", "--force")
    assert ran.code == 0, ran.err
    assert "biased: gold was corrected from pre-labels" in ran.out
    assert "edits saved: " in ran.out
    assert not (pulled / "learned").exists()


def test_without_anything_to_learn_from(run: Run, folder: Path) -> None:
    ran = run("learn")
    assert ran.code == 1
    assert "push" in ran.err


def test_no_order_by_uncertainty_without_a_tagger(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text("وصل الوفد الى المدينة", "utf-8")
    ran = run("push", "a.txt", "--order", "uncertain")
    assert ran.code == 1
    assert "annotate learn" in ran.err
