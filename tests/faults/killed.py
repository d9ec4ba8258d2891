"""What is kept, while the process that writes it is killed or the disk is full, at every write.

python -m tests.faults.killed FOLDER kill,full,small [OPERATION]... [--every N]

Each run is a process of its own, forked with everything loaded. `writes.c` counts its writes, those
of SQLite and Arrow, too; at the n-th half of the write is done and the process is killed (kill), or
from there on there is no space (full). In mode small the system itself lets no file grow beyond a
limit. One more thing that is kept is one more entry of OPERATIONS.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.annotation_files import read_annotations, write_annotations
from annotate.dataset.check import verify
from annotate.dataset.manifest import versions
from annotate.errors import AnnotateError
from annotate.labeling import adjudication, history, migration
from annotate.labeling.adjudication import Asked, TextKey
from annotate.labeling.campaigns import projects_of
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import whole
from annotate.labeling.pull import pull
from annotate.labeling.work import joined
from tests.dataset import interrupted
from tests.faults.shim import shim
from tests.fuzz.answers import ANSWERS, Spoiled, client_of
from tests.labeling.builders import article, predicted
from tests.labeling.campaign import SERVER, TITLE, Campaign
from tests.labeling.test_history import ENTRY
from tests.labeling.test_ledger_versions import ledger_of_version_1
from tests.support import ONTOLOGY, sample_annotation, tree

COUNT, KILL, FULL = 1, 2, 3
DONE, REFUSED, BROKEN = 0, 1, 3
SIZES = (0, 100, 4_000, 40_000, 1 << 20)
ARTICLES = [article(number) for number in range(4)]


@dataclass(frozen=True)
class Operation:
    """Something that is written.

    Attributes:
        prepare: makes what is there before, in a folder.
        act: writes.
        state: what is there, as a reader finds it; raises where anything is not whole.
        between: how many states there may be beside old and new: one for each commit.
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    state: Callable[[Path], str]
    between: int = 0


# History


def _entries(count: int, digest: str) -> list[Entry]:
    return [replace(ENTRY, annotation_id=n + 1, digest=digest) for n in range(count)]


def _history_state(folder: Path) -> str:
    names = [path.name for path in history._files(folder)]
    entries = list(history.read(folder))
    assert len(history.heads(folder)) == len({entry.key for entry in entries})
    return json.dumps([names, [entry.digest for entry in entries]])


# Ledger


def _dump(path: Path) -> str:
    with Ledger(path):
        pass  # the tool can open it
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return "\n".join(database.iterdump())


def _ledger_before(folder: Path) -> None:
    with Ledger(folder / "ledger.sqlite") as ledger:
        campaign = Campaign(ledger, ONTOLOGY)
        project = campaign.project()
        campaign.push(project, ARTICLES[0], prediction=predicted(ARTICLES[0], ONTOLOGY))


def _ledger_act(folder: Path) -> None:
    with Ledger(folder / "ledger.sqlite") as ledger:
        (project,) = projects_of(ledger, SERVER, TITLE)
        place = (SERVER, project.project_id)
        staged = [
            Staged(made, whole(made.text), "v1", predicted(made, ONTOLOGY)) for made in ARTICLES[1:]
        ]
        ledger.stage(*place, staged, now=1.0)
        ledger.confirm(*place, [(10 + n, item.key) for n, item in enumerate(staged)])
        ledger.add_predictions(*place, "v2", [(10, predicted(ARTICLES[1], ONTOLOGY))])
        ledger.mark_gone(*place, [11])


def _ledger_state(folder: Path) -> str:
    return _dump(folder / "ledger.sqlite")


def _old_ledger(folder: Path) -> None:
    ledger_of_version_1(folder / "ledger.sqlite", ONTOLOGY)


def _upgrade(folder: Path) -> None:
    with Ledger(folder / "ledger.sqlite"):
        pass


