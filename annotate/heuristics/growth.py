"""How a name grows after its head: the noun phrase that completes it.

A head in the construct (`وزارة`, `غرفة`) is completed by a definite noun, a known name, a name in
quotation marks or another construct, and then by definite adjectives; a definite head (`الحكومة`)
only by adjectives. Where the noun phrase ends, the name ends.
"""

from __future__ import annotations

from annotate.arabic.words import CLOSING, OPENING
from annotate.heuristics.document import Document
from annotate.heuristics.name_parts import ambiguous, given, namelike
from annotate.heuristics.names import name_end
from annotate.heuristics.qualifiers import TIME, adjectives, continues

_CHAIN = 3  # constructs in a row
_FIELDS = 4  # fields of work that و joins
_QUOTED = 7  # words between quotation marks
PLACES = frozenset(
    {
        "gazetteer.cities",
        "gazetteer.territories",
        "gazetteer.latin",
        "places.GPE",
        "places.LOC",
    }
)
NAMES = PLACES | {
    "organisations.ORG",
    "organisations.ARM",
    "organisations.FAC",
    "organisations.ORG bare",
    "organisations.ARM bare",
}
_OFFICES = ("titles.bare offices", "titles.definite", "titles.prefixes")
# Bodies of people of one profession: الاتحاد الدولي للصحفيين.
_UNIONS = frozenset(("اتحاد", "نقابه", "جمعيه", "رابطه", "هييه", "شبكه", "مجلس", "نادي", "منظمه"))
# Nouns in the construct that a titled person may complete even inside a chain.
_CONSTRUCTS = (
    "organisations.ORG heads",
    "organisations.FAC heads",
    "places.gpe_nouns",
    "places.loc_nouns",
    "words.common",
)


def inside(document: Document, index: int, start: int) -> bool:
    """Whether a word stands in the sentence of the word `start`."""
    return document.sentence[index] == document.sentence[start]


def known_name(document: Document, index: int, tags: frozenset[str] = NAMES) -> int:
    """Word after the longest known name that begins at a word without clitics; else `index`."""
    end = index
    info = document.info[index]
    for tag in info.tags & tags:
        reading = info.hits[tag]
        if not reading.conjunction and not reading.preposition:
            end = index + 1
    for last, found, reading in document.phrases(index):
        if found & tags and not reading.conjunction and not reading.preposition:
            end = max(end, last)
    return end


def quoted(document: Document, index: int) -> int:
    """Word after the last one inside the quotation marks that open at a word; else `index`."""
    if document.info[index].form not in OPENING:
        return index
    last = index + 1
    while last < index + 2 + _QUOTED and inside(document, last, index):
        if document.info[last].form in CLOSING:
            return last if last > index + 1 else index
        last += 1
    return index


def complement(
    document: Document, index: int, *, unknown: bool = False, people: bool = True, depth: int = 0
) -> int:
    """Word after the noun phrase that begins at a word and completes a construct; else `index`.

    `unknown`: whether a word of no lexicon may be the name (`شركة أرامكو`, `سجن رومية`);
    `people`: whether a titled person may be (`جامعة الملك سعود`, not `نائب الرئيس | جون كيندي`).
    """
    info = document.info[index]
    before = document.info[index - 1]
    if info.kind == "symbol":
        # Inside a chain only after a head: محطة تلفزيون "أي نيوز", غرفة عمليات "ردع العدوان".
        if depth and not any(t.startswith("organisations.") for t in before.tags):
            return index
        return quoted(document, index)
    if info.kind in ("number", "end") or not continues(document, index):
        return index
    end = known_name(document, index)
    if end > index:
        return adjectives(document, end)
    if info.function or info.has(*TIME, "words.verbs") or info.preposition or info.conjunction:
        return index
    for last, tags, _ in document.phrases(index):
        if "titles.bare offices" in tags:  # مستشار خادم الحرمين الشريفين
            end = max(end, last)
    if end > index:
        return end
    if info.kind == "latin":
        return latin(document, index) if unknown else index
    if info.has("places.ambiguous") and before.has("places.gpe_nouns", "titles.of places"):
        return index + 1  # أمير تبوك, بلدية شقراء
    if info.definite:
        return _definite(document, index, depth, people=people)
    if unknown and not depth and given(info) and not info.has("places.ambiguous"):
        named = name_end(document, index, evidence=True)  # شارع عمر المختار
        if named > index + 1:
            return adjectives(document, named)
    if depth < _CHAIN:
        start = index + 1 + _joined_construct(document, index + 1)
        end = complement(document, start, depth=depth + 1)
        # No noun: بعثة لحفظ السلام, مدرسة يدعمها الاتحاد.
        clitic = not info.tags and info.form.startswith(("ل", "ب", "ي"))
        if end > start and not clitic and not info.has("nations.adjective"):
            return end
    if info.form.startswith(("ل", "ب")) and info.form.endswith("ات") and not info.tags:
        return index  # كمائن محكمة لتعزيزات
    if namelike(info) and (unknown or (depth and _announces(document, index + 1))):
        return adjectives(document, index + 1)
    return index


