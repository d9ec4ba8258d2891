"""The sampling plan of a campaign: fixed by its first push, and followed by all later ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from annotate.corpus.article import Article
from annotate.errors import SettingsError
from annotate.labeling.ledger import Ledger
from annotate.labeling.sampling import TEST_OVERLAP, Placement, Plan, placement
from annotate.settings import Split


class Assigned(Protocol):
    """The story group of an article, and what it is found by."""

    @property
    def group_id(self) -> str: ...
    @property
    def signature(self) -> bytes: ...


class Grouping(Protocol):
    """Story groups of all articles so far (`corpus.duplicates.Groups`)."""

    def assign(self, doc_id: str, text: str) -> Assigned: ...


# Makes the grouping from (doc_id, group_id, signature) of the articles that are known already.
NewGrouping = Callable[[Iterable[tuple[str, str, bytes]]], Grouping]


@dataclass(frozen=True, slots=True)
class Planned:
    """An article and where it belongs."""

    article: Article
    group_id: str
    placement: Placement


def plan_of(ledger: Ledger, server: str, campaign: str) -> Plan | None:
    """The plan that a campaign's first push fixed, or None before it."""
    row = ledger.database.execute(
        "SELECT plan FROM plans WHERE server = ? AND campaign = ?", (server, campaign)
    ).fetchone()
    return Plan.model_validate_json(row[0]) if row else None


def agree(ledger: Ledger, server: str, campaign: str, plan: Plan) -> None:
    """Makes sure that a push follows the campaign's plan, if there is one.

    Raises:
        SettingsError: another plan was fixed by the campaign's first push.
    """
    fixed = plan_of(ledger, server, campaign)
    if fixed is None or fixed == plan:
        return
    now, then = plan.model_dump(), fixed.model_dump()
    changed = [name for name in then if now[name] != then[name]]
    was = ", ".join(f"{name} = {then[name]}" for name in changed)
    is_now = ", ".join(f"{name} = {now[name]}" for name in changed)
    raise SettingsError(
        f"the sampling plan of {campaign!r} was fixed by its first push with {was}, "
        f"and is now asked for with {is_now}",
        where="sampling",
        fix="put it back, in annotate.toml or by --overlap and --overlap-share; or begin a new "
        "campaign, with another project.title or --project",
    )


def fix(ledger: Ledger, server: str, campaign: str, plan: Plan) -> None:
    """Keeps the plan, for good, unless one is kept already."""
    with ledger.database as database:
        database.execute(
            "INSERT OR IGNORE INTO plans VALUES (?, ?, ?, ?)",
            (
                *(server, campaign, json.dumps(plan.model_dump(), sort_keys=True)),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )


def follow(
    plan: Plan,
    articles: Iterable[Article],
    ledger: Ledger,
    grouping: NewGrouping | None,
    splits: Mapping[str, Split],
    *,
    dry_run: bool,
    order: Sequence[str] | None = None,
) -> list[Planned]:
    """Where each article belongs, in the order of pushing: by chance, one story together.

    An article that is given twice counts once. What is new gets a story group, which is kept.

    Args:
        grouping: tells stories; without it each article is a story of its own.
        splits: of articles, by doc_id, where it was said explicitly; it holds for their stories.
        order: doc_ids as they are worth annotating. Test articles stay at their random places.
    """
    groups: Grouping | None = None
    if grouping is not None:
        groups = grouping(
            ledger.database.execute("SELECT doc_id, group_id, signature FROM groups ORDER BY rowid")
        )
    group_of: dict[str, str] = {}
    distinct: list[Article] = []
    rows: list[tuple[str, str, bytes]] = []
    for article in articles:
        if article.doc_id in group_of:
            continue
        distinct.append(article)
        group_of[article.doc_id] = article.doc_id
        if groups is not None:
            assigned = groups.assign(article.doc_id, article.text)
            group_of[article.doc_id] = assigned.group_id
            rows.append((article.doc_id, assigned.group_id, assigned.signature))
    said = _said_of_stories(ledger, group_of, splits)
    found = []
    for article in distinct:
        group_id = group_of[article.doc_id]
        split = splits.get(article.doc_id) or said.get(group_id)
        found.append(Planned(article, group_id, placement(plan, group_id, split)))
    if rows and not dry_run:
        with ledger.database as database:
            database.executemany("INSERT OR IGNORE INTO groups VALUES (?, ?, ?)", rows)
    by_chance = sorted(found, key=lambda p: (p.placement.rank, p.group_id, p.article.doc_id))
    return by_chance if order is None else _reordered(by_chance, order)


def _said_of_stories(
    ledger: Ledger, group_of: Mapping[str, str], splits: Mapping[str, Split]
) -> dict[str, Split]:
    """Story groups whose articles are named, now or pushed earlier, all with one split."""
    named: dict[str, set[Split]] = {}
    for doc_id, split in splits.items():
        group_id = group_of.get(doc_id)
        if group_id is None:
            row = ledger.database.execute(
                "SELECT group_id FROM groups WHERE doc_id = ?", (doc_id,)
            ).fetchone()
            group_id = row[0] if row else doc_id
        named.setdefault(group_id, set()).add(split)
    return {group_id: found.pop() for group_id, found in named.items() if len(found) == 1}


def _reordered(by_chance: Sequence[Planned], order: Sequence[str]) -> list[Planned]:
    """The articles in another order, but for those of the test, whose choice must be by chance."""
    place = {doc_id: number for number, doc_id in enumerate(order)}
    others = [planned for planned in by_chance if planned.placement.split != "test"]
    others.sort(key=lambda planned: place.get(planned.article.doc_id, len(place)))
    waiting = iter(others)
    return [
        planned if planned.placement.split == "test" else next(waiting) for planned in by_chance
    ]


def tells_stories(plan: Plan) -> bool:
    """Whether anything depends on which articles tell one story."""
    return plan.test_share > 0 or plan.validation_share > 0 or plan.overlap > 1


def commonest_overlap(plan: Plan) -> int:
    """The overlap that most articles have: what the server gives to new tasks by itself."""
    rest = 1 - plan.test_share
    shares = {1: rest * (1 - plan.overlap_share)}
    for overlap, share in (
        (max(TEST_OVERLAP, plan.overlap), plan.test_share),
        (plan.overlap, rest * plan.overlap_share),
    ):
        shares[overlap] = shares.get(overlap, 0.0) + share
    return max(sorted(shares), key=lambda overlap: shares[overlap])


def in_words(plan: Plan) -> str:
    """The plan in one sentence."""
    parts = []
    if plan.test_share:
        overlap = max(TEST_OVERLAP, plan.overlap)
        parts.append(f"{plan.test_share:.0%} test (blank, {overlap} annotators each)")
    if plan.validation_share:
        parts.append(f"{plan.validation_share:.0%} validation")
    if plan.overlap > 1 and plan.overlap_share:
        blank = f", {plan.blank_share:.0%} of these blank" if plan.blank_share else ""
        rest = " of the others" if plan.test_share else ""
        parts.append(f"{plan.overlap_share:.0%}{rest} for {plan.overlap} annotators{blank}")
    elif plan.overlap > 1 or not parts:
        parts.append("every article for one annotator, with pre-labels")
    return f"sampling plan (seed {plan.seed}): {'; '.join(parts)}"
