"""The stage between choosing and building: no story is in two splits, and nobody moves."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.likeness import estimates, signature
from annotate.dataset import similar, splitting
from annotate.dataset.rows import SPLITS, Chosen, Split
from annotate.dataset.split_ledger import HELD_OUT, PLACES
from annotate.dataset.splitting import Splitting
from annotate.errors import DatasetError
from annotate.labeling.sampling import Plan, placement
from tests.dataset.stories import LONG, SEED_TEXTS, doc_id, invented, item, reposts
from tests.support import SLOW_PROPERTY

PLAN = Plan(seed=3, test_share=0.3, validation_share=0.2)
A, B, C, D = (doc_id(number) for number in range(4))


def draw(group_id: str) -> Split:
    return placement(PLAN, group_id).split


def placed(stage: Splitting) -> dict[str, Split]:
    return {one.article.doc_id: one.split for one in stage}


def place_of(stage: Splitting) -> dict[str, str]:
    """Of every article, held out ones too, by the ledger."""
    ledger = stage.ledger("9.9.9")
    ids = [one.decode() for one in ledger.doc_ids.tolist()]
    return dict(zip(ids, (PLACES[code] for code in ledger.splits.tolist()), strict=True))


def stage_of(
    items: Iterable[Chosen],
    folder: Path,
    explicit: Mapping[str, Split] | None = None,
    **more: Any,
) -> Splitting:
    return Splitting(list(items), folder, explicit or {}, **more)


def near(one: str, other: str) -> bool:
    first, second = (np.frombuffer(signature(text), "<u4") for text in (one, other))
    return bool(estimates(first, second)[1])


def published(stage: Splitting, folder: Path, version: str) -> None:
    """As if a version had been published: only the ledger is written."""
    list(stage)
    stage.ledger(version).write(folder)


# Who decides


def test_a_file_is_drawn_by_story_group(tmp_path: Path) -> None:
    items = [item(doc_id(n), " ".join(invented(n))) for n in range(60)]
    found = placed(stage_of(items, tmp_path, draw=draw))
    assert found == {doc_id(n): draw(doc_id(n)) for n in range(60)}
    assert set(found.values()) == set(SPLITS)


def test_what_was_pushed_keeps_the_plans_split_and_group(tmp_path: Path) -> None:
    items = [
        item(A, " ".join(invented(1)), group_id=B, split="test"),
        item(B, " ".join(invented(2)), group_id=B, split="test"),
        item(C, " ".join(invented(3)), split="validation"),
    ]
    found = list(stage_of(items, tmp_path))
    assert [(one.article.doc_id, one.group_id, one.split) for one in found] == [
        (A, B, "test"),
        (B, B, "test"),
        (C, C, "validation"),
    ]


def test_the_settings_win_and_hold_for_the_story(tmp_path: Path) -> None:
    items = [item(A, LONG[0]), item(B, f"{LONG[0]} اليوم"), item(C, LONG[1])]
    found = list(stage_of(items, tmp_path, {B: "test"}))
    assert [(one.group_id, one.split) for one in found] == [(A, "test"), (A, "test"), (C, "train")]


def test_the_ledger_wins_over_the_plan(tmp_path: Path) -> None:
    first = [item(A, LONG[0], split="test"), item(B, LONG[1], split="validation")]
    published(stage_of(first, tmp_path), tmp_path, "1.0.0")
    again = [item(A, LONG[0]), item(B, LONG[1]), item(C, f"{LONG[0]} اليوم")]
    assert placed(stage_of(again, tmp_path)) == {A: "test", B: "validation", C: "test"}


def test_the_settings_win_over_the_ledger_and_that_is_said(tmp_path: Path) -> None:
    items = [item(A, LONG[0], split="test"), item(B, LONG[1])]
    published(stage_of(items, tmp_path), tmp_path, "1.0.0")
    stage = stage_of(items, tmp_path, {A: "train"})
    assert placed(stage) == {A: "train", B: "train"}
    assert stage.leaks()["moved"] == [{"doc_id": A, "from": "test", "to": "train"}]
    assert f"{A} moved from test to train, as the settings say" in list(stage.lines())
    ledger = stage.ledger("1.0.1")
    assert ledger.since.tolist() == [1, 0]


def test_who_leaves_and_comes_back_is_where_it_was(tmp_path: Path) -> None:
    items = [item(A, LONG[0], split="test"), item(B, LONG[1])]
    published(stage_of(items, tmp_path), tmp_path, "1.0.0")
    published(stage_of(items[1:], tmp_path), tmp_path, "1.1.0")
    assert placed(stage_of([item(A, LONG[0]), items[1]], tmp_path)) == {A: "test", B: "train"}


# Who is held out


def test_an_article_between_two_splits_is_held_out_and_named(tmp_path: Path) -> None:
    items = [
        item(A, LONG[0], group_id=A, split="train"),
        item(B, LONG[1], group_id=B, split="test"),
        item(C, f"{LONG[0]}\n{LONG[1]}", group_id=A, split="train"),
    ]
    stage = stage_of(items, tmp_path)
    assert placed(stage) == {A: "train", B: "test"}
    leaks = stage.leaks()
    assert (leaks["pairs_across_splits"], leaks["held_out"]) == (0, 1)
    assert leaks["held_out_now"] == [
        {"doc_id": C, "split": "train", "near": B, "near_split": "test", "published_before": False}
    ]
    assert next(stage.lines()) == (
        f"1 articles are held out, near to one of another split: {C} (train) ~ {B} (test)"
    )
    assert place_of(stage) == {A: "train", B: "test", C: "held_out"}
    published(stage, tmp_path, "1.0.0")
    alone = stage_of([items[2]], tmp_path)
    assert placed(alone) == {}  # it was not forgotten
    assert next(alone.lines()).endswith("since an earlier version")
    assert placed(stage_of([items[2]], tmp_path, {C: "train"})) == {C: "train"}


def test_of_two_new_ones_the_later_goes_and_holds_out_nobody(tmp_path: Path) -> None:
    """B is near to A and to C, which are not near to each other."""
    words = invented(1, 420)
    texts = [" ".join(words[start : start + 200]) for start in (0, 80, 160)]
    splits: tuple[Split, ...] = ("train", "test", "train")
    assert [near(*pair) for pair in combinations(texts, 2)] == [True, False, True]
    items = [
        item(name, text, group_id=name, split=split)
        for name, text, split in zip((A, B, C), texts, splits, strict=True)
    ]
    assert placed(stage_of(items, tmp_path)) == {A: "train", C: "train"}


def test_who_is_in_the_ledger_stays(tmp_path: Path) -> None:
    old = item(B, LONG[0], group_id=B, split="test")
    published(stage_of([old], tmp_path), tmp_path, "1.0.0")
    new = item(A, LONG[0], group_id=A, split="train")
    assert placed(stage_of([new, old], tmp_path)) == {B: "test"}


def test_what_the_settings_name_is_never_held_out_and_its_leaks_are_said(tmp_path: Path) -> None:
    items = [item(A, LONG[0]), item(B, LONG[0]), item(C, LONG[0])]
    stage = stage_of(items, tmp_path, {A: "train", B: "test"})
    found = list(stage)
    assert [(one.article.doc_id, one.split) for one in found] == [(A, "train"), (B, "test")]
    assert [one.group_id for one in found] == [A, B]  # no group is in two splits
    leaks = stage.leaks()
    assert leaks["pairs_across_splits"] == 1
    assert leaks["pairs"] == [{"doc_ids": [A, B], "splits": ["train", "test"]}]
    assert leaks["highest"] == {"jaccard": 1.0, "doc_ids": [A, B], "splits": ["train", "test"]}
    assert any("in two splits, as the settings say" in line for line in stage.lines())


# Reposts of the seeds


@pytest.mark.parametrize("seed", range(6))
def test_no_repost_is_in_another_split_than_its_story(tmp_path: Path, seed: int) -> None:
    made = reposts(40, seed)
    items = [item(doc_id(n), text) for n, (_, text) in enumerate(made)]
    stage = stage_of(items, tmp_path, draw=lambda group: SPLITS[int(group, 16) % 3])
    found = placed(stage)
    splits_of: dict[int, set[str]] = {}
    for number, (story, _) in enumerate(made):
        if doc_id(number) in found:
            splits_of.setdefault(story, set()).add(found[doc_id(number)])
    assert all(len(splits) == 1 for splits in splits_of.values())
    assert len({split for splits in splits_of.values() for split in splits}) > 1
    assert len(found) > len(items) * 0.9


@pytest.mark.parametrize("seed", range(4))
def test_reposts_that_the_plan_tears_apart_are_held_out(tmp_path: Path, seed: int) -> None:
    """Where nobody knew that they are one story, each with a group and split of its own."""
    made = reposts(40, seed)
    items = [
        item(doc_id(n), text, group_id=doc_id(n), split=SPLITS[n % 3])
        for n, (_, text) in enumerate(made)
    ]
    stage = stage_of(items, tmp_path)
    kept = list(stage)
    for one, other in combinations(kept, 2):
        if one.split != other.split:
            assert not near(one.article.text, other.article.text)
    held = {one.doc_id: one.near for one in stage._over.decided.held_out}
    assert len(held) + len(kept) == len(items)
    texts = {one.article.doc_id: one.article.text for one in items}
    assert all(near(texts[one], texts[other]) for one, other in held.items())
    assert stage.leaks()["pairs_across_splits"] == 0


@pytest.mark.slow
@SLOW_PROPERTY
@given(st.integers(0, 10**6), st.lists(st.integers(1, 14), min_size=1, max_size=4))
def test_nobody_moves_when_others_come(seed: int, sizes: list[int]) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    made = reposts(max(0, sum(sizes) - len(LONG)), seed, LONG[:3])
    names = [doc_id(chance.randrange(2**64)) for _ in made]
    with tempfile.TemporaryDirectory() as path:
        folder, there, before = Path(path), 0, dict[str, str]()
        for turn, size in enumerate(sizes):
            there += size
            items = [
                item(name, text)
                for name, (_, text) in zip(names[:there], made[:there], strict=True)
            ]
            stage = stage_of(items, folder, draw=draw)
            now = place_of(stage)
            assert {name: now[name] for name in before} == before
            exported = list(stage)
            for one, other in combinations(exported, 2):
                if one.split != other.split:
                    assert not near(one.article.text, other.article.text)
                    assert one.group != other.group
            published(stage, folder, f"1.{turn}.0")
            before = now


def test_the_seeds_share_quotations_only(tmp_path: Path) -> None:
    items = [item(doc_id(n), text) for n, text in enumerate(SEED_TEXTS)]
    stage = stage_of(items, tmp_path, draw=lambda group: SPLITS[int(group, 16) % 3])
    found = list(stage)
    assert len({one.group_id for one in found}) == len(items)
    highest = stage.leaks()["highest"]
    assert 0 < highest["jaccard"] < 0.02
    assert stage.leaks()["highest_of"] == "all pairs"


# Many


def test_many_are_searched_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With caps, in blocks and in several rounds: the same places, the same highest index."""
    made = reposts(70, 7)
    items = [
        item(doc_id(n), text, group_id=doc_id(n), split=SPLITS[n % 3])
        for n, (_, text) in enumerate(made)
    ]
    at_once = stage_of(items, tmp_path)
    assert len(placed(at_once)) < len(items)
    for name, value in (("FEW", 5), ("MOST", 2), ("_CHUNK", 16), ("_BLOCK", 8)):
        monkeypatch.setattr(similar, name, value)
    monkeypatch.setattr(splitting, "FEW", 5)
    many = stage_of(items, tmp_path)
    kept = list(many)
    for one, other in combinations(kept, 2):
        assert one.split == other.split or not near(one.article.text, other.article.text)
    assert many.leaks()["highest_of"].endswith("likest pairs found")
    assert (many._over.decided.splits == HELD_OUT).sum() >= (
        at_once._over.decided.splits == HELD_OUT
    ).sum()


