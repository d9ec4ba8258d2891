"""The ledger: frozen texts, tasks, pre-annotations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.corpus.article import Article
from annotate.corpus.clean import clean
from annotate.corpus.rules import load_rules
from annotate.errors import WorkspaceError
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import whole
from annotate.ontology import Ontology
from annotate.spans import Annotation
from tests.labeling.builders import article, predicted


def test_an_article_comes_back_whole_with_segments_and_offsets(tmp_path: Path) -> None:
    (text,) = clean("عنوان\u00a0 قصير\n\nفقرة أولى تنتهي بنقطة.\nإعلان\nفقرة ثانية.", load_rules())
    made = replace(
        article(1), text=text.text, segments=text.segments, offsets=text.offsets, outlet="صحيفة"
    )
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.stage("s", 1, [Staged(made, whole(made.text))])
        assert ledger.article(made.doc_id) is None, "only what the server confirmed is frozen"
        ledger.confirm("s", 1, [(1, Staged(made, whole(made.text)).key)])
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.article(made.doc_id) == made
        assert ledger.article("0" * 16) is None
        assert ledger.pending("s", 1) == set()


def test_a_frozen_text_stays_beside_a_later_one(tmp_path: Path) -> None:
    first = article(1)
    later = replace(first, text="نص آخر")
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        confirm(ledger, "s", 1, 7, staged(first))
        ledger.stage("s", 2, [staged(later)])
        assert ledger.article(first.doc_id) == first, "what is only staged is not frozen"
        ledger.drop_pending("s", 2, ledger.pending("s", 2))
        assert ledger.article(first.doc_id, later.text_sha256) is None
        confirm(ledger, "s", 2, 8, staged(later))
        assert ledger.article(first.doc_id) == later
        assert ledger.article(first.doc_id, first.text_sha256) == first
        assert ledger.article(first.doc_id, "0" * 64) is None


def test_tasks_are_kept_by_server_and_project(tmp_path: Path) -> None:
    made = [article(1), article(2)]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        confirm(ledger, "embedded", 1, 7, staged(made[0]))
        confirm(ledger, "embedded", 1, 5, staged(made[1]))
        confirm(ledger, "https://other", 1, 9, staged(made[0]))
        assert [t.task_id for t in ledger.tasks("embedded", 1)] == [5, 7]
        assert [t.task_id for t in ledger.tasks("https://other", 1)] == [9]
        assert ledger.tasks("embedded", 2) == []
        ledger.mark_gone("embedded", 1, [5])
        assert [t.task_id for t in ledger.tasks("embedded", 1)] == [7]
        assert [t.task_id for t in ledger.tasks("embedded", 1, gone=True)] == [5]


def test_each_task_keeps_the_pre_annotation_that_it_showed(
    tmp_path: Path, ontology: Ontology
) -> None:
    made = article(1)
    shown = predicted(made, ontology)
    fewer = replace(shown, spans=shown.spans[:1], relations=())
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        confirm(ledger, "s", 1, 7, staged(made, "h-1", shown))
        confirm(ledger, "s", 2, 7, staged(made, "h-1", fewer))
        confirm(ledger, "s", 3, 7, staged(made))
        assert ledger.prediction("s", 1, 7, "h-1", ontology) == shown
        assert ledger.prediction("s", 2, 7, "h-1", ontology) == fewer
        assert ledger.prediction("s", 1, 7, "h-2", ontology) is None
        assert ledger.task_versions("s", 1) == {"h-1": {7}}
        assert ledger.task_versions("s", 3) == {}


def staged(
    made: Article, version: str | None = None, prediction: Annotation | None = None
) -> Staged:
    return Staged(made, whole(made.text), version, prediction)


def confirm(ledger: Ledger, server: str, project_id: int, task_id: int, sent: Staged) -> None:
    ledger.stage(server, project_id, [sent])
    ledger.confirm(server, project_id, [(task_id, sent.key)])


def test_a_ledger_that_another_process_holds_is_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceError, match="another process uses the ledger; wait"):
            Ledger(path, patience=0.1)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(WorkspaceError, match=r"ledger\.sqlite: the ledger cannot be used"):
        Ledger(path)
    assert path.read_bytes() == b"this is no database" * 100
