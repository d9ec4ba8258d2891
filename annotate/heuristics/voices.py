"""Which role the subject of a verb or the genitive of a verbal noun has: who does it, or undergoes.

Active and passive are written alike (`قتل`, `اعتقل`): what follows tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from annotate.heuristics.clauses import Numbered, Sentence
from annotate.heuristics.events import Event
from annotate.heuristics.subjects import ACTORS

# Verbs of these are written alike in active and passive: قتل, اعتقل, أفرج.
_AMBIGUOUS = frozenset(("KILL", "INJURE", "DETAIN", "RELEASE", "DISPLACE"))
_PASSIVE = frozenset(("KILL", "INJURE", "DETAIN"))
_PERSONS = frozenset(("PER", "TITLE", "NORP"))
_OBJECTS = _PERSONS | {"NUM"}
# Verbs whose grammatical subject undergoes the event.
_SUFFER = frozenset(("استشهد", "اصيب", "جرح", "لقي"))
_FALL = frozenset(("سقط", "انهار"))
# Verbal nouns of fighting whose genitive is the opponent: قتال التنظيم.
_AGAINST = frozenset(("قتال", "مواجهه", "محاربه", "مكافحه"))
_NEAR_OBJECT = 3  # words
_FORCES = frozenset(("ARM", "ORG"))


class Voices:
    """Tells the roles of subjects and genitives in one sentence."""

    def __init__(self, sentence: Sentence, classes: Mapping[str, frozenset[str]]) -> None:
        self._sentence = sentence
        self._classes = classes

    def addresses(self, event: Event) -> bool:
        """Whether a verb of speech takes as its object whom it addresses or accuses."""
        lemma = event.sense.lemma
        return event.type == "STATEMENT" and (
            lemma in self._classes["addressing"] or lemma in self._classes["accusing"]
        )

    def subject_role(self, event: Event, subject: Numbered) -> str:
        """The role of the subject of a verb: in the passive it undergoes the event."""
        lemma = event.sense.lemma
        if lemma in _SUFFER or (event.type == "TAKEOVER" and lemma in _FALL):
            return "TARGET"
        if subject[1].label == "NUM":
            return "COUNT"
        if subject[1].label == "WEA":
            return "INSTRUMENT"
        after = subject[1].start > event.start and not event.pronoun
        if not after and event.type in _PASSIVE and event.sense.kind == "verb":
            transitive = event.pronoun or self._transitive(event.end) or self._counts(event)
            return "AGENT" if transitive else "TARGET"
        passive = event.type in _AMBIGUOUS and subject[1].label in _PERSONS and after
        return "TARGET" if passive and not self._has_object(subject[1].end) else "AGENT"

    def _transitive(self, end: int) -> bool:
        """Whether a verb may have an object: none where a preposition or nothing follows it."""
        word = self._sentence.document.info[end]
        if word.kind != "word" or word.function or word.preposition:
            return False
        starting = self._sentence.starting(end)
        return starting is None or starting[1].label != "TIME"

    def _counts(self, event: Event) -> bool:
        """تقصف البلدة وتقتل 43 مدنيا: a present with the number that it is done to."""
        starting = self._sentence.starting(event.end)
        present = event.reading.stem.startswith(("ت", "ي"))
        return present and starting is not None and starting[1].label == "NUM"

    def _has_object(self, end: int) -> bool:
        """Whether an entity that nothing governs follows: قتل الجندي فلسطينيا."""
        for other in self._sentence.after(end)[:1]:
            gap = self._sentence.gap(end, other[1].start)
            return (
                len(gap) <= _NEAR_OBJECT
                and other[1].label in _OBJECTS
                and not self._sentence.governed(other)
                and all(word.kind == "word" and not word.function for word in gap)
            )
        return False

    def takes_object(self, event: Event) -> bool:
        """Whether the genitive of a verbal noun is its object: تحرير المدينة."""
        return event.sense.lemma in self._classes["object_nouns"] and event.type not in (
            "ADVANCE",
            "WITHDRAW",
        )

    def _object_after(self, genitive: Numbered) -> bool:
        """Whether the object follows with ل: تحرير الجيش لمدينة سرت."""
        for other in self._sentence.after(genitive[1].end)[:1]:
            near = other[1].start - genitive[1].end <= _NEAR_OBJECT
            return near and self._sentence.governed(other) == "for"
        return False

    def genitive_role(self, event: Event, genitive: Numbered) -> str:
        """The role of the genitive of a verbal noun, "" where it has none."""
        label = genitive[1].label
        if self.takes_object(event):
            if event.type == "BOMBING" and label in ("GPE", "LOC"):
                return ""  # where it was
            if label in ("TIME", "WEA"):
                return ""
            return "AGENT" if label in _FORCES and self._object_after(genitive) else "TARGET"
        if event.type == "CLASH" and event.sense.lemma in _AGAINST:
            return "COUNTERPARTY" if label != "GPE" else ""
        if label == "GPE":
            following = self._sentence.document.info[genitive[1].end]
            acts = event.type in ("ATTACK", "STRIKE", "SIEGE") and following.form in ("علي", "ضد")
            return "AGENT" if acts or event.type in ("STATEMENT", "AGREEMENT") else ""
        return "AGENT" if label in ACTORS else ""
