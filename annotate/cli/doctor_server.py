"""What `annotate doctor` looks at on the labeling server, and in what was pushed to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import get_args

from annotate.cli.connect import client_of, server_key
from annotate.cli.findings import Finding, of_error
from annotate.errors import AccessDenied, AnnotateError, ServerDown
from annotate.labeling import server as embedded
from annotate.labeling.advisories import Advisory, affecting, load_advisories
from annotate.labeling.campaigns import Kind, KnownProject, campaigns, projects_of
from annotate.labeling.changing import interface_now
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.ontology import load_ontology
from annotate.settings import Settings

SECONDS = 20.0  # for each question


def server_findings(settings: Settings) -> Iterator[Finding]:
    """Whether it answers, its version, our token, and whether projects are as they were pushed."""
    if not settings.server.url and embedded.running(settings.workspace) is None:
        yield _not_running(settings)
        return
    try:
        client = client_of(settings, timeout=SECONDS)
    except AnnotateError as problem:
        yield of_error("token", problem)
        return
    with closing(client):
        try:
            release = client.release()
        except ServerDown as problem:
            yield of_error("server", problem)
            return
        except AnnotateError as problem:
            yield of_error("server", problem)
            release = ""
        if release:
            yield Finding("server", "ok", f"Label Studio {release} at {client.url}")
            yield from advisories_of("label-studio", release, "the server")
        try:
            who = client.check()
        except AccessDenied as problem:
            yield of_error("token", problem)
            return
        except AnnotateError as problem:
            yield of_error("server version", problem)
            return
        yield Finding("token", "ok", f"accepted, of {who}")
        yield from _projects(settings, client)


def advisories_of(package: str, version: str, what: str) -> Iterator[Finding]:
    """One finding for each known advisory that holds for a version."""
    found: Sequence[Advisory] = affecting(load_advisories(), package, version)
    for advisory in found:
        yield Finding(
            "advisory",
            "warning",
            f"{advisory.id} holds for {what} ({package} {version}): {advisory.about}",
            f"upgrade it; see {advisory.source}",
        )
    if not found:
        yield Finding("advisory", "ok", f"none known for {package} {version}")


def _not_running(settings: Settings) -> Finding:
    started = settings.workspace.server.is_dir()
    return Finding(
        "server",
        "warning" if started else "ok",
        "the embedded server is not running",
        "start it: annotate server start" if started else None,
    )


def _projects(settings: Settings, client: Client) -> Iterator[Finding]:
    if not settings.workspace.ledger.exists():
        return
    server = server_key(settings)
    try:
        with Ledger(settings.workspace.ledger) as ledger:
            known = [
                project
                for campaign in campaigns(ledger, server)
                for kind in get_args(Kind)
                for project in projects_of(ledger, server, campaign, kind)
            ]
            for project in known:
                yield from _project(settings, client, ledger, project)
    except AnnotateError as problem:
        yield of_error("ledger", problem)


def _project(
    settings: Settings, client: Client, ledger: Ledger, project: KnownProject
) -> Iterator[Finding]:
    """Interface and number of tasks of a project, beside what was pushed."""
    name = f"project {project.project_id}"
    if not client.project_exists(project.project_id):
        yield Finding(
            name,
            "broken",
            f"{project.title!r} was deleted on the server",
            "annotate push makes it anew; what was pulled of it stays in the history",
        )
        return
    there = client.project(project.project_id)
    ontology = load_ontology(settings.ontology.path)
    folder = settings.workspace.history
    wanted = interface_now(ontology, project.layers, folder, project.kind)
    same = there.interface.strip() == wanted.strip()
    yield Finding(
        f"{name}: interface",
        "ok" if same else "warning",
        f"{there.title!r} shows ontology {ontology.version}"
        if same
        else f"{there.title!r} shows other labels than ontology {ontology.version} has",
        None if same else "annotate ontology upgrade --dry-run says what would change",
    )
    ours = len(ledger.tasks(project.server, project.project_id))
    equal = ours == there.tasks
    yield Finding(
        f"{name}: ledger",
        "ok" if equal else "warning",
        f"{ours} tasks here, {there.tasks} on the server",
        None if equal else "annotate push compares them, and takes over or sends what is missing",
    )
