"""datasets on the command line: list, publish, fetch, rehydrate, convert."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotate.dataset.manifest import latest_version, read_manifest
from annotate.settings import load_settings
from tests.dataset.builders import IDS, build_in, chosen
from tests.support import ROOT, SEEDS, Ran, annotate, tree

pytestmark = pytest.mark.slow

EXPORTS = ROOT / "exports"
LATEST = str(latest_version(EXPORTS / "seeds"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose exports are a copy of the seeds' latest version."""
    shutil.copytree(EXPORTS / "seeds" / LATEST, tmp_path / "exports" / "seeds" / LATEST)
    return tmp_path


def datasets(*arguments: str | Path, folder: Path) -> Ran:
    return annotate("datasets", *arguments, folder=folder)


def test_publish_list_and_fetch(folder: Path) -> None:
    ran = datasets("publish", f"seeds@{LATEST}", "far", folder=folder)
    assert (ran.code, ran.out) == (0, f"far/seeds/{LATEST}\n")
    assert "files sent, 0 were there" in ran.err
    assert f"next: annotate datasets fetch seeds@{LATEST} far" in ran.err
    ran = datasets("publish", "seeds", "far", "--json", folder=folder)
    assert json.loads(ran.out)["new"] is False
    ran = datasets("list", "far", "--json", folder=folder)
    (listed,) = json.loads(ran.out)
    assert (listed["name"], listed["versions"], listed["latest"]) == ("seeds", [LATEST], LATEST)
    assert listed["counts"]["articles"] == 7
    ran = datasets("fetch", "seeds", "far", "--out", "back", folder=folder)
    assert (ran.code, ran.out) == (0, f"back/seeds/{LATEST}\n")
    assert tree(folder / "back" / "seeds" / LATEST) == tree(EXPORTS / "seeds" / LATEST)
    assert annotate("verify", f"back/seeds/{LATEST}", folder=folder).out == "ok\n"


def test_the_list_of_ones_own(folder: Path) -> None:
    ran = datasets("list", folder=folder)
    assert ran.code == 0
    assert [line.split()[:4] for line in ran.out.splitlines()[1:]] == [
        ["seeds", LATEST, "yes", LATEST]
    ]
    assert "no datasets in nowhere" in datasets("list", "nowhere", folder=folder).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["publish", "seeds@9.9.9", "far"], "/exports/seeds/9.9.9: there is no such version"),
        (["publish", "../seeds", "far"], "'../seeds' is no version such as news@1.2.0"),
        (["fetch", "seeds", "far"], "far: there is no dataset seeds"),
        (["fetch", "seeds@x", "far"], "'seeds@x' is no version such as news@1.2.0"),
        (["publish", "seeds", "s3://key:secret@bucket/x"], "s3://: the address may hold no user"),
        (["rehydrate", "exports/seeds"], "there are no articles; name your copies: --sources FILE"),
        (["convert", "exports/none", "--to", "conll", "--out", "x"], "this is no dataset version"),
    ],
)
def test_wrong_input_is_one_line(folder: Path, arguments: list[str], message: str) -> None:
    before = tree(folder)
    ran = datasets(*arguments, folder=folder)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("annotate: error: ")
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert "key:secret" not in ran.err
    assert tree(folder) == before


def test_convert_says_what_is_lost(folder: Path) -> None:
    ran = datasets("convert", "exports/seeds", "--to", "conll", "--out", "c", folder=folder)
    assert ran.code == 0
    assert ran.out.splitlines() == [f"c/{name}.conll" for name in ("train", "validation", "test")]
    assert "not in it: 325 events" in ran.err
    one = ["--split", "test", "--layer", "entities", "--out", "t.json", "--json"]
    ran = datasets("convert", f"exports/seeds/{LATEST}", "--to", "gliner", *one, folder=folder)
    found = json.loads(ran.out)
    assert found["files"] == {"t.json": 1}
    assert found["lost"]["events"] > 0
    assert json.loads((folder / "t.json").read_text("utf-8"))


def test_texts_come_back_from_ones_own_copies(tmp_path: Path) -> None:
    """The seeds without texts, published, fetched and completed from the seed files."""
    items = [chosen(name) for name in IDS]
    bare = build_in(tmp_path / "exports", items, texts=False).path
    full = build_in(tmp_path / "full", items).path
    lines = [
        json.dumps({"id": item.article.doc_id, "text": f"{item.article.text}\n\n"})
        for item in items[:2]
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines), "utf-8")
    assert datasets("publish", "news", "far", folder=tmp_path).code == 0
    ran = datasets(
        *("fetch", "news", "far", "--out", "back", "--rehydrate", "--sources", "mine.jsonl"),
        folder=tmp_path,
    )
    assert (ran.code, ran.out) == (0, "back/news/1.0.0-with-texts\n")
    assert "2 articles have their text, 1 have none" in ran.err
    assert f"no copy of the text of {IDS[2]} (sample.txt)" in ran.err
    assert tree(tmp_path / "back/news/1.0.0") == tree(bare)
    ran = datasets("fetch", "news", "far", "--out", "back", folder=tmp_path)
    assert "next: annotate datasets rehydrate back/news/1.0.0 --sources FILE" in ran.err
    (tmp_path / "mine.jsonl").write_text(
        "\n".join(json.dumps({"text": item.article.text}) for item in items), "utf-8"
    )
    ran = datasets(
        *("rehydrate", "back/news", "--sources", "mine.jsonl", "--out", "whole", "--json"),
        folder=tmp_path,
    )
    assert json.loads(ran.out) == {"path": "whole", "found": 3, "missing": []}
    name = "data/train-00000-of-00001.parquet"
    assert pq.read_table(tmp_path / "whole" / name).equals(pq.read_table(full / name))
    assert datasets("fetch", "news", "far", "--sources", "x", folder=tmp_path).code == 2


def test_the_seeds_are_where_the_tests_think() -> None:
    assert load_settings(SEEDS / "annotate.toml", {}).dataset.folder == EXPORTS
    assert read_manifest(EXPORTS / "seeds" / LATEST)["version"] == LATEST
