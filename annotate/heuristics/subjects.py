"""The subject of a verb and the genitive of a verbal noun.

Arabic news puts the subject after its verb (`أعلنت الوزارة`), also beyond adverbials (`قال في بيان
أمس الوزير`); in headlines and after أن before it (`الوزارة تعلن`); a relative clause has it before
الذي; a verbal noun has it as its genitive (`انسحاب الجيش`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import (
    RELATIVE,
    THAT,
    Numbered,
    Sentence,
    ends_clause,
    linked,
)
from annotate.heuristics.enumerations import CHAIN, NAMED, join, named, person
from annotate.heuristics.events import Event
from annotate.heuristics.nominals import blocks, describes, leads, noun
from annotate.heuristics.prepositions import AMONG, MEMBERS
from annotate.heuristics.referents import owner, plural, suits
from annotate.heuristics.word import WordInfo

ACTORS = frozenset({"PER", "ORG", "ARM", "GPE", "NORP", "TITLE"})
_SUBJECT = 6  # words between a verb and its subject, other entities aside
_GENITIVE = 2  # words between a noun and its genitive
_BEFORE = 4  # words between an antecedent and its verb
_FAR = 24  # words between the subject that opens a clause and its verb
_PARTICLES = frozenset(("قد", "لم", "لن", "لا", "سوف", "ايضا", "ما", "كذلك", "كما"))
_APPOSED = 3  # words between a verb and the name of its subject
_SKIPPED = ("TIME", "CAMPAIGN", "NUM", "LOC", "FAC")


_PRONOUNS = frozenset(("انها", "بانها", "لانها", "وانها", "انهم", "بانهم", "لانهم", "وانهم"))


class Subjects:
    """Finds the subjects in one sentence."""

    def __init__(self, sentence: Sentence, classes: Mapping[str, frozenset[str]]) -> None:
        self._sentence = sentence
        self._document = sentence.document
        self._classes = classes

    def of_verb(
        self, start: int, end: int, limit: int = -1, *, pronoun: bool = False, lemma: str = ""
    ) -> Numbered | None:
        """The subject of the verb [start, end), no further than the word `limit`."""
        info = self._document.info
        verb = info[start].stem if lemma else ""
        many = plural(verb)
        found = self.fronted(start, many=many) or self._forces(start)
        if found is None and not pronoun and self.relative(start):
            found = self.antecedent(start)
        if found is None:
            found = self._topic(start, many=many)
        told = start > 0 and info[start - 1].form in _PRONOUNS  # إنها استهدفت: no subject follows
        if found is None and not many and not told:
            found = owner(self._sentence, end)
            if found is None:
                found = self.after(end, limit if limit >= 0 else end + _FAR)
            first = found[1].start if found else 0
            if found and lemma and first == end and not suits(verb, lemma, info[first]):
                found = None
        if found is None and not pronoun:
            found = self.antecedent(start)
        if many and found and found[1].label == "GPE":
            return found if info[found[1].end].form.startswith("و") else None  # X وحلفاؤها قصفوا
        return found

    def _forces(self, start: int) -> Numbered | None:
        """Whose the forces are that a clause begins with: إن مقاتليها استهدفوا."""
        info = self._document.info
        if start and (start - 1 <= self._sentence.first or info[start - 2].form in THAT):
            return owner(self._sentence, start - 1)
        return None

    def shared(self, event: Event) -> Numbered | None:
        """The subject of a headline's first verb, for one more in its form: X يزور Y ويلتقي Z."""
        head = self._sentence.entities[0]
        prefix = event.reading.stem[:1]
        if head[1].start != self._sentence.first or prefix not in ("ي", "ت"):
            return None
        chosen = person(self._sentence, head)
        verb = self._document.info[chosen[1].end]
        finite = "words.verbs" in verb.tags or self._sentence.event_at(chosen[1].end) is not None
        same = verb.form[:1] == prefix and head[1].label in ACTORS
        return chosen if finite and same and chosen[1].end < event.start else None

    def relative(self, start: int) -> bool:
        """Whether a relative pronoun stands right before a word."""
        return start > 0 and self._document.info[start - 1].form in RELATIVE

    def fronted(self, start: int, *, many: bool = False) -> Numbered | None:
        """The subject just before its verb, where a clause begins with it: الجيش يعلن, إن X قال."""
        before = self._sentence.before(start)
        if before is None or before[1].start < self._sentence.opening:
            return None
        entity = before[1]
        clause = linked(self._document.info[entity.start], entity.label) and not entity.preposition
        if clause and entity.end == start:
            head = self._head(before)
            return named(self._sentence, before) if head is None else head
        if self._sentence.governed(before):
            return None
        if start - entity.end > _BEFORE:
            return None
        armed = entity.label == "WEA" and self._document.info[entity.start].definite
        counted = many and entity.label == "NUM"
        if entity.label not in ACTORS and not counted and not armed:
            return None
        gap = self._document.info[entity.end : start]
        if any(
            word.kind == "word"
            and word.form not in _PARTICLES
            and not (armed and word.has("nations.adjective"))
            for word in gap
        ):
            return None
        if any(word.form in ("،", ".", ":", "؛") for word in gap):
            return None
        return named(self._sentence, before) if self._opens(entity) else None

    def _head(self, last: Numbered) -> Numbered | None:
        """The first of the entities joined up to one, if a clause begins with it: X وY يعلنان."""
        position = bisect_left(self._sentence.starts, last[1].start)
        first = last
        for other in reversed(self._sentence.entities[max(position - CHAIN, 0) : position]):
            if other[1].label not in ACTORS or not join(self._sentence, other[1], first[1]):
                break
            first = other
        return first if first is not last and self._opens(first[1]) else None

    def _opens(self, entity: Candidate) -> bool:
        """Whether a clause begins with an entity, or with the title before it."""
        start = entity.start
        title = self._sentence.before(start)
        if title and title[1].label in ("TITLE", "WEA") and title[1].end == start:
            start = title[1].start
        opening = self._document.info[start - 1] if start else None
        return (
            start == self._sentence.first
            or opening is None
            or opening.kind == "symbol"
            or opening.form in THAT
            or (entity.label == "NUM" and (opening.form == "و" or opening.form in AMONG))
        )

    def antecedent(self, start: int) -> Numbered | None:
        """The entity before الذي, or before a verb that stands right after it."""
        before = self._sentence.before(start)
        if before is None or before[1].label not in ACTORS:
            return None
        if before[1].start < self._sentence.opening:
            return None
        if start - before[1].end > _BEFORE:
            return None
        gap = self._document.info[before[1].end : start]
        for index, word in enumerate(gap):
            if word.form in RELATIVE:
                described = all(w.kind == "symbol" or describes(w) for w in gap[:index])
                return named(self._sentence, before) if described else None
        bare = all(word.form in _PARTICLES or word.form in CLOSING for word in gap)
        free = bare and not self._sentence.governed(before)
        return named(self._sentence, before) if free else None

    def _topic(self, start: int, *, many: bool = False) -> Numbered | None:
        """The subject with which a clause begins, far before its verb and what describes it."""
        info, sentence = self._document.info, self._sentence
        for index in range(start - 1, max(start - _FAR, sentence.first) - 1, -1):
            word = info[index]
            if word.form in THAT or word.form == ":" or index == sentence.opening:
                begin = index + (word.form in THAT or word.form == ":")
                found = next(iter(sentence.after(begin)), None)
                if found is None or found[1].end > start:
                    return None
                counted = many and found[1].label == "NUM"
                if found[1].label not in ACTORS and found[1].label != "WEA" and not counted:
                    return None
                if found[1].start != begin and not self._members(begin, found[1].start):
                    return None
                if sentence.governed(found):
                    return None
                chosen = person(self._sentence, found)
                return chosen if chosen[1].end <= start else None
            if word.form in ("؛", ".", "»", "”") or word.form in RELATIVE:
                return None
            if "words.verbs" in word.tags and not word.definite:
                return None
        return None

    def after(self, end: int, limit: int) -> Numbered | None:
        """The subject after a verb, beyond adverbials and parentheses."""
        sentence, info = self._sentence, self._document.info
        cursor, room = end, _SUBJECT
        unmarked = self.unmarked(end)
        for number, entity in sentence.after(end):
            if entity.start >= limit:
                return None
            gap = info[cursor : entity.start]
            room -= len(gap)
            if room < 0 or any(ends_clause(word) for word in gap):
                return None
            if sentence.trigger_in(cursor, entity.start):
                return None
            if any(word.form in OPENING for word in gap) and info[entity.end].form not in CLOSING:
                return None  # what is said begins
            governed = sentence.prepositions[number] or (gap[-1].preposition if gap else "")
            if entity.label == "WEA" and not governed and not unmarked and self._alone(entity):
                return number, entity  # قصفت المدفعية التركية المدينة
            if entity.label in _SKIPPED or entity.label == "WEA":
                if entity.label == "NUM" and not governed and not unmarked:
                    return number, entity
            elif self._members(cursor, entity.start):
                return person(self._sentence, (number, entity))
            elif governed:
                if unmarked:
                    return None
            elif not unmarked:
                if cursor != end and gap and noun(gap[-1]):
                    return None  # على حي كذا آخر معاقل التنظيم
                return person(self._sentence, (number, entity))
            else:
                return self._apposed(gap, (number, entity))
            cursor = entity.end
        return None

    def _alone(self, weapon: Candidate) -> bool:
        """Whether a definite weapon after its verb is the subject, and no side's whose it is."""
        info = self._document.info
        owned = self._sentence.starting(weapon.end)
        side = owned is not None and owned[1].label in ("ARM", "ORG", "PER", "TITLE")
        return info[weapon.start].form.startswith("ال") and not side

    def unmarked(self, end: int) -> bool:
        """Whether the subject right after a verb is a noun that is no entity: قال مصدر."""
        word = self._document.info[end]
        if "to" in word.keys and self._document.info[end + 1].form in OPENING:
            for _, entity in self._sentence.after(end)[:1]:  # قال لـ«الشرق الأوسط» مصدر
                if self._document.info[entity.end].form in CLOSING:
                    return self.unmarked(entity.end + 1)
        return (
            word.kind == "word"
            and not word.has("words.function", "words.prepositions", "words.verbs")
            and word.form not in _PARTICLES
            and not word.preposition
            and not word.form.endswith("ا")
            and self._sentence.starting(end) is None
        )

    def _apposed(self, gap: list[WordInfo], entity: Numbered) -> Numbered | None:
        """A name after the noun that announces it: المواطن علي, متطوع يدعى علي, قيادة الجيش."""
        if any(word.kind == "symbol" and word.form not in OPENING for word in gap):
            return None
        named = any(word.form in NAMED for word in gap)
        if any(word.function and word.form not in NAMED for word in gap) and not named:
            return None
        label = entity[1].label
        if label == "GPE":
            return entity if all(word.has("places.gpe_nouns") for word in gap) else None
        near = len(gap) <= _APPOSED if label == "PER" else all(leads(word) for word in gap)
        return person(self._sentence, entity) if named or near else None

    def _members(self, start: int, end: int) -> bool:
        """Whether the words before an entity say members of it: عناصر من, أعضاء في."""
        info = self._document.info
        while end > start and (info[end - 1].form in OPENING or info[end - 1].form in MEMBERS):
            end -= 1
        return (
            end - start > 1 and info[end - 1].form in ("من", "في") and info[end - 2].form in MEMBERS
        )

    def genitive(self, end: int) -> Numbered | None:
        """The entity in the genitive after a noun that ends before the word `end`."""
        sentence, info = self._sentence, self._document.info
        for number, entity in sentence.after(end):
            if entity.start > end + _GENITIVE:
                return None
            if entity.label in ("TIME", "WEA", "CAMPAIGN"):
                continue
            between = info[end : entity.start]
            if self._members(end, entity.start):  # عناصر من الجيش
                between = between[:-2]
            if any(blocks(word) for word in between) or sentence.trigger_in(end, entity.start):
                return None
            governed = sentence.prepositions[number]
            if governed and not (governed == "for" and entity.label in ACTORS and not between):
                return None
            if any(word.definite for word in between):
                return None
            return person(self._sentence, (number, entity))
        return None
