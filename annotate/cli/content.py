"""What goes into a dataset version, and what it is made with: the steps composed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.agreement.report import agreement
from annotate.cli.chosen import choose, chosen_from_file, pseudonyms
from annotate.cli.contributions import contributions, contributions_from_files
from annotate.cli.heuristics import loader
from annotate.cli.pulled import finished_work, sound_entries
from annotate.dataset.rows import Chosen, Contribution, Status
from annotate.labeling import history
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import Annotation

if TYPE_CHECKING:
    from annotate.dataset.build import Recipe


@dataclass(frozen=True, slots=True)
class Content:
    """Articles, everyone's work on them, and how far annotators agree at this time.

    Attributes:
        date: of the last change of an annotation (ISO 8601), None if unknown.
    """

    chosen: list[Chosen]
    contributions: list[Contribution]
    agreement: Mapping[str, Any] | None
    date: str | None = None


def pulled_content(settings: Settings, ledger: Ledger, ontology: Ontology) -> Content:
    """What the campaign's history holds."""
    chosen = choose(settings, ledger, ontology)
    entries = sound_entries(settings, ledger)
    names = pseudonyms(history.read(settings.workspace.history))
    work = contributions(entries, names, ontology)
    finished = (
        replace(work.annotation(ontology), annotator=names[work.annotator])
        for work in finished_work(entries)
    )
    dates = [item.updated_at for item in work if item.updated_at]
    return Content(chosen, work, agreement(finished).to_json(), max(dates, default=None))


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
    return Content(chosen, made, agreement(found).to_json() if made else None)


def recipe_for(
    settings: Settings, ontology: Ontology, content: Content, workers: int = 1
) -> Recipe:
    """What a version is made with."""
    from annotate.dataset.build import Recipe
    from annotate.dataset.card import Licences

    heuristics = loader(settings, ontology)()
    return Recipe(
        ontology,
        is_known=heuristics.analyse.stems.__contains__,
        licences=Licences(settings.dataset.text_licence, settings.dataset.annotation_licence),
        agreement=content.agreement,
        date=content.date,
        settings={"splits": dict(settings.dataset.splits), "words_of": heuristics.annotator},
        workers=workers,
    )
