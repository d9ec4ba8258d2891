"""Where rules begin: the anchors of a word, decided once for each word and not for each place.

Most words of a text have none, so that rules run only around what the lexicons hit.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from annotate.arabic.clitics import Reading
from annotate.arabic.words import QUOTES
from annotate.heuristics.lexicon import TOPICS
from annotate.heuristics.own import TAG as OWN
from annotate.heuristics.triggers import Sense

# Tags at which a rule begins by itself.
_TAGS = frozenset(
    (
        *("places.GPE", "places.LOC", "places.gpe_nouns", "places.gpe_plural_nouns"),
        *("places.loc_nouns", "places.loc_definite", "places.loc_bare", "places.directions"),
        *("places.ambiguous", "gazetteer.territories", "gazetteer.cities", "gazetteer.latin"),
        *("organisations.ORG", "organisations.ORG bare", "organisations.ORG heads"),
        *("organisations.ORG definite", "organisations.ARM", "organisations.ARM bare"),
        *("organisations.ARM heads", "organisations.ARM definite", "organisations.ARM units"),
        *("organisations.FAC", "organisations.FAC heads", "organisations.CAMPAIGN"),
        "organisations.CAMPAIGN heads",
        *("nations.peoples", "nations.plural", "nations.people_heads"),
        *("people.leaders", "people.given", "people.foreign", "people.compound_heads"),
        *("names.given", "weapons.plain", "weapons.in_conflict", "words.not_names"),
        *("titles.offices", "titles.definite", "titles.bare offices", "titles.ranks"),
        *("titles.prefixes", "titles.honorifics"),
        *("homonyms.media", "homonyms.clubs", "homonyms.city_clubs", "organisations.FAC definite"),
        *(f"topic.{topic}" for topic in TOPICS),
    )
)
# Words at which an amount may begin, and an expression of time.
_AMOUNTS = frozenset(
    (
        *("numbers.numerals", "numbers.multipliers", "numbers.vague", "numbers.modifiers"),
        *("numbers.dual_units", "numbers.dual_counted", "time.dual_units"),
        *("numbers.definite_numerals", "numbers.counting"),
    )
)
_TIMES = frozenset(
    (
        *("time.months", "time.english_months", "time.weekdays", "time.relative"),
        *("time.year_words", "time.day_parts", "time.definite_units", "time.period_parts"),
        *("time.this", "time.ordinals_hour", "time.vague", "time.units"),
    )
)
_NO_TAGS: frozenset[str] = frozenset()
_CLOCK = frozenset(
    ("الساعه", "بالساعه", "الدقيقه", "وقت", "ليلا", "فجرا", "الربع", "للربع", "بالربع")
)
_FORMS = {
    "#": "hash",
    **dict.fromkeys(QUOTES, "quote"),
    **dict.fromkeys(("—", "–"), "dash"),
    **dict.fromkeys(("ل", "لـ"), "to"),
    **dict.fromkeys(("د", "م", "ا"), "abbreviated"),
    **dict.fromkeys(("مسمي", "اسم", "باسم", "شعار", "عنوان", "اسمها"), "named"),
}


# Endings of words that only look like duals: أفغانستان, بروتين, فساتين.
_NO_DUALS = ("ستان", "روتين", "ساتين", "كوتين", "لاتين", "ياتين", "راتين", "نتين", "رستين")


def is_feminine_dual(form: str) -> bool:
    """Whether a word looks like the dual of a noun in ة: غرفتين, حالتان."""
    return form.endswith(("تين", "تان")) and len(form) > 5 and not form.endswith(_NO_DUALS)


_OF_TAG = {
    tag: tuple(
        anchor
        for anchor, tags in (("number", _AMOUNTS), ("time", _TIMES), (tag, _TAGS))
        if tag in tags
    )
    for tag in _TAGS | _AMOUNTS | _TIMES
}


def anchors(
    form: str,
    tags: frozenset[str] = _NO_TAGS,
    *,
    number: bool = False,
    opens: bool = False,
    senses: Collection[tuple[Sense, Reading]] = (),
    begins: bool = False,
    definite: bool = False,
) -> tuple[str, ...]:
    """The anchors of a word: by its search form, its tags, and whether it is a number, begins
    phrases, may be a trigger in one of `senses`, begins triggers of two words, or is definite."""
    found = []
    if form in _FORMS:
        found.append(_FORMS[form])
    if number or form in _CLOCK:
        found.append("time")
    if number or (not definite and is_feminine_dual(form)):
        found.append("number")
    if opens:
        found.append("opens")
    if begins or senses:
        found.append("trigger")
    if any(sense.type == "STATEMENT" and sense.kind == "verb" for sense, _ in senses):
        found.append("speech")
    return _together(tags, tuple(found)) if found or tags else ()


@cache
def _together(tags: frozenset[str], others: tuple[str, ...]) -> tuple[str, ...]:
    """Others, and the anchors of tags, each once; many words share theirs."""
    found = dict.fromkeys(others)
    for tag in tags:
        found.update(dict.fromkeys(_OF_TAG.get(tag, ())))
        if tag.startswith(OWN):
            found[tag] = None
    return tuple(found)
