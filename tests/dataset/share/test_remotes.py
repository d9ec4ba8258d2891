"""Addresses of places: what is one, and that keys are in none and in no message."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.dataset import share
from annotate.dataset.remotes import FolderStore, open_store, without_keys
from annotate.errors import DatasetError
from tests.buckets import SECRET, free_port
from tests.dataset.share.versions import version


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIA123:wJalrXUtnFEMI@bucket/data",
        "s3://bucket/data?secret_key=wJalrXUtnFEMI",
        "s3://bucket/data#wJalrXUtnFEMI",
        "https://user:wJalrXUtnFEMI@example.org/x",
        "hf://user:wJalrXUtnFEMI@datasets/a/b",
    ],
)
def test_keys_in_an_address_are_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(DatasetError) as caught:
        open_store(address)
    assert "the address may hold no user, key or password" in str(caught.value)
    assert "wJalrXUtnFEMI" not in str(caught.value)
    assert "AKIA" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://host/x", "there is no way to ftp://; use s3://, gs://, hf:// or a folder"),
        ("s3://", "this is no address of a place for datasets"),
        ("s3://bucket/../x", "this is no address of a place for datasets"),
        ("file://host/x", "a file's address has three slashes"),
        ("hf://datasets/x", "an address of the Hub is hf://datasets/OWNER/NAME"),
        ("hf://models/a/b", "an address of the Hub is hf://datasets/OWNER/NAME"),
    ],
)
def test_what_is_no_address(address: str, message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        open_store(address)
    assert str(caught.value) == f"{address}: {message}"


def test_a_path_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    version(tmp_path / "sets")
    for address in ("sets", str(tmp_path / "sets"), f"file://{tmp_path}/sets", "./sets/"):
        store = open_store(address)
        assert isinstance(store, FolderStore)
        assert store.names() == ["news"]


def test_keys_are_taken_out_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("HF_TOKEN", "")
    assert without_keys("denied for wJalrXUtnFEMI") == "denied for ..."


def test_a_place_that_does_not_answer(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(DatasetError) as caught:
        share.listed(open_store(s3))
    assert str(caught.value).startswith(f"{s3}: ")
    assert SECRET not in str(caught.value)


def test_a_bucket_that_is_not_there(tmp_path: Path, s3: str) -> None:
    version(tmp_path)
    path, shipment = share.to_publish(tmp_path, "news", "1.0.0")
    with pytest.raises(DatasetError) as caught:
        share.publish(path, shipment, open_store("s3://no-such-bucket/x"), lambda _: None)
    assert str(caught.value).startswith("s3://no-such-bucket/x: ")
    assert SECRET not in str(caught.value)
