"""What the lexicons say of a word, whatever stands around it.

It depends on the word alone, so it is found once and kept: news repeats itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from annotate.arabic.clitics import ARTICLE, FUTURE, TANWIN, Reading, readings
from annotate.arabic.normalize import search_text
from annotate.arabic.words import is_symbol, words
from annotate.heuristics.anchors import anchors
from annotate.heuristics.choice import allowed, has_hamza, likeliest_of, on_article
from annotate.heuristics.lexicon import Lexicon, Node
from annotate.heuristics.morphology import TriggerLemmas
from annotate.heuristics.triggers import Triggers
from annotate.heuristics.word import FUNCTION, NO_HITS, NO_TAGS, Kind, WordInfo

_MEMORY = 200_000  # words whose analysis is kept
_LONGEST = 40  # letters; longer words (addresses, decoration) are in no lexicon
_NUMBER = re.compile(r"([وف]?)([بلك]?)(?:ال)?([0-9]+)([^\W\d_]*)")  # also الـ161
_DECLINED = ("words.", "organisations.", "time.", "numbers.", "weapons.")
# What else a function word may be: شمال, اليوم, باسم.
_OF_FUNCTION = ("words.", "topic.", "time.", "numbers.", "places.directions", "titles.for_whom")
# A word of Arabic letters, their marks, and digits.
_WORD = re.compile(r"[0-9\u0621-\u063a\u0640-\u065f]+")
_MARKS = "،.:؛؟!,"  # what news writes onto the end of a word
_STOPS = ".!؟"
_ADDRESS = re.compile(r"(?:www|pic)\.|\w+\.\w+/")
# Which tables have a stem.
_TAGGED, _PHRASE, _TRIGGER, _OPENING = 1, 2, 4, 8


class Chunk(NamedTuple):
    """What stands between white space, where that is more than one word.

    Attributes:
        words: the words.
        starts, ends: their offsets in the chunk (code points, half open).
        stops: a sentence ends with the chunk.
        noise: it is an address of a page or a handle.
    """

    words: tuple[WordInfo, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    stops: bool
    noise: bool


class Analyser:
    """Finds what the lexicons say of a word, and remembers it.

    With `lemmas`, a word that the lexicons do not have may be a trigger by its lemma.

    Attributes:
        lexicon: what is looked up.
        chunks: what was found, by what stands between white space.
        marks: what is known of the marks at the end of words, and whether a sentence ends there.
    """

    def __init__(
        self, lexicon: Lexicon, triggers: Triggers, lemmas: TriggerLemmas | None = None
    ) -> None:
        self.lexicon = lexicon
        self.chunks: dict[str, WordInfo | Chunk] = {}
        self._words: dict[str, WordInfo] = {}
        self._tags: dict[frozenset[str], frozenset[str]] = {}  # many words share theirs
        self._classes = _by_word(lexicon.classes)
        self._triggers = triggers
        self._lemmas = lemmas
        self.stems = _by_stem(lexicon, triggers)
        self.marks = {mark: (self._analyse(mark), mark in _STOPS) for mark in _MARKS}

    def chunk(self, text: str) -> WordInfo | Chunk:
        """What stands between white space: a word, where it is one and nothing else."""
        if len(self.chunks) >= _MEMORY or len(self._words) >= _MEMORY:
            self.chunks.clear()
            self._words.clear()
        chunk: WordInfo | Chunk
        if _WORD.fullmatch(text):  # nearly all
            chunk = self._words.get(text) or self._analyse(text)
        else:
            chunk = self._split(text)
        if len(text) <= _LONGEST:
            self.chunks[text] = chunk
        return chunk

    def _split(self, text: str) -> Chunk:
        # An underscore joins the words of a hashtag or handle: it is no word for the rules.
        found = [word for word in words(text) if word.text != "_"]
        inner = text[found[0].start : found[-1].end] if found else ""
        return Chunk(
            tuple([self._word(word.text) for word in found]),
            tuple([word.start for word in found]),
            tuple([word.end for word in found]),
            text[-1] in _STOPS,
            "@" in inner or "://" in inner or _ADDRESS.match(inner) is not None,
        )

    def _word(self, text: str) -> WordInfo:
        """What is known of a word beside others in its chunk."""
        known = self._words.get(text)
        if known is None:
            alone = self.chunks.get(text)
            known = alone if isinstance(alone, WordInfo) else self._analyse(text)
            if len(text) <= _LONGEST:
                self._words[text] = known
        return known

    def _analyse(self, text: str) -> WordInfo:
        """What is known of a word: its tags, and the phrases and triggers it may begin."""
        form = search_text(text)
        if form and "\u0600" <= form[0] <= "\u06ff" and form.isalpha():  # nearly all
            return self._arabic(text, form) if len(form) <= _LONGEST else WordInfo(form, "word")
        if not form or is_symbol(text):
            return self._bare("symbol", text, NO_TAGS)
        if len(form) > _LONGEST:
            return WordInfo(form, "word")
        number = _NUMBER.fullmatch(form)
        if number:
            return self._number(form, number)
        if form.isascii() or not ("\u0600" <= form[0] <= "\u06ff"):
            tags = self.lexicon.words.get(form, NO_TAGS) if form[0].isupper() else NO_TAGS
            return self._bare("latin", form, tags)
        return self._arabic(text, form)

    def _number(self, form: str, number: re.Match[str]) -> WordInfo:
        opens = self.lexicon.phrases.next.get(form)
        return WordInfo(
            form,
            "number",
            conjunction=number[1],
            preposition=number[2],
            stem=number[3],
            digits=(number[3], number[4]),
            opens=((Reading(form), opens),) if opens else (),
            keys=anchors(form, number=True, opens=opens is not None),
            classes=self._classes.get(form, NO_TAGS),
        )

    def _bare(self, kind: Kind, form: str, tags: frozenset[str]) -> WordInfo:
        """A word that is read as it stands."""
        opens = self.lexicon.phrases.next.get(form)
        return WordInfo(
            form,
            kind,
            tags,
            {tag: Reading(form) for tag in tags},
            stem="" if kind == "symbol" else form,
            opens=((Reading(form), opens),) if opens else (),
            keys=anchors(form, tags, opens=opens is not None),
            classes=self._classes.get(form, NO_TAGS),
        )

    def _arabic(self, text: str, form: str) -> WordInfo:
        stems = self.stems
        found = readings(form, stems)
        if found and has_hamza(text):
            found = [reading for reading in found if not on_article(text, reading)]
        listed = 0
        for reading in found:
            listed |= stems.get(reading.stem, 0)
            if reading.article:
                listed |= stems.get(reading.name, 0)
        if not listed and self._lemmas is None:
            return self._unlisted(form, found)
        opens: tuple[tuple[Reading, Node], ...] = ()
        if listed & _PHRASE:
            first = self.lexicon.phrases.next
            opens = tuple(
                [
                    (reading, first[reading.name])
                    for reading in found
                    if not reading.ending
                    and reading.preposition != FUTURE
                    and reading.name in first
                ]
            )
        senses = self._triggers.senses(found) if listed & _TRIGGER else ()
        if senses and text.endswith("ة"):  # in search form ه, but no pronoun is written so
            senses = tuple(sense for sense in senses if sense[1].ending != "ه")
        begins = self._triggers.openings(found) if listed & _OPENING else ()
        whole = self.lexicon.words.get(form, NO_TAGS)
        if not whole.isdisjoint(FUNCTION) and not (form == "علي" and text.endswith("ي")):
            hits = {tag: Reading(form) for tag in whole if tag.startswith(_OF_FUNCTION)}
            chosen = Reading(form)
            definite = False
        else:
            hits = self._hits(form, found, whole) if listed & _TAGGED else {}
            likeliest = likeliest_of(found, hits)
            chosen = likeliest or Reading(form)
            if self._lemmas is not None and not senses and not hits:
                senses = self._lemmas.senses(text)
            definite = bool(likeliest) and chosen.name.startswith(ARTICLE) and len(chosen.name) > 4
        tags = frozenset(hits)
        tags = self._tags.setdefault(tags, tags)
        stem = chosen.name[2:] if definite else chosen.stem
        return WordInfo(
            form,
            "word",
            tags,
            hits,
            chosen.conjunction,
            "" if chosen.preposition == FUTURE else chosen.preposition,
            definite,
            stem,
            opens=opens,
            keys=anchors(
                form,
                tags,
                opens=bool(opens),
                senses=senses,
                begins=bool(begins),
                definite=definite,
            ),
            senses=senses,
            begins=begins,
            classes=self._classes_of(form, stem, definite=definite),
        )

    def _unlisted(self, form: str, found: list[Reading]) -> WordInfo:
        """A word of which no list has any stem: most new words are such."""
        reading = likeliest_of(found, NO_HITS)
        if reading is None:
            classes = self._classes_of(form, form, definite=False)
            return WordInfo(form, "word", stem=form, keys=anchors(form), classes=classes)
        return WordInfo(
            form,
            "word",
            conjunction=reading.conjunction,
            preposition=reading.preposition,
            definite=True,
            stem=reading.stem,
            keys=anchors(form, definite=True),
            classes=self._classes_of(form, reading.stem, definite=True),
        )

    def _classes_of(self, form: str, stem: str, *, definite: bool) -> frozenset[str]:
        """The word classes of a word: as it stands, without clitics, or with the article alone."""
        classes = self._classes
        found = classes.get(form, NO_TAGS)
        if stem != form and stem in classes:
            found |= classes[stem]
        if definite and ARTICLE + stem in classes:
            found |= classes[ARTICLE + stem]
        if len(form) > 3 and form[0] in "وفبل" and form[1:] in classes:
            found |= classes[form[1:]]
        return self._tags.setdefault(found, found) if found else NO_TAGS

    def _hits(self, form: str, found: list[Reading], whole: frozenset[str]) -> dict[str, Reading]:
        """Tag -> the reading with the fewest clitics that has it; `whole`: tags of the form."""
        lexicon = self.lexicon.words
        hits: dict[str, Reading] = {}
        plain = lexicon.get(form[:-1], NO_TAGS) if form.endswith(TANWIN) else NO_TAGS
        common = declined = False
        if whole or plain:
            common = any(tag.startswith("words.") for tag in whole | plain)
            declined = any(tag.startswith(_DECLINED) for tag in plain)
        for reading in found:
            for tag in lexicon.get(reading.name, NO_TAGS):
                if tag == "words.verbs" and whole and reading.clitics:
                    continue  # فيصل is a name, not ف + يصل
                if declined and tag.startswith("gazetteer."):
                    continue  # فوجا is فوج, not Foggia
                if allowed(tag, reading, common):
                    hits.setdefault(tag, reading)
            if reading.article:
                for tag in lexicon.get(reading.stem, NO_TAGS):
                    if tag == "words.common":
                        hits.setdefault("common.definite", reading)
                    elif tag.startswith("weapons."):
                        hits.setdefault(tag, reading)
        if form == "علي":
            hits.pop("words.function", None)
            hits.pop("words.prepositions", None)
        return hits


def _by_stem(lexicon: Lexicon, triggers: Triggers) -> dict[str, int]:
    """Stem -> which tables have it: a word is looked up in these alone."""
    found: dict[str, int] = dict.fromkeys(lexicon.words, _TAGGED)
    for table, bit in (
        (lexicon.phrases.next, _PHRASE),
        (triggers.forms, _TRIGGER),
        (triggers.phrases, _OPENING),
    ):
        for stem in table:
            found[stem] = found.get(stem, 0) | bit
    return found


def _by_word(classes: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Form of a word -> the classes that list it."""
    found: dict[str, set[str]] = {}
    for name, forms in classes.items():
        for form in forms:
            found.setdefault(form, set()).add(name)
    return {form: frozenset(names) for form, names in found.items()}
