"""preannotate into a folder: killed anywhere it goes on, with other settings it refuses to."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from annotate.cli.sharded import is_folder
from annotate.settings import FILE
from tests.cli.conftest import Run
from tests.cli.test_commands import error_of
from tests.conftest import IN_CI
from tests.scale.made import rows
from tests.support import TEXT, clean_environment, tree, write_lines

WAIT = 90  # seconds; a busy machine starts slowly


@contextmanager
def started(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`annotate preannotate` in a process of its own, which is ended with all that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "annotate", "preannotate", *options],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
        process.communicate()


def until(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits until something is so, while a process runs."""
    end = time.monotonic() + WAIT
    while not what():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def shards(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.parquet"))


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_is_killed_goes_on_with_what_is_missing(
    run: Run, folder: Path, workers: str
) -> None:
    write_lines(folder / "a.jsonl", rows(800))
    options = ("a.jsonl", "--shard-rows", "40", "--workers", workers, "--json")
    assert run("preannotate", *options, "--out", "whole").code == 0
    whole = tree(folder / "whole")

    with started(folder, *options, "--out", "cut") as process:
        until(lambda: len(list((folder / "cut" / "_run").glob("0*.json"))) >= 2, process)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    _, alive = psutil.wait_procs(children, timeout=WAIT)
    assert alive == []  # nobody is left waiting for a parent that is gone
    cut = tree(folder / "cut")
    assert "manifest.json" not in cut
    kept = [name for name in cut if name.endswith(".parquet")]
    assert 2 <= len(kept) < 20
    assert all(cut[name] == whole[name] for name in kept)
    there = {name: (folder / "cut" / name).stat().st_ino for name in kept}

    ran = run("preannotate", *options, "--out", "cut")
    value = json.loads(ran.out)
    assert value["kept"] + value["made"] == value["shards"] == 20
    assert 2 <= value["kept"] <= len(kept)  # the last may lack its note
    assert tree(folder / "cut") == whole
    same = [name for name, inode in there.items() if _inode(folder / "cut" / name) == inode]
    assert len(same) == value["kept"]


def _inode(path: Path) -> int:
    return path.stat().st_ino


def test_a_whole_run_is_not_made_again(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", rows(5))
    options = (
        "preannotate",
        "a.jsonl",
        "--out",
        "out/",
        "--workers",
        "1",
        "--shard-rows",
        "2",
        "--json",
    )
    first = json.loads(run(*options).out)
    assert (first["made"], first["kept"], first["rows"], first["articles"]) == (3, 0, 5, 5)
    before = tree(folder)
    again = run(*options)
    assert (again.code, json.loads(again.out)["made"]) == (0, 0)
    assert tree(folder) == before
    assert "3 of them there before" in again.err
    manifest = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["totals"]["spans"] == first["spans"]
    assert [shard["rows"] for shard in manifest["shards"]] == [2, 2, 1]

    (folder / "out" / shards(folder / "out")[1]).unlink()
    assert json.loads(run(*options).out)["made"] == 1
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--shard-rows", "3"), "with another number of rows in a shard"),
        (("--no-clean",), "with other cleaning"),
        (("--min-precision", "0.9"), "with other heuristics or lexicons"),
    ],
)
def test_other_settings_are_refused(
    run: Run, folder: Path, options: tuple[str, ...], message: str
) -> None:
    write_lines(folder / "a.jsonl", rows(3))
    command = ("preannotate", "a.jsonl", "--out", "out", "--shard-rows", "2", "--workers", "1")
    assert run(*command).code == 0
    before = tree(folder)
    said = error_of(run(*command, *options))
    assert message in said
    assert tree(folder) == before


