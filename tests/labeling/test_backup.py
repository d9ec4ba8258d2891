"""Backups: consistent copies, one proved archive; restored whole or not at all."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import AnnotateError, WorkspaceError
from annotate.labeling import history
from annotate.labeling import restore as restoring
from annotate.labeling.backup import Backup, backup, copy_sqlite
from annotate.labeling.backup_archive import extract, read_manifest, stored, write_archive
from annotate.labeling.backup_counts import SERVER_TABLES
from annotate.labeling.backup_manifest import (
    Manifest,
    Stored,
    manifest_bytes,
    parse_manifest,
    path_problem,
)
from annotate.labeling.entry import Entry
from annotate.labeling.ledger import Ledger, Staged
from annotate.labeling.parts import Part
from annotate.labeling.restore import restore
from annotate.labeling.server_database import remember
from annotate.workspace import Workspace
from tests.labeling.kept import kept
from tests.labeling.test_history import ENTRY
from tests.support import PROPERTY, SLOW_PROPERTY, clean_environment, sample_article, tree

SECRETS = ("credentials.json", "logins.json")
ROWS = {"projects": 1, "tasks": 5, "annotations": 7, "drafts": 2, "predictions": 5, "users": 3}


def entries(count: int) -> list[Entry]:
    return [replace(ENTRY, annotation_id=number) for number in range(1, count + 1)]


def made(home: Path, *, pulled: int = 3) -> Workspace:
    """A workspace with a little of everything; the server's tables have the real names."""
    workspace = Workspace(home)
    workspace.create()
    with Ledger(workspace.ledger) as ledger:
        ledger.stage("embedded", 1, [Staged(sample_article(), Part(1, 1, 0, 10))])
    history.append(workspace.history, entries(pulled))
    data = workspace.server / "data"
    (data / "media" / "upload" / "1").mkdir(parents=True)
    (data / "media" / "upload" / "1" / "0a1b-مقال.txt").write_text("upload")
    (data / ".env").write_text("SECRET_KEY=x\n")
    (data / "annotate-id").write_text("0badcafe\n")
    for name in SECRETS:
        (workspace.server / name).write_text(json.dumps({"of": name}))
    (workspace.server / "server.log").write_text("not kept")
    (workspace.server / "running.json").write_text("{}")
    with closing(sqlite3.connect(data / "label_studio.sqlite3")) as database, database:
        for what, table in SERVER_TABLES.items():
            database.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, text TEXT)")
            rows = [(f"{what} {number}",) for number in range(ROWS[what])]
            database.executemany(f"INSERT INTO {table} (text) VALUES (?)", rows)  # noqa: S608 - ours
    remember(workspace, None)
    return workspace


def do(workspace: Workspace, target: Path, **settings: Path) -> Backup:
    return backup(workspace, target, environment={}, settings=settings)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return made(tmp_path / "home")


@pytest.fixture
def archive(workspace: Workspace, tmp_path: Path) -> Path:
    return do(workspace, tmp_path / "a.tar.gz").path


# What is in it


def test_it_comes_back_as_it_was(workspace: Workspace, archive: Path, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "other")
    done = restore(other, archive, environment={})
    assert kept(other) == kept(workspace)
    assert done.aside is None
    assert done.manifest.counts == {
        "pushed_texts": 1,
        "pushed_tasks": 0,
        "plans": 0,
        "history_files": 1,
        "history_entries": 3,
        **ROWS,
    }
    assert list(history.current(other.history)) == list(history.current(workspace.history))


def test_only_the_owner_can_read_it_and_what_comes_of_it(
    workspace: Workspace, archive: Path, tmp_path: Path
) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    other = Workspace(tmp_path / "other")
    restore(other, archive, environment={})
    for name in kept(other):
        assert stat.S_IMODE((other.home / name).stat().st_mode) == 0o600, name
    folders = [path for path in other.server.rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (other.server, *folders)} == {0o700}


def test_any_tar_opens_it(archive: Path, workspace: Workspace) -> None:
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert names[0] == "manifest.json"
        assert set(names[1:]) == set(kept(workspace))
        member = tar.extractfile("server/data/media/upload/1/0a1b-مقال.txt")
        assert member is not None
        assert member.read() == b"upload"


def test_long_names_survive(tmp_path: Path) -> None:
    name = "server/data/media/" + "ن" * 100
    folder = tmp_path / "folder"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(b"x")
    files = {name: stored(folder / name)}
    write_archive(tmp_path / "a.tar.gz", Manifest("now", "1", files=files), folder)
    (tmp_path / "out").mkdir()
    assert extract(tmp_path / "a.tar.gz", tmp_path / "out").files == files
    assert (tmp_path / "out" / name).read_bytes() == b"x"


