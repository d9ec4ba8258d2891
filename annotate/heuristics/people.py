"""Titles and people: the one announces the other, so they are found together."""

from __future__ import annotations

from collections.abc import Iterator

from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import OPENING, QUOTES, Document, WordInfo
from annotate.heuristics.growth import NAMES, adjectives, complement, known_name
from annotate.heuristics.names import GIVEN, ambiguous, compound, given, name_end, namelike, surname

_THAT = frozenset("ان انه انها بان".split())
_SPEECH = frozenset(
    "قال وقال اكد واكد اعلن واعلن اوضح واوضح صرح وصرح اضاف واضاف ذكر وذكر قالت وقالت اكدت واكدت".split()
)
_TITLES = (
    "titles.offices",
    "titles.definite",
    "titles.bare offices",
    "titles.ranks",
    "titles.prefixes",
)
# Titles after which a definite word is a surname rather than an adjective: الدكتور الشمري.
_PERSONAL = frozenset(
    "الدكتور السيد السيده المهندس الاستاذ الفريق اللواء العميد العقيد الجنرال المشير".split()
)


def find(document: Document) -> Iterator[Candidate]:
    """TITLE and PER candidates."""
    for index in document.where(*_TITLES, "opens"):
        yield from _titles(document, index)
    for index in document.where(*GIVEN):
        if given(document.info[index], bare=False):
            yield from _named(document, index)
    for index in document.where("people.compound_heads"):
        if _opens_compound(document, index):
            yield from _named(document, index)
    for index, info in enumerate(document.info):
        if info.form in _SPEECH:
            yield from _speaker(document, index + 1)
        elif info.form in ("—", "–"):
            yield from _signature(document, index + 1)


def _titles(document: Document, index: int) -> Iterator[Candidate]:
    for tag, end, name, preposition, article in _heads(document, index):
        yield from _title(document, index, tag, end, name, preposition, article)


def _heads(document: Document, index: int) -> Iterator[tuple[str, int, str, str, bool]]:
    """(tag, end, name, preposition, definite) of the titles that begin at a word."""
    info = document.info[index]
    for tag in _TITLES:
        if tag in info.hits:
            reading = info.hits[tag]
            yield tag, index + 1, reading.name, reading.preposition, info.definite
    for end, tags, reading in document.phrases(index):
        for tag in _TITLES:
            if tag in tags:
                yield tag, end, reading.name, reading.preposition, True


def _title(
    document: Document,
    index: int,
    tag: str,
    end: int,
    name: str,
    preposition: str,
    definite: bool,
) -> Iterator[Candidate]:
    info = document.info[index]
    if tag == "titles.offices" and not definite:
        grown = _office(document, end)
        complete = grown > end
        sure = complete and not info.has("titles.weak offices")
        end = grown
    else:
        grown = _qualified(document, end, tag)
        sure = tag == "titles.bare offices" or (
            info.has("titles.bare ranks") and not info.preposition
        )
        complete = True
        end = grown
    if not complete:
        return
    person = _person(document, end, tag, name)
    if person:
        yield Candidate(*person, "PER", 0.85, f"titled/{name}")
        if tag == "titles.prefixes" and not definite and end == index + 1:
            yield Candidate(index, end, "TITLE", 0.6, f"prefix/{name}", preposition)
            return
    if person or sure or _after_person(document, index) or _next_title(document, end, tag):
        score = 0.85 if person else 0.6
        yield Candidate(index, end, "TITLE", score, f"title/{name}", preposition)


def _office(document: Document, end: int) -> int:
    """Word after what completes an indefinite office: وزير الداخلية العراقي, متحدث باسم الجيش."""
    info = document.info[end]
    if info.has("titles.for_whom"):
        return _for_whom(document, end)
    if info.form in ("عام", "عامه", "اول", "تنفيذي", "تنفيذيه", "فني"):  # مدير عام الشركة
        grown = complement(document, end + 1)
        return grown if grown > end + 1 else end
    grown = complement(document, end)
    while grown > end and _qualifies(document, grown, "titles.offices"):
        grown += 1
    if grown > end and document.info[grown].has("titles.for_whom"):
        return _for_whom(document, grown)
    return grown


def _for_whom(document: Document, index: int) -> int:
    """Word after باسم and the side that is spoken for; `index` if no side follows."""
    grown = complement(document, index + 1)
    return grown if grown > index + 1 else index


def _qualified(document: Document, end: int, tag: str) -> int:
    """Word after the adjectives of a definite title, and after whom it serves."""
    start = end
    while end < start + 3 and _qualifies(document, end, tag):
        end += 1
    following = document.info[end]
    if document.sentence[end] != document.sentence[start - 1]:
        return end
    if following.has("titles.for_whom"):
        grown = complement(document, end + 1)
        return grown if grown > end + 1 else end
    if following.form == "في" and tag == "titles.definite":
        opened = document.info[end + 1]
        grown = end + 1
        if opened.form in OPENING or known_name(document, end + 1, NAMES - _PLACE_TAGS) > end + 1:
            grown = complement(document, end + 1)
        if grown > end + 1:
            return grown
    if (
        end > start
        and following.preposition == "ل"
        and (following.has(*_BODIES) or following.opens)
    ):
        for last, tags, reading in document.phrases(end):
            if reading.preposition == "ل" and tags & NAMES:
                return last
        if following.has("organisations.ORG heads", "organisations.ARM heads"):
            grown = complement(document, end + 1)
            if grown > end + 1:
                return grown
        if following.definite:
            return adjectives(document, end + 1)
    return end


