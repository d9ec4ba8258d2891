"""When an event has the agent of the one before it, or the subject that opens the sentence.

`وأضاف`, `مشيرا`, `بالسيطرة على`: who does it was said before. Not so where the clause has a
subject of its own that is no entity.
"""

from __future__ import annotations

from collections.abc import Sequence

from annotate.heuristics.carriers import Filled
from annotate.heuristics.clauses import Numbered, Sentence
from annotate.heuristics.enumerations import person
from annotate.heuristics.events import Event
from annotate.heuristics.subjects import ACTORS, Subjects
from annotate.heuristics.voices import Voices

# Events whose agent is, unless said otherwise, the agent of the event before.
_INHERIT = frozenset(
    ("STATEMENT", "TAKEOVER", "ADVANCE", "WITHDRAW", "ATTACK", "SIEGE", "DEFECT", "RELEASE", "MEET")
)
_NOUNS_INHERIT = _INHERIT - {"STATEMENT", "ATTACK", "MEET"}
_THEREUPON = frozenset(("اذ", "حيث", "عندما", "حين", "حينما", "بعدما"))
_EMBEDDING = frozenset(("ان", "بان", "وان", "فان", "لان"))
_CLAUSE = 8  # words of a clause before its verb
_OPENER = 6  # words before the verb that opens a sentence


class Inheritance:
    """Tells in one sentence which events go on with an agent."""

    def __init__(self, sentence: Sentence, subjects: Subjects, voices: Voices) -> None:
        self._sentence = sentence
        self._subjects = subjects
        self._voices = voices

    def opener(self, event: Event) -> Numbered | None:
        """The subject of a verb that opens the sentence: استعرض الوزير الوضع، مؤكدا.

        It goes on with what is said in passing or after و.
        """
        info, first = self._sentence.document.info, self._sentence.first
        head = self._sentence.entities[0]
        if event.sense.kind == "verb" and info[event.start - 1].form in _THEREUPON:
            opens = head[1].start == first and head[1].label in ACTORS
            return person(self._sentence, head) if opens else None
        if event.sense.kind == "verb" and not event.reading.conjunction and not event.pronoun:
            return None
        if head[1].start == first and head[1].label in ACTORS:
            return person(self._sentence, head)  # الأمير يؤدي الصلاة ويستقبل المهنئين
        passing = event.sense.kind == "participle" or by_doing(event)
        if passing and first < head[1].start <= first + 2:
            opens = not self._sentence.governed(head) and head[1].label in ACTORS
            if opens and not self._sentence.trigger_in(first, head[1].start):
                return person(self._sentence, head)  # دافع الوزير عن القرار، قائلا
        for index in range(first, min(first + _OPENER, event.start)):
            word = info[index]
            if "words.verbs" in word.tags and not word.definite:
                found = self._subjects.after(index + 1, event.start)
                return found if found and found[1].label in ACTORS else None
            if self._sentence.trigger_in(index, index + 1):
                return None
        return None

    def continues(self, event: Event, own: Sequence[Filled]) -> bool:
        """Whether an event without a subject of its own has the agent of the one before."""
        if own or event.pronoun in ("نا", "ي") or self._subjects.relative(event.start):
            return False
        if event.sense.kind == "noun":
            if event.pronoun:
                return not self._voices.takes_object(event)
            plain = not event.reading.article or by_doing(event)
            return event.type in _NOUNS_INHERIT and plain
        info = self._sentence.document.info
        previous, following = info[event.start - 1], info[event.end]
        before = self._sentence.before(event.start)
        bare = event.sense.kind == "verb" and not event.reading.conjunction
        if bare and before and before[1].end == event.start:
            return before[1].label == "NUM"  # خمس استهدفت; but مسلح من كذا هاجم has its own
        tags = ("words.function", "words.prepositions", "words.verbs")
        if bare and previous.kind == "word" and not previous.has(*tags):
            return False  # قواتنا دخلت
        if event.sense.kind == "phrase" and event.pronoun:
            return True
        if following.definite and self._subjects.unmarked(event.end):
            return False  # وقال البيان
        if event.sense.kind == "verb" and not event.reading.conjunction and self._embedded(event):
            return False
        if event.type in _INHERIT:
            return True
        # وقتل آخرين: an object follows, so that the verb is active and goes on.
        goes_on = event.sense.kind == "verb" and bool(event.reading.conjunction)
        return goes_on and not following.function and following.form.endswith(("ين", "ا"))

    def _embedded(self, event: Event) -> bool:
        """Whether a verb has as its subject a noun that is no entity: إن الاتفاق لا يشير."""
        info = self._sentence.document.info
        for index in range(event.start - 2, max(event.start - _CLAUSE, self._sentence.first), -1):
            word = info[index]
            if word.form in _EMBEDDING:
                return info[index + 1].definite and self._sentence.starting(index + 1) is None
            if word.kind == "symbol" or "words.verbs" in word.tags:
                return False
        return False


def by_doing(event: Event) -> bool:
    """Whether a noun says how something was done: كسروا الجمود بالسيطرة على المطار."""
    return event.sense.kind == "noun" and event.reading.preposition == "ب"
