"""Shared fixtures: one real Label Studio and one real browser for the whole session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock

from annotate.labeling import server as embedded
from annotate.labeling.client import Client
from annotate.labeling.server import Credentials, Running
from annotate.ontology import Ontology, load_ontology
from annotate.workspace import Workspace

IN_CI = bool(os.environ.get("CI"))
BROWSER_TOOLS = ("chromium", "chromedriver")
POSTGRES_TOOLS = ("postgres", "initdb", "pg_ctl", "pg_dump", "psql")


def missing_tools(names: tuple[str, ...]) -> list[str]:
    """Those of the programs that are not on the PATH."""
    return [name for name in names if shutil.which(name) is None]


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in a hook of its own, registered later
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips, with a plain reason, what needs a missing program; in CI nothing is skipped.

    All that needs the session's server or browser goes to one process (`make test` runs two); a
    module that starts servers of its own may run beside it.
    """
    for marker, tools in (("browser", BROWSER_TOOLS), ("postgres", POSTGRES_TOOLS)):
        missing = missing_tools(tools)
        if missing and not IN_CI:
            skip = pytest.mark.skip(reason=f"not installed: {', '.join(missing)}")
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(skip)
    for item in items:
        if any(item.get_closest_marker(name) for name in ("server", "browser", "postgres")):
            item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    if "live" in getattr(item, "fixturenames", ()):
        return "server"
    return "postgres" if item.get_closest_marker("postgres") else item.nodeid.partition("::")[0]


@dataclass(frozen=True)
class Live:
    """A running Label Studio and how to get into it."""

    workspace: Workspace
    running: Running
    login: Credentials

    def client(self) -> Client:
        return Client(self.running.url, self.login.token)


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="session")
def migrated(pytestconfig: pytest.Config) -> Path:
    """A server folder whose database is migrated: made once (30 s), then only copied (5 s)."""
    assert pytestconfig.cache is not None
    home = pytestconfig.cache.mkdir(f"label-studio-{version('label-studio')}")
    done = home / "migrated"
    with FileLock(home / "making.lock"):  # two runs of the tests may share the cache
        if not done.exists():
            shutil.rmtree(home / "server", ignore_errors=True)
            workspace = Workspace(home)
            embedded.start(workspace)
            embedded.stop(workspace)
            done.touch()
    return home / "server"


def copy_of(migrated: Path, home: Path) -> Workspace:
    """A workspace of its own with a copy of the migrated server folder."""
    workspace = Workspace(home)
    workspace.create()
    ignore = shutil.ignore_patterns("running.json", "server.log", "*.lock")
    shutil.copytree(migrated, workspace.server, ignore=ignore)
    return workspace


@pytest.fixture(scope="session")
def live(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The session's server. Tests make projects of their own on it."""
    workspace = copy_of(migrated, tmp_path_factory.mktemp("live") / "home")
    running = embedded.start(workspace)
    try:
        yield Live(workspace, running, embedded.credentials(workspace))
    finally:
        embedded.stop(workspace)


@pytest.fixture
def client(live: Live) -> Iterator[Client]:
    with live.client() as client:
        yield client
