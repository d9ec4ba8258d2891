"""Names in full from the lexicons: one word or a phrase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotate.arabic.clitics import Reading
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.document import Document
from annotate.heuristics.own import TAG as OWN

NOTHING = ""  # label of a candidate that only keeps others away; it is dropped in the end
# Tag -> (label, score); what a person wrote into a list is surer than what was generated.
LABELS: Mapping[str, tuple[str, float]] = {
    "places.GPE": ("GPE", 0.95),
    "gazetteer.territories": ("GPE", 0.95),
    "gazetteer.cities": ("GPE", 0.85),
    "gazetteer.latin": ("GPE", 0.8),
    "places.LOC": ("LOC", 0.9),
    "organisations.ORG": ("ORG", 0.9),
    "organisations.ORG bare": ("ORG", 0.8),
    "organisations.ARM": ("ARM", 0.9),
    "organisations.ARM bare": ("ARM", 0.8),
    "organisations.FAC": ("FAC", 0.9),
    "organisations.CAMPAIGN": ("CAMPAIGN", 0.9),
    "nations.peoples": ("NORP", 0.8),
    "people.leaders": ("PER", 0.8),
    "weapons.plain": ("WEA", 0.8),
    "titles.bare offices": ("TITLE", 0.7),
    "words.not_names": (NOTHING, 1.0),
}
# Definite words that after another definite noun are its adjectives.
_PLAIN = ("nations.peoples", "organisations.ARM bare", "titles.bare offices")
# Places in a text where حماس is the movement and not zeal.
_PALESTINE = ("فلسطين", "غزه", "القدس", "اسراييل", "قطاع غزه", "الضفه")
_OCCUPIER = "الاحتلال"  # that acts: طائرات الاحتلال; elsewhere it is what was done
_STATE = frozenset(
    (
        *("تحت", "انهاء", "بانهاء", "لانهاء", "وانهاء", "زوال", "نهايه", "منذ", "سنوات", "عقود"),
        *("بعد", "قبل", "ظل", "زمن", "عهد", "ايام", "بدايه"),
    )
)
_ISRAELI = frozenset(("اسراييلي", "صهيوني"))
_TANWIN = "\u064b"  # the accusative of an indefinite noun, which no place's name has
_PRAYERS = frozenset(("صلاه", "اذان", "وقت", "قبيل", "بعيد"))  # of which المغرب is one
_PLACES = ("gazetteer.", "places.")
_GENERATED = frozenset({"gazetteer.cities"})
_PLACE_NAMES = _GENERATED | {"places.GPE"}
_BODIES = "organisations.ORG"
_MOVEMENTS = "organisations.movements"  # that fight too: the text says as what they are meant
_SHORT = 3  # letters of a generated name that with a clitic is rather another word: بادر
_QUALIFIERS = ("nations.adjective", "places.direction_adjectives")


def find(document: Document, conflict: bool) -> Iterator[Candidate]:
    """Every known name; where it overlaps a longer one it will lose.

    `conflict`: the text is about fighting, where النظام alone is a side and no order of things, and
    a movement that also fights is ARM.
    """
    for tag in (*LABELS, *sorted(key for key in document.positions if key.startswith(OWN))):
        for index in document.where(tag):
            if tag == "people.leaders" and document.info[index].has("words.common"):
                continue  # سبب رئيسي
            if tag in _PLACE_NAMES and _shadowed(document, index, tag):
                continue
            form = document.info[index].form
            if form.endswith("النظام") and not conflict:
                continue
            if form == "المغرب" and index and document.info[index - 1].stem in _PRAYERS:
                continue
            if form.endswith(_OCCUPIER) and tag.startswith("organisations."):
                state = index and document.info[index - 1].form in _STATE
                if state or not _acts(document, index + 1, conflict):
                    continue  # تحت الاحتلال, الاحتلال الفرنسي
            if form.endswith("حماس") and not _palestinian(document, conflict):
                continue
            if not _adjective(document, index, tag):
                info = document.info[index]
                fights = _MOVEMENTS in info.tags and conflict
                tag_here = "organisations.ARM" if fights and tag == _BODIES else tag
                yield _candidate(document, index, index + 1, tag_here, info.hits[tag])
    for index in document.where("phrases"):
        for end, tags, reading in document.phrases(index):
            if document.info[index].function and tags <= _GENERATED:
                continue  # In Salah is not أن صالح
            fights = _MOVEMENTS in tags and conflict
            for tag in tags:
                if tag in LABELS or tag.startswith(OWN):
                    tag_here = "organisations.ARM" if fights and tag == _BODIES else tag
                    yield _candidate(document, index, end, tag_here, reading)


def _shadowed(document: Document, index: int, tag: str) -> bool:
    """Whether a generated place's name is here another word: وكيل as و + كيل, دومًا."""
    info = document.info[index]
    if _TANWIN in document.text[document.starts[index] : document.ends[index]]:
        return True
    reading = info.hits[tag]
    if tag not in _GENERATED:  # كسرت is no ك + سرت
        return reading.preposition == "ك" and len(reading.name) <= _SHORT
    if len(reading.name) <= _SHORT and reading.clitics:
        return True
    clitics = reading.clitics
    return clitics > 0 and any(
        reading.clitics < clitics and not other.startswith(_PLACES)
        for other, reading in info.hits.items()
    )


