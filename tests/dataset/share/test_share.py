"""Publishing and fetching: whole and as it was, or not at all; what is there never changes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.dataset import share
from annotate.dataset.remotes import FolderStore, Store, open_store
from annotate.errors import DatasetError
from tests.dataset.share.versions import FILES, manifest, version
from tests.support import clean_environment, tree

pytestmark = pytest.mark.slow

COUNT = len(FILES)


def nothing(_: int) -> None:
    pass


def publish(folder: Path, place: str, reference: str | None = "1.0.0") -> share.Transfer:
    path, shipment = share.to_publish(folder, "news", reference)
    return share.publish(path, shipment, open_store(place), nothing)


def fetch(place: str, folder: Path, number: str | None = None) -> share.Transfer:
    store = open_store(place)
    return share.fetch(share.to_fetch(store, "news", number), store, folder, nothing)


# There and back


def test_there_and_back(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    moved: list[int] = []
    path, shipment = share.to_publish(tmp_path / "near", "news", None)
    store = open_store(place)
    done = share.publish(path, shipment, store, moved.append)
    assert (done.is_new, done.moved, done.kept) == (True, COUNT, 0)
    assert sum(moved) == done.bytes == shipment.bytes
    moved.clear()
    got = share.fetch(share.to_fetch(store, "news", None), store, tmp_path / "back", moved.append)
    assert (got.is_new, got.moved, got.kept) == (True, COUNT, 0)
    assert sum(moved) == shipment.bytes
    back = tree(tmp_path / "back")
    assert back.pop("news/latest") == b"1.0.0\n"
    assert back == tree(tmp_path / "near")


def test_again_changes_nothing(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    again = publish(tmp_path / "near", place)
    assert (again.is_new, again.moved, again.kept) == (False, 0, COUNT)
    fetch(place, tmp_path / "back")
    before = tree(tmp_path / "back")
    got = fetch(place, tmp_path / "back")
    assert (got.is_new, got.moved) == (False, 0)
    assert tree(tmp_path / "back") == before


def test_a_version_on_the_far_side_is_never_changed(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    version(tmp_path / "other", files={"README.md": b"another\n"})
    with pytest.raises(DatasetError, match="another version of this number is published there"):
        publish(tmp_path / "other", place)
    fetch(place, tmp_path / "back")
    assert (tmp_path / "back/news/1.0.0/README.md").read_bytes() == FILES["README.md"]
    # Nor is one of ours by what is there.
    with pytest.raises(DatasetError, match="another version of this number is here already; fetch"):
        fetch(place, tmp_path / "other")
    assert (tmp_path / "other/news/1.0.0/README.md").read_bytes() == b"another\n"


def test_the_pointer_goes_forward_only(tmp_path: Path, place: str) -> None:
    for number in ("1.10.0", "1.9.0"):
        version(tmp_path / "near", number)
        publish(tmp_path / "near", place, number)
    store = open_store(place)
    assert store.versions("news") == ["1.9.0", "1.10.0"]
    assert store.latest("news") == "1.10.0"
    assert fetch(place, tmp_path / "back", "1.10.0").where.endswith("1.10.0")
    fetch(place, tmp_path / "back", "1.9.0")
    assert (tmp_path / "back/news/latest").read_text() == "1.10.0\n"
    assert Path(fetch(place, tmp_path / "latest").where).name == "1.10.0"


def test_what_is_there_is_listed(tmp_path: Path, place: str) -> None:
    assert share.listed(open_store(place)) == []
    version(tmp_path / "near", texts=False)
    version(tmp_path / "near", "1.1.0", counts={"articles": 3, "by_split": {"train": 3}})
    for number in ("1.0.0", "1.1.0"):
        publish(tmp_path / "near", place, number)
    assert share.listed(open_store(place)) == [
        share.Listed("news", ("1.0.0", "1.1.0"), "1.1.0", {"articles": 3}, True)
    ]


def test_what_is_not_there(tmp_path: Path, place: str) -> None:
    with pytest.raises(DatasetError, match="there is no dataset news"):
        fetch(place, tmp_path / "back")
    with pytest.raises(DatasetError, match="there is no such version"):
        fetch(place, tmp_path / "back", "1.0.0")
    with pytest.raises(DatasetError, match="there is no version"):
        publish(tmp_path / "near", place, None)
    assert not (tmp_path / "back").exists()


# Interrupted


class Stopped(BaseException):
    """As Ctrl-C: nothing in the code under test handles it."""


def stop_after(monkeypatch: pytest.MonkeyPatch, method: str, calls: int) -> None:
    """Makes the call after so many of a store's method fail."""
    real = getattr(FolderStore, method)
    count = 0

    def counted(*args: object) -> object:
        nonlocal count
        count += 1
        if count > calls:
            raise Stopped
        return real(*args)

    monkeypatch.setattr(FolderStore, method, counted)


