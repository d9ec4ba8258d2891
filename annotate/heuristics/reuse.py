"""Names found once in a text mark what repeats them: a surname alone, a campaign's name alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotate.arabic.clitics import CONJUNCTIONS, PREPOSITIONS
from annotate.arabic.words import QUOTES
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.name_parts import given, sure_surname

_REPEATED = ("PER", "CAMPAIGN")
_FOUND = ("announced/", "listed/")  # rules that find places of no lexicon
_SHORTEST = 3  # letters of a surname
_OTHERS = ("gazetteer.territories", "gazetteer.cities", "nations.adjective")
_CONJUNCTIONS = ("", *CONJUNCTIONS)
_OPENINGS = [
    (conjunction + preposition, preposition)
    for conjunction in _CONJUNCTIONS
    for preposition in ("", *PREPOSITIONS)
]


def find(document: Document, entities: Sequence[Candidate]) -> Iterator[Candidate]:
    """Candidates for the words that repeat a name of `entities`."""
    names: dict[tuple[str, ...], tuple[str, str]] = {}
    for entity in entities:
        if entity.label in _REPEATED and entity.end > entity.start + 1:
            for name in _short(document, entity):
                names[name] = (entity.label, " ".join(name))
        elif entity.label == "GPE" and entity.origin.startswith(_FOUND):
            for name in _place(document, entity):
                names[name] = (entity.label, " ".join(name))
    if not names:
        return
    firsts: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        firsts.setdefault(name[0], []).append(name)
    spellings: dict[str, list[tuple[str, str]]] = {}
    for form in firsts:
        for spelling, preposition in _spellings(form):
            spellings.setdefault(spelling, []).append((form, preposition))
    info = document.info
    for index in [index for index, word in enumerate(info) if word.form in spellings]:
        for form, preposition in spellings[info[index].form]:
            for name in firsts[form]:
                end = index + len(name)
                if len(name) == 1 or tuple([w.form for w in info[index + 1 : end]]) == name[1:]:
                    label, text = names[name]
                    yield Candidate(index, end, label, 0.7, f"repeated/{text}", preposition)


def _spellings(form: str) -> list[tuple[str, str]]:
    """(spelling, preposition) of a name's first word with the clitics that it may have."""
    if len(form) < _SHORTEST:
        return [(form, "")]
    found = [(opening + form, preposition) for opening, preposition in _OPENINGS]
    if form.startswith("ال") and len(form) > _SHORTEST:
        found += [(conjunction + "لل" + form[2:], "ل") for conjunction in _CONJUNCTIONS]
    return found


def _place(document: Document, entity: Candidate) -> Iterator[tuple[str, ...]]:
    """A place of no lexicon by its whole name, unless that is a word as well."""
    words = document.info[entity.start : entity.end]
    if len(words) > 1 or not (words[0].tags or words[0].conjunction or len(words[0].form) < 4):
        yield tuple(word.form for word in words)


def _short(document: Document, entity: Candidate) -> Iterator[tuple[str, ...]]:
    """The shorter names by which a text may repeat an entity."""
    words = [
        (document.info[index].form, index)
        for index in range(entity.start, entity.end)
        if document.info[index].form not in QUOTES and document.info[index].kind != "symbol"
    ]
    if entity.label == "CAMPAIGN":
        if len(words) > 2:
            yield tuple(form for form, _ in words[1:])
        if not document.info[entity.start].has("organisations.CAMPAIGN heads"):
            yield tuple(form for form, _ in words)
        return
    yield tuple(form for form, _ in words)
    for form, index in words[1:-1]:  # محمود الصرخي الحسني is الصرخي
        if sure_surname(document.info[index]) and not document.info[index].has(*_OTHERS):
            yield (form,)
    last, index = words[-1]
    before = words[-2][0] if len(words) > 1 else ""
    if before in ("عبد", "ابو", "بن", "ال", "ابن", "دي", "فون", "بو", "ام"):
        yield (before, last)
        if before in ("عبد",) or not last.startswith("ال"):
            return
    info = document.info[index]
    if (
        len(last) < _SHORTEST
        or info.function
        or info.has("words.verbs", "words.common", "places.GPE")
    ):
        return
    if info.has(*_OTHERS):
        return
    if last.startswith("ال") and info.has("words.adjectives", "common.definite"):
        return
    if given(info) and info.has("people.ambiguous"):
        return
    if last != "الدين":
        yield (last,)
