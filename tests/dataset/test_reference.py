"""Which version a folder or a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.dataset.load import load_dataset
from annotate.dataset.reference import version_at
from annotate.errors import DatasetError
from tests.dataset.builders import IDS, build_in, three


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of `news`, in the working folder."""
    monkeypatch.chdir(tmp_path)
    build_in(tmp_path / "exports", three()[:1])
    assert build_in(tmp_path / "exports").version == "1.1.0"
    return tmp_path / "exports"


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("news", "1.1.0"),
        ("news@1.0.0", "1.0.0"),
        ("exports/news", "1.1.0"),
        ("exports/news/1.0.0", "1.0.0"),
        (Path("exports/news/1.0.0"), "1.0.0"),
    ],
)
def test_a_version(exports: Path, reference: str | Path, number: str) -> None:
    for datasets in (exports, None):
        assert version_at(reference, datasets).resolve() == exports / "news" / number
    count = {"1.0.0": 1, "1.1.0": 3}[number]
    assert list(load_dataset(reference)["doc_id"]) == list(IDS[:count])


def test_the_settings_say_where_datasets_are(exports: Path) -> None:
    (exports.parent / "annotate.toml").write_text('dataset.folder = "made"\n', "utf-8")
    with pytest.raises(DatasetError, match=r"news@1\.0\.0: there is no such version"):
        load_dataset("news@1.0.0")
    exports.rename(exports.with_name("made"))
    assert len(load_dataset("news@1.0.0")) == 1


@pytest.mark.parametrize("reference", ["news@1.0.0", "news"])
def test_what_is_there_wins_over_a_name(exports: Path, reference: str) -> None:
    build_in(exports.parent / "other")
    (exports.parent / "other" / "news").rename(exports.parent / reference)
    assert version_at(reference, exports) == Path(reference) / "1.0.0"


def test_a_folder_without_a_version_gives_way_to_a_name(exports: Path) -> None:
    (exports.parent / "news").mkdir()
    assert version_at("news", exports) == exports / "news" / "1.1.0"


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("news@9.0.0", "there is no such version; annotate datasets list"),
        ("other", "there is no such version"),
        ("news@new", r"this is no dataset version: there is no manifest\.json; give a folder"),
        ("exports", "there is no such version"),
        ("exports/news/9.0.0", "this is no dataset version"),
        ("exports/news/1.0.0/data", "this is no dataset version"),
        (".", "this is no dataset version"),
        ("../news@1.0.0", "this is no dataset version"),
    ],
)
def test_what_is_none(exports: Path, reference: str, what: str) -> None:
    with pytest.raises(DatasetError, match=f"{reference}: {what}"):
        version_at(reference, exports)
