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
_UNDERGOERS = frozenset(("GPE", "LOC", "FAC", "NUM", "PER", "NORP", "WEA"))
_UNDERGONE = frozenset(("STRIKE", "DAMAGE", "ATTACK", "SIEGE", "BOMBING", "STATEMENT", "TAKEOVER"))
_BY = frozenset(("قبل", "يد", "ايدي", "جانب"))
_DAMMA, _VOWELS = "\u064f", 6  # a past passive has it on its first letters: قُصفت, استُهدفت
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
        if self._passive(event, subject):
            return "TARGET"
        after = subject[1].start > event.start and not event.pronoun
        if not after and event.type in _PASSIVE and event.sense.kind == "verb":
            transitive = event.pronoun or self._transitive(event.end) or self._counts(event)
            return "AGENT" if transitive else "TARGET"
        passive = event.type in _AMBIGUOUS and subject[1].label in _PERSONS and after
        return "TARGET" if passive and not self._has_object(subject[1].end) else "AGENT"

    def _passive(self, event: Event, subject: Numbered) -> bool:
        """Whether a verb is in the passive: by its vowels, by من قبل, or as a town is its subject.

        قُصفت القوات, قصفت المدينة من قبل الجيش, قصفت إدلب بالمدفعية.
        """
        if event.sense.kind != "verb" or event.type not in _UNDERGONE:
            return False
        document = self._sentence.document
        written = document.text[document.starts[event.start] : document.ends[event.start]]
        stem, lemma = event.reading.stem.lstrip("يت"), event.sense.lemma
        if lemma[1:2] == "ا" and stem[:1] == lemma[0] and stem[1:2] == "و":
            return True  # هوجم, تحاصر is not told apart
        past = event.reading.stem[:1] not in ("ي", "ت", "ن") or event.sense.lemma[:1] == "ت"
        said = event.type == "STATEMENT" and event.sense.lemma not in self._classes["accusing"]
        if past and _DAMMA in written[:_VOWELS] and not said:
            return True
        end = subject[1].end
        if subject[1].start < event.start or document.sentence[end] != document.sentence[end - 1]:
            return False
        following, second = document.info[end], document.info[end + 1]
        if following.form in ("من", "علي") and second.form in _BY:
            return True
        if event.type == "STATEMENT":
            return False
        town = subject[1].label == "GPE" and subject[1].end == subject[1].start + 1
        first = document.info[subject[1].start]
        if not town or "gazetteer.territories" in first.tags or subject[1].start != event.end:
            return False
        return following.function or following.preposition == "ب" or following.kind == "symbol"

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
        """Whether the object follows, with ل or without: تحرير الجيش لمدينة سرت, قصف الجيش سرت."""
        end, info = genitive[1].end, self._sentence.document.info
        for other in self._sentence.after(end)[:1]:
            gap = self._sentence.gap(end, other[1].start)
            if len(gap) > _NEAR_OBJECT or any(word.kind == "symbol" for word in gap):
                break
            governed = self._sentence.governed(other)
            if governed == "for":
                return True
            direct = not governed and other[1].label in _UNDERGOERS
            return direct and not any(word.function or word.preposition for word in gap)
        word = info[end]
        if self._sentence.document.sentence[end] != self._sentence.document.sentence[end - 1]:
            return False
        if word.kind != "word" or word.function or word.definite:
            return False
        if word.preposition or word.conjunction:
            return word.preposition == "ل" and info[end + 1].kind != "end"
        return word.form.endswith(("ا", "ين")) and not word.has("time.clock_parts", "words.adverbs")

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
