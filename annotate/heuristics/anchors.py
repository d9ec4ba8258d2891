"""Where rules begin: the anchors of a word, decided once for each word and not for each place.

Most words of a text have none, so that rules run only around what the lexicons hit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.arabic.words import QUOTES
from annotate.heuristics.lexicon import TOPICS

if TYPE_CHECKING:
    from annotate.heuristics.word import WordInfo

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
        "titles.prefixes",
        *(f"topic.{topic}" for topic in TOPICS),
    )
)
# Words at which an amount may begin, and an expression of time.
_AMOUNTS = frozenset(
    (
        *("numbers.numerals", "numbers.multipliers", "numbers.vague", "numbers.modifiers"),
        *("numbers.dual_units", "numbers.dual_counted", "time.dual_units"),
    )
)
_TIMES = frozenset(
    (
        *("time.months", "time.english_months", "time.weekdays", "time.relative"),
        *("time.year_words", "time.day_parts", "time.definite_units", "time.period_parts"),
        *("time.this", "time.ordinals_hour", "time.vague", "time.units"),
    )
)
_CLOCK = frozenset(("الساعه", "بالساعه", "الدقيقه"))
_FORMS = {
    "#": "hash",
    **dict.fromkeys(QUOTES, "quote"),
    **dict.fromkeys(("—", "–"), "dash"),
    **dict.fromkeys(("ل", "لـ"), "to"),
    **dict.fromkeys(("مسمي", "اسم", "باسم", "شعار", "عنوان", "اسمها"), "named"),
}


def anchors(word: WordInfo) -> tuple[str, ...]:
    """The anchors of a word, in a fixed order."""
    found = word.tags & _TAGS
    found |= {*form_anchors(word.form)}
    if word.opens:
        found |= {"opens"}
    if word.senses or word.begins:
        found |= {"trigger"}
        if any(sense.type == "STATEMENT" and sense.kind == "verb" for sense, _ in word.senses):
            found |= {"speech"}
    if word.kind == "number":
        found |= {"number", "time"}
    if word.tags & _TIMES or word.form in _CLOCK:
        found |= {"time"}
    if word.tags & _AMOUNTS:
        found |= {"number"}
    return tuple(sorted(found))


def form_anchors(form: str) -> tuple[str, ...]:
    """The anchors that a word has by its search form alone, whatever the lexicons say."""
    return (_FORMS[form],) if form in _FORMS else ()
