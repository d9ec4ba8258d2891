"""What tasks of some projects show beside the text and its pre-annotation."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Protocol

from annotate.corpus.article import Article
from annotate.labeling.parts import Part


class Extras(Protocol):
    """Further fields of a task, and regions that carry a mark."""

    def fields(self, article: Article, part: Part) -> Mapping[str, Any]:
        """Fields of the task that shows this part."""

    def marked(self, article: Article) -> Set[str]:
        """Ids of the spans of its pre-annotation that an adjudicator has to settle."""


class _Nothing:
    def fields(self, article: Article, part: Part) -> Mapping[str, Any]:
        return {}

    def marked(self, article: Article) -> Set[str]:
        return frozenset()


NOTHING: Extras = _Nothing()
