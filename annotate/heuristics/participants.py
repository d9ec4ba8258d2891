"""Who takes part in an event, by syntax: agents, those who undergo it, and objects.

The subject of a verb (see subjects.py) does the event or, for verbs like استشهد and in the passive,
undergoes it; so with the genitive of a verbal noun (`انسحاب الجيش`, `تحرير المدينة`). A verbal
noun also takes the subject of the verb that carries it (`نفذت الطائرات غارات`, `تمكن الجيش من
تحرير`, `تعرضت البلدة لقصف`). A pronoun on the trigger stands for an entity before it. Where none
of these is there, the event goes on with the agent of the one before (`وأضاف`, `مشيرا`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from annotate.heuristics.carriers import Carriers, Filled, may_act
from annotate.heuristics.clauses import FINITE, RELATIVE, Numbered, Sentence
from annotate.heuristics.enumerations import joined, person
from annotate.heuristics.events import Event
from annotate.heuristics.inheritance import Inheritance, by_doing
from annotate.heuristics.referents import agrees, owner, referent
from annotate.heuristics.subjects import ACTORS, Subjects
from annotate.heuristics.voices import Voices

# Verbal nouns that nobody does: وثق المرصد مقتل.
_HAPPEN = frozenset(
    ("مقتل", "مصرع", "استشهاد", "وقوع", "سقوط", "اصابه", "اصابات", "انفجار", "انفجارات", "نزوح")
)
_SAYING = frozenset(("قوله", "قولها", "قولهم", "قولهما"))


class Participant(NamedTuple):
    """Entity number `entity` plays `role` in event number `event`."""

    event: int
    entity: int
    role: str


class Participants:
    """Finds the participants of the events of one sentence."""

    def __init__(self, sentence: Sentence, classes: Mapping[str, frozenset[str]]) -> None:
        self._sentence = sentence
        self._classes = classes
        self._subjects = Subjects(sentence, classes)
        self._voices = Voices(sentence, classes)
        self._carriers = Carriers(sentence, self._subjects, classes)
        self._inheritance = Inheritance(sentence, self._subjects, self._voices)

    def find(self) -> Iterator[Participant]:
        """Participants, event by event."""
        agent: Numbered | None = None  # of the finite verb before
        minor: Numbered | None = None  # of the verbal noun before
        speaker: Numbered | None = None
        before: tuple[Event, list[Filled]] | None = None
        for number, event in self._sentence.events:
            if event.sense.kind == "participle" and event.type != "STATEMENT":
                found = self._predicate(event)
                own = [(found, "TARGET")] if found else []
            elif before and self._said_of(before[0], event):
                own = [filled for filled in before[1] if filled[1] == "AGENT"]
            else:
                last = agent or minor
                if event.type == "STATEMENT":
                    last = speaker or last or self._inheritance.opener(event)
                elif last is None and (event.reading.conjunction or by_doing(event)):
                    last = self._inheritance.opener(event)
                own = self._spoken(event, speaker) or self._filled(event, last)
            for subject, role in own:
                for member in (subject, *joined(self._sentence, subject)):
                    yield Participant(number, member[0], role)
                weapon = self._sentence.before(subject[1].start)
                armed = weapon is not None and weapon[1].end == subject[1].start
                if role == "AGENT" and weapon and armed and weapon[1].label == "WEA":
                    yield Participant(number, weapon[0], "INSTRUMENT")  # طائرات التحالف
                if role == "AGENT" and subject[1].label in ACTORS:
                    minor = subject
                    if event.sense.kind != "noun" or subject[1].start < event.start:
                        agent = subject
                    if event.type == "STATEMENT" and event.sense.kind in FINITE:
                        speaker = subject
                    yield from self._object(number, event, subject)
            other = event.sense.kind == "verb" and event.type != "STATEMENT"
            if other and not any(role == "AGENT" for _, role in own):
                agent = minor = None  # a clause of another subject
            before = event, own

    def _filled(self, event: Event, last: Numbered | None) -> list[Filled]:
        """The participants of an event; `last` is the agent of the one before."""
        own = list(self._own(event, last))
        acts = any(role == "AGENT" for _, role in own)
        if event.sense.kind not in FINITE:
            carried = self._carriers.of(event, last) if event.sense.kind == "noun" else ()
            acts = acts or event.sense.lemma in _HAPPEN
            own += [filled for filled in carried if filled[1] != "AGENT" or not acts]
            acts = acts or any(role == "AGENT" for _, role in own)
            if event.sense.kind == "noun" and not acts:
                own += self._carriers.after(event)
        if last and not acts and self._announced(event, last):
            own.append((last, "AGENT"))
            return own
        if (
            last
            and not any(role == "AGENT" for _, role in own)
            and self._inheritance.continues(event, own)
        ):
            own.append((last, "AGENT"))
        return own

    def _announced(self, event: Event, last: Numbered) -> bool:
        """Whether a force announces what it did: أعلنت الكتائب قصف المدينة."""
        return (
            event.sense.kind == "noun"
            and not event.reading.article
            and last[1].label == "ARM"
            and last[1].end == event.start
            and event.sense.lemma not in _HAPPEN
        )

    def _spoken(self, event: Event, speaker: Numbered | None) -> list[Filled]:
        """The speaker as the agent of what "we" do."""
        first = event.reading.stem.startswith("ن") and not event.sense.lemma.startswith("ن")
        if event.sense.kind == "verb" and first and speaker:
            return [(speaker, "AGENT")]
        return []

    def _said_of(self, noun: Event, verb: Event) -> bool:
        """Whether a verb's subject is the event before it: الهجوم الذي استهدف, غارات دمرت."""
        if noun.sense.kind != "noun" or verb.sense.kind not in FINITE:
            return False
        if verb.reading.conjunction or verb.type == "STATEMENT" or verb.start - noun.end > 2:
            return False
        gap = self._sentence.gap(noun.end, verb.start)
        return not any(
            word.kind == "symbol" or (word.function and word.form not in RELATIVE) for word in gap
        )

    def _own(self, event: Event, last: Numbered | None) -> Iterator[Filled]:
        """The subject of a verb or genitive of a noun, and whom its pronoun stands for."""
        if event.sense.lemma in _SAYING:
            before = self._sentence.before(event.start)
            near = before is not None and before[1].end == event.start  # نقل عن الشرطة قولها
            found = before if near else last
            if found and found[1].label in ACTORS:
                yield found, "AGENT"
            return
        if event.sense.kind in FINITE:
            if event.sense.kind != "word" or not _in_passing(event.sense.lemma):
                yield from self._of_verb(event)
            return
        if event.sense.kind != "noun":
            return
        if event.pronoun:
            info = self._sentence.document.info
            object_follows = info[event.end].form.endswith("ا")  # استهدافه تجمعا
            role = "TARGET" if self._voices.takes_object(event) and not object_follows else "AGENT"
            if (
                role == "AGENT"
                and last
                and agrees(info[last[1].start], last[1].label, event.pronoun)
            ):
                yield last, role
                return
            found = referent(self._sentence, event)
            if found and may_act(event, found, role):
                yield found, role
            return
        found = None if event.reading.article else self._genitive(event)
        if found is None and not event.reading.article and not self._voices.takes_object(event):
            found = owner(self._sentence, event.end)  # فرار مقاتليه
        if found:
            role = self._voices.genitive_role(event, found)
            if role == "TARGET" and self._armed(event, found):
                role = "AGENT"
            if role:
                yield found, role

    def _armed(self, event: Event, found: Numbered) -> bool:
        """Whether a side's weapons do it to what follows: استهداف طائرات الجيش ثلاثة منازل."""
        weapon, end = self._sentence.starting(event.end), found[1].end
        if weapon is None or weapon[1].label != "WEA" or weapon[1].end != found[1].start:
            return False
        counted = self._sentence.starting(end)
        follows = counted is not None and counted[1].label == "NUM"
        return follows or self._sentence.document.info[end].form.endswith("ا")

    def _of_verb(self, event: Event) -> Iterator[Filled]:
        pronoun = bool(event.pronoun)
        if event.sense.lemma == "خارج":  # درعا خارج سيطرة النظام
            yield from self._out_of(event)
            return
        if pronoun and event.sense.kind == "phrase":
            return  # بسط سيطرته: his own
        if pronoun:
            target = referent(self._sentence, event)
            if target and event.type not in ("STATEMENT", "MEET"):
                yield target, "TARGET"
        if self._voices.addresses(event) and self._subjects.relative(event.start) and not pronoun:
            found = self._subjects.antecedent(event.start)  # الذي يدعو X: X is called on
        else:
            lemma = event.sense.lemma if event.sense.kind == "verb" else ""
            said = event.type == "STATEMENT" and self._subjects.relative(event.start)
            if said and self._subjects.unmarked(event.end):
                return  # التي يزعم الإعلام
            found = self._subjects.shared(event) if lemma and event.reading.conjunction else None
            if found is None:
                found = self._subjects.of_verb(event.start, event.end, pronoun=pronoun, lemma=lemma)
        if found is None:
            return
        role = self._voices.subject_role(event, found)
        if may_act(event, found, role):
            yield found, role

    def _out_of(self, event: Event) -> Iterator[Filled]:
        """What is out of whose control."""
        before, after = self._sentence.before(event.start), self._subjects.genitive(event.end)
        if before and event.start - before[1].end <= 1 and before[1].label in ("GPE", "LOC", "FAC"):
            yield before, "TARGET"
        if after and after[1].label in ("ARM", "ORG"):
            yield after, "COUNTERPARTY"

    def _genitive(self, event: Event) -> Numbered | None:
        """The genitive of a noun; nouns joined by و share it: مقتل واعتقال العشرات."""
        end = event.end
        while (other := self._sentence.event_at(end)) and other.reading.conjunction:
            if other.sense.kind != "noun":
                break
            end = other.end
        return self._subjects.genitive(end)

    def _object(self, number: int, event: Event, agent: Numbered) -> Iterator[Participant]:
        """Whom a statement accuses or addresses: اتهم X Y."""
        lemma = event.sense.lemma
        for name, role in (("accusing", "TARGET"), ("addressing", "COUNTERPARTY")):
            if event.type != "STATEMENT" or lemma not in self._classes[name]:
                continue
            start = max(event.end, agent[1].end)
            for other, entity in self._sentence.after(start)[:2]:
                if entity.label == "TIME":
                    continue
                near = entity.start <= start + 2 and not self._sentence.trigger_in(
                    start, entity.start
                )
                governed = self._sentence.prepositions[other]
                if near and entity.label in ACTORS and governed in ("", "for"):
                    chosen = person(self._sentence, (other, entity))
                    yield Participant(number, chosen[0], role)
                break

    def _predicate(self, event: Event) -> Numbered | None:
        """What a participle is said of: مدينة X محررة, المحاصر X."""
        before = self._sentence.before(event.start)
        far = before and self._sentence.governed(before) and not event.reading.article
        if before and event.start - before[1].end <= 1 and not far:
            agreeing = (
                event.reading.article == self._sentence.document.info[before[1].start].definite
            )
            if agreeing or not event.reading.article or before[1].label == "GPE":
                return before
        if event.reading.article:
            return self._subjects.after(event.end, event.end + 1)
        return None


def _in_passing(lemma: str) -> bool:
    """Whether a word is a participle said of a speaker before it: متعهدا, واصفة."""
    return lemma.endswith(("ا", "ه")) and lemma.startswith(("م", "واصف", "داعي", "ناقل"))