def test_settings_and_split_ledgers_come_along(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "annotate.toml").write_text("[project]\n")
    done = do(workspace, tmp_path / "b.tar.gz", **{"annotate.toml": tmp_path / "annotate.toml"})
    other = Workspace(tmp_path / "other")
    settings = restore(other, done.path, environment={}).settings
    assert settings == other.home / "from-backup"
    assert (settings / "annotate.toml").read_text() == "[project]\n"


def test_a_workspace_without_a_server_is_backed_up_too(tmp_path: Path) -> None:
    """As where the server is one's own, elsewhere."""
    workspace = Workspace(tmp_path / "home")
    history.append(workspace.history, entries(2))
    manifest = do(workspace, tmp_path / "a.tar.gz").manifest
    assert (manifest.database, manifest.counts) == (
        None,
        {"history_files": 1, "history_entries": 2},
    )


def test_nothing_is_no_backup_and_leaves_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    with pytest.raises(WorkspaceError, match="there is nothing to back up here yet"):
        do(workspace, tmp_path / "a.tar.gz")
    assert not (tmp_path / "a.tar.gz").exists()
    assert [path.name for path in workspace.home.iterdir() if path.is_dir()] == []


def test_a_file_that_is_there_is_not_overwritten(workspace: Workspace, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(WorkspaceError, match="this file exists; name another one"):
        do(workspace, archive)
    assert archive.read_bytes() == before


def test_without_room_there_is_one_clear_error(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Full)
    with pytest.raises(WorkspaceError, match="no room for a backup: 1 MB are free, and up to 100"):
        do(workspace, tmp_path / "a.tar.gz")
    assert not (tmp_path / "a.tar.gz").exists()


class _Full:
    free = 1 << 20


def test_what_a_killed_backup_left_is_cleared_away(workspace: Workspace, tmp_path: Path) -> None:
    left = workspace.home / ".backup-dead"
    left.mkdir()
    (left / "x").write_text("x")
    do(workspace, tmp_path / "a.tar.gz")
    assert not left.exists()


WRITER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
print("ready", flush=True)
number = 0
while True:
    # The two rows of a pair come and go together: a copy with half a pair was torn.
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO task (text) VALUES (?)", (f"left {number}" + "x" * 9000,))
    database.execute("INSERT INTO project (text) VALUES (?)", (f"right {number}",))
    database.execute("COMMIT")
    number += 1
    time.sleep(0.001)  # as people do; a writer that never pauses starves every other one
"""


def test_copies_are_whole_while_somebody_writes(workspace: Workspace, tmp_path: Path) -> None:
    source = workspace.server / "data" / "label_studio.sqlite3"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(source)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        counts = []
        for number in range(4):
            copy = tmp_path / f"{number}.sqlite3"
            copy_sqlite(source, copy)
            with closing(sqlite3.connect(copy)) as database:
                (said,) = database.execute("PRAGMA integrity_check").fetchone()
                (left,) = database.execute("SELECT count(*) FROM task").fetchone()
                (right,) = database.execute("SELECT count(*) FROM project").fetchone()
            assert (said, left - ROWS["tasks"]) == ("ok", right - ROWS["projects"])
            counts.append(right)
        assert counts == sorted(counts)
    finally:
        writer.kill()
        writer.communicate()


# Never over what is there


def test_data_that_are_there_are_left(workspace: Workspace, archive: Path) -> None:
    history.append(workspace.history, entries(9))
    before = kept(workspace)
    with pytest.raises(WorkspaceError, match=r"holds data already: server, ledger.sqlite, history"):
        restore(workspace, archive, environment={})
    assert kept(workspace) == before


def test_with_force_they_are_moved_aside(workspace: Workspace, archive: Path) -> None:
    first = kept(workspace)
    history.append(workspace.history, entries(9))
    (workspace.home / "ledger.sqlite-journal").write_text("of a push that was killed")
    second = kept(workspace)
    aside = restore(workspace, archive, environment={}, force=True).aside
    assert kept(workspace) == first
    assert aside is not None
    assert kept(Workspace(aside)) == second
    # And again: what was moved aside before stays.
    again = restore(workspace, archive, environment={}, force=True).aside
    assert again not in (None, aside)
    assert kept(Workspace(aside)) == second


def test_a_dry_run_proves_it_and_changes_nothing(workspace: Workspace, archive: Path) -> None:
    before = tree(workspace.home / "history")
    done = restore(workspace, archive, environment={}, dry_run=True)
    assert done.manifest.counts["history_entries"] == 3
    assert tree(workspace.home / "history") == before
    assert [path for path in workspace.home.iterdir() if path.name.startswith(".restore")] == []


def test_not_under_a_running_server(
    workspace: Workspace, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotate.labeling.server_state import Running

    monkeypatch.setattr(restoring, "running", lambda _: Running(1, 1.0, 8099))
    with pytest.raises(WorkspaceError, match="server is running, and would go on with the old"):
        restore(workspace, archive, environment={}, force=True)


@pytest.mark.parametrize("name", ["server", "push", "pull", "export", "backup", "restore"])
def test_not_while_others_work(workspace: Workspace, archive: Path, name: str) -> None:
    with workspace.lock(name), pytest.raises(WorkspaceError, match="another annotate process"):
        restore(Workspace(workspace.home), archive, environment={}, force=True)


# Killed at any rename


def test_killed_anywhere_it_leaves_the_old(workspace: Workspace, archive: Path) -> None:
    restored = kept(workspace)
    history.append(workspace.history, entries(9))
    (workspace.server / "logins.json").write_text("newer")
    done = subprocess.run(
        [sys.executable, "-m", "tests.labeling.kill_restore", workspace.home, archive],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    killed, halves = map(int, done.stdout.split())
    # Before the journal is there; then three moved aside, three moved in, and the journal's end.
    assert (killed, halves) == (8, 7)
    restore(workspace, archive, environment={}, force=True)
    assert kept(workspace) == restored


def test_an_error_while_it_moves_is_undone_at_once(
    workspace: Workspace, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.append(workspace.history, entries(9))
    old, real = kept(workspace), Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".restore-") and self.name == "history":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="No space left"):
        restore(workspace, archive, environment={}, force=True)
    assert kept(workspace) == old
    assert not workspace.interrupted_restore.exists()


# Hostile archives


def packed(*members: tuple[tarfile.TarInfo, bytes], end: bytes = b"") -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue() + end, 1)


def plain(name: str, data: bytes, **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def manifest_of(files: dict[str, bytes], **other: Any) -> tuple[tarfile.TarInfo, bytes]:
    from hashlib import sha256

    entries = {n: Stored(len(d), sha256(d).hexdigest()) for n, d in files.items()}
    made_of = Manifest("2026-01-01T00:00:00+00:00", "1", files=entries, **other)
    return plain("manifest.json", manifest_bytes(made_of))


GOOD = {"history/a.txt": b"a"}
HOSTILE = {
    "no gzip": b"not an archive",
    "no tar": gzip.compress(b"x" * 2000),
    "nothing": packed(),
    "cut off": packed(manifest_of(GOOD), plain("history/a.txt", b"a"))[:-40],
    "no manifest": packed(plain("history/a.txt", b"a")),
    "a file more": packed(manifest_of(GOOD), plain("history/a.txt", b"a"), plain("server/x", b"")),
    "a file less": packed(manifest_of(GOOD)),
    "twice": packed(manifest_of(GOOD), *[plain("history/a.txt", b"a")] * 2),
    "another size": packed(manifest_of(GOOD), plain("history/a.txt", b"aa")),
    "another sum": packed(manifest_of(GOOD), plain("history/a.txt", b"b")),
    "a path out": packed(manifest_of({"history/../../x": b""}), plain("history/../../x", b"")),
    "an absolute path": packed(manifest_of({"/tmp/x": b""}), plain("/tmp/x", b"")),  # noqa: S108 - refused
    "a path out that is not listed": packed(manifest_of(GOOD), plain("../x", b"a")),
    "a link": packed(
        manifest_of(GOOD), plain("history/a.txt", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    ),
    "a hard link": packed(
        manifest_of(GOOD), plain("history/a.txt", b"", type=tarfile.LNKTYPE, linkname="server/x")
    ),
    "a device": packed(manifest_of(GOOD), plain("history/a.txt", b"", type=tarfile.CHRTYPE)),
    "another count": packed(
        manifest_of(GOOD, counts={"history_entries": 5}), plain("history/a.txt", b"a")
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_backup_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "bad.tar.gz"
    archive.write_bytes(HOSTILE[name])
    workspace = made(tmp_path / "home")
    before, outside = kept(workspace), sorted(tmp_path.iterdir())
    with pytest.raises(WorkspaceError, match=r"no sound backup|does not hold what it says"):
        restore(workspace, archive, environment={}, force=True)
    assert kept(workspace) == before
    assert sorted(tmp_path.iterdir()) == outside
    assert list(workspace.home.glob(".restore-*")) == []


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A gigabyte of zeros in a megabyte: what the manifest does not promise is never read."""
    huge = io.BytesIO()
    with gzip.GzipFile(fileobj=huge, mode="wb", compresslevel=1) as file:
        info, data = manifest_of(GOOD)
        info.size = len(data)
        file.write(info.tobuf(tarfile.GNU_FORMAT) + data + b"\0" * (-len(data) % 512))
        bomb = tarfile.TarInfo("history/a.txt")
        bomb.size = 1 << 30
        file.write(bomb.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            file.write(bytes(1 << 20))
    archive = tmp_path / "bomb.tar.gz"
    archive.write_bytes(huge.getvalue())
    with pytest.raises(WorkspaceError, match="is not in its manifest"):
        extract(archive, tmp_path / "out")
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    archive.write_bytes(gzip.compress(long.tobuf(tarfile.GNU_FORMAT) + bytes(4096)))
    with pytest.raises(WorkspaceError, match="a name in it is too long"):
        read_manifest(archive)


def test_a_promise_that_the_disk_cannot_hold_is_refused(tmp_path: Path) -> None:
    _, data = manifest_of(GOOD)
    values = json.loads(data)
    values["files"]["history/a.txt"]["bytes"] = 1 << 49
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(packed(plain("manifest.json", json.dumps(values).encode())))
    with pytest.raises(WorkspaceError, match="there is no room: the backup takes 536870912 MB"):
        restore(Workspace(tmp_path / "home"), archive, environment={})


@given(st.binary(max_size=3000))
@PROPERTY
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "a.tar.gz"
        for raw in (data, gzip.compress(data, 1)):
            archive.write_bytes(raw)
            with pytest.raises(WorkspaceError):
                extract(archive, None)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(
                    ["kind", "format", "files", "counts", "bytes", "sha256", "server/x"]
                ),
                x,
            )
        ),
    )
)
@SLOW_PROPERTY
def test_any_json_is_a_manifest_or_refused(value: object) -> None:
    with pytest.raises(AnnotateError):
        parse_manifest(json.dumps(value).encode(), "here")


