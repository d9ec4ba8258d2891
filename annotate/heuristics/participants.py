"""Who takes part in an event, by syntax: subject, genitive, antecedent, object.

Arabic news puts the subject after its verb (`أعلنت الوزارة`), in headlines before it (`الوزارة
تعلن`); a relative clause has it before الذي; a verbal noun has it as its genitive (`انسحاب
الجيش`), which for some nouns is the object (`تحرير المدينة`). Where none of these is there, the
event goes on with the agent of the one before (`وأضاف`, `مشيرا`, `سيطرتها`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.analysis import WordInfo
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.events import Event
from annotate.heuristics.prepositions import PARTS

ACTORS = frozenset({"PER", "ORG", "ARM", "GPE", "NORP", "TITLE"})
# In these a country or town does not act, it is gone to, left or taken.
_NO_PLACE_ACTS = frozenset(("ADVANCE", "WITHDRAW", "TAKEOVER", "SURRENDER", "DEFECT"))
# Events whose agent is, unless said otherwise, the agent of the event before.
_INHERIT = frozenset(
    ("STATEMENT", "TAKEOVER", "ADVANCE", "WITHDRAW", "ATTACK", "SIEGE", "DEFECT", "RELEASE")
)
_SUBJECT = 6  # words between a verb and its subject
_GENITIVE = 2  # words between a noun and its genitive
_BEFORE = 4  # words between an antecedent and its verb
_ENUMERATION = 6  # words between two items of an enumeration
_CHAIN = 8  # entities joined to one that has a role
_RELATIVE = frozenset(("الذي", "التي", "الذين", "اللذين", "اللتين", "اللذان", "اللتان"))
_THAT = frozenset(("ان", "انه", "انها", "انهم", "بان", "بانه", "وان", "فان", "لان"))
_PARTICLES = frozenset(("قد", "لم", "لن", "لا", "سوف", "ايضا"))
# Verbs whose grammatical subject undergoes the event.
_SUFFER = frozenset(("استشهد", "اصيب", "جرح"))
_FALL = frozenset(("سقط", "انهار"))
_BETWEEN = OPENING | CLOSING | {"،"}  # a title and the name
_FINITE = ("verb", "phrase", "word")


class Sentence(NamedTuple):
    """The entities and events of one sentence.

    Attributes:
        entities: (number, entity), in order.
        events: (number, event), in order.
        prepositions: number of an entity -> what governs it, "" if nothing does.
        starts: first word of each entity.
        triggers: first word of each event.
    """

    entities: Sequence[tuple[int, Candidate]]
    events: Sequence[tuple[int, Event]]
    prepositions: Mapping[int, str]
    starts: Sequence[int]
    triggers: Sequence[int]


class Participant(NamedTuple):
    """Entity number `entity` plays `role` in event number `event`."""

    event: int
    entity: int
    role: str


Numbered = tuple[int, Candidate]


class Participants:
    """Finds the participants of the events of one sentence."""

    def __init__(
        self, document: Document, sentence: Sentence, classes: Mapping[str, frozenset[str]]
    ) -> None:
        self._document = document
        self._sentence = sentence
        self._classes = classes

    def find(self) -> Iterator[Participant]:
        """Participants, event by event."""
        agent: Numbered | None = None
        for number, event in self._sentence.events:
            if event.sense.kind == "participle" and event.type != "STATEMENT":
                predicate = self._predicate(event)
                if predicate:
                    yield Participant(number, predicate[0], "TARGET")
                continue
            subject, role = self._subject(event)
            if subject is None and agent and self._continues(event):
                subject, role = agent, "AGENT"
            if subject is None:
                continue
            for member in (subject, *self._joined(subject)):
                yield Participant(number, member[0], role)
            if role == "AGENT" and subject[1].label in ACTORS:
                agent = subject
                yield from self._object(number, event, subject)

    def _subject(self, event: Event) -> tuple[Numbered | None, str]:
        """The subject of a verb or genitive of a noun, and its role."""
        role = self._first_role(event)
        if event.sense.kind not in _FINITE:
            return (self._genitive(event) if role else None), role
        found = self._fronted(event)
        if found is None and self._relative(event):
            found = self._antecedent(event)
        found = found or self._after_verb(event) or self._antecedent(event)
        if found and role == "AGENT" and not self._may_act(event, found[1]):
            return None, role
        return found, role

    def _first_role(self, event: Event) -> str:
        """Role of the subject of a verb, or of the genitive after a noun; "" where it has none."""
        lemma, kind = event.sense.lemma, event.sense.kind
        if kind in _FINITE:
            undergoes = lemma in _SUFFER or (event.type == "TAKEOVER" and lemma in _FALL)
            return "TARGET" if undergoes else "AGENT"
        if kind != "noun" or event.pronoun:
            return ""
        if lemma in self._classes["object_nouns"] and event.type not in ("ADVANCE", "WITHDRAW"):
            return "TARGET"
        return "AGENT"

    def _may_act(self, event: Event, entity: Candidate) -> bool:
        if entity.label == "GPE":
            return event.type not in _NO_PLACE_ACTS
        return entity.label in ACTORS

    def _continues(self, event: Event) -> bool:
        """Whether an event without a subject of its own has the agent of the one before."""
        if event.type not in _INHERIT:
            return False
        if event.sense.kind == "noun":
            return bool(event.pronoun) or event.type not in ("STATEMENT", "ATTACK")
        return True

    def _fronted(self, event: Event) -> Numbered | None:
        """The subject just before its verb, where a clause begins with it: الجيش يعلن, إن X قال."""
        before = self._before(event)
        if before is None or self._sentence.prepositions[before[0]]:
            return None
        entity = before[1]
        if event.start - entity.end > _BEFORE:
            return None
        gap = self._document.info[entity.end : event.start]
        if any(word.kind == "word" and word.form not in _PARTICLES for word in gap):
            return None
        if any(word.form in ("،", ".", ":", "؛") for word in gap):
            return None
        opening = self._document.info[entity.start - 1] if entity.start else None
        first = self._document.bounds[self._document.sentence[entity.start]][0]
        begins = (
            entity.start == first
            or opening is None
            or opening.kind == "symbol"
            or opening.form in _THAT
        )
        return before if begins and entity.label in ACTORS else None

    def _relative(self, event: Event) -> bool:
        """Whether the antecedent is the subject: الذين اقتحموا, but not التي شنتها القوات."""
        return (
            event.start > 0
            and not event.pronoun
            and self._document.info[event.start - 1].form in _RELATIVE
        )

    def _antecedent(self, event: Event) -> Numbered | None:
        """The entity before الذي, or before a verb that stands right after it."""
        before = self._before(event)
        if before is None or before[1].label not in ACTORS:
            return None
        if event.start - before[1].end > _BEFORE:
            return None
        gap = self._document.info[before[1].end : event.start]
        if any(word.form in _RELATIVE for word in gap):
            return before
        bare = all(word.form in _PARTICLES or word.form in CLOSING for word in gap)
        return before if bare and not self._sentence.prepositions[before[0]] else None

    def _before(self, event: Event) -> Numbered | None:
        """The entity that ends last before an event."""
        position = bisect_left(self._sentence.starts, event.start) - 1
        if position < 0:
            return None
        found = self._sentence.entities[position]
        return found if found[1].end <= event.start else None

    def _after_verb(self, event: Event) -> Numbered | None:
        return self._next(event, _SUBJECT, noun=False)

    def _genitive(self, event: Event) -> Numbered | None:
        found = self._next(event, _GENITIVE, noun=True)
        if found is None:
            return None
        if found[1].label == "GPE" and self._first_role(event) == "AGENT":
            return found if event.type in ("STATEMENT", "AGREEMENT") else None
        return found

    def _next(self, event: Event, reach: int, *, noun: bool) -> Numbered | None:
        """The next entity that nothing governs, before any other trigger."""
        sentence, info = self._sentence, self._document.info
        position = bisect_left(sentence.starts, event.end)
        while position < len(sentence.entities):
            number, entity = sentence.entities[position]
            if entity.start >= event.end + reach + 1:
                return None
            if entity.label in ("TIME", "WEA", "CAMPAIGN"):
                position += 1
                continue
            between = info[event.end : entity.start]
            members = len(between) > 1 and between[-2].form in PARTS and between[-1].form == "من"
            if members:  # عناصر من الجيش
                between = between[:-2]
            if any(_blocks(word) for word in between) or self._trigger(event.end, entity.start):
                return None
            preposition = sentence.prepositions[number]
            if preposition and not (noun and preposition == "for" and entity.label in ACTORS):
                return None
            if noun and any(word.definite for word in between):
                return None
            return self._person(position)
        return None

    def _trigger(self, start: int, end: int) -> bool:
        """Whether a trigger begins among the words [start, end)."""
        position = bisect_left(self._sentence.triggers, start)
        triggers = self._sentence.triggers
        return position < len(triggers) and triggers[position] < end

    def _person(self, position: int) -> Numbered:
        """The person whom a title announces, instead of the title."""
        entities = self._sentence.entities
        chosen = position
        while entities[chosen][1].label == "TITLE" and chosen + 1 < len(entities):
            gap = self._document.info[entities[chosen][1].end : entities[chosen + 1][1].start]
            if len(gap) > 1 or any(word.form not in _BETWEEN for word in gap):
                break
            if entities[chosen + 1][1].label not in ("TITLE", "PER"):
                break
            chosen += 1
        return entities[chosen] if entities[chosen][1].label == "PER" else entities[position]

    def _joined(self, first: Numbered) -> Iterator[Numbered]:
        """The entities joined by و to one that has a role."""
        position = bisect_left(self._sentence.starts, first[1].end)
        last = first[1]
        for other in self._sentence.entities[position : position + _CHAIN]:
            if other[1].label in ("TIME", "NUM") or not joined(self._document, last, other[1]):
                return
            yield other
            last = other[1]

    def _object(self, number: int, event: Event, agent: Numbered) -> Iterator[Participant]:
        """Whom a statement accuses or addresses: اتهم X Y."""
        lemma = event.sense.lemma
        for name, role in (("accusing", "TARGET"), ("addressing", "COUNTERPARTY")):
            if event.type != "STATEMENT" or lemma not in self._classes[name]:
                continue
            start = max(event.end, agent[1].end)
            position = bisect_left(self._sentence.starts, start)
            for other, entity in self._sentence.entities[position : position + 2]:
                if entity.label == "TIME":
                    continue
                near = entity.start <= start + 2 and not self._trigger(start, entity.start)
                governed = self._sentence.prepositions[other]
                if near and entity.label in ACTORS and governed in ("", "for"):
                    yield Participant(number, other, role)
                break

    def _predicate(self, event: Event) -> Numbered | None:
        """What a participle is said of: مدينة X محررة, المحاصر X."""
        before = self._before(event)
        if before and event.start - before[1].end <= 1 and not event.reading.article:
            return before
        if event.reading.article:
            return self._next(event, 0, noun=False)
        return None


def _blocks(word: WordInfo) -> bool:
    return (
        word.has("words.prepositions")
        or word.form in _THAT
        or word.form in (".", "،", ":", "؛")
        or word.form in _RELATIVE
    )


def joined(document: Document, left: Candidate, right: Candidate) -> bool:
    """Whether two entities are items of one enumeration."""
    if right.start - left.end > _ENUMERATION:
        return False
    gap = document.info[left.end : right.start]
    words = [word for word in gap if word.kind == "word"]
    first = document.info[right.start]
    linked = first.form.startswith("و") or any(word.form.startswith("و") for word in words)
    bracketed = any(word.form == "(" for word in gap)
    if words and not bracketed and not all(word.has("places.gpe_nouns") for word in words):
        return False
    comma = any(word.form in ("،", ",") for word in gap)
    return linked or (comma and left.label == right.label and not words)
