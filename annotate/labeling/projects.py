"""The project on the server: found or created, ours, and with the settings that we need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotate.errors import ServerError
from annotate.labeling.campaigns import Kind, KnownProject, projects_of, remember
from annotate.labeling.changing import interface_now, refuse_losses
from annotate.labeling.client import Client, Project
from annotate.labeling.extras import NOTHING, Extras
from annotate.labeling.interface import interface_names
from annotate.labeling.interfaces import installed, record
from annotate.labeling.ledger import Ledger
from annotate.labeling.planning import commonest_overlap
from annotate.labeling.sampling import Plan
from annotate.labeling.wire import Layers
from annotate.ontology import Ontology
from annotate.settings import Split


@dataclass(frozen=True, slots=True)
class Target:
    """Where a push goes, and by which plan.

    Attributes:
        server: what the ledger knows the server by: its URL, or the embedded one's own name.
        title: of the campaign.
        plan: which articles are test, doubled, blank.
        max_words: of a part; a longer article becomes several tasks.
        layers: what the tasks are for.
        annotators: who work blind, each in a project of their own; None: in one for all.
        splits: of articles, by doc_id, where it was said explicitly.
        history: the folder of what was pulled, which knows the labels that were given up.
        kind: what the project is for.
        campaign: that the project belongs to, where that has another title.
        extras: what tasks show beside text and pre-annotation.
    """

    server: str
    title: str
    plan: Plan = field(default_factory=Plan)
    max_words: int = 350
    layers: Layers = "all"
    annotators: tuple[str, ...] | None = None
    splits: Mapping[str, Split] = field(default_factory=dict)
    history: Path | None = None
    kind: Kind = "labeling"
    campaign: str | None = None
    extras: Extras = NOTHING


def open_project(
    target: Target,
    title: str,
    owner: str | None,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    *,
    dry_run: bool,
) -> Project | None:
    """A project of the campaign, created if need be; None in a dry run that would create it.

    Args:
        title, owner: of this project (see `assignments.Lane`).

    Raises:
        ServerError: a project of this title is not ours, or the server does not keep a setting.
        OntologyError: the ontology lacks something of the project that is in use.
    """
    campaign = target.campaign or target.title
    known = KnownProject(target.server, 0, title, campaign, target.layers, target.kind, owner)
    project = _find(known, client, ledger)
    interface = interface_now(ontology, target.layers, target.history, target.kind)
    is_new = project is None
    if project is None:
        if dry_run:
            return None
        about = f"annotate, ontology {ontology.name} {ontology.version}"
        project = client.project(client.create_project(title, interface, about))
    fields: dict[str, object] = {}
    if project.interface.strip() != interface.strip():
        _check_ours(project, client)
        here = replace(known, project_id=project.id)
        refuse_losses(project.interface, interface, here, client, ledger, target.history)
        if not dry_run and not installed(ledger, target.server, project.id):
            # Who annotated before this push had no more than this.
            record(ledger, target.server, project.id, project.interface, None, "")
        fields["label_config"] = interface
    overlap = 1 if owner is not None else commonest_overlap(target.plan)
    if project.overlap != overlap and not project.tasks:
        # Given at creation it was once ignored. Of a project with tasks it would rewrite theirs.
        fields["maximum_annotations"] = overlap
    if dry_run:
        return project
    if fields:
        client.update_project(project.id, **fields)
        project = client.project(project.id)
        if "maximum_annotations" in fields and project.overlap != overlap:
            raise ServerError(
                f"the server keeps {project.overlap} annotators a task, not {overlap}",
                where=client.project_url(project.id),
            )
    remember(ledger, replace(known, project_id=project.id))
    # Of what was there already nobody knows since when, unless it was recorded then.
    since = client.clock(project.id) if "label_config" in fields or is_new else ""
    record(ledger, target.server, project.id, project.interface, ontology, since)
    return project


def _find(wanted: KnownProject, client: Client, ledger: Ledger) -> Project | None:
    for known in projects_of(ledger, wanted.server, wanted.campaign, wanted.kind):
        same = (known.owner, known.layers) == (wanted.owner, wanted.layers)
        if same and client.project_exists(known.project_id):
            project = client.project(known.project_id)
            if project.title == known.title:
                return project
    return client.find_project(wanted.title)


def _check_ours(project: Project, client: Client) -> None:
    if "entity" not in interface_names(project.interface):
        raise ServerError(
            f"a project {project.title!r} is there and was not made by annotate",
            where=client.project_url(project.id),
            fix="choose another title (project.title, or --project)",
        )


def show_predictions(project_id: int, version: str, client: Client) -> None:
    """Pre-labels show only if the project names their version and has the switch on.

    Raises:
        ServerError: the server did not keep it.
    """
    project = client.project(project_id)
    if project.model_version == version and project.shows_predictions:
        return
    client.update_project(project_id, model_version=version, show_collab_predictions=True)
    project = client.project(project_id)
    if project.model_version != version or not project.shows_predictions:
        raise ServerError(
            "the server did not keep the switch that shows pre-annotations",
            where=client.project_url(project_id),
        )
