"""Two processes at once: one waits, or is refused; what is kept is never a mix."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from annotate.dataset.check import verify
from annotate.dataset.manifest import versions
from annotate.labeling import history
from annotate.labeling.by_article import by_article
from annotate.labeling.ledger import Ledger
from annotate.workspace import Workspace
from tests.dataset import interrupted
from tests.labeling.campaign import TITLE, Campaign
from tests.labeling.test_history import ENTRY
from tests.support import ONTOLOGY, annotate

SPAWN = multiprocessing.get_context("spawn")
ROWS, FILES = 40, 6


def _hold(home: str, name: str, held: Event, done: Event) -> None:
    with Workspace(Path(home)).lock(name):
        held.set()
        done.wait(60)


@pytest.mark.parametrize(
    ("name", "command"),
    [("pull", ("pull",)), ("export", ("export",))],
)
def test_the_second_of_two_commands_is_refused(
    tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    home = tmp_path / ".annotate"
    url = "http://127.0.0.1:9"
    (tmp_path / "annotate.toml").write_text(
        f'[server]\nurl = "{url}"\n[project]\ntitle = "{TITLE}"'
    )
    with Ledger(home / "ledger.sqlite") as ledger:
        campaign = Campaign(ledger, ONTOLOGY, server=url)
        campaign.project()
    held, done = SPAWN.Event(), SPAWN.Event()
    other = SPAWN.Process(target=_hold, args=(str(home), name, held, done))
    other.start()
    try:
        assert held.wait(60)
        ran = annotate(*command, folder=tmp_path, environment={"LABEL_STUDIO_API_KEY": "x" * 40})
    finally:
        done.set()
        other.join()
    assert (ran.code, ran.out) == (1, "")
    (line,) = [line for line in ran.err.splitlines() if "error" in line]
    assert f"another annotate process is running: {name}; wait until it ends" in line


def _append(folder: str) -> None:
    for number in range(FILES):
        rows = [replace(ENTRY, annotation_id=n + 1, digest=str(number)) for n in range(ROWS)]
        history.append(Path(folder), rows)


def test_a_history_is_read_while_two_pulls_write_it(tmp_path: Path) -> None:
    writers = [SPAWN.Process(target=_append, args=(str(tmp_path),)) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers) or seen < 2 * FILES * ROWS:
        entries = list(history.read(tmp_path))
        assert len(entries) % ROWS == 0
        for start in range(0, len(entries), ROWS):
            assert len({entry.digest for entry in entries[start : start + ROWS]}) == 1
        assert len(entries) >= seen
        seen = len(entries)
        if not any(writer.is_alive() for writer in writers):
            assert [writer.exitcode for writer in writers] == [0, 0]
            assert len(list(history.read(tmp_path))) == 2 * FILES * ROWS
            (article,) = by_article(tmp_path, lambda _: True)
            assert len(article.entries) == ROWS
            break
    numbers = [int(path.stem) for path in sorted(tmp_path.glob("*.parquet"))]
    assert numbers == list(range(1, 2 * FILES + 1))


def _build(folder: str, go: Event) -> None:
    go.wait(60)
    interrupted.made(Path(folder))


def test_two_builds_of_one_dataset_make_its_versions_one_by_one(tmp_path: Path) -> None:
    interrupted.made(tmp_path, 2)
    go = SPAWN.Event()
    builders = [SPAWN.Process(target=_build, args=(str(tmp_path), go)) for _ in range(2)]
    for builder in builders:
        builder.start()
    go.set()
    for builder in builders:
        builder.join(120)
    codes = sorted(builder.exitcode or 0 for builder in builders)
    assert codes in ([0, 0], [0, 1])  # the second waited, or was refused
    news = tmp_path / "news"
    assert versions(news) == ["1.0.0", "1.1.0"]
    for version in versions(news):
        assert verify(news / version) == []