def test_another_input_is_refused(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", rows(3))
    assert run("preannotate", "a.jsonl", "--out", "out").code == 0
    write_lines(folder / "a.jsonl", rows(4))
    said = error_of(run("preannotate", "a.jsonl", "--out", "out"))
    assert said == (
        "out: there is a run in this folder with another input; "
        "name a new folder, or remove this one"
    )


def test_a_folder_with_something_else_in_it_is_refused(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", rows(3))
    before = tree(folder)
    said = error_of(run("preannotate", "a.jsonl", "--out", str(folder)))
    assert "no run of preannotate is in it" in said
    assert tree(folder) == before


def test_what_is_set_aside_is_said_and_made_when_it_is_mended(run: Run, folder: Path) -> None:
    lines = [json.dumps(row) for row in rows(5)]
    whole = "\n".join(lines)
    lines[3] = '{"id": "x", "text": null}'
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    options = ("preannotate", "a.jsonl", "--shard-rows", "2", "--workers", "1", "--json")
    ran = run(*options, "--out", "out")
    assert (ran.code, json.loads(ran.out)["set_aside"]) == (1, 1)
    assert "set aside: 1; what and why: out/errors.jsonl" in ran.err
    (line,) = (folder / "out" / "errors.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "shard": 1,
        "doc_id": None,
        "where": "a.jsonl:4",
        "error": "text is missing or not a string",
    }
    again = run(*options, "--out", "out")
    assert (again.code, json.loads(again.out)["kept"], json.loads(again.out)["made"]) == (1, 2, 1)
    (folder / "a.jsonl").write_text(whole, encoding="utf-8")  # another input: another run
    assert run(*options, "--out", "other").code == 0
    assert "errors.jsonl" not in tree(folder / "other")


def test_without_writing(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", rows(5))
    before = tree(folder)
    ran = run("preannotate", "a.jsonl", "--out", "new", "--shard-rows", "2", "--dry-run")
    assert ran.code == 0
    assert "5 rows of 1 files make 3 shards in new; 3 would be made" in ran.err
    assert tree(folder) == before


def test_lexicons_of_the_settings_are_in_the_shards(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", [{"text": TEXT, "id": "7"}])
    (folder / FILE).write_text('[corpus]\nsources = ["*.jsonl"]\n')
    assert run("preannotate", "--out", "out").code == 0
    assert shards(folder / "out") == ["annotations-00000-of-00001.parquet"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--engine", "ray", "--out", "a.jsonl"), "--engine ray writes shards"),
        (("--ray-address", "auto", "--out", "out"), "--ray-address needs --engine ray"),
    ],
)
def test_wrong_usage(run: Run, folder: Path, options: tuple[str, ...], message: str) -> None:
    write_lines(folder / "a.jsonl", rows(1))
    ran = run("preannotate", "a.jsonl", *options)
    assert ran.code == 2
    assert message in ran.err


@pytest.mark.parametrize(
    ("out", "folder"),
    [("a", True), ("a.b/", True), ("s3://b/a.b", True), ("a.jsonl", False), ("a.b", False)],
)
def test_what_is_a_folder(out: str, folder: bool) -> None:
    assert is_folder(out) is folder


def test_without_ray(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    write_lines(folder / "a.jsonl", rows(1))
    said = error_of(run("preannotate", "a.jsonl", "--out", "out", "--engine", "ray"))
    assert said.startswith("Ray is not installed; pip install 'annotate[ray]'")


NO_RAY = importlib.util.find_spec("ray") is None


@pytest.mark.slow
@pytest.mark.ray
@pytest.mark.skipif(NO_RAY and not IN_CI, reason="not installed: ray (annotate[ray])")
def test_a_ray_whose_worker_is_killed_makes_the_same(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", rows(800))
    options = ("a.jsonl", "--shard-rows", "100", "--json")
    assert run("preannotate", *options, "--out", "local", "--workers", "1").code == 0

    with started(folder, *options, "--out", "ray", "--engine", "ray", "--workers", "2") as process:
        killed: list[int] = []

        def a_worker_is_killed() -> bool:
            """One that is at work: Ray names its processes by what they do."""
            if not (folder / "ray" / "_run").is_dir():
                return False
            for child in psutil.Process(process.pid).children(recursive=True):
                try:
                    name = " ".join(child.cmdline())
                    if name.startswith("ray::") and "_batch" in name:
                        child.kill()
                        killed.append(child.pid)
                        return True
                except psutil.NoSuchProcess:
                    continue
            return False

        until(a_worker_is_killed, process)
        out, err = process.communicate(timeout=WAIT)
    assert len(killed) == 1
    assert process.returncode == 0, err
    assert json.loads(out)["engine"] == "ray"
    assert json.loads(out)["made"] == 8
    assert tree(folder / "ray") == tree(folder / "local")


def test_a_run_on_which_everything_fails_ends(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.scale.shard._PAUSE", 0)

    def no_place(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("annotate.scale.shard._note", no_place)
    write_lines(folder / "a.jsonl", rows(20))
    options = ("preannotate", "a.jsonl", "--out", "out", "--shard-rows", "2", "--workers", "1")
    assert "the first 8 shards failed, the last with: OSError: no room" in error_of(run(*options))
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert run(*options).code == 0
