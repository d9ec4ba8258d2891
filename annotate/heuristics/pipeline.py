"""The heuristics as one function from a text to an annotation."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics import groups, known, numbers, organisations, people, places, reuse, times
from annotate.heuristics.analysis import Analyser
from annotate.heuristics.candidates import Candidate, Policy, longest_first, resolve
from annotate.heuristics.context import Context, topics_of
from annotate.heuristics.document import Document, read_document
from annotate.heuristics.events import Event, labels_of
from annotate.heuristics.events import find as find_events
from annotate.heuristics.lexicon import Lexicon, read_lexicon
from annotate.heuristics.relations import Filler, Relator
from annotate.heuristics.triggers import read_triggers
from annotate.ontology import Ontology, load_ontology
from annotate.resources import resource
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults
from annotate.storage import text_sha256

VERSION = "0.1.0"
ANNOTATOR = f"heuristics-{VERSION}"
_EVENT_SCORE = 0.8
_CONDITIONED = 0.65  # of a trigger that its context decided


@dataclass(frozen=True, slots=True, eq=False)
class Heuristics:
    """The loaded lexicons, and the ontology that says what may be proposed.

    Attributes:
        ontology: labels it lacks are not proposed.
        lexicon: what the lexicon folder holds.
        analyse: looks words up, and remembers them.
        policy: how overlaps are settled.
    """

    ontology: Ontology
    lexicon: Lexicon
    analyse: Analyser
    policy: Policy = longest_first


def load_heuristics(ontology: Ontology, lexicon_folder: Path | None = None) -> Heuristics:
    """The heuristics over a lexicon folder; without one, over the lexicons of the package.

    Raises:
        RulesError: with file and line of the first thing in a lexicon that is wrong.
    """
    folder = (lexicon_folder or resource("schemas", "lexicon")).resolve()
    return Heuristics(ontology, *_read(folder))


@cache
def _read(folder: Path) -> tuple[Lexicon, Analyser]:
    """The lexicons of a folder, read once; what is known of words is shared too."""
    lexicon = read_lexicon(folder)
    # What a condition may name does not depend on the user's ontology: the lexicons come with ours.
    codes = frozenset(load_ontology().entity_codes)
    triggers = read_triggers(folder, lexicon.classes, codes)
    lexicon = lexicon.with_verbs(triggers.verbs())
    return lexicon, Analyser(lexicon, triggers)


def preannotate(
    texts: Iterable[str | Article], ontology: Ontology | None = None
) -> Iterator[Annotation]:
    """Proposals for each clean text or article, in order, one at a time.

    Without an ontology, the one that ships with the package says what may be proposed.

    Raises:
        InputError: a text has a lone surrogate, which is no character.
    """
    heuristics = load_heuristics(ontology or load_ontology())
    for number, text in enumerate(texts):
        if isinstance(text, Article):
            yield preannotate_article(text, heuristics)
        else:
            try:
                annotation = preannotate_text(text, heuristics)
            except UnicodeEncodeError as problem:
                raise InputError(
                    f"a lone surrogate stands at {problem.start}", where=f"text {number}"
                ) from None
            yield replace(annotation, text=text)


def preannotate_article(article: Article, heuristics: Heuristics) -> Annotation:
    """Proposals for an article, with its identity and text."""
    return replace(
        preannotate_text(article.text, heuristics),
        doc_id=article.doc_id,
        source=article.source,
        source_id=article.source_id,
        text=article.text,
    )


def preannotate_text(text: str, heuristics: Heuristics) -> Annotation:
    """Proposed entities, triggers and roles of a clean text, in time linear in its length."""
    with _collector_paused():
        return _annotation(text, heuristics)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keeps the garbage collector from running.

    One article makes thousands of short-lived values and no cycles; for each thousand of them the
    collector would visit all that is known of words, which took 40 % of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _annotation(text: str, heuristics: Heuristics) -> Annotation:
    ontology = heuristics.ontology
    document = read_document(text, heuristics.analyse)
    topics = topics_of(document)
    entities = find_entities(document, topics, ontology, heuristics.policy)
    context = Context(document, labels_of(entities), topics, heuristics.lexicon.classes)
    known_types = frozenset(ontology.event_codes)
    events = [event for event in find_events(context) if event.type in known_types]
    fillers = Relator(document, ontology, heuristics.lexicon.classes).find(entities, events)
    return Annotation(
        text_sha256=text_sha256(text),
        spans=ordered(
            [
                *(_entity(document, entity, n) for n, entity in enumerate(entities, 1)),
                *(_event(document, event, n, ontology) for n, event in enumerate(events, 1)),
            ]
        ),
        relations=tuple(sorted(_relation(filler) for filler in fillers)),
        annotator=ANNOTATOR,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )


def find_entities(
    document: Document, topics: frozenset[str], ontology: Ontology, policy: Policy
) -> list[Candidate]:
    """The flat entities of a text, in order."""
    conflict = "conflict" in topics
    candidates = [
        *known.find(document),
        *organisations.find(document, conflict),
        *places.find(document),
        *people.find(document),
        *groups.find(document, conflict),
        *times.find(document),
        *numbers.find(document),
    ]
    allowed = {*ontology.entity_codes, known.NOTHING}
    first = resolve((c for c in candidates if c.label in allowed), document, policy)
    repeated = [c for c in reuse.find(document, first) if c.label in allowed]
    found = resolve([*first, *repeated], document, policy) if repeated else first
    return [candidate for candidate in found if candidate.label != known.NOTHING]


def _entity(document: Document, entity: Candidate, number: int) -> Span:
    start, end = document.starts[entity.start], document.ends[entity.end - 1]
    return Span(
        id=f"T{number}",
        layer="entity",
        start=start,
        end=end,
        label=entity.label,
        text=document.text[start:end],
        score=entity.score,
        origin=entity.origin,
    )


def _event(document: Document, event: Event, number: int, ontology: Ontology) -> Span:
    start, end = document.starts[event.start], document.ends[event.end - 1]
    return Span(
        id=f"E{number}",
        layer="event",
        start=start,
        end=end,
        label=event.type,
        text=document.text[start:end],
        attributes=_attributes(event, ontology),
        score=_CONDITIONED if event.sense.tests else _EVENT_SCORE,
        origin=f"trigger:{event.type}/{event.sense.lemma}",
    )


def _attributes(event: Event, ontology: Ontology) -> tuple[tuple[str, str], ...]:
    """The attributes that the ontology has, with the values found."""
    found: Mapping[str, str] = {
        "polarity": "NEGATIVE" if event.negative else "POSITIVE",
        "modality": "OTHER" if event.unreal else "ASSERTED",
    }
    return with_defaults(
        {name: value for name, value in found.items() if value in ontology.values(name)}, ontology
    )


def _relation(filler: Filler) -> Relation:
    return Relation(f"E{filler.event + 1}", f"T{filler.entity + 1}", filler.role)
