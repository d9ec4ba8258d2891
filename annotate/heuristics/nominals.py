"""Words between a verb and its subject: what a noun, an adjective or a particle is there."""

from __future__ import annotations

from annotate.heuristics.clauses import ends_clause
from annotate.heuristics.prepositions import PARTS
from annotate.heuristics.word import WordInfo

_BACK = frozenset(("له", "لها", "لهم", "منها", "منه", "فيها", "فيه", "بها", "به", "اليها", "عليها"))
_LEADERS = frozenset(
    ("قياده", "اداره", "رئاسه", "سلطات", "مكتب", "مجلس", "جماعه", "حركه", "شركه", "زعيم", "قائد")
)


def noun(word: WordInfo) -> bool:
    """Whether a word may be a noun whose genitive follows, but none of people who lead."""
    if word.kind != "word" or word.function or word.preposition or word.definite:
        return False
    return not word.form.endswith("ا") and not word.has("places.gpe_nouns") and not leads(word)


def leads(word: WordInfo) -> bool:
    """Whether a noun is of people or of those who lead: what it does, its genitive does."""
    return word.form.endswith("و") or word.form in PARTS or word.form in _LEADERS


def describes(word: WordInfo) -> bool:
    """Whether a word may be an adjective of what stands before it: الموالية لها."""
    if word.form in _BACK:
        return True
    return word.definite and not word.preposition and not word.conjunction and not word.function


def blocks(word: WordInfo) -> bool:
    """Whether no genitive follows over a word."""
    return (
        word.has("words.prepositions", "words.verbs", "words.function")
        or bool(word.preposition)
        or word.form == "،"
        or ends_clause(word)
    )
