"""What the rules alone propose for a text: entities and events, and what the tagger sees of it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from annotate.heuristics import groups, known, numbers, organisations, people, places, reuse, times
from annotate.heuristics.analysis import Analyser
from annotate.heuristics.candidates import Candidate, Policy, resolve
from annotate.heuristics.context import Context, topics_of
from annotate.heuristics.document import Document, read_document
from annotate.heuristics.events import Event, labels_of
from annotate.heuristics.events import find as find_events
from annotate.heuristics.features import features
from annotate.heuristics.learned import Demoted
from annotate.heuristics.rules import entry_of, family_of
from annotate.ontology import Ontology, load_ontology

Seen = list[list[list[str]]]


class Proposed(NamedTuple):
    """What the rules propose.

    Attributes:
        document: the text as words.
        topics: what it is about.
        entities, events: with labels of the ontology.
    """

    document: Document
    topics: frozenset[str]
    entities: list[Candidate]
    events: list[Event]


def propose(
    text: str,
    analyse: Analyser,
    ontology: Ontology,
    policy: Policy,
    demoted: Demoted = frozenset(),
) -> Proposed:
    """The rules' proposals for a clean text; none by a demoted lexicon entry."""
    document = read_document(text, analyse)
    topics = topics_of(document)
    entities = find_entities(document, topics, frozenset(ontology.entity_codes), policy, demoted)
    context = Context(document, labels_of(entities), topics, analyse.lexicon.classes)
    types = frozenset(ontology.event_codes)
    events = [event for event in find_events(context) if event.type in types]
    if demoted:
        events = [
            event
            for event in events
            if ("event", event.type, entry_of(origin(event, document))) not in demoted
        ]
    return Proposed(document, topics, entities, events)


def seen(proposed: Proposed, ontology: Ontology, policy: Policy) -> Seen:
    """What the tagger sees: features of each word, by sentence.

    What the rules find is a hint also where the ontology has no label for it: a place that the
    rules call GPE may be a LOC there.
    """
    document, topics, entities, events = proposed
    labels = _all_labels()
    if not labels <= set(ontology.entity_codes):
        entities = find_entities(document, topics, labels, policy)
    return features(document, entities, events)


@cache
def _all_labels() -> frozenset[str]:
    return frozenset(load_ontology().entity_codes)


def find_entities(
    document: Document,
    topics: frozenset[str],
    labels: frozenset[str],
    policy: Policy,
    demoted: Demoted = frozenset(),
) -> list[Candidate]:
    """The flat entities of a text with one of the labels, in order."""
    conflict = "conflict" in topics
    candidates = [
        *known.find(document, conflict),
        *organisations.find(document, conflict),
        *places.find(document),
        *people.find(document),
        *groups.find(document, conflict),
        *times.find(document),
        *numbers.find(document),
    ]
    allowed = {*labels, known.NOTHING}
    if demoted:
        candidates = [
            c
            for c in candidates
            if family_of(c.origin) != "lexicon"
            or ("entity", c.label, entry_of(c.origin)) not in demoted
        ]
    first = resolve((c for c in candidates if c.label in allowed), document, policy)
    repeated = [c for c in reuse.find(document, first) if c.label in allowed]
    found = resolve([*first, *repeated], document, policy) if repeated else first
    return [candidate for candidate in found if candidate.label != known.NOTHING]


def origin(event: Event, document: Document) -> str:
    """The origin of a trigger: its type and its lexicon entry."""
    words = (event.sense.lemma, *(w.form for w in document.info[event.start + 1 : event.end]))
    return f"trigger:{event.type}/{' '.join(words)}"
