"""Which event a place, time, instrument, number or object belongs to.

It goes to the nearest trigger before it that admits it under its preposition. A place or time at
the end of a chain of events (`مقتل ثلاثة في اشتباكات في سرت`) is that of all of them; what opens
the sentence goes to its first event.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.addressees import NEAR, SIDES, TO, Addressees
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import FINITE, THAT, Sentence, linked
from annotate.heuristics.enumerations import join, linked_title
from annotate.heuristics.events import Event
from annotate.heuristics.fillers import Fillers
from annotate.heuristics.frames import ROLES
from annotate.heuristics.sharing import DURATIONS, TRIGGERS, Sharing

_REACH = 16  # words between a trigger and an entity after it
_OBJECT = 6  # words between a trigger and an object that no preposition governs
_ADVERBS = frozenset(("وفقا", "طبقا", "نسبه", "نظرا", "خلافا", "تبعا", "استنادا", "ووفقا"))
_TIME_PEOPLE = 2  # words between a noun of people and its time
_TIME_BACK, _TIME_AHEAD = 14, 4
_OPENING = 8  # words before a place that opens the sentence
_PLACES = ("GPE", "LOC", "FAC")
_PLACED = frozenset(("PLACE", "TARGET", "DESTINATION", "ORIGIN"))
_LEAVE = frozenset(("WITHDRAW", "ADVANCE", "DISPLACE", "RELEASE", "TAKEOVER", "DEFECT"))
_CROSS = frozenset(("اجتاز", "اجتياز", "عبور", "عبرت", "عبروا", "يعبر", "تعبر", "يعبرون"))
_MOVED = frozenset(("DESTINATION", "ORIGIN"))
_MOVES = frozenset(("TAKEOVER", "ADVANCE", "WITHDRAW", "SIEGE", "DISPLACE"))
_SHOOT = frozenset(
    ("اطلق", "القي", "امطر", "رشق", "رمي", "اطلاق", "القاء", "سقوط", "سقط")
)  # what they govern is the weapon
# Their nouns stand for more than the event: what a later verb says is not of it.
_ABSTRACT = frozenset(("AGREEMENT", "MEET", "STATEMENT"))
_APPOSED = OPENING | CLOSING | {"،", ","}


class Attachment:
    """Attaches the entities of one sentence that are no participants."""

    def __init__(
        self,
        sentence: Sentence,
        classes: Mapping[str, frozenset[str]],
        fillers: Fillers,
        taken: frozenset[int],
    ) -> None:
        self._sentence = sentence
        self._classes = classes
        self._adjuncts = classes["adjuncts"]
        self._addressees = Addressees(sentence, classes, taken)
        self._sharing = Sharing(sentence, fillers)
        self._fillers = fillers
        self._before: tuple[Candidate, int, str] | None = None  # entity, event, role given last
        self._nearby: set[int] = set()  # events whose place is one that they were near

    def attach(self) -> None:
        """Gives every entity its roles."""
        titles = self._titles()
        for number, entity in self._sentence.entities:
            if entity.label == "TIME":
                self._time(number, entity)
            elif number not in titles:
                self._entity(number, entity)
        number, entity = self._sentence.entities[0]
        if entity.label in _PLACES:
            self._headline(number, entity)
        self._sharing.share()

    def _titles(self) -> set[int]:
        """Titles beside a title or name: the person alone has a role."""
        found = set()
        for (one, left), (two, right) in pairwise(self._sentence.entities):
            if left.label not in ("PER", "TITLE") or right.start - left.end > 1:
                continue
            gap = self._sentence.gap(left.end, right.start)
            if gap and gap[0].form not in _APPOSED:
                continue
            if left.label == "TITLE" and right.label in ("TITLE", "PER"):
                found.add(one)
            elif right.label == "TITLE" and not linked_title(self._sentence, right):
                found.add(two)
        return found

    def _entity(self, number: int, entity: Candidate) -> None:
        """Gives an entity to the nearest trigger before it that admits it."""
        sentence = self._sentence
        preposition = sentence.prepositions[number]
        position = bisect_left(sentence.triggers, entity.start)
        inside = False
        for inner, event in sentence.events[position : position + TRIGGERS]:
            if event.start < entity.end:  # 28 قتيلا, مئات النازحين
                self._fillers.add(inner, event, number, entity, "COUNT")
                inside = True
        if inside:
            return
        if self._before and self._continues(number, entity, position):
            return
        for order in range(position - 1, max(position - TRIGGERS, 0) - 1, -1):
            inner, event = sentence.events[order]
            if event.end > entity.start or self._distance(event.end, entity.start) > _REACH:
                break
            if self._fillers.has(inner, number):
                return
            role = self._role(inner, event, entity, preposition)
            if event.sense.lemma in ("اقترب", "اقتراب") and role == "ORIGIN":
                role = "DESTINATION"
            if role and self._fillers.add(inner, event, number, entity, role):
                if role != "AGENT":
                    self._before = entity, order, role
                if role == "PLACE":
                    self._sharing.spread(order, number, entity, role)
                return
        if preposition in ("in", "by", "near") and entity.label in _PLACES and not position:
            self._ahead(number, entity)

    def _continues(self, number: int, entity: Candidate, position: int) -> bool:
        """Gives an item of an enumeration the role of the item before it."""
        if self._before is None:
            return False
        before, order, role = self._before
        inner, event = self._sentence.events[order]
        if position != order + 1 or not join(self._sentence, before, entity):
            return False
        self._before = entity, order, role
        return self._fillers.add(inner, event, number, entity, role)

    def _role(self, number: int, event: Event, entity: Candidate, preposition: str) -> str:
        """The role that a preposition gives an entity in an event; "" for none."""
        distance = self._distance(event.end, entity.start)
        if not preposition:
            between = self._sentence.gap(event.end, entity.start)
            if event.sense.kind == "participle" or distance > _OBJECT:
                return ""
            if any("words.verbs" in word.tags and not word.definite for word in between):
                return ""
            if entity.label == "WEA" and any(word.form in self._adjuncts for word in between):
                return ""
        if event.type == "STATEMENT":
            if preposition in ("for", "with") and distance and self._addressees.thanked(entity):
                return "COUNTERPARTY" if entity.label in SIDES else ""
            if event.sense.kind == "noun" and preposition in ("for", "to"):
                return self._addressees.of_noun(event, entity)
            if distance and not self._addressees.addressed(event, entity):
                return ""
        if event.type in _ABSTRACT and event.sense.kind == "noun" and distance:
            between = self._sentence.gap(event.end, entity.start)
            if any("words.verbs" in word.tags for word in between):
                return ""
        if event.type == "DISPLACE" and event.sense.kind == "people" and not preposition:
            return "ORIGIN"
        if event.type != "STATEMENT" and preposition in ("for", "agent"):
            if distance > NEAR or (preposition == "for" and self._according(entity)):
                return ""
            if (
                preposition == "for"
                and event.sense.kind == "noun"
                and self._right_after(event, entity)
            ):
                return "AGENT" if event.type in ("ATTACK", "STRIKE", "BOMBING") else ""
        if preposition == "from" and event.type not in _LEAVE and self._native(entity):
            return ""
        if entity.label == "NUM" and self._measure(entity):
            return ""
        role = ROLES.get(event.type, {}).get((preposition, entity.label), "")
        roles = self._fillers.roles(number)
        if role == "DESTINATION" and not preposition and event.sense.lemma in _CROSS:
            return "PLACE"
        if role == "DESTINATION" and not preposition and distance and not _MOVED.isdisjoint(roles):
            return ""  # من الرمادي عاصمة الأنبار
        placed = "PLACE" in roles or (event.type in _MOVES and not _PLACED.isdisjoint(roles))
        if preposition == "near" and placed:
            return role if number in self._nearby else ""
        if preposition == "near":
            self._nearby.add(number)
        if event.type == "TAKEOVER" and entity.label == "ARM" and preposition in ("", "on"):
            held = self._sentence.document.info[entity.start - 1]
            if distance and "strongholds" in held.classes:
                return "COUNTERPARTY"
            return role if preposition else ""
        if not preposition and role == "COUNTERPARTY" and event.type in ("CLASH", "MEET"):
            sided = "AGENT" in roles or bool(event.pronoun)
            return role if sided and self._opposes(event, entity, distance) else ""
        shot = entity.label == "WEA" or (event.type == "STRIKE" and entity.label == "NUM")
        if shot and not preposition and event.sense.lemma in _SHOOT:
            return "INSTRUMENT"
        if preposition == "between" and role == "AGENT":
            second = "AGENT" in roles or self._second(event, entity)
            return "COUNTERPARTY" if second else role
        if not preposition and role == "TARGET" and entity.label in _PLACES:
            # هجوم باريس: the town of an attack is where it was; the one shelled is its target.
            finite = event.sense.kind in FINITE
            if not finite and event.sense.lemma not in self._classes["object_nouns"]:
                return "PLACE"
        return role

    def _opposes(self, event: Event, entity: Candidate, distance: int) -> bool:
        """Whether one that nothing governs is the other side: التقى الوزير نظيره, قاتل الجيش X."""
        if event.type == "CLASH":
            return event.sense.kind in FINITE
        if entity.label == "TITLE":  # else it is rather a title of the subject
            first = self._sentence.document.info[entity.start].form
            return first.startswith("نظير") or (bool(event.pronoun) and not distance)
        return event.sense.kind in FINITE or (bool(event.pronoun) and distance <= 1)

    def _second(self, event: Event, entity: Candidate) -> bool:
        """Whether the first side is no entity: بين شبان وقوات الأمن."""
        info = self._sentence.document.info
        gap = self._sentence.gap(event.end, entity.start)
        forms = [word.form for word in gap]
        if "بين" not in forms or not linked(info[entity.start], entity.label):
            return False
        return gap[-1].kind == "word" and forms[-1] != "بين"

    def _right_after(self, event: Event, entity: Candidate) -> bool:
        """Whether only marks stand between a trigger and an entity, or one word."""
        gap = self._sentence.gap(event.end, entity.start)
        return len(gap) <= 1 or all(word.kind == "symbol" or word.form in TO for word in gap)

    def _distance(self, start: int, end: int) -> int:
        """Words from a trigger to an entity, those of people's names and titles aside."""
        distance = end - start
        if distance > _OBJECT:
            first = bisect_left(self._sentence.starts, start)
            last = bisect_left(self._sentence.starts, end)
            for _, other in self._sentence.entities[first:last]:
                if other.label in ("PER", "TITLE"):
                    distance -= other.end - other.start
        return distance

    def _according(self, entity: Candidate) -> bool:
        """Whether an entity with ل belongs to a verb or adverb: تعود لـ, وفقا لـ."""
        word = self._sentence.document.info[entity.start - 1]
        return word.form in _ADVERBS or "words.verbs" in word.tags

    def _measure(self, entity: Candidate) -> bool:
        """Whether a number says how much and not how many."""
        words = self._sentence.gap(entity.start, entity.end)
        return any(
            word.form in ("%", "٪") or word.has("numbers.units", "numbers.currencies")
            for word in words
        )

    def _native(self, entity: Candidate) -> bool:
        """Whether a place is where people counted or named before it are from: ثلاثة من مالي."""
        before = self._sentence.before(entity.start)
        return (
            before is not None
            and entity.label in _PLACES
            and before[1].label in ("NUM", "NORP", "PER", "TITLE")
            and before[1].end >= entity.start - 1
        )

    def _ahead(self, number: int, entity: Candidate) -> None:
        """A place that opens the sentence is where the first event is: وفي السويداء، تظاهر ..."""
        for inner, event in self._sentence.events[:TRIGGERS]:
            if self._opening(entity) > _OPENING:
                return
            if 0 <= event.start - entity.end < _REACH and event.type != "STATEMENT":
                self._fillers.add(inner, event, number, entity, "PLACE")
                return

    def _opening(self, entity: Candidate) -> int:
        """Words between the beginning of the sentence, or what is quoted, and a place."""
        first = max(self._sentence.first, entity.start - _REACH)
        words = self._sentence.gap(first, entity.start)
        colon = next((n for n, word in enumerate(reversed(words)) if word.form == ":"), None)
        return len(words) if colon is None else colon

    def _headline(self, number: int, entity: Candidate) -> None:
        """A place before a colon is where the events after it are: بوروندي: مقتل العشرات."""
        sentence = self._sentence
        colon = sentence.document.info[entity.end].form in (":", "..")
        if entity.start != sentence.first or not colon:
            return
        inner, event = sentence.events[0]
        near = 0 < event.start - entity.end <= 2 and event.sense.kind not in FINITE
        if near and event.type != "STATEMENT" and "PLACE" not in self._fillers.roles(inner):
            self._fillers.add(inner, event, number, entity, "PLACE")

    def _time(self, number: int, entity: Candidate) -> None:
        """Gives a time to the nearest event before it, or else after it."""
        sentence = self._sentence
        position = bisect_left(sentence.triggers, entity.start)
        for inner, event in reversed(sentence.events[max(position - TRIGGERS, 0) : position]):
            if event.sense.kind in ("participle", "people") or event.end > entity.start:
                continue
            if self._distance(event.end, entity.start) > _TIME_BACK:
                break
            if any(word.form in THAT for word in sentence.gap(event.end, entity.start)):
                break
            if event.type == "STATEMENT" and entity.origin in DURATIONS:
                break  # قال فلان (34 عاما)
            self._fillers.add(inner, event, number, entity, "TIME")
            return
        for inner, event in reversed(sentence.events[max(position - 1, 0) : position]):
            near = 0 <= entity.start - event.end <= _TIME_PEOPLE
            if near and event.sense.kind == "people" and entity.origin not in DURATIONS:
                self._fillers.add(inner, event, number, entity, "TIME")  # سقط 30 قتيلا، الاثنين
                return
        opens = entity.start - sentence.first <= 1
        for inner, event in sentence.events[position : position + 1]:
            if event.sense.kind == "participle":
                return
            distance = event.start - entity.end
            if distance <= 1 or (opens and distance <= _TIME_AHEAD):
                self._fillers.add(inner, event, number, entity, "TIME")
