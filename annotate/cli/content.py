"""What goes into a dataset version, and what it is made with: the steps composed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.agreement.report import Agreement, agreement, summed
from annotate.cli.chosen import LeftOut, choose, chosen_from_file, pseudonyms
from annotate.cli.connect import pushed_projects
from annotate.cli.contributions import contributions, contributions_from_files
from annotate.cli.heuristics import loader
from annotate.cli.pulled import finished_work
from annotate.dataset.rows import Chosen, Contribution, Status
from annotate.labeling import history
from annotate.labeling.by_article import OfArticle, by_article
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import Annotation

if TYPE_CHECKING:
    from annotate.dataset.build import Recipe


_TOGETHER = 500  # articles whose agreement is measured at a time


@dataclass(frozen=True, slots=True)
class Content:
    """Articles, everyone's work on them, and how far annotators agree at this time.

    Attributes:
        chosen, contributions: each may be read once; in order, if they are no lists.
        left_out: what does not go in; complete when all of `chosen` was read.
    """

    chosen: Iterable[Chosen]
    contributions: Iterable[Contribution]
    agreement: Mapping[str, Any] | None
    left_out: LeftOut


def pulled_content(settings: Settings, ledger: Ledger, ontology: Ontology) -> Content:
    """What the campaign's history holds, read article by article.

    Raises:
        WorkspaceError: nothing was pushed to the campaign from here.
    """
    ours = {(p.server, p.project_id) for p in pushed_projects(settings, ledger)}
    folder = settings.workspace.history
    names = pseudonyms(history.annotators(folder))

    def articles() -> Iterator[OfArticle]:
        return by_article(folder, lambda entry: entry.key[:2] in ours)

    left_out = LeftOut()
    return Content(
        choose(settings, ledger, ontology, articles(), left_out),
        contributions(articles(), names, ontology),
        _agreement(articles(), names, ontology).to_json(),
        left_out,
    )


def _agreement(
    articles: Iterable[OfArticle], names: Mapping[str, str], ontology: Ontology
) -> Agreement:
    """How far annotators agree, by their pseudonyms; only what two have done is read."""
    finished = (finished_work(found.entries) for found in articles)
    doubled = (works for works in finished if len({work.annotator for work in works}) > 1)
    parts = []
    while some := list(islice(doubled, _TOGETHER)):
        annotations = [
            replace(work.annotation(ontology), annotator=names[work.annotator])
            for works in some
            for work in works
        ]
        parts.append(agreement(annotations))
    return summed(parts)


def content_of_files(
    settings: Settings,
    annotations: Path,
    status: Status,
    work: Iterable[Path],
    ontology: Ontology,
) -> Content:
    """What files in the annotation format hold; the texts come from the settings' sources."""
    chosen = chosen_from_file(settings, annotations, status, ontology)
    made = contributions_from_files(work, ontology)
    found: list[Annotation] = [replace(item.annotation, annotator=item.annotator) for item in made]
    return Content(chosen, made, agreement(found).to_json() if made else None, LeftOut())


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
        settings={"splits": dict(settings.dataset.splits), "words_of": heuristics.annotator},
        workers=workers,
    )
