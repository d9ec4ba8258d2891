"""Verbs that carry a verbal noun: their subject has a role in the noun's event.

`نفذت الطائرات غارات`, `تمكن الجيش من تحرير`: it does it. `تعرضت البلدة لقصف`: it undergoes it.
`شهدت المدينة اشتباكات`: it is where it takes place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache

from annotate.heuristics.clauses import RELATIVE, Numbered, Sentence, ends_clause, finite_forms
from annotate.heuristics.enumerations import person
from annotate.heuristics.events import Event
from annotate.heuristics.referents import agrees
from annotate.heuristics.subjects import ACTORS, Subjects
from annotate.heuristics.word import WordInfo

# In these a country or town does not act, it is gone to, left or taken.
_NO_PLACE_ACTS = frozenset(("ADVANCE", "WITHDRAW", "TAKEOVER", "SURRENDER", "DEFECT"))
_PLACES = ("GPE", "LOC", "FAC")
_PRONOUNS = {"انه": "ه", "بانه": "ه", "انها": "ها", "بانها": "ها"}
_AFTER = 12  # words between a noun and a verb after it that carries it
_FAR_AFTER = 20  # the same beyond a relative clause
_CARRIER = 14  # words between a verb and the verbal noun that it carries

Filled = tuple[Numbered, str]  # an entity and its role


def may_act(event: Event, subject: Numbered, role: str) -> bool:
    """Whether an entity may have a role: a town does not march."""
    label = subject[1].label
    if role != "AGENT":
        return True
    if label == "GPE":
        # A verb with its object says who acts: قبرص التي تحتلها تركيا.
        owned = event.sense.kind == "verb" and bool(event.pronoun) and subject[1].start == event.end
        return owned or event.type not in _NO_PLACE_ACTS
    return label in ACTORS


class Carriers:
    """Finds what the verbs of one sentence carry."""

    def __init__(
        self, sentence: Sentence, subjects: Subjects, classes: Mapping[str, frozenset[str]]
    ) -> None:
        self._sentence = sentence
        self._subjects = subjects
        self._adjuncts = classes["adjuncts"]
        self._forms = _forms(
            (classes["light_verbs"], classes["undergoing_verbs"], classes["hosting_verbs"])
        )

    def of(self, event: Event, agent: Numbered | None) -> Iterator[Filled]:
        """The subject of the verb that carries a verbal noun, and its role in the noun's event."""
        sentence, info = self._sentence, self._sentence.document.info
        passed: list[Numbered] = []
        index, room, commas = event.start, _CARRIER, 0
        while room and index > sentence.first:
            before = sentence.before(index)
            if before and before[1].end == index:
                passed.append(before)
                index = before[1].start
                continue
            index, room = index - 1, room - 1
            word = info[index]
            role = self._role(word)
            if role:
                yield from self._carried(index, event, role, agent)
                if role == "AGENT":
                    against = (one for one in passed if sentence.governed(one) == "against")
                    yield from ((one, "TARGET") for one in against)
                return
            commas += word.form == "،"
            if commas > 2 or word.form in self._adjuncts or "words.verbs" in word.tags:
                return
            if ends_clause(word):
                return

    def after(self, event: Event) -> Iterator[Filled]:
        """Who does it by a verb that follows: هجوم شنه التنظيم, الغارات التي نفذتها القوات."""
        sentence, info = self._sentence, self._sentence.document.info
        following = bisect_left(sentence.triggers, event.end)
        limit = min(
            event.end + _AFTER, sentence.last, *sentence.triggers[following : following + 1]
        )
        for index in range(event.end, limit):
            word = info[index]
            if word.form.endswith(("ه", "ها")) and self._forms.get(_bare(word.form)) == "AGENT":
                found = self._subjects.after(index + 1, sentence.last)
                if found and may_act(event, found, "AGENT"):
                    yield found, "AGENT"
                return
            if ends_clause(word) and word.form not in RELATIVE:
                return
        for index in range(limit, min(event.end + _FAR_AFTER, sentence.last)):
            word = info[index]
            if info[index - 1].form != "،" or not word.form.endswith(("ه", "ها")):
                continue
            if self._forms.get(_bare(word.form)) == "AGENT":  # الهجوم الذي ...، نفذه التنظيم
                found = self._subjects.after(index + 1, sentence.last)
                if found and may_act(event, found, "AGENT"):
                    yield found, "AGENT"
                return

    def _carried(
        self, verb: int, event: Event, role: str, agent: Numbered | None
    ) -> Iterator[Filled]:
        """The subject of the verb that begins at a word, in the role it has in an event."""
        sentence = self._sentence
        if sentence.trigger_in(verb + 1, event.start) and not self._shares(event):
            return
        if role == "PLACE":
            found = self._host(verb, event.start)
        else:
            found = self._subjects.of_verb(verb, verb + 1, event.start)
            if found is None and verb + 1 == event.start and event.reading.article:
                found = self._behind(event)
            if found is None and not sentence.document.info[verb + 1].definite:
                found = agent if self._agent_goes_on(verb, agent) else None
        if found and may_act(event, found, role):
            yield found, role

    def _behind(self, event: Event) -> Numbered | None:
        """The subject after the object: حضر اللقاء فلان, نفذ الهجوم مسلحون من كذا."""
        for other in self._sentence.after(event.end)[:1]:
            free = other[1].start == event.end and not self._sentence.governed(other)
            return person(self._sentence, other) if free else None
        return None

    def _agent_goes_on(self, verb: int, agent: Numbered | None) -> bool:
        """Whether a verb may have the agent before as its subject: إنه يقف, of a man."""
        pronoun = _PRONOUNS.get(self._sentence.document.info[verb - 1].form)
        if agent is None or pronoun is None:
            return True
        return agrees(self._sentence.document.info[agent[1].start], agent[1].label, pronoun)

    def _role(self, word: WordInfo) -> str:
        """The role that a word's subject has in the event of the noun that it carries, or ""."""
        form = word.form
        found = self._forms.get(form, "")
        while not found and form[:1] in ("و", "ف", "س") and len(form) > 3:
            form = form[1:]
            found = self._forms.get(form, "")
        return found

    def _shares(self, event: Event) -> bool:
        """Whether an event is joined by و to the one right before it."""
        return bool(event.reading.conjunction) and self._sentence.trigger_in(
            event.start - 1, event.start
        )

    def _host(self, verb: int, limit: int) -> Numbered | None:
        """The place that sees an event: شهدت بنغازي اشتباكات, المدينة التي شهدت احتجاجات."""
        sentence = self._sentence
        before = sentence.before(verb)
        if before and before[1].label in _PLACES and self._near(before[1].end, verb):
            return before
        for other in sentence.after(verb + 1)[:1]:
            entity = other[1]
            if entity.label in _PLACES and entity.start < limit:
                return other if self._near(verb + 1, entity.start) else None
        return None

    def _near(self, start: int, end: int) -> bool:
        """Whether only الذي or a noun like مدينة stands between a verb and a place."""
        gap = self._sentence.gap(start, end)
        return len(gap) <= 2 and all(
            word.has("places.gpe_nouns", "places.gpe_plural_nouns", "places.loc_nouns")
            or word.form in RELATIVE
            for word in gap
        )


def _bare(form: str) -> str:
    """A verb without the pronoun that is its object: شنه, نفذتها."""
    return form.removesuffix("ها") if form.endswith("ها") else form[:-1]


@cache
def _forms(listed: tuple[frozenset[str], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for role, entries in zip(("AGENT", "TARGET", "PLACE"), listed, strict=True):
        for form in finite_forms(entries):
            found.setdefault(form, role)
    return found
