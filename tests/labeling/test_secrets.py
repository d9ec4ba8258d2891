"""The token of a real loop: in no output, no file, no log and no process's arguments."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, folder, run
from tests.conftest import Live
from tests.support import SEEDS

__all__ = ["folder", "run"]
pytestmark = pytest.mark.server

ANNA = "anna.secrets@example.org"
TOML = """[corpus]
sources = ["a.jsonl"]
[project]
title = "Secrets"
[sampling]
overlap = 2
"""


@contextlib.contextmanager
def watched_arguments(found: set[bytes]) -> Iterator[None]:
    """Collects the arguments of every process of this machine as long as the block runs."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.05):
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    found.add((process / "cmdline").read_bytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="/proc is Linux's")
def test_the_token_is_nowhere(
    run: Run, folder: Path, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = live.login.token
    secret_file = folder.parent / f"{folder.name}-token.txt"
    secret_file.write_text(token)
    secret_file.chmod(0o600)
    (folder / "annotate.toml").write_text(
        f'{TOML}[server]\nurl = "{live.running.url}"\ntoken_file = "{secret_file}"\n'
    )
    page = next(SEEDS.glob("001_*.txt"), None) or next(SEEDS.glob("*.txt"))
    text = page.read_text("utf-8")[:400]
    (folder / "a.jsonl").write_text(json.dumps({"id": "1", "text": text}) + "\n", "utf-8")
    said: list[str] = []
    arguments: set[bytes] = set()

    def ran(*words: str, code: int = 0) -> str:
        done = run("--log-file", "a.log", *words)
        said.extend((done.out, done.err))
        assert done.code == code, (words, done.err)
        return done.out

    with watched_arguments(arguments):
        ran("push", "--json")
        with live.client() as client:
            project = client.find_project("Secrets")
            assert project is not None
            user = client.create_user(ANNA)
            (task,) = client.task_states(project.id)
            client.create_annotation(task.task_id, [], user)
        assert json.loads(ran("pull", "--json"))["new"] == 1
        for words in (("status", "--json"), ("agreement", "--json"), ("annotators", "list")):
            ran(*words)
        ran("doctor", "--json")
        ran("server", "backup", "b.tar.gz")
        ran("export", "--policy", "single")
        # What goes wrong does not show it either.
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", f"{token[:-1]}x")
        ran("pull", code=1)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", f"{token}\n{token} ")
        ran("pull", code=1)
        monkeypatch.delenv("LABEL_STUDIO_API_KEY")
        monkeypatch.setenv("LABEL_STUDIO_URL", f"{live.running.url}/nothing")
        ran("pull", code=1)

    assert "Secrets" in "".join(said)  # what was said was looked through
    assert token not in "".join(said)
    assert token[:-1] not in "".join(said)
    log = (folder / "a.log").read_text("utf-8")
    assert "HTTP Request: " in log
    assert log.count('"begun: ') == 11
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        assert token.encode() not in path.read_bytes(), path
    assert any(b"label_studio" in line for line in arguments)
    assert not [line for line in arguments if token.encode() in line]
    assert os.environ.get("LABEL_STUDIO_API_KEY") is None