def _palestinian(document: Document, conflict: bool) -> bool:
    """Whether a text names Palestine or Israel."""
    return any(
        document.info[index].stem in _PALESTINE or document.info[index].form in _PALESTINE
        for index in document.where("places.GPE", "places.LOC", "gazetteer.cities")
    ) or bool(document.where("phrases.places") and conflict)


def _acts(document: Document, end: int, conflict: bool) -> bool:
    """Whether الاحتلال is a side: in a text on Palestine, of Israel, not of a place (لفلسطين)."""
    nation = document.info[end]
    if nation.definite and nation.has("nations.adjective") and nation.stem not in _ISRAELI:
        return False
    after = document.info[end + (nation.stem in _ISRAELI)]
    return after.preposition != "ل" and _palestinian(document, conflict)


def _adjective(document: Document, index: int, tag: str) -> bool:
    """Whether a country's name is here an adjective: وسائل إعلام سورية."""
    info = document.info[index]
    if index == 0 or document.sentence[index] != document.sentence[index - 1]:
        return False
    before = document.info[index - 1]
    if before.form == "غير" and info.has("nations.adjective"):
        return True  # جنسيات غير سورية
    if info.preposition or info.conjunction or before.kind != "word" or before.function:
        return False
    if tag in _PLAIN:  # الشبان المسلمين, الأسباب الرئيسة
        return before.definite and not before.has("words.verbs")
    if info.has("places.direction_adjectives") and before.definite and info.definite:
        return not before.has("words.verbs")  # الأجزاء الشرقية
    if tag == "gazetteer.cities":  # المشروبات الغازية
        return before.definite and info.definite and info.form.endswith("يه")
    return (
        tag in ("places.GPE", "gazetteer.territories")
        and info.has("nations.adjective")
        and info.form.endswith("ه")
        and info.definite == before.definite
        and not before.senses
        and not before.has("places.gpe_nouns", "places.directions", "words.verbs")
    )


def _candidate(document: Document, start: int, end: int, tag: str, reading: Reading) -> Candidate:
    label, score = LABELS.get(tag) or (tag.removeprefix(OWN), 1.0)
    entry = reading.name
    if end > start + 1:
        entry = " ".join([entry, *(info.form for info in document.info[start + 1 : end])])
    if tag == "organisations.ARM bare":  # المتمردين الحوثيين
        following = document.info[end]
        if following.definite and following.has("nations.plural") and not following.preposition:
            end += not following.conjunction and document.sentence[end] == document.sentence[start]
    if document.info[end - 1].form.endswith(_OCCUPIER) and label == "ARM":
        nation = document.info[end]  # الاحتلال الإسرائيلي
        if nation.definite and nation.has("nations.adjective") and not nation.conjunction:
            end += document.sentence[end] == document.sentence[start]
    if label == "LOC":  # الجولان السوري
        while end < start + 5 and document.info[end].has(*_QUALIFIERS):
            if (
                not document.info[end].adjective
                or document.sentence[end] != document.sentence[start]
            ):
                break
            end += 1
    return Candidate(
        start, end, label, score, f"lexicon:{label.lower()}/{entry}", reading.preposition
    )
