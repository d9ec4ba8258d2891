"""The Hub's repositories, with a stand-in for the library: one commit and a tag a version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotate.dataset import share
from annotate.dataset.hub import HubStore, open_hub
from annotate.errors import DatasetError
from tests.dataset.share.versions import FILES, version
from tests.support import tree


@dataclass
class Api:
    """What the store uses of `huggingface_hub.HfApi`, over a dictionary of commits."""

    folder: Path
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    refuses_tags: bool = False

    def _files(self, revision: str) -> dict[str, bytes]:
        return self.commits.get(self.tags.get(revision, revision), {})

    def create_repo(self, repo: str, **_: Any) -> None:
        assert repo == "group/news"

    def list_repo_refs(self, repo: str, *, repo_type: str) -> Any:
        assert repo_type == "dataset"
        return SimpleNamespace(tags=[SimpleNamespace(name=name) for name in self.tags])

    def file_exists(self, repo: str, name: str, *, revision: str, repo_type: str) -> bool:
        return name in self._files(revision)

    def upload_folder(
        self, *, repo_id: str, folder_path: str, allow_patterns: list[str], **options: Any
    ) -> Any:
        assert options["delete_patterns"] == "*"
        files = {name: (Path(folder_path) / name).read_bytes() for name in allow_patterns}
        oid = f"commit-{len(self.commits)}"
        self.commits[oid] = self.commits["main"] = files
        return SimpleNamespace(oid=oid)

    def create_tag(self, repo: str, *, tag: str, revision: str, repo_type: str) -> None:
        if self.refuses_tags:
            raise RuntimeError("no connection, with the key hf_secret_token")
        assert tag not in self.tags
        self.tags[tag] = revision

    def get_paths_info(
        self, repo: str, names: list[str], *, revision: str, repo_type: str
    ) -> list[Any]:
        found = []
        for name in names:
            data = self._files(revision)[name]
            large = SimpleNamespace(sha256=hashlib.sha256(data).hexdigest())
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False)
            lfs = large if name.endswith(".parquet") else None
            found.append(
                SimpleNamespace(path=name, size=len(data), lfs=lfs, blob_id=blob.hexdigest())
            )
        return found

    def hf_hub_download(self, repo: str, name: str, *, revision: str, repo_type: str) -> str:
        path = self.folder / revision / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._files(revision)[name])
        return str(path)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path / "cache")


@pytest.fixture
def store(api: Api) -> HubStore:
    return HubStore(api, "group/news", "hf://datasets/group/news")


def nothing(_: int) -> None:
    pass


def publish(folder: Path, store: HubStore, number: str = "1.0.0") -> share.Transfer:
    path, shipment = share.to_publish(folder, "news", number)
    return share.publish(path, shipment, store, nothing)


def test_there_and_back(tmp_path: Path, api: Api, store: HubStore) -> None:
    assert share.listed(store) == []
    version(tmp_path / "near")
    assert publish(tmp_path / "near", store).is_new
    assert not publish(tmp_path / "near", store).is_new
    assert api.tags == {"1.0.0": "commit-0"}
    assert set(api.commits["main"]) == {*FILES, "manifest.json"}  # at the root, for the viewer
    share.fetch(share.to_fetch(store, "news", None), store, tmp_path / "back", nothing)
    back = tree(tmp_path / "back")
    assert back.pop("news/latest") == b"1.0.0\n"
    assert back == tree(tmp_path / "near")
    assert [item.versions for item in share.listed(store)] == [("1.0.0",)]


def test_versions_only_grow(tmp_path: Path, store: HubStore) -> None:
    for number in ("1.0.0", "1.2.0", "1.1.0"):
        version(tmp_path / "near", number)
    publish(tmp_path / "near", store, "1.0.0")
    publish(tmp_path / "near", store, "1.2.0")
    with pytest.raises(DatasetError, match=r"main holds a later version, 1\.2\.0; publish that"):
        publish(tmp_path / "near", store, "1.1.0")
    version(tmp_path / "other", files={"README.md": b"another\n"})
    with pytest.raises(DatasetError, match="another version of this number is published there"):
        publish(tmp_path / "other", store)
    assert store.latest("news") == "1.2.0"


def test_a_commit_without_its_tag_is_no_version(
    tmp_path: Path, api: Api, store: HubStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret_token")
    version(tmp_path / "near")
    api.refuses_tags = True
    with pytest.raises(DatasetError) as caught:
        publish(tmp_path / "near", store)
    assert str(caught.value) == "hf://datasets/group/news: no connection, with the key ..."
    assert store.versions("news") == []
    api.refuses_tags = False
    assert publish(tmp_path / "near", store).is_new


def test_a_file_of_another_size_is_not_fetched(tmp_path: Path, api: Api, store: HubStore) -> None:
    version(tmp_path / "near")
    publish(tmp_path / "near", store)
    api.commits["commit-0"]["README.md"] = b"longer than it was\n"
    with pytest.raises(DatasetError, match=r"README\.md has another size than the manifest says"):
        share.fetch(share.to_fetch(store, "news", None), store, tmp_path / "back", nothing)


def test_the_real_library_has_what_is_used() -> None:
    import inspect

    from huggingface_hub import HfApi

    used = {
        "create_repo": {"repo_type", "exist_ok"},
        "list_repo_refs": {"repo_type"},
        "file_exists": {"revision", "repo_type"},
        "upload_folder": {"repo_id", "repo_type", "folder_path", "allow_patterns",
                          "delete_patterns", "commit_message"},
        "create_tag": {"tag", "revision", "repo_type"},
        "get_paths_info": {"revision", "repo_type"},
        "hf_hub_download": {"revision", "repo_type"},
    }  # fmt: skip
    for name, options in used.items():
        assert options <= inspect.signature(getattr(HfApi, name)).parameters.keys(), name
    assert isinstance(open_hub("datasets/group/news", "hf://datasets/group/news"), HubStore)
