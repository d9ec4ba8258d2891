"""diff on the command line, and how export says what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.dataset.builders import IDS, build_in, chosen, three

pytestmark = pytest.mark.slow


@pytest.fixture
def exports(folder: Path) -> Path:
    """Two versions of `news`: an article came, and a trigger in test has another label."""
    target = folder / "exports"
    build_in(target, three()[:2], splits={IDS[1]: "test"})
    after = [chosen(), chosen(IDS[1], label="ATTACK"), chosen(IDS[2])]
    assert build_in(target, after, splits={IDS[1]: "test"}).version == "1.1.0"
    return target


@pytest.mark.parametrize(
    "names",
    [
        ("news@1.0.0", "news@1.1.0"),
        ("news@1.0.0", "news"),
        ("exports/news/1.0.0", "exports/news"),
        ("exports/news/1.0.0", "exports/news/1.1.0"),
    ],
)
def test_two_versions(run: Run, exports: Path, names: tuple[str, str]) -> None:
    ran = run("diff", *names)
    assert ran.code == 0
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[:3] == [
        "minor: 1 article added",
        "minor: 1 article of the test split changed",
        "patch: 1 article annotated otherwise",
    ]
    assert "articles added 1 0 0" in lines
    assert "events relabelled TAKEOVER -> ATTACK 0 0 1" in lines
    assert "spans relabelled, by decision - 1" in lines
    assert f"article added: train in {IDS[2]}" in lines
    (shown,) = [line for line in lines if line.startswith("event relabelled")]
    assert shown.startswith("event relabelled: TAKEOVER -> ATTACK at ")
    assert shown.endswith(f"in {IDS[1]} 'سيطرتها'")


def test_as_json(run: Run, exports: Path) -> None:
    values = json.loads(run("diff", "news@1.0.0", "news", "--json").out)
    assert values["before"] == {
        "path": str(exports / "news" / "1.0.0"),
        "name": "news",
        "version": "1.0.0",
    }
    assert values["after"]["version"] == "1.1.0"
    assert values["change"]["level"] == "minor"
    assert values["spans"] == [
        {
            "what": "relabelled",
            "layer": "event",
            "label": "TAKEOVER -> ATTACK",
            "split": "test",
            "decision": "-",
            "count": 1,
        }
    ]
    assert {"what": "added", "split": "train", "count": 1} in values["articles"]
    assert [example["doc_id"] for example in values["examples"]] == [IDS[1], IDS[2]]


def test_a_folder_of_that_name_is_no_dataset(run: Run, exports: Path) -> None:
    (exports.parent / "news").mkdir()
    assert run("diff", "news", "news").code == 0


def test_nothing_changed(run: Run, exports: Path) -> None:
    ran = run("diff", "news", "news")
    assert (ran.code, ran.out) == (0, "nothing changed\n")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("news@1.0.0", "news@9.0.0"), "news@9.0.0: there is no such version"),
        (("news@1.0.0", "other"), "other: there is no such version"),
        (("news@1.0.0", "a/b"), "'a/b' is no version such as news@1.2.0"),
        (("news@1.0.0", "exports/news/1.0.0/data"), "is no version such as news@1.2.0"),
    ],
)
def test_what_is_no_version(run: Run, exports: Path, names: tuple[str, str], message: str) -> None:
    ran = run("diff", *names)
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
