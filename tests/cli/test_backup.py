"""server backup and restore, as a user runs them."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from annotate.settings import FILE
from annotate.workspace import Workspace
from tests.cli.conftest import Run
from tests.cli.test_commands import error_of
from tests.labeling.kept import kept
from tests.labeling.test_backup import made

TOML = '[project]\ntitle = "News"\n'


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    (folder / FILE).write_text(TOML)
    (folder / "exports" / "news").mkdir(parents=True)
    (folder / "exports" / "news" / "splits.jsonl").write_text("{}\n")
    return made(folder / ".annotate")


def test_there_and_back(run: Run, folder: Path, workspace: Workspace) -> None:
    ran = run("server", "backup", "a.tar.gz")
    assert (ran.code, ran.out) == (0, "a.tar.gz\n")
    assert "5 tasks, 7 annotations, 2 drafts" in ran.err
    assert "3 history entries" in ran.err
    assert ran.err.splitlines()[-1].startswith("next: copy it to another machine")
    assert stat.S_IMODE((folder / "a.tar.gz").stat().st_mode) == 0o600
    before = kept(workspace)
    for name in (".annotate", "exports"):
        shutil.rmtree(folder / name)
    (folder / FILE).unlink()
    assert run("server", "restore", "a.tar.gz", "--dry-run").code == 0
    assert kept(workspace) == {}
    ran = run("server", "restore", "a.tar.gz")
    assert (ran.code, ran.out) == (0, "")
    assert kept(workspace) == before
    assert (folder / FILE).read_text() == TOML
    assert (folder / "exports" / "news" / "splits.jsonl").read_text() == "{}\n"


def test_settings_of_ones_own_are_left(run: Run, folder: Path, workspace: Workspace) -> None:
    run("server", "backup", "a.tar.gz")
    (folder / FILE).write_text('[project]\ntitle = "Other"\n')
    error = error_of(run("server", "restore", "a.tar.gz"))
    assert "this workspace holds data already: server, ledger.sqlite, history; use another" in error
    ran = run("server", "restore", "a.tar.gz", "--force")
    assert ran.code == 0
    assert f"{FILE} is another one, and was left; the backup's is" in ran.err
    assert "what was here before is in" in ran.err
    assert "Other" in (folder / FILE).read_text()
    assert (workspace.home / "from-backup" / FILE).read_text() == TOML


def test_without_a_name_it_goes_where_git_does_not_look(run: Run, workspace: Workspace) -> None:
    told = json.loads(run("server", "backup", "--json").out)
    path = Path(told["path"])
    assert path.parent == workspace.home / "backups"
    assert path.stat().st_size == told["bytes"]
    assert told["counts"]["annotations"] == 7
    assert told["database"] == "sqlite"
    done = json.loads(run("server", "restore", path, "--force", "--json").out)
    assert done["counts"] == told["counts"]
    assert path.exists()  # backups are not moved aside


def test_of_a_server_of_ones_own_it_says_what_is_missing(run: Run, workspace: Workspace) -> None:
    shutil.rmtree(workspace.server)
    Path(FILE).write_text('[server]\nurl = "https://labels.example.org"\n')
    ran = run("server", "backup")
    assert ran.code == 0
    assert "what is on https://labels.example.org is not in it: back it up there" in ran.err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("backup",), "there is nothing to back up here yet; run: annotate push, or name another"),
        (("restore", "none.tar.gz"), "none.tar.gz: there is no such backup"),
        (("restore", "."), ".: there is no such backup"),
        (("restore", FILE), f"{FILE}: this is no sound backup: it is no gzip file, or damaged"),
        (
            ("restore", FILE, "--database", "postgresql://a:hunter2@b/c"),
            "--database: the address must hold no password: set PGPASSWORD",
        ),
    ],
)
def test_one_clear_error(run: Run, folder: Path, words: tuple[str, ...], error: str) -> None:
    (folder / FILE).write_text(TOML)
    said = error_of(run("server", *words))
    assert error in said
    assert "hunter2" not in said
