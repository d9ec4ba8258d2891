"""Which role a preposition gives an entity in an event of each type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    ("TARGET", "from ranks between", ("ARM", "ORG", "NORP")),
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
    ("COUNTERPARTY", "- by", ("PER", "TITLE", "NORP", "ORG", "ARM")),
    ("AGENT", "between", _SIDES),
    ("PLACE", "in by inside -", _PLACES),
)
# Event type -> (preposition group, entity label) -> role.
ROLES: Mapping[str, Table] = {
    "ATTACK": _table(*_ASSAULT),
    "STRIKE": _table(("INSTRUMENT", "by", ("NUM",)), *_ASSAULT),
    "DAMAGE": _table(*_ASSAULT),
    "BOMBING": _table(
        _DOER,
        _TOOL,
        ("TARGET", "- against", ("ARM", "ORG", "PER", "TITLE", "NORP")),
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
        ("COUNTERPARTY", "from for", ("ARM", "ORG")),
        ("COUNTERPARTY", "-", ("ARM",)),
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
        ("DESTINATION", "to by", ("ARM", "ORG")),
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
    "DISPLACE": _table(
        ("DESTINATION", "to inside on for", _PLACES), ("ORIGIN", "from", ("ARM",)), *_MOVE[1:]
    ),
}
