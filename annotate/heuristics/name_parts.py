"""What a word may be in the name of a person: a given name, a surname, a part of neither list."""

from __future__ import annotations

from annotate.heuristics.document import Document
from annotate.heuristics.word import WordInfo

_NO_SURNAME = frozenset({"words.adjectives", "common.definite"})
GIVEN = ("names.given", "people.given", "people.foreign")
# What a word is that is no name, whatever else it may be.
NO_PART = ("titles.", "organisations.", "numbers.", "time.", "weapons.", "words.", "places.gpe")
_NO_NAME = (
    *NO_PART,
    *("nations.plural", "nations.peoples", "nations.adjective", "places.loc", "places.directions"),
    *("gazetteer.territories", "gazetteer.cities", "places.GPE", "places.LOC"),
)


def given(info: WordInfo, *, bare: bool = True) -> bool:
    """Whether a word is a given name; `bare`: written without clitics."""
    if info.tags.isdisjoint(GIVEN):
        return False
    if not bare:
        return True
    hits = [info.hits[tag] for tag in GIVEN if tag in info.hits]
    return any(not (hit.conjunction or hit.preposition) for hit in hits)


def ambiguous(info: WordInfo) -> bool:
    """Whether a given name is a common word too."""
    return "people.ambiguous" in info.tags


def namelike(info: WordInfo) -> bool:
    """Whether an indefinite word may be (part of) a name that no lexicon has."""
    if info.kind == "latin":
        return info.form[:1].isupper() and len(info.form) > 1
    return (
        info.kind == "word"
        and len(info.form) > 2
        and not info.definite
        and not info.function
        and not info.adjectival
        and not info.preposition
        and not info.senses
        and not _barred(info)
        and not (info.form.startswith("ي") and len(info.form) < 7)
        and not (info.form.startswith(("سي", "وي", "لي")) and len(info.form) > 5)
        and not (info.form.startswith("و") and len(info.form) > 4)
        and not (info.form.startswith("م") and info.form.endswith("ا") and 4 < len(info.form) < 8)
    )


def surname(info: WordInfo) -> bool:
    """Whether a definite word may end a name: الشمري, البرهان."""
    return (
        info.kind == "word"
        and info.definite
        and not info.conjunction
        and not info.preposition
        and not info.function
        and (not _barred(info) or info.has("people.leaders", "names.surnames"))
        and not info.senses
        and info.tags.isdisjoint(_NO_SURNAME)
        and "not_surnames" not in info.classes
        and not info.form.endswith(("يين", "يون", "ات"))
        and (info.has("people.leaders", "names.surnames") or not _participle(info.stem))
    )


def _participle(stem: str) -> bool:
    """Whether a definite word is rather a participle or plural: الصادرة, المشاركين."""
    if stem.endswith("ه"):
        return stem.startswith("م") or (len(stem) == 5 and stem[1] == "ا")
    return stem.endswith(("ين", "ون")) and len(stem) > 5


def sure_surname(info: WordInfo) -> bool:
    """Whether a definite word is a surname by its form or a list: الشمري, النجار."""
    return surname(info) and (
        info.has("names.surnames", "people.leaders")
        or (info.form.endswith("ي") and len(info.form) > 5)
    )


def leader_end(document: Document, index: int) -> int:
    """Word after the longest known person's name of several words that begins at a word."""
    found = [
        end
        for end, tags, reading in document.phrases(index)
        if "people.leaders" in tags and not reading.conjunction and not reading.preposition
    ]
    return max(found, default=index)


def compound(document: Document, index: int) -> bool:
    """Whether a word and the next are one part of a name: عبد الله, أبو محمد, صلاح الدين."""
    word, following = document.info[index], document.info[index + 1]
    hit = word.hits.get("people.compound_heads")
    if hit is None or hit.article:
        return False
    if document.sentence[index] != document.sentence[index + 1] or following.kind != "word":
        return False
    if following.form in ("الدين", "الاسلام", "العابدين"):
        return True
    if following.function or following.has("words.verbs") or following.conjunction:
        return False
    if hit.stem == "عبد":
        return following.form.startswith("ال") or given(following)
    if hit.stem == "ال":  # آل; the article never stands alone
        return word.form == "ال"
    return hit.stem in ("ابو", "ابي", "ابا", "ام", "بن", "ابن", "بنت")


def _barred(info: WordInfo) -> bool:
    """Whether the lexicons know the word as something that is no name."""
    return any(tag.startswith(_NO_NAME) for tag in info.tags) and not given(info)