def test_what_is_not_admitted_has_a_split_and_no_leak(tmp_path: Path) -> None:
    items = [item(A, LONG[0], split="test"), item(B, LONG[1]), item(C, LONG[2])]
    stage = stage_of(items, tmp_path, admit=lambda all_: (c for c in all_ if c.split != "test"))
    assert placed(stage) == {B: "train", C: "train"}
    assert place_of(stage)[A] == "test"
    assert stage.leaks()["highest"] is None


def test_a_split_without_articles_is_said(tmp_path: Path) -> None:
    stage = stage_of([item(A, LONG[0])], tmp_path)
    assert list(stage.lines()) == []  # nothing was read yet
    list(stage)
    assert list(stage.lines()) == ["no article is validation or test: there is no file for it"]


def test_articles_that_change_in_between_are_refused(tmp_path: Path) -> None:
    items = [item(A, LONG[0]), item(B, LONG[1])]

    class Changing:
        turns = 0

        def __iter__(self) -> Any:
            self.turns += 1
            return iter(items if self.turns == 1 else items[1:])

    stage = Splitting(Changing(), tmp_path, {})
    with pytest.raises(DatasetError, match="the history changed while it was exported"):
        list(stage)


def test_no_articles(tmp_path: Path) -> None:
    stage = stage_of([], tmp_path)
    assert list(stage) == []
    assert stage.leaks()["highest"] is None
    assert list(stage.lines()) == []


def test_articles_without_words_are_near_to_nothing(tmp_path: Path) -> None:
    items = [item(A, "!", split="test"), item(B, "!", split="train"), item(C, "نص", split="train")]
    assert placed(stage_of(items, tmp_path)) == {A: "test", B: "train", C: "train"}
