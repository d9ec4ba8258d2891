"""Which preposition governs an entity, and which role that gives it in an event of each type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.arabic.words import OPENING
from annotate.heuristics.candidates import Candidate
from annotate.heuristics.clauses import linked
from annotate.heuristics.document import Document

_JOINED = 6  # words between two entities that one preposition governs
_REACH = 5  # words between a preposition and the entity that it governs
# Prepositions that say the same.
_SAME: Mapping[str, str] = {
    "الي": "to",
    "نحو": "to",
    "باتجاه": "to",
    "صوب": "to",
    "تجاه": "to",
    "داخل": "inside",
    "من": "from",
    "عن": "from",
    "علي": "on",
    "ضد": "against",
    "في": "in",
    "قرب": "near",
    "قباله": "near",
    "وسط": "in",
    "عبر": "through",
    "مع": "with",
    "بين": "between",
    "ب": "by",
    "ل": "for",
    "حول": "around",
    "بحق": "against",
    "لدي": "for",
    "خارج": "from",
    "امام": "in",
}
# Words before من that make it say near: بالقرب من.
_NEAR = frozenset(("بالقرب", "قريبه", "قريبا", "القريبه", "القريب", "قريب", "مقربه"))
# Nouns that after من, على or في name the agent: من قبل, على يد; and the same with ب.
_AGENTIVE = frozenset(("قبل", "يد", "ايدي", "يدي", "لدن", "جانب", "طرف"))
_BY_HAND = frozenset(("بيد", "بايدي", "بنيران"))
# Nouns after which من says of whom they are.
PARTS = frozenset(
    (
        *("كل", "كلا", "كلتا", "عناصر", "افراد", "جنود", "جنديا", "مقاتلين", "مقاتلون"),
        *("مسلحين", "مسلحون", "وحدات", "وحده", "اعضاء", "ضباط", "فريق", "مجموعه", "مجموعات"),
        *("عدد", "عددا", "بعض", "احد", "عشرات", "مئات", "متحدثون", "قاده", "قياديين", "قياديون"),
        *("منسوبي", "منسوبو", "عنصر", "عنصرا"),
    )
)
# Words before one that is named of those spoken of: 8 مدن منها X.
AMONG = frozenset(
    (
        "ابرزها",
        "اهمها",
        "ابرزهم",
        "بينها",
        "بينهم",
        "منها",
        "منهم",
        "ومنها",
        "ومنهم",
        "وبينها",
        "وبينهم",
    )
)
_PLACES = ("GPE", "LOC", "FAC")
_SIDES = ("ARM", "ORG", "PER", "TITLE", "GPE", "NORP")
_PEOPLE = ("PER", "NORP", "TITLE")

Table = dict[tuple[str, str], str]


def _table(*rules: tuple[str, str, Sequence[str]]) -> Table:
    """(role, prepositions, labels) -> {(preposition, label): role}; the first rule wins."""
    table: Table = {}
    for role, prepositions, labels in rules:
        for preposition in prepositions.split():
            for label in labels:
                table.setdefault(("" if preposition == "-" else preposition, label), role)
    return table


_IN = ("PLACE", "in by near inside", _PLACES)
_TOOL = ("INSTRUMENT", "by - with", ("WEA",))
_DOER = ("AGENT", "agent", _SIDES)
_ASSAULT = (
    _DOER,
    ("TARGET", "- on against around", (*_PLACES, *_SIDES, "WEA")),
    ("TARGET", "for", ("ARM", "ORG", "NORP", *_PLACES)),
    ("COUNT", "- on", ("NUM",)),
    _IN,
    ("ORIGIN", "from", _PLACES),
    ("INSTRUMENT", "by with", ("WEA",)),
    ("PLACE", "to", _PLACES),
)
_HARM = _table(
    _DOER,
    ("TARGET", "-", _PEOPLE),
    ("COUNT", "-", ("NUM",)),
    _IN,
    ("PLACE", "on", _PLACES),
    ("TARGET", "from ranks", ("ARM", "ORG")),
    ("INSTRUMENT", "by", ("WEA",)),
)
_MOVE = (
    ("DESTINATION", "to inside on for -", _PLACES),
    ("ORIGIN", "from", _PLACES),
    ("PLACE", "in by through near", _PLACES),
    ("COUNT", "-", ("NUM",)),
)
_TALK = (
    ("COUNTERPARTY", "with", _SIDES),
    ("AGENT", "between", _SIDES),
    ("PLACE", "in by inside -", _PLACES),
)
# Event type -> (preposition group, entity label) -> role.
ROLES: Mapping[str, Table] = {
    "ATTACK": _table(*_ASSAULT),
    "STRIKE": _table(*_ASSAULT),
    "DAMAGE": _table(*_ASSAULT),
    "BOMBING": _table(
        _DOER,
        _TOOL,
        ("TARGET", "- against", _SIDES),
        ("TARGET", "-", ("FAC",)),
        ("PLACE", "in by on near inside to -", _PLACES),
        ("TARGET", "for", ("ARM", "ORG", "NORP")),
    ),
    "CLASH": _table(
        ("COUNTERPARTY", "with against -", _SIDES),
        ("AGENT", "between", ("ARM", "ORG", "PER", "NORP", "GPE")),
        ("PLACE", "in by on near inside -", _PLACES),
    ),
    "SIEGE": _table(_DOER, ("TARGET", "- on around", _PLACES), _IN),
    "KILL": _HARM,
    "INJURE": _HARM,
    "TAKEOVER": _table(
        _DOER,
        ("TARGET", "on for -", (*_PLACES, "WEA")),
        ("TARGET", "-", ("ORG",)),
        ("COUNT", "on -", ("NUM",)),
        ("TARGET", "by", ("ORG", "PER")),
        ("COUNTERPARTY", "from", ("ARM", "ORG")),
        ("TARGET", "on", ("ARM",)),
        _IN,
    ),
    "ADVANCE": _table(*_MOVE),
    "WITHDRAW": _table(
        ("AGENT", "ranks", ("ARM", "ORG")),
        ("ORIGIN", "from -", _PLACES),
        ("DESTINATION", "to", _PLACES),
        _IN,
        ("ORIGIN", "from", ("ARM",)),
        ("COUNT", "-", ("NUM",)),
    ),
    "SURRENDER": _table(
        ("AGENT", "ranks", ("ARM", "ORG")), _IN, ("COUNTERPARTY", "for", ("ARM", "ORG"))
    ),
    "DEFECT": _table(
        ("AGENT", "ranks", ("ARM", "ORG")),
        ("ORIGIN", "from", ("ARM", "ORG")),
        ("DESTINATION", "to", ("ARM", "ORG")),
        _IN,
        ("COUNT", "-", ("NUM",)),
    ),
    "DETAIN": _table(
        _DOER,
        ("TARGET", "- on", _PEOPLE),
        ("COUNT", "- on", ("NUM",)),
        _IN,
        ("ORIGIN", "from", _PLACES),
    ),
    "RELEASE": _table(
        _DOER,
        ("TARGET", "- from", _PEOPLE),
        ("COUNT", "- from", ("NUM",)),
        ("ORIGIN", "from", _PLACES),
        _IN,
    ),
    "DEMONSTRATE": _table(
        _IN,
        ("COUNTERPARTY", "against for on", _SIDES),
        ("COUNT", "-", ("NUM",)),
        ("PLACE", "-", _PLACES),
    ),
    "AGREEMENT": _table(
        ("COUNTERPARTY", "with", _SIDES),
        ("AGENT", "between", _SIDES),
        ("PLACE", "in inside", _PLACES),
    ),
    "MEET": _table(*_TALK),
    "STATEMENT": _table(("COUNTERPARTY", "for", ("ORG", "PER", "ARM"))),
    "DISPLACE": _table(*_MOVE),
}


def governors(
    document: Document, entities: Sequence[tuple[int, Candidate]], triggers: frozenset[int]
) -> dict[int, str]:
    """Number of an entity -> group of the preposition that governs it, "" if none does."""
    found: dict[int, str] = {}
    before: tuple[int, Candidate] | None = None
    for number, entity in entities:
        preposition = entity.preposition or _written(document, entity.start, before, triggers)
        if not preposition and before and _shares(document, before[1], entity, triggers):
            found[number] = found[before[0]]
            before = (number, entity)
            continue
        found[number] = _SAME.get(preposition, preposition)
        before = (number, entity)
    return found


def _shares(
    document: Document, before: Candidate, entity: Candidate, triggers: frozenset[int]
) -> bool:
    """Whether what governs an entity governs the one after it too: both are joined."""
    gap = document.info[before.end : entity.start]
    if len(gap) > _JOINED:
        return False
    if any(index in triggers for index in range(before.end, entity.start)):
        return False
    if any("words.verbs" in word.tags and not word.definite for word in gap):
        return False
    if not gap and before.label == "TITLE" and entity.label == "PER":
        return True  # بالرئيس فلان
    return linked(document.info[entity.start], entity.label) or any(
        word.conjunction == "و" or word.form in ("و", "،", "(", *AMONG) for word in gap
    )


def _written(
    document: Document,
    start: int,
    before: tuple[int, Candidate] | None,
    triggers: frozenset[int],
) -> str:
    """The preposition written before an entity, over the nouns in between.

    في جميع أحياء مدينة X: في governs X.
    """
    limit = max(start - _REACH, before[1].end if before else 0, 0)
    for index in range(start - 1, limit - 1, -1):
        word = document.info[index]
        if document.sentence[index] != document.sentence[start] or index in triggers:
            return ""
        if word.kind == "symbol":
            if word.form in OPENING:
                continue
            return ""
        previous = document.info[index - 1].form if index else ""
        if word.form in _BY_HAND or (word.form in _AGENTIVE and previous in ("من", "علي", "في")):
            return "agent"
        if word.form == "من" and previous in _NEAR:
            return "near"
        if word.form in ("من", "في") and previous in PARTS:
            return ""  # خروج كل من درعا والسويداء, عناصر من الجيش
        if word.has("places.directions") and index == start - 1:
            outer = document.info[index - 1] if index else word
            if not word.preposition and outer.form not in _SAME:
                return "of"  # بلدة داريا جنوبي دمشق
        if word.form == "صفوف" and previous == "في":
            return "ranks"
        form = word.form[1:] if word.form[:1] in "وف" and word.form[1:] in _SAME else word.form
        if form in _SAME:
            border = before is not None and index == before[1].end and before[1].label == "LOC"
            return "of" if border and form in ("مع", "بين") else form  # الحدود مع X
        if word.has("words.verbs", "words.function"):
            return ""
        if word.preposition in ("ب", "ل"):
            return word.preposition
    return ""
