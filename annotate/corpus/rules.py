"""Cleaning rules as data: which lines of a page are not the article."""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from annotate.arabic.normalize import search_text
from annotate.errors import RulesError
from annotate.resources import resource
from annotate.yamlfile import YamlFile

DroppedKind = Literal[
    "source_line", "keywords", "related_links", "navigation", "comments", "advert"
]
Phrase = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

_AFTER_PHRASE = " :：.…|-–—»>()[]"
_STOPS = (".", "!", ":", "،", "؛")
_LONGEST = 100  # a phrase with a count; looking for one takes time that is quadratic in digits
_COUNT = re.compile(r"\s*\(?\d+\)?$|^\(?\d+\)?\s*")
# A phrase, what separates it, and what it introduces: اقرأ أيضا: ..., اقرأ أيضا | ...
_SEPARATED = re.compile(r"([^:|]{1,60}?)\s*(?::|\||\.{2,}|…|»|>>|\s[-–—])")
_BULLET = re.compile(r"[•▪◾■●*·‣◦-]\s")


def _valid_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"{pattern!r} is not a regular expression ({problem})") from None
    return pattern


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Marker(_Rule):
    """Phrases that say what a line, and perhaps what follows it, is."""

    kind: DroppedKind
    scope: Literal["line", "links", "rest"]
    prefix: bool = False
    max_words: int | None = Field(default=None, ge=1)
    phrases: tuple[Phrase, ...] = Field(min_length=1)


class Boundary(_Rule):
    """Phrases that may bring a second article after the tail of the first."""

    after: tuple[DroppedKind, ...] = ("source_line", "keywords")
    paragraphs: int = Field(default=2, ge=1)
    phrases: tuple[Phrase, ...] = ()


class Post(_Rule):
    """Patterns that show a line to be an embedded post."""

    patterns: tuple[Annotated[str, AfterValidator(_valid_regex)], ...] = ()


class CleaningRules(_Rule):
    """All rules of `schemas/cleaning.yaml`; see the comments there."""

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    link_words: int = Field(default=20, ge=1)
    headline_words: int = Field(default=20, ge=1)
    paragraph_words: int = Field(default=20, ge=1)
    markers: tuple[Marker, ...] = ()
    boundary: Boundary = Boundary()
    post: Post = Post()

    @model_validator(mode="after")
    def _distinct_phrases(self) -> CleaningRules:
        """One phrase cannot say two things, and one that is only marks would match every line."""
        seen: set[str] = set()
        for marker in self.markers:
            for phrase in marker.phrases:
                form = _form(phrase)
                if not form:
                    raise ValueError(f"the phrase {phrase!r} holds no letter")
                if form in seen:
                    raise ValueError(f"the phrase {phrase!r} is there twice")
                seen.add(form)
        return self

    @cached_property
    def _phrases(self) -> dict[str, Marker]:
        return {_form(phrase): marker for marker in self.markers for phrase in marker.phrases}

    @cached_property
    def _boundaries(self) -> frozenset[str]:
        return frozenset(_form(phrase) for phrase in self.boundary.phrases)

    @cached_property
    def _post(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in self.post.patterns)

    def marker(self, line: str) -> tuple[Marker, bool] | None:
        """The marker that a clean line begins with, and whether the line holds nothing else.

        Brackets around the line and a count at its end do not matter: التعليقات (3).
        """
        form = _form(line)
        exact = self._phrases.get(form)
        if exact is None and len(form) <= _LONGEST:
            exact = self._phrases.get(_COUNT.sub("", form))
        if exact:
            return exact, True
        separated = _SEPARATED.match(form)
        marker = self._phrases.get(separated[1].strip(_AFTER_PHRASE)) if separated else None
        if marker is None or not marker.prefix:
            return None
        words = len(line.split())
        if marker.max_words is not None and words > marker.max_words:
            return None
        if marker.max_words is not None and words > 4 and line.endswith(_STOPS):
            return None  # a sentence that somebody says, as in an interview
        return marker, False

    def is_boundary(self, line: str) -> bool:
        """Whether a clean line is a phrase that may bring a second article."""
        return _form(line) in self._boundaries

    def is_post(self, line: str) -> bool:
        """Whether a clean line shows itself to be an embedded post."""
        return any(pattern.search(line) for pattern in self._post)

    def is_link(self, line: str) -> bool:
        """Whether a clean line looks like a link below a marker: a short headline or bullet."""
        stops = line.endswith(_STOPS) and not line.endswith("..")
        return len(line.split()) <= self.link_words and not stops

    def is_bullet(self, line: str) -> bool:
        """Whether a clean line is an item of a list."""
        return bool(_BULLET.match(line))

    def is_paragraph(self, line: str) -> bool:
        """Whether a clean line is long enough to be a paragraph of an article's body."""
        return len(line.split()) >= self.paragraph_words and not _BULLET.match(line)


def _form(line: str) -> str:
    return search_text(line).strip(_AFTER_PHRASE).casefold()


def load_rules(path: Path | None = None) -> CleaningRules:
    """The cleaning rules in a YAML file; without a path, those that ship with the package.

    Raises:
        RulesError: with file, line and every problem found.
    """
    return _load((path or resource("schemas", "cleaning.yaml")).resolve())


@cache
def _load(path: Path) -> CleaningRules:
    return YamlFile(path, RulesError).parse(CleaningRules)
