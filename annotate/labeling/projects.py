"""The project on the server: found or created, ours, and with the settings that we need."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.errors import OntologyError, ServerError
from annotate.labeling.campaigns import KnownProject, projects_of, remember
from annotate.labeling.client import Client, Project
from annotate.labeling.interface import interface_names, labeling_interface
from annotate.labeling.ledger import Ledger
from annotate.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Target:
    """Where a push goes.

    Attributes:
        server: what the ledger knows the server by: its URL, or the embedded one's own name.
        title: the project's title.
        overlap: how many annotators a task is for.
    """

    server: str
    title: str
    overlap: int = 1


def open_project(
    target: Target, client: Client, ledger: Ledger, ontology: Ontology, *, dry_run: bool
) -> Project | None:
    """The target project, created if need be; None in a dry run that would create it.

    Raises:
        ServerError: a project of this title is not ours, or the server does not keep a setting.
        OntologyError: the project has labels that the ontology lacks.
    """
    project = _find(target, client, ledger)
    interface = labeling_interface(ontology)
    if project is None:
        if dry_run:
            return None
        about = f"annotate, ontology {ontology.name} {ontology.version}"
        project = client.project(client.create_project(target.title, interface, about))
    fields: dict[str, object] = {}
    if project.interface.strip() != interface.strip():
        _check_names(project, interface, client)
        fields["label_config"] = interface
    if project.overlap != target.overlap:
        # Given at creation it was once ignored: set it afterwards, and read it back.
        fields["maximum_annotations"] = target.overlap
    if dry_run:
        return project
    if fields:
        client.update_project(project.id, **fields)
        project = client.project(project.id)
        if project.overlap != target.overlap:
            raise ServerError(
                f"the server keeps {project.overlap} annotators a task, not {target.overlap}",
                where=client.project_url(project.id),
            )
    remember(ledger, KnownProject(target.server, project.id, target.title, target.title))
    return project


def _find(target: Target, client: Client, ledger: Ledger) -> Project | None:
    for known in projects_of(ledger, target.server, target.title):
        if known.title == target.title and client.project_exists(known.project_id):
            project = client.project(known.project_id)
            if project.title == target.title:
                return project
    return client.find_project(target.title)


def _check_names(project: Project, interface: str, client: Client) -> None:
    """Labels may be added to a project; what is there already may be in use."""
    ours, theirs = interface_names(interface), interface_names(project.interface)
    where = client.project_url(project.id)
    if "entity" not in theirs:
        raise ServerError(
            f"a project {project.title!r} is there and was not made by annotate",
            where=where,
            fix="choose another title (project.title, or --project)",
        )
    lost = sorted(
        f"{control} {name}"
        for control, names in theirs.items()
        for name in names - ours.get(control, frozenset())
    )
    if lost:
        raise OntologyError(
            f"the project has what the ontology lacks: {', '.join(lost)}",
            where=where,
            fix="put it back into the ontology, or push to a project with another title",
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
