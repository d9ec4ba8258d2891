"""The command line as a user meets it: `annotate ...` in a folder of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

import pytest

from annotate.cli.main import main
from tests.support import OURS, Ran


class Run(Protocol):
    """Runs one command; gives its exit code and what it printed."""

    def __call__(self, *arguments: str | Path) -> Ran: ...


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with nothing of the tool's in the environment."""
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the entry point itself, so that errors end as they do for a user."""

    def once(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["annotate", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ran(left.value.code, printed.out, printed.err)

    return once