def _definite(document: Document, index: int, depth: int, *, people: bool) -> int:
    """The rest of a noun phrase from its definite noun on."""
    info, before = document.info[index], document.info[index - 1]
    if info.has("organisations.ARM units") and document.info[index + 1].kind == "number":
        # قائد الفرقة 11 دبابات
        branch = document.info[index + 2]
        return index + 2 + (inside(document, index + 2, index) and branch.has("weapons.plain"))
    end = adjectives(document, index + 1)
    if info.has(*_OFFICES):  # جامعة الملك سعود, شارع الأمير سلطان
        if depth and not before.has(*_CONSTRUCTS):
            return index  # قوات حليفهم الرئيس, بلدية شقراء المهندس ...
        if not people and not depth:
            return end
        named = name_end(document, end, evidence=True)
        if named > end:
            return adjectives(document, named)
    return _coordinated(document, end)


def _joined_construct(document: Document, index: int) -> bool:
    """حقوق وعلاقات المرضى: whether و joins a second construct that shares the genitive."""
    word, following = document.info[index], document.info[index + 1]
    return (
        word.conjunction == "و"
        and word.kind == "word"
        and not word.definite
        and not word.preposition
        and not word.function
        and not word.has("words.verbs")
        and following.definite
        and not following.conjunction
        and not following.preposition
        and continues(document, index)
    )


def _announces(document: Document, index: int) -> bool:
    """Whether a title or a sure given name begins at a word: the name before it ends there."""
    info = document.info[index]
    if info.conjunction or info.preposition or not continues(document, index):
        return False
    return info.has(*_OFFICES, "titles.ranks") or (
        given(info) and (not ambiguous(info) or info.form == "علي")
    )


def _coordinated(document: Document, end: int) -> int:
    """After وزارة التربية: also والتعليم, when the noun may name a field of work."""
    for number in range(_FIELDS):
        info = document.info[end]
        if _joined_purpose(document, end):
            end = adjectives(document, end + 2)
            continue
        if not (
            info.conjunction == "و"
            and (info.definite or info.has("organisations.fields"))
            and not info.preposition
            and document.info[end - 1].definite
            and document.info[end - 1].stem[:1] not in "0123456789"
            and continues(document, end)
        ):
            return end
        if not info.has("organisations.fields") and (number or not _abstract(document, end)):
            return end
        end = adjectives(document, end + 1)
    return end


def _joined_purpose(document: Document, index: int) -> bool:
    """الأرصاد وحماية البيئة: whether و joins a purpose of two words to a field of work."""
    info, following = document.info[index], document.info[index + 1]
    return (
        info.conjunction == "و"
        and not info.definite
        and not info.preposition
        and info.has("organisations.purposes")
        and document.info[index - 1].has("organisations.fields")
        and following.definite
        and not following.conjunction
        and continues(document, index)
        and continues(document, index + 1)
    )


def _abstract(document: Document, index: int) -> bool:
    """Whether a coordinated noun of no list may be a field of work, and no second name."""
    info = document.info[index]
    return (
        not info.has(*TIME, "organisations.ARM definite", "organisations.ORG definite", *_OFFICES)
        and known_name(document, index) == index
        and not any(tag.startswith(("gazetteer.", "places.GPE", "people.")) for tag in info.tags)
        and "words.common" not in info.tags
        and len(info.stem) > 3
        and not info.stem.endswith(("ون", "ين"))
        and not info.stem.startswith("مو")  # والموجود
    )


def purpose(document: Document, index: int, *, open_ended: bool) -> int:
    """After المرصد السوري: also لحقوق الإنسان; `index` if no purpose follows.

    `open_ended`: whether any definite noun may be the purpose, not only a field of work.
    """
    info = document.info[index]
    if not continues(document, index) or info.preposition != "ل" or info.conjunction:
        return index
    plural = open_ended and info.form.endswith("ات")  # لاتصالات الملاحة الجوية
    if (info.has("organisations.purposes") or plural) and not info.definite:
        end = complement(document, index + 1)
        return end if end > index + 1 else index
    if not info.definite or info.kind != "word":
        return index
    if not info.has("organisations.fields"):
        if not open_ended or info.has(*NAMES, *_OFFICES, "nations.plural", "nations.peoples"):
            return index
        union = document.info[index - 1].stem in _UNIONS or document.info[index - 2].stem in _UNIONS
        if (info.stem.endswith(("ون", "ين")) and not union) or info.has(*TIME):
            return index
    return _coordinated(document, adjectives(document, index + 1))


def body(document: Document, index: int, end: int, *, open_ended: bool) -> int:
    """Word after a body whose head stands at `index` and whose complement ends before `end`."""
    head, last = document.info[index], document.info[end - 1]
    if last.definite or last.has(*PLACES):
        end = purpose(document, end, open_ended=open_ended)
    return seat(document, end) if head.has("organisations.seated heads") else end


def seat(document: Document, index: int) -> int:
    """After المديرية العامة للصحة: also بمنطقة حائل; `index` if no such place follows."""
    info = document.info[index]
    if not continues(document, index) or info.preposition != "ب" or info.conjunction:
        return index
    if info.has("places.gpe_nouns") and not info.definite:
        following = document.info[index + 1]
        end = known_name(document, index + 1, PLACES)
        if end == index + 1 and following.has("places.ambiguous"):
            return index + 2
        return end if end > index + 1 else index
    return index


def latin(document: Document, index: int) -> int:
    """Word after a run of capitalised Latin words, at most four."""
    end = index
    while end < index + 4 and document.info[end].kind == "latin":
        if not document.info[end].form[:1].isupper() or not inside(document, end, index):
            break
        end += 1
    return end
