"""How far the annotators of a campaign agree, from the ledger and the last pull."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from annotate.cli.connect import pushed_projects, server_url
from annotate.cli.items import Source, readings_of
from annotate.cli.progress_table import progress_json
from annotate.cli.pulled import entries_of
from annotate.labeling.by_article import by_article
from annotate.labeling.entry import Entry, shown_name
from annotate.labeling.ledger import Ledger
from annotate.labeling.progress import rows, totals, totals_by_split, unchanged_by
from annotate.labeling.standing import standing, story_groups
from annotate.ontology import Ontology
from annotate.settings import Settings

if TYPE_CHECKING:
    from annotate.agreement.figures import Figures


def measured(
    settings: Settings,
    ledger: Ledger,
    ontology: Ontology,
    *,
    gamma: bool = False,
    progress: bool = False,
) -> Figures:
    """The figures of the campaign, with the names that tables show and links to the tasks.

    An annotation that is quarantined as a whole counts as it was last sound.

    Args:
        gamma: whether to measure gamma, which takes long.
        progress: whether to add what each annotator has done.

    Raises:
        WorkspaceError: nothing was pushed to the campaign from here.
    """
    from annotate.agreement.figures import measure

    projects = pushed_projects(settings, ledger)
    ours = {(p.server, p.project_id) for p in projects}
    articles = by_article(settings.workspace.history, lambda entry: entry.key[:2] in ours)
    url = server_url(settings)
    source = Source(ledger, ontology, shown_name, story_groups(ledger), url)
    found = readings_of(articles, source)
    figures = measure(
        found.items, ontology, simulated=found.simulated, left_out=found.left_out, gamma=gamma
    )
    if not progress:
        return figures
    entries = entries_of(settings, ledger)
    made: Iterable[dict[str, object]] = progress_of(settings, ledger, ontology, entries)[
        "annotators"
    ]
    return figures.with_progress(made, max((entry.pulled_at for entry in entries), default=None))


def progress_of(
    settings: Settings, ledger: Ledger, ontology: Ontology, entries: Iterable[Entry]
) -> dict[str, Any]:
    """Who has done what, as JSON values.

    Args:
        entries: the current state of the campaign's annotations.
    """
    state = standing(ledger, pushed_projects(settings, ledger), entries)
    everybody = rows(state, settings.project.annotators, unchanged_by(ledger, ontology))
    return progress_json(totals(state), totals_by_split(state), everybody)
