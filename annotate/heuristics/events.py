"""Event triggers in a text, and whether each event is denied or not real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from annotate.arabic.clitics import PRONOUNS, TANWIN, Reading
from annotate.arabic.words import OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.context import Context, holds
from annotate.heuristics.document import Document
from annotate.heuristics.triggers import Sense
from annotate.heuristics.word import WordInfo

# Entities inside which a word may be a trigger: مئات النازحين.
_OPEN = frozenset({"NUM", "NORP"})
_NEGATION_REACH = 3  # words before the trigger
_MODAL_REACH = 3
_UNDERGOING_REACH = 6
_AS_NOUNS = ("STATEMENT", "WITHDRAW", "MEET")  # after ل these are rather facts
_NO_OBJECT = frozenset(
    ("اصيب", "استشهد", "انسحب", "اشتبك", "انفجر", "تظاهر", "اعتصم", "نزح", "اعتدي")
)
_NAMED = frozenset(("PER", "ARM", "NORP", "NUM", "TITLE"))
_SINCE = frozenset(("الذي", "التي", "الذين", "قد", "لقد", "وقد"))
_GOVERN = frozenset(
    ("في", "الي", "عن", "مع", "ضد", "خلال", "لدي", "منذ", "عقب", "اثر", "بسبب", "دون", "نحو", "بعض")
)
_DENIAL_REACH = 5
_DEMAND_REACH = 9
_STOPS = frozenset((".", "؛", ";", ":", "ان", "التي", "الذي", "الذين"))
# Verbs that لم denies together with the event after them: لم تعد تسيطر, لم يتمكن من دخول.
_HELPING = frozenset(
    (
        *("يكن", "تكن", "يكونوا", "تكونوا", "يعد", "تعد", "يعودوا", "تكد", "يكد", "يتمكن", "تتمكن"),
        *("يتمكنوا", "يستطع", "تستطع", "يستطيعوا", "ينجح", "تنجح", "ينجحوا", "تجر", "يجر", "تحصل"),
        *("يحصل", "تقع", "يقع", "تحدث", "يحدث"),
    )
)
_LACKING = frozenset(("دون", "بدون", "بلا", "عدم", "غير"))
_DENYING = frozenset(("نفي", "نفت", "ينفي", "تنفي", "نفوا"))  # نفت هيئة تحرير الشام اعتقال كذا
_BEFORE_TIME = frozenset(("بعد", "قبل", "منذ", "عقب", "خلال", "اثر"))
_MAYBE = frozenset(("قد", "وقد", "فقد", "لعل", "ليت", "وليت"))
_BEFORE_VERB = frozenset({"لم", "لن", "لا"})  # not ما: وفق ما أعلن
_ENDINGS = frozenset((*PRONOUNS, TANWIN))


class Event(NamedTuple):
    """A trigger.

    Attributes:
        start, end: words, half open.
        sense: what it means.
        reading: its clitics.
        negative: the event is denied.
        unreal: planned, wished, possible, ordered or future.
        origin: what has found it, where that is not the trigger lexicon.
    """

    start: int
    end: int
    sense: Sense
    reading: Reading
    negative: bool = False
    unreal: bool = False
    origin: str = ""

    @property
    def type(self) -> str:
        """Code of the event type."""
        return self.sense.type

    @property
    def pronoun(self) -> str:
        """The pronoun written on the trigger, or nothing."""
        ending = self.reading.ending
        return ending if ending in PRONOUNS else ""


def find(context: Context) -> list[Event]:
    """Triggers of a text, in order; they do not overlap."""
    found: list[Event] = []
    document, labels = context.document, context.labels
    end = 0
    for index in document.where("trigger"):
        if (
            index < end
            or labels.get(index, "NUM") not in _OPEN
            or index in document.hashtags
            or index in document.noise
        ):
            continue
        event = _phrase(index, context) or _word(index, context)
        if event:
            found.append(with_attributes(event, context))
            end = event.end
    return found


def _word(index: int, context: Context) -> Event | None:
    """The sense of a word whose conditions hold; of several, the one that asked for most."""
    possible = [
        (*sense.order, reading.clitics, reading, sense.tests, sense)
        for sense, reading in context.document.info[index].senses
        if not _adjective(sense, reading)
        and not (sense.kind == "verb" and _nominal(index, sense, reading, context))
        and holds(sense.tests, index, index + 1, context)
    ]
    if not possible:
        return None
    best = min(possible)
    verbal = best[-1].kind == "noun" and (
        _after_subject(index, context) or _before_subject(index, context)
    )
    if verbal:
        # قتل, قصف: after a name it is the verb, elsewhere it may be either.
        best = min(
            (p for p in possible if p[-1].kind == "verb" and p[-3] == best[-3]), default=best
        )
    return Event(index, index + 1, best[-1], best[-3])


def _after_subject(index: int, context: Context) -> bool:
    """Whether a name or الذي stands right before a word, a quotation mark aside."""
    info = context.document.info
    before = index - 1
    if before >= 0 and info[before].form in OPENING:
        before -= 1
    if before < 0 or context.document.sentence[before] != context.document.sentence[index]:
        return False
    if context.labels.get(before) not in _NAMED:
        return info[before].form in _SINCE
    first, _ = context.document.bounds[context.document.sentence[index]]
    while before > first and context.labels.get(before):
        before -= 1
    earlier = info[before]  # أعلنت الكتائب قصف المدينة: that subject has its verb
    return not ("words.verbs" in earlier.tags or any(s.kind == "verb" for s, _ in earlier.senses))


def _before_subject(index: int, context: Context) -> bool:
    """Whether a plural or dual in the nominative follows: خطف مسلحون."""
    following = context.document.info[index + 1]
    return (
        following.kind == "word"
        and context.document.sentence[index] == context.document.sentence[index + 1]
        and not following.preposition
        and not following.conjunction
        and (following.has("words.common") or following.definite)
        and following.form.endswith(("ون", "ان"))
        and len(following.form) > 5
    )


def _nominal(index: int, sense: Sense, reading: Reading, context: Context) -> bool:
    """Whether what looks like a verb is a noun: في وصف كذا; a passive has no object: نصابها."""
    if reading.ending in PRONOUNS and sense.lemma in _NO_OBJECT:
        return True
    before = context.document.info[index - 1] if index else None
    return before is not None and before.form in _GOVERN and not reading.conjunction


def _adjective(sense: Sense, reading: Reading) -> bool:
    """Whether a form is rather an adjective.

    Who says something in passing is indefinite (`قال مؤكدا`), so that `المؤكد` is none; and what
    looks like a noun with "my" is the adjective of it: تخريبي. No noun in ة has a tanwin alef.
    """
    if sense.kind == "participle":
        return reading.article and sense.type == "STATEMENT"
    feminine = reading.ending == TANWIN and reading.stem.endswith("ه")  # مصالحها
    return sense.kind == "noun" and (reading.ending == "ي" or feminine)


def _phrase(index: int, context: Context) -> Event | None:
    document = context.document
    following = document.info[index + 1]
    if document.sentence[index] != document.sentence[index + 1]:
        return None
    for phrase, reading in document.info[index].begins:
        if not _matches(following, phrase.second, phrase.second_open):
            continue
        if holds(phrase.sense.tests, index, index + 2, context):
            ending = _ending(following, phrase.second)
            return Event(index, index + 2, phrase.sense, reading._replace(ending=ending))
    return None


def _matches(info: WordInfo, second: str, is_open: bool) -> bool:
    return info.form == second or (is_open and bool(_ending(info, second)))


def _ending(info: WordInfo, second: str) -> str:
    """The pronoun on the second word of a phrase: سيطرتها of سيطره."""
    stems = (second, second[:-1] + "ت") if second.endswith("ه") else (second,)
    for stem in stems:
        if info.form.startswith(stem) and info.form[len(stem) :] in _ENDINGS:
            return info.form[len(stem) :]
    return ""


def with_attributes(event: Event, context: Context) -> Event:
    """The event with what the words before it say of its polarity and modality."""
    document = context.document
    first, _ = document.bounds[document.sentence[event.start]]
    verb = event.sense.kind == "verb"
    negative, unreal = _denied(event, document, first)
    for info in _back(document, event.start, first, _MODAL_REACH):
        if info.kind == "symbol":
            break
        if "modal" in info.classes and event.type != "STATEMENT":
            unreal = True
    if not verb and event.type != "STATEMENT":
        unreal |= _asked_for(event, document, first)
    if verb and event.reading.preposition == "س":
        unreal = True
    if verb and event.start > first and document.info[event.start - 1].form in _MAYBE:
        unreal |= _imperfect(event)
    if event.sense.kind == "noun" and event.reading.preposition == "ل":
        before = _back(document, event.start, first, _UNDERGOING_REACH)
        if not any("undergoing" in info.classes for info in before):
            unreal |= not event.reading.article and event.type not in _AS_NOUNS
    start, end, sense, reading, _, _, origin = event
    return Event(start, end, sense, reading, negative, unreal, origin)


def _denied(event: Event, document: Document, first: int) -> tuple[bool, bool]:
    """(whether the words before an event deny it, whether they deny it of the future)."""
    verb = event.sense.kind == "verb"
    negative = unreal = False
    after = ""  # the word after the one that is looked at
    passed = False  # a preposition stands between
    for distance, info in enumerate(_back(document, event.start, first, _DENIAL_REACH), 1):
        if info.kind == "symbol":
            break
        form = info.form[1:] if info.form[:1] in "وف" else info.form
        if form in _BEFORE_VERB:  # لم تقصف, ولم تقصف; لم يتوقف القصف denies no bombing
            helped = after in _HELPING
            absent = form == "لا" and not verb and not event.reading.article
            finite = verb or event.sense.kind == "word"  # لم يشر
            negative |= (finite and distance == 1) or helped or (absent and distance == 1)
            unreal |= form == "لن" and verb and (distance == 1 or helped)
            break
        near = distance <= _NEGATION_REACH or (form in _DENYING and not passed)
        if near and not verb and "negation" in info.classes:
            other = form == "غير" and after in ("ان", "انه", "انها")  # غير أن القصف
            negative |= not other and not (passed and form in _LACKING)
        if info.form in _BEFORE_TIME and distance == 1:
            break  # نفى الوزير بعد القصف
        passed |= info.has("words.prepositions") and info.form not in _LACKING
        after = info.form
    return negative, unreal


def _asked_for(event: Event, document: Document, first: int) -> bool:
    """Whether a noun is what somebody asks for, or is any that may be: طالب الوزير بالإفراج."""
    before = document.info[event.start - 1].form if event.start > first else ""
    if before == "اي" and not event.reading.article:
        return True  # أي هجوم
    if event.type == "TAKEOVER" and event.reading.preposition == "ل" and event.reading.article:
        return True  # الجهود للسيطرة على
    if event.reading.preposition != "ب" and before != "الي":
        return False
    for info in _back(document, event.start, first, _DEMAND_REACH):
        if info.form in _STOPS:
            return False
        if "demanding" in info.classes:
            return True
    return False


def _imperfect(event: Event) -> bool:
    """Whether a verb is in the present or future: تقصف of قصف."""
    prefix, lemma = event.reading.stem[:1], event.sense.lemma
    return prefix == "ي" or (prefix in "تن" and prefix != "" and not lemma.startswith(prefix))


def _back(document: Document, start: int, first: int, reach: int) -> Iterator[WordInfo]:
    """The words before a trigger, nearest first."""
    for index in range(start - 1, max(start - 1 - reach, first - 1), -1):
        yield document.info[index]


def labels_of(entities: list[Candidate]) -> Mapping[int, str]:
    """Word -> label of the entity that it is in."""
    return {index: entity.label for entity in entities for index in range(entity.start, entity.end)}
