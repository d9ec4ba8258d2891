"""The heuristics as one function from a text to an annotation."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path

from annotate.corpus.article import Article
from annotate.heuristics import groups, known, numbers, organisations, people, places, reuse, times
from annotate.heuristics.analysis import Analyser
from annotate.heuristics.candidates import Candidate, Policy, longest_first, policy_of, resolve
from annotate.heuristics.context import Context, topics_of
from annotate.heuristics.document import Document, read_document
from annotate.heuristics.events import Event, labels_of
from annotate.heuristics.events import find as find_events
from annotate.heuristics.forms import read_forms
from annotate.heuristics.lexicon import NAMES, Lexicon, read_lexicon
from annotate.heuristics.morphology import TriggerLemmas, load_lemmas
from annotate.heuristics.own import Own, own_lexicons
from annotate.heuristics.precision import FILE, Precision, Scorer, read_rows
from annotate.heuristics.relations import Filler, Relator
from annotate.heuristics.triggers import read_triggers
from annotate.ontology import Ontology, load_ontology
from annotate.resources import resource
from annotate.spans import Annotation, Relation, Span, ordered, with_defaults
from annotate.storage import text_sha256

Pairs = tuple[tuple[str, str], ...]
VERSION = "0.2.0"


@dataclass(frozen=True, slots=True, eq=False)
class Heuristics:
    """The loaded lexicons, and the ontology that says what may be proposed.

    Attributes:
        ontology: labels it lacks are not proposed.
        lexicon: what the lexicon folder holds.
        analyse: looks words up, and remembers them.
        precision: what scores come from.
        policy: how overlaps are settled.
        attributes: what an event's attributes are, by whether it is denied and not real.
        version: of the rules, with a fingerprint of the user's own lexicons where there are some.
    """

    ontology: Ontology
    lexicon: Lexicon
    analyse: Analyser
    precision: Precision
    attributes: Mapping[tuple[bool, bool], Pairs]
    policy: Policy = longest_first
    version: str = VERSION

    @property
    def annotator(self) -> str:
        """The name that the proposals bear."""
        return f"heuristics-{self.version}"


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found in a text.

    Attributes:
        annotation: the proposals; entity n is the span `T<n>` and event n the span `E<n>`, from 1.
        document: the text as words.
        entities, events: what the spans were made from.
        scorer: gave the spans their scores.
    """

    annotation: Annotation
    document: Document
    entities: list[Candidate]
    events: list[Event]
    scorer: Scorer


def load_heuristics(
    ontology: Ontology,
    lexicon_folder: Path | None = None,
    policy: str | Policy = longest_first,
    lexicons: Sequence[Path] = (),
    morphology: str | None = None,
) -> Heuristics:
    """The heuristics over a lexicon folder; without one, over the lexicons of the package.

    `lexicons` are the user's own, folders or files, that add to it (see own.py). `morphology` is a
    database in which the lemmas of unknown words are looked up (see morphology.py).
    A policy says which of two spans that overlap is kept: a name of `candidates.POLICIES`, or a
    function. A folder without precision.tsv is scored by what was measured with the package's.

    Raises:
        RulesError: with file and line of the first thing in a lexicon that is wrong.
        InputError: there is no policy of this name, or no such morphology database.
    """
    shipped = resource("schemas", "lexicon")
    folder = (lexicon_folder or shipped).resolve()
    table = folder / FILE
    precision = _precision(table if table.exists() else shipped.resolve() / FILE)
    own = own_lexicons(lexicons, ontology, NAMES)
    with _collector_paused():
        read = _read(folder, own, morphology)
    version = f"{VERSION}+{own.fingerprint}" if own.files else VERSION
    if morphology is not None:
        version += "+morphology" if "+" not in version else ".morphology"
    pairs = _attribute_pairs(ontology)
    return Heuristics(ontology, *read, precision, pairs, policy_of(policy), version)


@cache
def _precision(table: Path) -> Precision:
    return Precision(read_rows(table))


