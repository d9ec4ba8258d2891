"""`annotate adjudicate` without a server: what can be said, and settled by vote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import read_annotations
from annotate.labeling.adjudication import Asked, TextKey, version_of
from tests.cli.conftest import Run
from tests.cli.test_settled import campaign, here, labels, pulled, push, without
from tests.labeling.campaign import ANNA, OMAR, ROBOT, SALMA
from tests.support import ONTOLOGY

__all__ = ["here"]


def auto(run: Run, rule: str, *options: str) -> dict[str, Any]:
    ran = run("adjudicate", "auto", rule, "--out", "auto.jsonl", "--json", *options)
    assert ran.code == 0, ran.err
    values: dict[str, Any] = json.loads(ran.out)
    return values


@pytest.fixture
def doubled(here: Path) -> str:
    """An article that three people have read, one that a single one has, and one of test."""
    with campaign() as made:
        first, task = push(made, 1, overlap=3)
        _, alone = push(made, 2)
        third, tested = push(made, 3, overlap=2, split="test")
        pulled(
            made.done(task, ANNA),
            made.done(task, OMAR, without(first, "T3", T1="ORG")),
            made.done(task, SALMA, without(first, "T3", "E3")),
            made.done(task, ROBOT, without(first, "E1", "E2", "E3")),
            made.done(alone, ANNA),
            made.done(tested, ANNA),
            made.done(tested, OMAR, without(third, "T3")),
        )
    return first.doc_id


@pytest.mark.parametrize(
    ("rule", "options", "found"),
    [
        ("majority", (), ["ATTACK", "ARM", "GPE", "STATEMENT", "ADVANCE"]),
        ("majority", ("--k", "3"), ["ATTACK", "GPE", "STATEMENT"]),
        ("intersection", (), ["ATTACK", "GPE", "STATEMENT"]),
        ("union", (), ["ATTACK", "ARM", "ORG", "GPE", "TIME", "STATEMENT", "ADVANCE"]),
    ],
)
def test_votes_of_people_become_auto_and_never_test(
    run: Run, here: Path, doubled: str, rule: str, options: tuple[str, ...], found: list[str]
) -> None:
    done = auto(run, rule, *options)
    assert (done["articles"], done["test"]) == (1, 1)
    (made,) = read_annotations(here / "auto.jsonl", ONTOLOGY)
    assert (made.doc_id, made.annotator) == (doubled, f"auto-{rule}")
    assert [span.label for span in made.spans] == found
    ran = run("export", "--annotations", "auto.jsonl", "--status", "auto", "--json")
    assert ran.code == 0, ran.err
    (row,) = pq.read_table(Path(json.loads(ran.out)["path"]) / "data").to_pylist()
    assert row["status"] == "auto"
    assert sorted(labels(row)) == sorted(found)


def test_auto_says_what_it_needs(run: Run, here: Path, doubled: str) -> None:
    ran = run("adjudicate", "auto", "union", "--k", "2", "--out", "auto.jsonl")
    assert (ran.code, "--k goes with majority" in ran.err) == (2, True)
    ran = run("adjudicate", "auto", "majority", "--out", "auto.jsonl")
    assert "1 article settled by majority in auto.jsonl" in ran.err
    assert "1 test articles are left out: test takes gold only" in ran.err
    assert "annotate export --annotations auto.jsonl --status auto" in ran.err


def test_nothing_is_collected_where_nothing_was_sent(run: Run, here: Path, doubled: str) -> None:
    ran = run("adjudicate", "collect")
    assert ran.code == 1
    assert "nothing was sent to be adjudicated" in ran.err
    assert "annotate adjudicate send" in ran.err


def test_another_version_is_made_only_where_what_was_asked_has_changed() -> None:
    one, two, three = (TextKey(name, "0" * 64) for name in ("a", "b", "c"))
    now = {one: "x", two: "y"}
    first = version_of({}, now, set())
    asked = {key: Asked(key, first, digest, ()) for key, digest in now.items()}
    assert version_of(asked, now, set()) == first
    assert version_of(asked, now | {three: "z"}, set()) == first  # more articles need none
    changed = version_of(asked, now | {one: "new"}, set())
    assert changed != first
    assert version_of(asked, now | {one: "new"}, {one}) == first  # it is settled
    assert version_of({}, dict(reversed(now.items())), set()) == first
