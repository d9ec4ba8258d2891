"""Changing the interface of a project in which people work.

Labels may be added. What is in use is never taken away: a label that gets another name, or becomes
part of another one, is migrated and stays in the interface, hidden; so everything that was marked
with it can be opened and saved as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import OntologyError
from annotate.labeling import interfaces, migration
from annotate.labeling.campaigns import Kind, KnownProject
from annotate.labeling.client import Client
from annotate.labeling.interface import interface_names, labeling_interface
from annotate.labeling.ledger import Ledger
from annotate.labeling.usage import Name, Usage, usage
from annotate.labeling.wire import Layers
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Layer


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did to a project's interface.

    Attributes:
        added: names that annotators can choose from now on.
        removed: names that nothing used and that are gone.
        hidden: labels that were given up and stay, hidden.
    """

    project: KnownProject
    added: tuple[Name, ...] = ()
    removed: tuple[Name, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.added or self.removed or self.hidden)


def interface_now(
    ontology: Ontology, layers: Layers, folder: Path | None, kind: Kind = "labeling"
) -> str:
    """The interface of an ontology, with the labels that were given up in it, hidden.

    Args:
        folder: the history, which knows them; None where there is none.

    Raises:
        OntologyError: a code that was given up has come back, or one that it stands for is gone.
    """
    renamed = migration.renames(migration.read(folder)) if folder else {}
    migration.check(ontology, renamed)
    interface = labeling_interface(ontology, layers, adjudicating=kind == "adjudication")
    return migration.with_hidden(interface, renamed)


def lost_names(before: str, after: str) -> list[Name]:
    """What an interface offers, hidden or not, that another one does not know."""
    ours = interface_names(after)
    return sorted(
        Name(control, code)
        for control, codes in interface_names(before).items()
        for code in codes - ours.get(control, frozenset())
    )


def refuse_losses(
    before: str,
    after: str,
    project: KnownProject,
    client: Client,
    ledger: Ledger,
    folder: Path | None,
) -> tuple[Name, ...]:
    """What an interface loses and nothing uses.

    Args:
        before, after: the project's interface now, and the one that it should have.
        folder: the history; None where there is none.

    Raises:
        OntologyError: it would lose something that is in use; says how often.
    """
    lost = lost_names(before, after)
    if not lost:
        return ()
    used = {n: u for n, u in usage(lost, project, client, ledger, folder).items() if u}
    if used:
        told = "; ".join(f"{n.control} {n.code}: {u}" for n, u in sorted(used.items()))
        labels = [n.code for n in sorted(used) if n.control in LAYERS]
        fix = "put it back into the ontology"
        if labels:
            fix += ", or run: annotate ontology migrate " + " ".join(f"{c}=NEW" for c in labels)
        raise OntologyError(
            f"the ontology lacks what is in use ({told})",
            where=client.project_url(project.project_id),
            fix=fix,
        )
    return tuple(lost)


def upgrade(
    project: KnownProject,
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    folder: Path,
    *,
    dry_run: bool = False,
) -> Upgraded:
    """Gives a project the interface of the ontology, in place; tasks and work stay as they are.

    Raises:
        OntologyError: it would lose something that is in use.
        ServerError: the server cannot be asked, or refuses.
    """
    before = client.project(project.project_id).interface
    after = interface_now(ontology, project.layers, folder, project.kind)
    removed = refuse_losses(before, after, project, client, ledger, folder)
    place = (project.server, project.project_id)
    if not interfaces.installed(ledger, *place):
        interfaces.record(ledger, *place, before, None, "")
    done = Upgraded(
        project,
        added=tuple(n for n in lost_names(after, before) if n.code not in _hidden(after)),
        removed=removed,
        hidden=tuple(sorted(_hidden(after) - _hidden(before))),
    )
    if before.strip() != after.strip() and not dry_run:
        client.update_project(project.project_id, label_config=after)
        interfaces.record(ledger, *place, after, ontology, client.clock(project.project_id))
    return done


def _hidden(xml: str) -> set[str]:
    shown = set(interfaces.offered(xml))
    names = interface_names(xml)
    return {code for layer in LAYERS for code in names.get(layer, frozenset())} - shown


def migrate(
    pairs: Mapping[str, str],
    projects: Sequence[KnownProject],
    client: Client,
    ledger: Ledger,
    ontology: Ontology,
    folder: Path,
    *,
    dry_run: bool = False,
) -> list[tuple[migration.Migration, Usage]]:
    """Records that labels stand for others from now on; the interfaces are upgraded afterwards.

    Args:
        pairs: old code -> new code; the ontology has the new one and not the old one.
        projects: of the campaign.

    Returns:
        What was recorded, and how often each old label is in use.

    Raises:
        OntologyError: a pair makes no sense.
    """
    known = {
        layer: {
            code
            for project in projects
            for code in interface_names(client.project(project.project_id).interface).get(
                layer, frozenset()
            )
        }
        for layer in LAYERS
    }
    names = {old: _checked(old, new, ontology, known) for old, new in pairs.items()}
    totals = {old: Usage() for old in names}
    for project in projects:
        for name, used in usage(names.values(), project, client, ledger, folder).items():
            total = totals[name.code]
            total.server += used.server
            total.history += used.history
            total.proposed += used.proposed
    now = datetime.now(UTC).isoformat(timespec="seconds")
    made = [
        migration.Migration(
            now,
            names[old].control,
            old,
            new,
            max(totals[old].server, totals[old].history),
            ontology.version,
        )
        for old, new in pairs.items()
    ]
    migration.check(ontology, migration.renames([*migration.read(folder), *made]))
    if not dry_run:
        migration.append(folder, made)
    return [(one, totals[one.old]) for one in made]


def _checked(old: str, new: str, ontology: Ontology, known: Mapping[Layer, set[str]]) -> Name:
    layer: Layer = "event" if new in ontology.event_codes else "entity"
    if new not in ontology.labels(layer):
        raise OntologyError(
            f"{old}={new}: the ontology has no label {new}", fix="add it to the ontology first"
        )
    if old in (*ontology.entity_codes, *ontology.event_codes):
        raise OntologyError(
            f"{old}={new}: the ontology still has the label {old}",
            fix="take it out of the ontology first",
        )
    if old not in known[layer]:
        other = next((other for other in LAYERS if old in known[other]), None)
        what = f"{old} is an {other} label and {new} an {layer} label" if other else None
        raise OntologyError(
            f"{old}={new}: {what or f'no project has ever had a label {old}'}",
            fix="check the codes: annotate ontology check",
        )
    return Name(layer, old)