@cache
def _read(folder: Path, own: Own, morphology: str | None) -> tuple[Lexicon, Analyser]:
    """The lexicons of a folder, read once; what is known of words is shared too."""
    table = read_forms(folder)
    lexicon = read_lexicon(folder, own, table)
    # What a condition may name does not depend on the user's ontology: the lexicons come with ours.
    codes = frozenset(load_ontology().entity_codes)
    triggers = read_triggers(folder, lexicon.classes, codes, own, table)
    lexicon = lexicon.with_verbs(triggers.verbs())
    lemmas = TriggerLemmas(triggers, load_lemmas(morphology)) if morphology else None
    return lexicon, Analyser(lexicon, triggers, lemmas)


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
    return findings(text, heuristics).annotation


def findings(text: str, heuristics: Heuristics) -> Findings:
    """The proposals for a clean text with what they were made from."""
    with _collector_paused():
        return _findings(text, heuristics)


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


def _findings(text: str, heuristics: Heuristics) -> Findings:
    ontology = heuristics.ontology
    document = read_document(text, heuristics.analyse)
    topics = topics_of(document)
    entities = find_entities(document, topics, ontology, heuristics.policy)
    context = Context(document, labels_of(entities), topics, heuristics.lexicon.classes)
    known_types = frozenset(ontology.event_codes)
    events = [event for event in find_events(context) if event.type in known_types]
    fillers = Relator(document, ontology, heuristics.lexicon.classes).find(entities, events)
    sha256 = text_sha256(text)
    scorer = heuristics.precision.scorer(sha256)
    pairs = heuristics.attributes
    annotation = Annotation(
        text_sha256=sha256,
        spans=ordered(
            [
                *(_entity(document, entity, n, scorer) for n, entity in enumerate(entities, 1)),
                *(_event(document, event, n, pairs, scorer) for n, event in enumerate(events, 1)),
            ]
        ),
        relations=tuple(sorted(_relation(filler) for filler in fillers)),
        annotator=heuristics.annotator,
        ontology_version=ontology.version,
        guidelines_version=ontology.guidelines_version,
    )
    return Findings(annotation, document, entities, events, scorer)


def find_entities(
    document: Document, topics: frozenset[str], ontology: Ontology, policy: Policy
) -> list[Candidate]:
    """The flat entities of a text, in order."""
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
    allowed = {*ontology.entity_codes, known.NOTHING}
    first = resolve((c for c in candidates if c.label in allowed), document, policy)
    repeated = [c for c in reuse.find(document, first) if c.label in allowed]
    found = resolve([*first, *repeated], document, policy) if repeated else first
    return [candidate for candidate in found if candidate.label != known.NOTHING]


def _entity(document: Document, entity: Candidate, number: int, scorer: Scorer) -> Span:
    start, end = document.starts[entity.start], document.ends[entity.end - 1]
    return Span(
        id=f"T{number}",
        layer="entity",
        start=start,
        end=end,
        label=entity.label,
        text=document.text[start:end],
        score=scorer.score("entity", entity.label, entity.origin),
        origin=entity.origin,
    )


def _event(
    document: Document,
    event: Event,
    number: int,
    attributes: Mapping[tuple[bool, bool], Pairs],
    scorer: Scorer,
) -> Span:
    start, end = document.starts[event.start], document.ends[event.end - 1]
    words = (event.sense.lemma, *(w.form for w in document.info[event.start + 1 : event.end]))
    origin = f"trigger:{event.type}/{' '.join(words)}"
    return Span(
        id=f"E{number}",
        layer="event",
        start=start,
        end=end,
        label=event.type,
        text=document.text[start:end],
        attributes=attributes[event.negative, event.unreal],
        score=scorer.score("event", event.type, origin),
        origin=origin,
    )


def _attribute_pairs(ontology: Ontology) -> dict[tuple[bool, bool], Pairs]:
    """(denied, not real) -> an event's attributes, those that the ontology has."""
    pairs = {}
    for negative, unreal in product((False, True), repeat=2):
        found: Mapping[str, str] = {
            "polarity": "NEGATIVE" if negative else "POSITIVE",
            "modality": "OTHER" if unreal else "ASSERTED",
        }
        known = {name: value for name, value in found.items() if value in ontology.values(name)}
        pairs[negative, unreal] = with_defaults(known, ontology)
    return pairs


def _relation(filler: Filler) -> Relation:
    return Relation(f"E{filler.event + 1}", f"T{filler.entity + 1}", filler.role)
