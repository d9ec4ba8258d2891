"""What is known of a word: the value that every rule looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from annotate.arabic.clitics import Reading
from annotate.heuristics.lexicon import Node
from annotate.heuristics.triggers import Phrase, Sense

Kind = Literal["word", "latin", "number", "symbol", "end"]
NO_TAGS: frozenset[str] = frozenset()
NO_HITS: Mapping[str, Reading] = {}
FUNCTION = frozenset(("words.function", "words.prepositions"))


class WordInfo:
    """What is known of a word. Nothing ever sets an attribute, and type checking sees to it.

    It is a plain class because the rules look at its attributes more than at anything else, and
    those of a named tuple take three times as long.

    Attributes:
        form: search form.
        kind: word (Arabic), latin, number, symbol; "end" stands after the last word.
        tags: tags of all readings.
        hits: tag -> the reading with the fewest clitics that has it.
        conjunction, preposition: the clitics of the likeliest reading.
        definite: written with the article.
        stem: without conjunction, preposition and article.
        digits: value's digits where the word is a number, with what is written onto it.
        opens: readings that begin phrases of the lexicon, with the trie node after the word.
        keys: the word's anchors: which rules begin at it (see anchors.py).
        senses: what it may mean as a trigger, with the reading; fewest clitics first.
        begins: triggers of two words that it may begin, with the reading.
        classes: the word classes of words.yaml that it is in, with or without its clitics.
        function: a function word or preposition of the lists: it ends every name.
    """

    __slots__ = (
        *("begins", "classes", "conjunction", "definite", "digits", "form", "function", "hits"),
        *("keys", "kind", "opens", "preposition", "senses", "stem", "tags"),
    )

    def __init__(
        self,
        form: str,
        kind: Kind,
        tags: frozenset[str] = NO_TAGS,
        hits: Mapping[str, Reading] = NO_HITS,
        conjunction: str = "",
        preposition: str = "",
        definite: bool = False,
        stem: str = "",
        digits: tuple[str, str] | None = None,
        opens: tuple[tuple[Reading, Node], ...] = (),
        keys: tuple[str, ...] = (),
        senses: tuple[tuple[Sense, Reading], ...] = (),
        begins: tuple[tuple[Phrase, Reading], ...] = (),
        classes: frozenset[str] = NO_TAGS,
    ) -> None:
        self.form: Final = form
        self.kind: Final = kind
        self.tags: Final = tags
        self.hits: Final = hits
        self.conjunction: Final = conjunction
        self.preposition: Final = preposition
        self.definite: Final = definite
        self.stem: Final = stem
        self.digits: Final = digits
        self.opens: Final = opens
        self.keys: Final = keys
        self.senses: Final = senses
        self.begins: Final = begins
        self.classes: Final = classes
        self.function: Final = not tags.isdisjoint(FUNCTION)

    def has(self, *tags: str) -> bool:
        """Whether the word has one of the tags."""
        return not self.tags.isdisjoint(tags)

    @property
    def adjective(self) -> bool:
        """A definite adjective that may be part of a name: السوري, العليا."""
        return (
            self.definite
            and not self.conjunction
            and not self.preposition
            and not self.function
            and "words.not_adjectives" not in self.tags
            and (
                "words.adjectives" in self.tags
                or "nations.adjective" in self.tags
                or (len(self.stem) > 3 and self.stem.endswith(("ي", "يه")))
            )
        )

    @property
    def adjectival(self) -> bool:
        """An indefinite word that looks like an adjective: it completes no name."""
        return not self.definite and (
            "nations.adjective" in self.tags
            or "words.common" in self.tags
            or (len(self.form) > 4 and self.form.endswith(("يه", "يا", "ويه")))
        )


END = WordInfo("", "end")