def test_a_publication_that_is_stopped_at_any_file_goes_on_there(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(tmp_path / "near")
    for written in range(COUNT + 1):  # all files, then the manifest
        with monkeypatch.context() as patch:
            stop_after(patch, "_write", min(written, 1))
            with pytest.raises(Stopped):
                publish(tmp_path / "near", place)
        assert open_store(place).versions("news") == []
        with pytest.raises(DatasetError):
            fetch(place, tmp_path / "back")
        assert not (tmp_path / "back").exists()
    done = publish(tmp_path / "near", place)
    assert (done.is_new, done.moved, done.kept) == (True, 0, COUNT)
    fetch(place, tmp_path / "back")


def test_a_publication_that_is_stopped_before_the_pointer_is_one(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(tmp_path / "near")
    with monkeypatch.context() as patch:
        stop_after(patch, "_write", COUNT + 1)
        with pytest.raises(Stopped):
            publish(tmp_path / "near", place)
    assert open_store(place).latest("news") == "1.0.0"
    assert not publish(tmp_path / "near", place).is_new
    store = open_store(place)
    assert isinstance(store, FolderStore)
    assert store._read(f"{store._base}/news/latest", 64) == b"1.0.0\n"


def test_a_fetch_that_is_stopped_goes_on_there(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    for _ in range(2):
        with monkeypatch.context() as patch:
            stop_after(patch, "receive", 1)
            with pytest.raises(Stopped):
                fetch(place, tmp_path / "back")
        assert [p.name for p in (tmp_path / "back/news").iterdir()] == [".fetch-1.0.0"]
    got = fetch(place, tmp_path / "back")
    assert (got.moved, got.kept) == (COUNT - 2, 2)
    assert sorted(p.name for p in (tmp_path / "back/news").iterdir()) == ["1.0.0", "latest"]


KILLED = """
import os, signal, sys
from pathlib import Path
from annotate.dataset import remotes, share
real = remotes.FolderStore._write
left = int(sys.argv[4])
def write(self, path, data):
    global left
    left -= 1
    if left < 0:
        whole = data.read_bytes() if isinstance(data, Path) else data
        if self._is_local:  # half of the file is there
            Path(f"{path}.part").write_bytes(whole[: len(whole) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, path, data)
remotes.FolderStore._write = write
path, shipment = share.to_publish(Path(sys.argv[1]), "news", "1.0.0")
share.publish(path, shipment, remotes.open_store(sys.argv[2]), lambda n: None)
"""


@pytest.mark.parametrize("written", [2, COUNT])
def test_a_publication_that_is_killed_is_no_version(
    tmp_path: Path, place: str, written: int
) -> None:
    version(tmp_path / "near")
    arguments = [str(tmp_path / "near"), place, "-", str(written)]
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments],
        env=clean_environment(),
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert open_store(place).versions("news") == []
    done = publish(tmp_path / "near", place)
    assert (done.is_new, done.moved, done.kept) == (True, COUNT - written, written)
    fetch(place, tmp_path / "back")
    back = tree(tmp_path / "back")
    back.pop("news/latest")
    assert back == tree(tmp_path / "near")
    far = tmp_path / "far side"
    assert [p for p in far.rglob("*") if p.suffix == ".part"] == []


# Damaged and hostile


def damage(place: str, file: str, data: bytes) -> Store:
    store = open_store(place)
    assert isinstance(store, FolderStore)
    store._write(f"{store._base}/news/1.0.0/{file}", data)
    return store


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"A card\n", "README.md is not as the manifest says"),
        (b"short", "README.md is not as the manifest says"),
        (b"longer than it was", "README.md is larger than the manifest says"),
    ],
)
def test_a_file_that_is_damaged_is_refused(
    tmp_path: Path, place: str, data: bytes, message: str
) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    damage(place, "README.md", data)
    with pytest.raises(DatasetError, match=message):
        fetch(place, tmp_path / "back")
    assert not (tmp_path / "back/news/1.0.0").exists()
    damage(place, "README.md", FILES["README.md"])
    assert fetch(place, tmp_path / "back").is_new


