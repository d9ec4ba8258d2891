"""The ledger: frozen texts, tasks, pre-annotations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotate.corpus.clean import clean
from annotate.corpus.rules import load_rules
from annotate.errors import WorkspaceError
from annotate.labeling.ledger import Ledger, Task
from annotate.ontology import Ontology
from tests.labeling.builders import article, predicted


def test_an_article_comes_back_whole_with_segments_and_offsets(tmp_path: Path) -> None:
    (text,) = clean("عنوان\u00a0 قصير\n\nفقرة أولى تنتهي بنقطة.\nإعلان\nفقرة ثانية.", load_rules())
    made = replace(
        article(1), text=text.text, segments=text.segments, offsets=text.offsets, outlet="صحيفة"
    )
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.freeze([made])
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.article(made.doc_id) == made
        assert list(ledger.articles()) == [made]
        assert ledger.article("0" * 16) is None


def test_a_frozen_text_never_changes(tmp_path: Path) -> None:
    first = article(1)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.freeze([first])
        ledger.freeze([replace(first, text="نص آخر")])
        assert ledger.article(first.doc_id) == first


def test_tasks_are_kept_by_server_and_project(tmp_path: Path) -> None:
    made = [article(1), article(2)]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.freeze(made)
        ledger.add_tasks("embedded", 1, [Task(7, made[0].doc_id), Task(5, made[1].doc_id)])
        ledger.add_tasks("embedded", 1, [Task(7, made[0].doc_id)])
        ledger.add_tasks("https://other", 1, [Task(9, made[0].doc_id)])
        assert [t.task_id for t in ledger.tasks("embedded", 1)] == [5, 7]
        assert [t.task_id for t in ledger.tasks("https://other", 1)] == [9]
        assert ledger.tasks("embedded", 2) == []


def test_predictions_keep_their_version(tmp_path: Path, ontology: Ontology) -> None:
    made = article(1)
    prediction = predicted(made, ontology)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.freeze([made])
        ledger.add_predictions("h-1", [prediction])
        ledger.add_predictions("h-1", [replace(prediction, spans=(), relations=())])
        assert ledger.prediction(made.doc_id, "h-1", ontology) == prediction
        assert ledger.prediction(made.doc_id, "h-2", ontology) is None


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(WorkspaceError, match=r"ledger\.sqlite: the ledger cannot be read"):
        Ledger(path)
    assert path.read_bytes() == b"this is no database" * 100
