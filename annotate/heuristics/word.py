"""What is known of a word: the value that every rule looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from annotate.arabic.clitics import Reading
from annotate.heuristics.lexicon import Node
from annotate.heuristics.triggers import Phrase, Sense

Kind = Literal["word", "latin", "number", "symbol", "end"]


class WordInfo(NamedTuple):
    """What is known of a word.

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
    """

    form: str
    kind: Kind
    tags: frozenset[str] = frozenset()
    hits: Mapping[str, Reading] = {}
    conjunction: str = ""
    preposition: str = ""
    definite: bool = False
    stem: str = ""
    digits: tuple[str, str] | None = None
    opens: tuple[tuple[Reading, Node], ...] = ()
    keys: tuple[str, ...] = ()
    senses: tuple[tuple[Sense, Reading], ...] = ()
    begins: tuple[tuple[Phrase, Reading], ...] = ()
    classes: frozenset[str] = frozenset()

    def has(self, *tags: str) -> bool:
        """Whether the word has one of the tags."""
        return not self.tags.isdisjoint(tags)

    @property
    def function(self) -> bool:
        """A function word, preposition or finite verb of the lists: it ends every name."""
        return "words.function" in self.tags or "words.prepositions" in self.tags

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
