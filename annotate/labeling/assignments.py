"""Which projects of a campaign an article goes to.

Normally there is one project. Where annotators work blind, each has one of their own, and an
article goes to as many of them as the plan says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import SettingsError
from annotate.labeling.campaigns import projects_of
from annotate.labeling.ledger import Ledger
from annotate.labeling.planning import Planned
from annotate.labeling.sampling import Plan, annotators_for
from annotate.labeling.wire import Layers

LONGEST_TITLE = 50  # the server's limit


@dataclass(frozen=True, slots=True)
class Lane:
    """A project that a push goes to, and what for.

    Attributes:
        title: of the project.
        owner: e-mail address of the annotator whose project it is; None: everybody's.
        articles: in the order of pushing.
    """

    title: str
    owner: str | None
    articles: tuple[Planned, ...]


def project_title(campaign: str, layers: Layers = "all", owner: str | None = None) -> str:
    """Title of a campaign's project for one pass and one annotator; at most 50 characters.

    It follows from these alone, so that a lost ledger finds it again. What is too long is cut, and
    then a few digits of a hash keep it apart from others.
    """
    base = campaign if layers == "all" else f"{campaign} ({layers})"
    title = base if owner is None else f"{base} - {owner}"
    if len(title) <= LONGEST_TITLE:
        return title
    digits = hashlib.sha256(title.encode("utf-8")).hexdigest()[:4]
    pass_ = "" if layers == "all" else f" ({layers})"
    name = "" if owner is None else f" - {owner.partition('@')[0][:16]}"
    tail = f"…{digits}{pass_}{name}"
    return campaign[: LONGEST_TITLE - len(tail)] + tail


def lanes(
    planned: Sequence[Planned],
    plan: Plan,
    campaign: str,
    layers: Layers,
    annotators: Sequence[str] | None,
    holders: Mapping[str, Iterable[str]],
) -> list[Lane]:
    """The projects of a push, with their articles.

    Args:
        annotators: who work blind; None: there is one project for all.
        holders: doc_id -> who has the article already. They keep it, also if others joined or
            left since; only who is lacking is drawn.

    Raises:
        SettingsError: there are fewer annotators than an article is for.
    """
    if annotators is None:
        return [Lane(project_title(campaign, layers), None, tuple(planned))]
    chosen: dict[str, list[Planned]] = {name: [] for name in sorted(annotators)}
    for item in planned:
        have = sorted(holders.get(item.article.doc_id, ()))
        lacking = max(0, item.placement.overlap - len(have))
        others = [name for name in annotators if name not in have]
        for name in [*have, *annotators_for(plan, item.group_id, others, lacking)]:
            chosen.setdefault(name, []).append(item)
    return [
        Lane(project_title(campaign, layers, name), name, tuple(items))
        for name, items in chosen.items()
        if items
    ]


def holders_of(ledger: Ledger, server: str, campaign: str, layers: Layers) -> dict[str, set[str]]:
    """doc_id -> the annotators whose own projects have it."""
    found: dict[str, set[str]] = {}
    for project in projects_of(ledger, server, campaign):
        if project.owner is not None and project.layers == layers:
            for task in ledger.tasks(server, project.project_id):
                found.setdefault(task.doc_id, set()).add(project.owner)
    return found


def check_manner(
    ledger: Ledger, server: str, campaign: str, layers: Layers, *, blind: bool
) -> None:
    """A campaign is blind or it is not: in both, every article would be there twice.

    Raises:
        SettingsError: it was begun in the other manner.
    """
    for project in projects_of(ledger, server, campaign):
        if project.layers == layers and (project.owner is not None) != blind:
            was = "blind" if not blind else "with one project for all"
            raise SettingsError(
                f"the campaign {campaign!r} was begun {was}",
                where="project.blind",
                fix="go on as it was begun, or begin another one: --project TITLE",
            )
