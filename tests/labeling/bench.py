"""A project of its own on the session's server: what the tests of push and pull work with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from annotate.corpus.article import Article
from annotate.labeling import campaigns, history
from annotate.labeling.client import Client
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger
from annotate.labeling.projects import Target
from annotate.labeling.pull import Pulled, pull
from annotate.labeling.push import push
from annotate.labeling.pushed import Pushed
from annotate.labeling.sampling import Plan
from annotate.labeling.wire import to_results
from annotate.ontology import Ontology
from annotate.spans import Annotation
from tests.conftest import Live
from tests.labeling.builders import predicted

VERSION = "test-1"
KEY = "live"


@dataclass
class Bench:
    """A project of its own on the session's server, with its own ledger and history."""

    client: Client
    ledger: Ledger
    folder: Path
    target: Target
    ontology: Ontology
    user_id: int

    def push(
        self, articles: list[Article], *, blank: bool = False, dry_run: bool = False
    ) -> Pushed:
        return push(
            articles,
            None if blank else lambda made: predicted(made, self.ontology),
            VERSION,
            target=self.target,
            client=self.client,
            ledger=self.ledger,
            ontology=self.ontology,
            dry_run=dry_run,
        )

    def pull(self, *, dry_run: bool = False, full: bool = False) -> Pulled:
        return pull(
            campaigns.projects_of(self.ledger, KEY, self.target.title),
            client=self.client,
            ledger=self.ledger,
            folder=self.folder,
            ontology=self.ontology,
            full=full,
            dry_run=dry_run,
        )

    @property
    def project_id(self) -> int:
        project_id = campaigns.project_id(self.ledger, KEY, self.target.title)
        assert project_id is not None
        return project_id

    def tasks(self) -> dict[str, int]:
        return {task.doc_id: task.task_id for task in self.ledger.tasks(KEY, self.project_id)}

    def submit(self, made: Article, annotation: Annotation) -> int:
        results = to_results(annotation, self.ontology)
        return self.client.create_annotation(self.tasks()[made.doc_id], results, self.user_id)

    def entries(self) -> list[Entry]:
        return list(history.current(self.folder).values())


def replace_ledger(bench: Bench, ledger: Ledger) -> Bench:
    return replace(bench, ledger=ledger)


@pytest.fixture
def bench(
    live: Live, client: Client, tmp_path: Path, ontology: Ontology, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    name = request.node.name
    title = f"{name[:40]} {hashlib.sha256(name.encode()).hexdigest()[:8]}"
    user_id = next(i for i, email in client.users().items() if email == live.login.email)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        yield Bench(
            client,
            ledger,
            tmp_path / "history",
            Target(KEY, title, Plan(overlap=2), history=tmp_path / "history"),
            ontology,
            user_id,
        )