NAMES = st.lists(
    st.sampled_from(["..", ".", "", "server", "history", "a", "\0", "ledger.sqlite", "C:", "~"])
    | st.text(max_size=5),
    max_size=5,
).map("/".join)


@given(NAMES | NAMES.map("server/".__add__))
@PROPERTY
def test_no_path_leads_out(path: str) -> None:
    if path_problem(path) is None:
        base = Path("/base")
        inside = Path(os.path.normpath(base / path))
        assert inside != base
        assert inside.is_relative_to(base)
        assert "\\" not in path
        assert inside.relative_to(base).as_posix() == path


def test_a_manifest_goes_there_and_back() -> None:
    files = {"history/a": Stored(1, "0" * 64)}
    manifest = Manifest("now", "1.0", "1.23", "sqlite", None, {"tasks": 3}, files)
    assert parse_manifest(manifest_bytes(manifest), "here") == manifest
    for wrong in (
        {"server/A": files["history/a"], "server/a": files["history/a"]},
        {"server/a": files["history/a"], "server/a/b": files["history/a"]},
    ):
        with pytest.raises(WorkspaceError, match=r"have one name|is a folder, too"):
            parse_manifest(manifest_bytes(replace(manifest, files=wrong)), "here")
    newer = manifest_bytes(manifest).replace(b'"format": 1', b'"format": 2')
    with pytest.raises(WorkspaceError, match="another version of annotate made this backup"):
        parse_manifest(newer, "here")


def test_a_damaged_archive_does_not_count_as_made(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaging(target: Path, manifest: Manifest, folder: Path) -> None:
        write_archive(target, manifest, folder)
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 0xFF
        target.write_bytes(data)

    monkeypatch.setattr("annotate.labeling.backup.write_archive", damaging)
    with pytest.raises(WorkspaceError, match="no sound backup"):
        do(workspace, tmp_path / "a.tar.gz")
    assert not (tmp_path / "a.tar.gz").exists()


@pytest.fixture(autouse=True)
def _private_umask() -> Iterator[None]:
    """What is written must be private whatever the user's umask says."""
    before = os.umask(0o000)
    try:
        yield
    finally:
        os.umask(before)
