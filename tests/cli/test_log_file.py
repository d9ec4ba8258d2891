"""--log-file: what a command did, for whoever has to find out why."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from annotate.settings import FILE
from tests.cli.conftest import Run
from tests.cli.test_commands import NOBODY

KEY = "dummy-key-0123456789"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_begin_and_end_of_each_command(run: Run, folder: Path) -> None:
    run("--log-file", "a.log", "init")
    ran = run("--log-file", "a.log", "init")
    assert ran.code == 1
    first, said, step, ended, second, failed = lines(folder / "a.log")
    assert first["message"] == "begun: annotate --log-file a.log init"
    assert {"version", "pid", "folder"} <= first.keys()
    assert (said["message"], step["message"][:5]) == (f"written: {FILE}", "next:")
    assert (ended["message"], ended["exit_code"], ended["level"]) == ("ended", 0, "info")
    assert ended["seconds"] >= 0
    assert second["message"] == first["message"]
    assert (failed["level"], failed["error"]) == ("error", "SettingsError")
    assert failed["message"] == f"failed: {ran.err.strip().removeprefix('annotate: error: ')}"
    assert "traceback" not in failed  # it was foreseen
    assert stat.S_IMODE((folder / "a.log").stat().st_mode) == 0o600


def test_the_exit_code_of_a_command_that_found_something(run: Run, folder: Path) -> None:
    assert run("--log-file", "a.log", "server", "status").code == 1
    assert lines(folder / "a.log")[-1]["exit_code"] == 1


def test_what_nobody_foresaw_has_its_traceback(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, f"Input/output error {KEY}")

    monkeypatch.setattr("annotate.cli.project.write_text", broken)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", KEY)
    assert run("--log-file", "a.log", "init").code == 1
    last = lines(folder / "a.log")[-1]
    assert "write_text" in last["traceback"]
    assert KEY not in json.dumps(last)


def test_tokens_in_arguments_and_variables_are_not_in_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", NOBODY)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", KEY)
    run("--log-file", "a.log", "annotators", "list")
    run("--log-file", "a.log", "server", "start", "--database", "postgresql://a:hunter2@b/c")
    text = (folder / "a.log").read_text()
    assert "127.0.0.1:9" in text
    for secret in (KEY, "hunter2"):
        assert secret not in text


def test_a_file_that_cannot_be_written_is_one_clear_error(run: Run, folder: Path) -> None:
    ran = run("--log-file", "none/a.log", "init")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "annotate: error: none/a.log: No such file or directory\n"
    assert not (folder / FILE).exists()
