"""The second pass begins from the first: proposed events on entities that people marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotate.labeling.entry import Entry
from annotate.labeling.work import Work, joined
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span, ordered

ORIGIN = "first pass"  # the rule behind an entity that a person marked


@dataclass(frozen=True, slots=True)
class Begun:
    """A pre-annotation for the second pass, and the roles that were dropped for it."""

    annotation: Annotation
    dropped: int = 0


def first_passes(entries: Iterable[Entry]) -> dict[str, Work]:
    """text_sha256 -> the finished entities of the first pass: of several, what was done last.

    Args:
        entries: the current ones of one campaign.
    """
    found: dict[str, Work] = {}
    for work in joined(entries):  # in order of time
        if work.layers == "entities" and work.is_complete:
            found[work.text_sha256] = work
    return found


def begin_second(proposed: Annotation, first: Annotation, ontology: Ontology) -> Begun:
    """The events of a pre-annotation, on the entities of the first pass.

    A role goes to the entity with the same offsets that may play it; where there is none any more,
    it is dropped.

    Args:
        proposed: by the heuristics.
        first: the entities that a person marked in the same text.
    """
    if first.text_sha256 != proposed.text_sha256:
        raise ValueError("the two passes are over different texts")
    taken = {span.id for span in proposed.events}
    entities: list[Span] = []
    at: dict[tuple[int, int], list[Span]] = defaultdict(list)
    number = 0
    for span in first.entities:
        number += 1
        while f"T{number}" in taken:
            number += 1
        # What the person wrote about it is of the first pass, and stays there.
        made = replace(
            span, id=f"T{number}", origin=ORIGIN, score=None, decision=None, unsure=False, note=None
        )
        entities.append(made)
        at[made.start, made.end].append(made)
    spans = {span.id: span for span in proposed.spans}
    relations: set[Relation] = set()
    dropped = 0
    for relation in proposed.relations:
        event, filler = spans[relation.head], spans[relation.tail]
        fits = [
            entity
            for entity in at[filler.start, filler.end]
            if ontology.admits(event.label, relation.role, entity.label)
        ]
        # Of two on the same words, the one with the label that the heuristics saw.
        fits.sort(key=lambda entity: entity.label != filler.label)
        if fits:
            relations.add(replace(relation, tail=fits[0].id))
        else:
            dropped += 1
    annotation = replace(
        proposed,
        spans=ordered([*entities, *proposed.events]),
        relations=tuple(sorted(relations)),
    )
    return Begun(annotation, dropped)