def test_a_file_that_is_wrong_on_the_far_side_is_sent_again(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    damage(place, "README.md", b"b card\n")
    done = publish(tmp_path / "near", place)
    assert (done.moved, done.kept) == (COUNT, 0)
    fetch(place, tmp_path / "back")


def test_a_hostile_manifest_writes_nothing(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    for raw in (
        manifest({"../../../../escaped": b"x"}),
        manifest({"/tmp/escaped": b"x"}),  # noqa: S108
        manifest(version="../../escaped"),
        b"{}",
    ):
        damage(place, "manifest.json", raw)
        with pytest.raises(DatasetError, match="the manifest is not sound"):
            fetch(place, tmp_path / "back", "1.0.0")
    assert not (tmp_path / "back").exists()


def test_a_pointer_that_leads_elsewhere_is_not_followed(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    store = open_store(place)
    assert isinstance(store, FolderStore)
    for pointed in (b"../../etc", b"9.9.9", b"\xff" * 100, b""):
        store._write(f"{store._base}/news/latest", pointed)
        assert store.latest("news") == "1.0.0"


def test_a_version_that_no_disk_holds(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    huge = manifest().replace(b'"bytes": 7', b'"bytes": 1000000000000000')
    damage(place, "manifest.json", huge)
    with pytest.raises(DatasetError, match="and there is room for"):
        fetch(place, tmp_path / "back")


def test_what_a_fetch_of_another_manifest_left_does_not_stay(tmp_path: Path, place: str) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", place)
    left = tmp_path / "back/news/.fetch-1.0.0/data"
    left.mkdir(parents=True)
    (left / "stranger.parquet").write_bytes(b"x")
    (left.parent / "README.md").write_bytes(b"half")
    fetch(place, tmp_path / "back")
    assert {n for n, d in tree(tmp_path / "back/news/1.0.0").items() if d is not None} == {
        *FILES,
        "manifest.json",
    }


def test_a_local_version_that_was_changed_is_not_published(tmp_path: Path, place: str) -> None:
    path = version(tmp_path / "near")
    (path / "README.md").write_bytes(b"B card\n")
    with pytest.raises(
        DatasetError, match=r"README\.md is not as the manifest says; see: annotate"
    ):
        publish(tmp_path / "near", place)
    assert open_store(place).names() == []


def test_what_does_not_arrive_is_said(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(tmp_path / "near")
    real = FolderStore._write

    def cut(self: FolderStore, path: str, data: Path | bytes) -> None:
        whole = data.read_bytes() if isinstance(data, Path) else data
        real(self, path, whole[:-1])

    monkeypatch.setattr(FolderStore, "_write", cut)
    with pytest.raises(DatasetError, match="did not arrive as it was sent; publish again"):
        publish(tmp_path / "near", place)
    assert open_store(place).versions("news") == []