def _version_state(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
    _dump(folder / "ledger.sqlite")  # whichever it is, it can be opened
    return str(version)


# Adjudication


def _adjudicate(folder: Path) -> None:
    key = TextKey(ARTICLES[0].doc_id, ARTICLES[0].text_sha256)
    with Ledger(folder / "ledger.sqlite") as ledger:
        adjudication.keep_asked(ledger, SERVER, TITLE, [Asked(key, "a1", "d", ({"kind": "x"},))])
        entry = replace(ENTRY, doc_id=key.doc_id, text_sha256=key.text_sha256)
        adjudication.collect(ledger, SERVER, TITLE, joined([entry]))


def _annotation_state(folder: Path) -> str:
    return str(len(list(read_annotations(folder / "auto.jsonl", ONTOLOGY))))


# A whole pull, from a server that answers


def _pull(folder: Path) -> None:
    with (
        Ledger(folder / "ledger.sqlite") as ledger,
        client_of(Spoiled("nothing", 200, b"", {})) as client,
    ):
        pull(
            projects_of(ledger, SERVER, TITLE),
            client=client,
            ledger=ledger,
            folder=folder / "history",
            ontology=ONTOLOGY,
        )


def _pull_state(folder: Path) -> str:
    """After it, another pull finds all that there is, once."""
    copy = folder.with_name(f"{folder.name}-again")
    shutil.copytree(folder, copy)
    try:
        _pull(copy)
        entries = list(history.read(copy / "history"))
        assert sorted(e.status for e in entries) == ["draft", "submitted"], entries
    finally:
        shutil.rmtree(copy)
    seen = _history_state(folder / "history") if (folder / "history").exists() else "none"
    return seen + str(len(_dump(folder / "ledger.sqlite")))


def _pull_before(folder: Path) -> None:
    assert ANSWERS["/export"][0]["data"]["text"] == article(1).text
    with Ledger(folder / "ledger.sqlite") as ledger:
        campaign = Campaign(ledger, ONTOLOGY)
        campaign.push(campaign.project(), article(1), prediction=predicted(article(1), ONTOLOGY))


# Export


def _export_before(folder: Path) -> None:
    interrupted.made(folder, 2)


def _export_state(folder: Path) -> str:
    news = folder / "news"
    there = versions(news)
    for version in there:
        assert verify(news / version) == []
    before = {n: d for n, d in tree(folder).items() if n.startswith("news/1.0.0/")}
    assert before == _first_version()
    return str(there)


_FIRST: dict[str, bytes | None] = {}


def _first_version() -> dict[str, bytes | None]:
    return _FIRST


_LABEL = migration.Migration("2026-01-01T00:00:00+00:00", "entity", "OLD", "PER", 1, "1.0.0")
OPERATIONS: dict[str, Operation] = {
    "history": Operation(
        lambda folder: (history.append(folder, _entries(3, "x")), None)[1],
        lambda folder: (history.append(folder, _entries(600, "y")), None)[1],
        _history_state,
    ),
    "pull": Operation(_pull_before, _pull, _pull_state, between=6),
    "ledger": Operation(_ledger_before, _ledger_act, _ledger_state, between=3),
    "ledger of version 1": Operation(
        _old_ledger,
        _upgrade,
        _version_state,
    ),
    "adjudication": Operation(_ledger_before, _adjudicate, _ledger_state, between=3),
    "annotation file": Operation(
        lambda folder: (write_annotations(folder / "auto.jsonl", [sample_annotation()]), None)[1],
        lambda folder: (
            write_annotations(folder / "auto.jsonl", [sample_annotation()] * 300),
            None,
        )[1],
        _annotation_state,
    ),
    "migrations": Operation(
        lambda folder: migration.append(folder, [_LABEL]),
        lambda folder: migration.append(folder, [replace(_LABEL, old="OTHER")]),
        lambda folder: str(len(migration.read(folder))),
    ),
    "export": Operation(_export_before, interrupted.made, _export_state),
}


def forked(act: Callable[[], None]) -> int:
    """How the act ended in a process of its own: as os.waitpid has it."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            act()
            code = DONE
        except AnnotateError as problem:
            code = REFUSED if len(str(problem).splitlines()) == 1 else BROKEN
        except OSError as problem:
            code = REFUSED if problem.errno in (errno.ENOSPC, errno.EFBIG) else BROKEN
        except BaseException as problem:
            print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


@dataclass
class Found:
    """What became of an operation: its writes, how often it ended how, and in which state."""

    writes: int
    tried: int
    ends: Counter[int]
    old: int = 0
    new: int = 0

    def to_json(self) -> dict[str, object]:
        return {
            "writes": self.writes,
            "tried": self.tried,
            "killed": self.ends[signal.SIGKILL],
            "refused": self.ends[REFUSED << 8],
            "done": self.ends[DONE],
            "old": self.old,
            "new": self.new,
        }


def torment(base: Path, name: str, mode: str, every: int) -> Found:
    """Ends an operation at each (every n-th) of its writes, and looks at what is there.

    Raises:
        AssertionError: something is neither as before nor as after, or a full disk was no clear
            error.
    """
    operation = OPERATIONS[name]
    arm = shim()
    start = base / "start"
    start.mkdir(parents=True)
    operation.prepare(start)
    if name == "export":
        _FIRST.update({n: d for n, d in tree(start).items() if n.startswith("news/1.0.0/")})
    before = _state(operation, start, base)
    counted = base / "counted"
    shutil.copytree(start, counted)
    marks = base / "writes"

    def counting() -> None:
        arm.writes_arm(str(counted).encode(), COUNT, -1)
        operation.act(counted)
        number = arm.writes_seen()
        arm.writes_arm(b"", 0, -1)
        marks.write_text(str(number))

    assert forked(counting) == DONE
    writes = int(marks.read_text())
    after = _state(operation, counted, base)
    assert before != after
    steps: Sequence[int] = SIZES if mode == "small" else range(0, writes, every)
    found = Found(writes, len(steps), Counter())
    states = {before, after}
    for step in steps:
        folder = base / "run"
        shutil.copytree(start, folder)

        def act(step: int = step, folder: Path = folder) -> None:
            if mode == "small":
                resource.setrlimit(resource.RLIMIT_FSIZE, (step, step))
            else:
                arm.writes_arm(str(folder).encode(), KILL if mode == "kill" else FULL, step)
            operation.act(folder)

        end = forked(act)
        found.ends[end] += 1
        assert end in (DONE, signal.SIGKILL, REFUSED << 8), (name, mode, step, end)
        state = _state(operation, folder, base)
        states.add(state)
        found.old += state == before
        found.new += state == after
        assert len(states) <= 2 + operation.between, (name, mode, step, state[:2000])
        if mode != "kill":
            assert end != DONE or state == after, (name, mode, step)
        shutil.rmtree(folder)
    return found


def _state(operation: Operation, folder: Path, base: Path) -> str:
    """Looks at a copy: what opening it settles must not be in what is killed next."""
    looked = base / "looked"
    shutil.rmtree(looked, ignore_errors=True)
    shutil.copytree(folder, looked)
    return operation.state(looked)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("modes", help="kill, full, small; with commas between")
    parser.add_argument("operations", nargs="*", default=list(OPERATIONS))
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    found = {
        mode: {
            name: torment(given.folder / f"{mode}-{number}", name, mode, given.every).to_json()
            for number, name in enumerate(given.operations)
        }
        for mode in given.modes.split(",")
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
