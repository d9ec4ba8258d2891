"""Manifests from elsewhere: only those that stay inside of their folder and say what to expect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.dataset import shipment
from annotate.dataset.shipment import parse, read_local, split_reference
from annotate.errors import DatasetError
from tests.dataset.share.versions import FILES, manifest, version
from tests.support import PROPERTY, ROOT

SUM = "0" * 64
FILE = {"sha256": SUM, "bytes": 1}


def parsed(raw: bytes) -> shipment.Shipment:
    return parse(raw, "place", name="news", version="1.0.0")


def listing(**files: Any) -> bytes:
    return json.dumps({"name": "news", "version": "1.0.0", "files": files}).encode()


def test_a_sound_manifest() -> None:
    found = parsed(manifest())
    assert [entry.name for entry in found.entries] == sorted(FILES)
    assert found.bytes == sum(map(len, FILES.values())) + len(manifest())


def test_the_manifests_of_our_own_versions_are_sound() -> None:
    for path in sorted((ROOT / "exports" / "seeds").glob("*/manifest.json")):
        found = read_local(path.parent, name="seeds", version=path.parent.name)
        assert found.entries


LEAVING = [
    "../x", "a/../../x", "/etc/passwd", "//host/x", "a//b", "./a", "a/.", "..", ".", "", "a/",
    "C:/x", "C:x", "a\\..\\x", "\\\\host\\x", "~/x", "a\0b", "a\nb", ".ssh/keys", "data/.hidden",
    "x" * 200, "a/b/c/d/e", "-rf", "a b", "å", "manifest.json", "Manifest.JSON",
    "%2e%2e/x", "a/\u202e/x",
]  # fmt: skip


@pytest.mark.parametrize("name", LEAVING)
def test_a_file_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(DatasetError, match=r"the manifest is not sound: file .* is "):
        parsed(listing(**{name: FILE}))


@PROPERTY
@given(name=st.text(alphabet="a./\\~:\0 -é%", min_size=1, max_size=12))
def test_what_is_taken_stays_inside(name: str) -> None:
    base = Path("/srv/exports/news/1.0.0")
    try:
        (entry,) = parsed(listing(**{name: FILE})).entries
    except DatasetError:
        return
    path = base / entry.name
    assert path.resolve().is_relative_to(base)
    assert path.relative_to(base).as_posix() == name


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "it is no JSON"),
        (b"\xff", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it lists no files"),
        (b"{}", "it lists no files"),
        (listing().replace(b"news", b"olds"), "it is not of news@1.0.0"),
        (listing().replace(b"1.0.0", b"2.0.0"), "it is not of news@1.0.0"),
        (b'{"files": [], "name": "news", "version": "1.0.0"}', "it lists no files"),
        (listing(a=None), "a has no SHA-256"),
        (listing(a={"sha256": "x", "bytes": 1}), "a has no SHA-256"),
        (listing(a={"sha256": SUM.upper() + "A", "bytes": 1}), "a has no SHA-256"),
        (listing(a={"sha256": SUM}), "a has no size"),
        (listing(a={"sha256": SUM, "bytes": -1}), "a has no size"),
        (listing(a={"sha256": SUM, "bytes": True}), "a has no size"),
        (listing(a={"sha256": SUM, "bytes": 1.5}), "a has no size"),
        (listing(a={"sha256": SUM, "bytes": 1 << 60}), "a has no size"),
        (listing(a=FILE, A=FILE), "is there twice"),
        (listing(**{"a": FILE, "A/b": FILE}), "a is a file and a folder"),
    ],
)
def test_manifests_that_are_not_sound(raw: bytes, what: str) -> None:
    with pytest.raises(DatasetError, match=f"place: the manifest is not sound: .*{what}"):
        parsed(raw)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipment, "MOST_FILES", 3)
    with pytest.raises(DatasetError, match="it lists more than 3 files"):
        parsed(manifest())
    monkeypatch.setattr(shipment, "LARGEST_MANIFEST", 10)
    with pytest.raises(DatasetError, match="it has more than 0 MB"):
        parsed(manifest())


@pytest.mark.parametrize("reference", ["", "@1.0.0", "news@", "news@1", "../x", "a/b", "news@../x"])
def test_what_is_no_reference(reference: str) -> None:
    with pytest.raises(DatasetError, match="is no version such as news@1"):
        split_reference(reference)


def test_a_local_version_is_held_to_its_sums(tmp_path: Path) -> None:
    path = version(tmp_path)
    assert read_local(path, name="news", version="1.0.0").raw == manifest()
    for change in (b"b card\n", b"longer than it was\n"):
        (path / "README.md").write_bytes(change)
        with pytest.raises(
            DatasetError, match=r"README\.md is not as the manifest says; see: annot"
        ):
            read_local(path, name="news", version="1.0.0")
    (path / "README.md").unlink()
    with pytest.raises(DatasetError, match=r"README\.md is not as the manifest says"):
        read_local(path, name="news", version="1.0.0")
    with pytest.raises(DatasetError, match="there is no such version"):
        read_local(tmp_path, name="news", version="1.0.0")
