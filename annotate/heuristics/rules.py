"""The rules by name: what the origin of a proposed span means.

An origin is `rule/entry`: the name of the rule, and the lexicon entry (or the word of the text)
that set it off, where there is one. A rule may be one of a family, with a qualifier after a colon:
`lexicon:gpe/دمشق` is of the rule `lexicon:gpe`, in the family `lexicon`.
"""

from __future__ import annotations

from collections.abc import Mapping

# Family of rules -> what it proposes. A test names those that are missing.
RULES: Mapping[str, str] = {
    "lexicon": "a name that a lexicon lists in full, one word or a phrase",
    "head": "a head noun and the words that complete the name of a body, force or site",
    "unit": "a military unit with its number or name (اللواء 52)",
    "definite": "a definite noun that stands for one body, force, place or number in its context",
    "bare": "a noun that is a place by itself (الحدود)",
    "announced": "a place of no lexicon after a noun that announces it (بلدة كناكر)",
    "listed": "an item of an enumeration of places after a noun in the plural (مدن ... و...)",
    "natural": "a natural or wide place after its noun (جبل, نهر, منطقة)",
    "direction": "a part of a place, named by its direction (شمال شرق سوريا)",
    "inside": "a place whose name is also a word, inside of what only stands before places",
    "beside": "a place whose name is also a word, beside another place",
    "titled": "a name that a title announces, or a quoted name that is said to be one",
    "given": "a name that begins with a given name",
    "speaker": "a name of no lexicon between a verb of speech and what is said",
    "signature": "the signature of an embedded post",
    "repeated": "a name that the text gave in full before, or a part of it",
    "title": "an office, rank or profession, before a name or alone",
    "honorific": "an honorific and the office after it (معالي وزير الصحة)",
    "abbreviated": "an abbreviated title (د. محمد)",
    "people": "a people, or the members of one (السوريون)",
    "nation": "a people by a noun and the adjective of its country (الشعب السوري)",
    "weapon": "a weapon and the adjectives that say which",
    "campaign": "a campaign, battle or meeting with its name",
    "medium": "a short name that is quoted or spoken to: a medium (لـ«عكاظ»)",
    "club": "a club that has the name of a place or a word, beside what only clubs have",
    "time": "a date, a day, a part of a day or a time relative to now",
    "duration": "how long something lasts or how long ago it was (يومين)",
    "number": "a numeral and what it counts",
    "modified": "a numeral after a word that limits it (أكثر من 20)",
    "vague": "a vague number (عشرات, مئات)",
    "dual": "a noun in the dual (قتيلان)",
    "tagger": "what the learned tagger alone found, by tenth of its probability (p9: 0.9 to 1)",
    "trigger": "a word or phrase that means an event of this type, under its conditions",
}


def rule_of(origin: str) -> str:
    """The rule of an origin: `lexicon:gpe` of `lexicon:gpe/دمشق`."""
    return origin.partition("/")[0]


def entry_of(origin: str) -> str:
    """The lexicon entry of an origin, or nothing: `دمشق` of `lexicon:gpe/دمشق`."""
    return origin.partition("/")[2]


def family_of(origin: str) -> str:
    """The key in `RULES` of an origin: `lexicon` of `lexicon:gpe/دمشق`."""
    return rule_of(origin).partition(":")[0]
