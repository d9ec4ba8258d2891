"""Whom a speaker addresses, thanks or accuses, by the preposition that governs them."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.arabic.words import OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import Sentence
from annotate.heuristics.events import Event

SIDES = ("ARM", "ORG", "PER", "TITLE", "GPE", "NORP")
TO = ("ل", "لـ")
NEAR = 8  # words between a trigger and who is governed by ل or على يد
_OUTLETS = frozenset(
    (
        *("وكاله", "صحيفه", "قناه", "شبكه", "مجله", "موقع", "اذاعه", "تلفزيون", "جريده", "راديو"),
        *("رويترز", "فرانس"),
    )
)
_SPEAKER = 5  # words of a speaker who is no entity


class Addressees:
    """Tells who is addressed in one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        classes: Mapping[str, frozenset[str]],
        taken: frozenset[int],
    ) -> None:
        self._sentence = sentence
        self._classes = classes
        self._taken = taken

    def thanked(self, entity: Candidate) -> bool:
        """Whether an entity is thanked or congratulated: أعرب عن شكره وتقديره للسعودية."""
        info = self._sentence.document.info
        word = info[entity.start - 1]
        if word.form in TO or word.form == "مع" or word.has("places.gpe_nouns"):
            word = info[entity.start - 2]
        return "courtesies" in word.classes

    def of_noun(self, event: Event, entity: Candidate) -> str:
        """The role of whom a noun of speech is directed at: اتهامه لـ, تهنئة إلى, تهديدات لـ."""
        if entity.label not in SIDES or entity.start - event.end > NEAR:
            return ""
        if event.sense.lemma in self._classes["addressing"]:
            return "COUNTERPARTY"
        return "TARGET" if event.sense.lemma in self._classes["accusing"] else ""

    def addressed(self, event: Event, entity: Candidate) -> bool:
        """Whether one who may be addressed follows the speaker: قال الوزير لوكالة رويترز."""
        before = entity.start - 1
        info = self._sentence.document.info
        while info[before].form in OPENING or info[before].form in TO:
            before -= 1
        if event.sense.kind not in ("verb", "word"):
            return False
        if before < event.end:  # قال لـ«الشرق الأوسط» الوزير
            return True
        if info[before].form in self._classes["remarks"] or self._told(event, before + 1, entity):
            return True
        return before in self._taken and not info[before].has("organisations.armed adjectives")

    def _told(self, event: Event, end: int, entity: Candidate) -> bool:
        """Whether an outlet follows a speaker who is no entity: قال مصدر أمني لـ«الشرق الأوسط»."""
        words = self._sentence.gap(event.end, end)
        info = self._sentence.document.info
        first, before = info[entity.start], info[entity.start - 1].form
        return (
            entity.label == "ORG"
            and (before in TO or before in OPENING or first.stem in _OUTLETS)
            and 0 < len(words) <= _SPEAKER
            and all(word.kind == "word" and not word.function for word in words)
            and not any(word.preposition or "words.verbs" in word.tags for word in words)
            and not words[-1].has("organisations.armed adjectives")
        )
