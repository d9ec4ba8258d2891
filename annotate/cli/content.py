"""What goes into a dataset version, and what it is made with: the steps composed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.cli.chosen import Campaign, Choices, LeftOut, choose, chosen_from_file
from annotate.cli.connect import pushed_projects, server_key
from annotate.cli.contributions import contributions, contributions_from_files
from annotate.cli.heuristics import loader
from annotate.cli.items import Readings, Source, readings_of, readings_of_files
from annotate.cli.pseudonyms import Numbered, pseudonyms
from annotate.dataset.gold import LAX, Policy, admitted
from annotate.dataset.rows import Chosen, Contribution, Split, Status
from annotate.labeling import history
from annotate.labeling.adjudication import is_collected
from annotate.labeling.by_article import OfArticle, by_article
from annotate.labeling.campaigns import KnownProject, projects_of
from annotate.labeling.ledger import Ledger
from annotate.labeling.sampling import placement
from annotate.labeling.standing import story_groups
from annotate.ontology import Ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.dataset.build import Recipe
    from annotate.dataset.splitting import Splitting


_DRAWN = ("seed", "test_share", "validation_share")  # what splits are drawn with


@dataclass(frozen=True, slots=True)
class Content:
    """Articles, everyone's work on them, and how far annotators agree at this time.

    Attributes:
        chosen: in order, with groups and splits, without those that are held out or not admitted.
        contributions: may be read once; in order, if they are no list.
        left_out: what does not go in; complete when all of `chosen` was read.
        policy: which annotation is good enough.
    """

    chosen: Splitting
    contributions: Iterable[Contribution]
    agreement: Mapping[str, Any] | None
    left_out: LeftOut
    policy: Policy


def pulled_content(
    settings: Settings, ledger: Ledger, ontology: Ontology, policy: Policy = LAX
) -> Content:
    """What the campaign's history holds, read article by article.

    What adjudicators made is gold, and neither an annotator's contribution nor part of agreement:
    they saw what the others had marked.

    Raises:
        WorkspaceError: nothing was pushed to the campaign from here.
    """
    labeling = pushed_projects(settings, ledger)
    server, title = server_key(settings), settings.project.title
    campaign = Campaign(
        labeling,
        projects_of(ledger, server, title, "adjudication"),
        is_collected(ledger, server, title),
    )
    folder = settings.workspace.history
    names = pseudonyms(history.annotators(folder))

    def articles(*projects: KnownProject) -> Iterator[OfArticle]:
        ours = {(p.server, p.project_id) for p in projects}
        return by_article(folder, lambda entry: entry.key[:2] in ours)

    left_out = LeftOut()
    source = Source(ledger, ontology, names.__getitem__, story_groups(ledger), links=False)

    def chosen() -> Iterator[Chosen]:
        everything = articles(*labeling, *campaign.adjudication)
        return choose(settings, ledger, ontology, everything, left_out, campaign, policy)

    return Content(
        _splitting(settings, Choices(chosen, left_out), policy, left_out),
        contributions(articles(*labeling), names, ontology),
        _figures(readings_of(articles(*labeling), source), ontology),
        left_out,
        policy,
    )


def _figures(found: Readings, ontology: Ontology) -> dict[str, Any]:
    """How far annotators agree, by their pseudonyms.

    No text is quoted, and no address of a task is in it: articles that are held back are measured
    as well, and a version may be one without texts. Who has the texts finds the words by offsets.
    """
    from annotate.agreement.figures import measure

    figures = measure(found.items, ontology, simulated=found.simulated, left_out=found.left_out)
    return figures.to_json(quote=False)


def content_of_files(
    settings: Settings,
    annotations: Path,
    status: Status,
    work: Iterable[Path],
    ontology: Ontology,
    policy: Policy = LAX,
) -> Content:
    """What files in the annotation format hold; the texts come from the settings' sources."""
    people = Numbered()  # one for both: who annotated is not who adjudicated
    made = contributions_from_files(work, ontology, people)
    chosen = chosen_from_file(settings, annotations, status, ontology, people)
    figures = _figures(readings_of_files(made, chosen), ontology) if made else None
    left_out = LeftOut()

    def draw(group_id: str) -> Split:
        return placement(settings.sampling, group_id).split

    placed = _splitting(settings, chosen, policy, left_out, draw)
    return Content(placed, made, figures, left_out, policy)


def _splitting(
    settings: Settings,
    chosen: Iterable[Chosen],
    policy: Policy,
    left_out: LeftOut,
    draw: Callable[[str], Split] | None = None,
) -> Splitting:
    """Where each article belongs, and which of them are good enough for it."""
    from annotate.dataset.splitting import Splitting

    return Splitting(
        chosen,
        settings.dataset.folder / settings.dataset.name,
        settings.dataset.splits,
        draw,
        lambda items: admitted(items, policy, left_out.by_policy),
    )


def recipe_for(
    settings: Settings, ontology: Ontology, content: Content, workers: int = 1
) -> Recipe:
    """What a version is made with."""
    from annotate.dataset.build import Recipe
    from annotate.dataset.card import Licences

    heuristics = loader(settings, ontology)()
    published = settings.dataset.published
    return Recipe(
        ontology,
        is_known=heuristics.analyse.stems.__contains__,
        licences=Licences(settings.dataset.text_licence, settings.dataset.annotation_licence),
        agreement=content.agreement,
        date=published.isoformat() if published else None,
        settings={
            "splits": dict(settings.dataset.splits),
            "sampling": {name: getattr(settings.sampling, name) for name in _DRAWN},
            "words_of": heuristics.annotator,
            "gold": content.policy.to_json(),
        },
        workers=workers,
        splitting=content.chosen,
    )
