"""The articles that the benchmark reads, and the larger corpus that it makes of the seeds."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.heuristics.sections import read_sections
from annotate.resources import resource

SEED = 20241207
VARIED = 1000  # articles made of the seeds' lines
# Sections whose words stand for one another in the varied corpus.
_SWAPPED: Mapping[str, tuple[str, ...]] = {
    "gazetteer": ("cities", "territories"),
    "names": ("given", "surnames"),
    "nations": ("adjectives", "peoples"),
    "people": ("given", "foreign"),
    "places": ("GPE", "LOC", "loc_nouns"),
    "time": ("months", "weekdays"),
    "titles": ("offices", "professions"),
    "weapons": ("plain",),
    "words": ("common", "adjectives"),
}
_TOKEN = re.compile(r"[0-9]+|[\u0621-\u064a]+")
_CLITICS = re.compile(r"([وف]?[بلك]?(?:ال)?)(\w{2,})")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Clean texts, and what tables call them."""

    name: str
    texts: tuple[str, ...]

    @property
    def words(self) -> int:
        """What stands between white space, in all texts."""
        return sum(len(text.split()) for text in self.texts)

    @property
    def distinct(self) -> int:
        """How many different words there are."""
        return len({word for text in self.texts for word in text.split()})

    @property
    def about(self) -> str:
        """One line: the name and the sizes."""
        size = sum(len(text.encode()) for text in self.texts) / 1e6
        return (
            f"{self.name}: {len(self.texts):,} articles, {self.words:,} words "
            f"({self.distinct:,} different ones), {size:.1f} MB"
        )


def read(path: str, name: str | None = None) -> Corpus:
    """The articles of whatever the readers read, cleaned as `annotate preannotate` does."""
    texts = tuple(article.text for article in read_articles([path], load_rules()))
    return Corpus(name or Path(path).name, texts)


def seeds() -> Corpus:
    """The five seed files."""
    return read(str(resource("seeds")), "the seeds")


def varied(size: int = VARIED, seed: int = SEED) -> Corpus:
    """Articles of the seeds' lines in random order, with words of the lexicons swapped.

    A word that stands in one of the sections above, also behind clitics, becomes a random word of
    the same section; a number becomes a random one of as many digits.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    originals = [text.split("\n") for text in seeds().texts]
    lines = [line for original in originals for line in original]
    lists = _lists()
    texts = []
    for _ in range(size):
        count = len(chance.choice(originals))
        chosen = chance.choices(lines, k=count)
        texts.append("\n".join(_swap(line, lists, chance) for line in chosen))
    return Corpus("varied seeds", tuple(texts))


def _lists() -> dict[str, list[str]]:
    """Word -> the words of its section; of several sections, the last."""
    found: dict[str, list[str]] = {}
    for name, sections in _SWAPPED.items():
        read_now = read_sections(resource("schemas", "lexicon", f"{name}.yaml"), None)
        for section in sections:
            texts = [entry.text for entry in read_now[section] if entry.text.isalpha()]
            found.update(dict.fromkeys(texts, texts))
    return found


def _swap(line: str, lists: Mapping[str, list[str]], chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word.isdigit():
            return str(chance.randrange(10 ** (len(word) - 1), 10 ** len(word)))
        if word in lists:
            return chance.choice(lists[word])
        parts = _CLITICS.fullmatch(word)
        if parts and parts[1] and parts[2] in lists:
            return parts[1] + chance.choice(lists[parts[2]])
        return word

    return _TOKEN.sub(other, line)


def pieces(lines: Iterable[str], size: int) -> Iterator[str]:
    """The lines put together to texts of about `size` bytes; what is left over is left out."""
    part: list[str] = []
    length = 0
    for line in lines:
        part.append(line)
        length += len(line.encode()) + 1
        if length >= size:
            yield "\n".join(part)
            part, length = [], 0
