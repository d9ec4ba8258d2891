"""Entries of a lexicon that give a root and a form: `هجم III`, `قول I a-u`, `صوب IV passive`.

What an entry says is root, form, for form I the vowels of past and present, and the voice, where
it is not the active one. The words that stand in texts are derived (derive.py), or written before
it: a lemma, which is checked, or principal parts that deviate (`رأى يرى: رأي I a-a`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, cast

from annotate.arabic.normalize import search_text
from annotate.errors import RulesError
from annotate.heuristics.derive import (
    CLASSES,
    FORMS,
    RADICALS,
    Verb,
    derive,
    needs_vowels,
    verbal_nouns,
)
from annotate.heuristics.sections import Entry

Derived = Literal["verb", "noun", "participle"]  # kinds of entries that a root and form may give
Voice = Literal["active", "passive", "both"]
_VOICES = ("passive", "both")
_HAMZAS = str.maketrans("أإآؤئ", "ءءءءء")
_QUADRILITERAL = "Q"


class Source(NamedTuple):
    """Root, form and voice of an entry."""

    verb: Verb
    voice: Voice = "active"

    @property
    def root(self) -> str:
        """The root as dictionaries write it: أخذ."""
        return self.verb.root.replace("ء", "أ")

    @property
    def form(self) -> str:
        """The form, of form I with its vowels: `I a-u`."""
        return f"{self.verb.form} {self.verb.vowels}".rstrip()


def resolved(kind: Derived, entry: Entry, path: Path) -> tuple[Entry, Source | None]:
    """An entry with the words that stand in texts as its text, and where they come from.

    Those of a verb are past and present, of both voices those of the passive too. An entry that
    gives no root comes back as it is, with None.

    Raises:
        RulesError: with file and line: root or form are wrong, or give another word than the entry.
    """
    where = f"{path}:{entry.line}"
    if not entry.root and not _is_source(entry.text):
        return entry, None
    source = read_source(entry.root or entry.text, where)
    given = entry.text if entry.root else ""
    if kind == "verb":
        text = _finite(source, given, where)
    elif kind == "noun":
        text = _noun(source, given, where)
    else:
        text = _participle(source, given, where)
    return Entry(text, " ".join(search_text(text).split()), entry.line), source


def _is_source(text: str) -> bool:
    """Whether an entry of words is a root and form: only those hold Latin letters."""
    return any(word.isascii() and word.isalnum() for word in text.split()[1:])


def read_source(text: str, where: str) -> Source:
    """Root, form and voice from what an entry says; radicals may stand apart (`ه ج م III`).

    Raises:
        RulesError: at `where`, for what is no root, no form, or more than the form takes.
    """
    words = text.split()
    split = next((n for n, word in enumerate(words) if word.isascii()), len(words))
    root, rest = "".join(words[:split]).translate(_HAMZAS), words[split:]
    if not rest or rest[0] not in FORMS:
        what = f"unknown form {rest[0]!r}" if rest else f"{text!r} lacks a form"
        raise RulesError(what, where=where, fix=f"use one of {', '.join(FORMS)}")
    form, more = rest[0], rest[1:]
    vowels = more.pop(0) if more and form == "I" and "-" in more[0] else ""
    if vowels and vowels not in CLASSES:
        raise RulesError(
            f"unknown vowels {vowels!r}", where=where, fix=f"use one of {', '.join(CLASSES)}"
        )
    voice = more.pop(0) if more and more[0] in _VOICES else "active"
    if more:
        fix = "after the form may stand passive or both, after form I its vowels before it"
        raise RulesError(f"{more[0]!r} says nothing of form {form}", where=where, fix=fix)
    _check_root(root, form, where)
    verb = Verb(root, form, vowels)
    if needs_vowels(verb):
        raise RulesError(
            f"form I of {root} is spelled after its vowels",
            where=where,
            fix=f"write those of past and present after it, one of {', '.join(CLASSES)}",
        )
    return Source(verb, cast(Voice, voice))


def _check_root(root: str, form: str, where: str) -> None:
    for letter in root:
        if letter not in RADICALS:
            fix = "write أ for a hamza, و or ي for a weak radical, a doubled one twice"
            raise RulesError(f"{letter!r} in {root!r} is no radical", where=where, fix=fix)
    length = 4 if form.startswith(_QUADRILITERAL) else 3
    if len(root) != length:
        raise RulesError(
            f"the root {root!r} has {len(root)} radicals",
            where=where,
            fix=f"form {form} has {length}",
        )


def _finite(source: Source, given: str, where: str) -> str:
    """Past and present; where they are given, they stand."""
    words = given.split()
    if len(words) > 1:
        if len(words) != (4 if source.voice == "both" else 2):
            what = "past and present, then those of the passive, were expected"
            fix = "give two words, four with 'both'"
            raise RulesError(f"{given!r}: {what}", where=where, fix=fix)
        return " ".join(words)
    parts = derive(source.verb)
    active = f"{parts.past} {parts.present}"
    passive = f"{parts.passive_past} {parts.passive_present}"
    text = {"active": active, "passive": passive, "both": f"{active} {passive}"}[source.voice]
    _agree(given, (text.partition(" ")[0],), source, where, "write its past and present")
    return text


def _noun(source: Source, given: str, where: str) -> str:
    """A verbal noun, or one of its forms; form I has no rule, what is given stands."""
    nouns = verbal_nouns(source.verb)
    if not nouns:
        if given:
            return given
        what = f"no rule gives the verbal noun of {source.root} {source.form}"
        raise RulesError(what, where=where, fix="write the noun and a colon before it")
    spellings = [spelling for noun in nouns for spelling in _spellings(noun)]
    _agree(given, spellings, source, where, "list it without a root")
    return given or nouns[0]


def _spellings(noun: str) -> list[str]:
    """A verbal noun in its numbers and cases, also as the name of a single time (تظاهرة)."""
    stem = noun.removesuffix("ة")
    found = [noun, *(stem + end for end in ("ات", "ة", "تان", "تين"))]
    if stem == noun:
        found += [noun + end for end in ("ا", "ان", "ين")]
    if noun.endswith("اء"):  # before a pronoun: إجلاؤه, إجلائه
        found += [noun[:-1] + seat for seat in "ؤئ"]
    return found


def _participle(source: Source, given: str, where: str) -> str:
    """A participle with its final ī, which may be given without (ناف)."""
    parts = derive(source.verb)
    participle = parts.passive if source.voice == "passive" else parts.active
    either = (participle, participle.removesuffix("ي"))
    _agree(given, either, source, where, "list it without a root")
    return participle


def _agree(
    given: str, derived: tuple[str, ...] | list[str], source: Source, where: str, fix: str
) -> None:
    """Refuses a word that root and form do not give; without one there is nothing to compare."""
    if given and search_text(given) not in map(search_text, derived):
        raise RulesError(
            f"{source.root} {source.form} gives {derived[0]}, not {given}",
            where=where,
            fix=f"correct root and form, or {fix}",
        )