_PLACE_TAGS = frozenset(
    {"gazetteer.cities", "gazetteer.territories", "gazetteer.latin", "places.GPE", "places.LOC"}
)
_BODIES = (
    "organisations.ORG heads",
    "organisations.ORG definite",
    "organisations.ARM definite",
    "organisations.ARM heads",
    "organisations.ORG",
    "organisations.ARM",
)


def _qualifies(document: Document, index: int, tag: str) -> bool:
    info = document.info[index]
    if document.sentence[index] != document.sentence[index - 1]:
        return False
    if info.has("titles.adjectives") and not info.conjunction and not info.preposition:
        return True
    if tag == "titles.ranks":
        return info.form in ("الركن", "ركن", "اول", "الاول")
    return info.adjective and not given(info) and not info.has("people.leaders")


def _person(document: Document, index: int, tag: str, name: str) -> tuple[int, int] | None:
    """(first word, word after the last) of the name that follows a title."""
    start = index
    if document.info[start].form in QUOTES or document.info[start].form in ("،", "("):
        start += 1
        separate = document.info[index].form == "،"
        if separate and not _enclosed(document, start):
            return None
    if start >= len(document) or document.sentence[start] != document.sentence[index - 1]:
        return None
    word = document.info[start]
    if word.conjunction and not given(word):
        return None
    if surname(word) and not given(word) and not word.has("people.compound_heads"):
        if not (word.has("people.leaders") or name in _PERSONAL):
            return None
        if word.has("nations.adjective") and not word.has("people.leaders"):
            return None
    end = name_end(document, start, evidence=True)
    if end == start:
        return None
    if end == start + 1 and not _single(word, name):
        return None
    return start, end


def _single(word: WordInfo, title: str) -> bool:
    """Whether one word alone after a title is a name."""
    if word.kind == "latin":
        return True
    if given(word) or word.has("people.leaders", "names.surnames"):
        return not ambiguous(word) or title in _PERSONAL
    if surname(word):
        return True
    # A short unknown word after a title is rather a verb: المبعوث ناقش.
    return (
        namelike(word)
        and len(word.form) > 4
        and not word.form.startswith(("ي", "ت", "ن", "ب", "ل", "ا"))
        and not word.form.endswith(("ا", "ه", "ين", "ون", "ات", "ت"))
    )


def _enclosed(document: Document, index: int) -> bool:
    """Whether a name between two commas begins at a word: وزير الخارجية، جون كيري، ..."""
    end = name_end(document, index, evidence=True)
    if end < index + 2:
        return False
    return given(document.info[index]) or document.info[end].form in ("،", ",", ")")


def _next_title(document: Document, end: int, tag: str) -> bool:
    """Whether a further title follows an honorific: صاحب السمو الملكي الأمير ..."""
    return tag == "titles.prefixes" and document.info[end].has(
        "titles.bare offices", "titles.prefixes"
    )


def _after_person(document: Document, index: int) -> bool:
    """Whether a name stands just before a title: أبو محمد الجولاني زعيم ..."""
    if index < 2 or document.sentence[index - 1] != document.sentence[index]:
        return False
    before = index - 1
    if document.info[before].form in ("،", ","):
        before -= 1
    for start in range(max(0, before - 3), before):
        if given(document.info[start], bare=False):
            return name_end(document, start, evidence=False) == before + 1
    return False


def _opens_compound(document: Document, index: int) -> bool:
    """Whether عبد الله or أبو محمد begins at a word: what may open a name of known parts."""
    hit = document.info[index].hits.get("people.compound_heads")
    if hit is None or hit.stem not in ("عبد", "ابو") or not compound(document, index):
        return False
    return hit.stem == "عبد" or given(document.info[index + 1])


def _named(document: Document, index: int) -> Iterator[Candidate]:
    """A known given name with what follows it."""
    end = name_end(document, index, evidence=False)
    if end > index:
        info = document.info[index]
        tags = ("names.given", "people.given", "people.foreign", "people.compound_heads")
        hits = [info.hits[tag] for tag in tags if tag in info.hits]
        preposition = hits[0].preposition if hits else ""
        unsure = ambiguous(info)
        yield Candidate(
            index, end, "PER", 0.6 if unsure else 0.75, f"given/{info.form}", preposition
        )


def _speaker(document: Document, index: int) -> Iterator[Candidate]:
    """قال X Y إن: a name of no lexicon between a verb of speech and what is said."""
    end = index
    while end < index + 3 and (namelike(document.info[end]) or surname(document.info[end])):
        end += 1
    if end > index + 1 and namelike(document.info[index]):
        after = document.info[end].form
        if after in _THAT or after in (":", "لـ"):
            yield Candidate(index, end, "PER", 0.6, "speaker")


def _signature(document: Document, index: int) -> Iterator[Candidate]:
    """— Name (@handle): the signature of an embedded post."""
    end = index
    limit = min(index + 8, len(document))
    while end < limit and document.sentence[end] == document.sentence[index]:
        if document.info[end].form == "(" and end in document.noise:
            break
        end += 1
    else:
        return
    start = index
    for position in range(index, end + 1):
        same = (
            start < position < end
            and document.info[position].kind == document.info[position - 1].kind
            and document.info[position].kind in ("word", "latin")
        )
        if same or position == start:
            continue
        if document.info[start].kind in ("word", "latin") and len(document.info[start].form) > 1:
            yield Candidate(start, position, "PER", 0.7, "signature")
        start = position
