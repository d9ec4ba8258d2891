"""What a version is made with, beside the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotate.dataset.card import NO_LICENCES, Licences
from annotate.dataset.group import Known
from annotate.dataset.splitting import Splitting
from annotate.dataset.writer import LIMITS, Limits
from annotate.ontology import Ontology


def _unknown(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a version is made with, beside the articles.

    Attributes:
        is_known: whether a word in search form is known; the cores of spans depend on it.
        texts: whether the version holds the texts; without them it has offsets, URLs and hashes.
        agreement: the figures at this time; None if there are none.
        date: of publication, for Croissant (ISO 8601); None: of the last change of an annotation.
        settings: what made the choice of articles and annotations, for the manifest.
        workers: threads that make rows; the bytes are the same for any number.
        splitting: where the articles come from, if it gave them their splits: it has the figures of
            the leak check, and the split ledger that is written with the version.
    """

    ontology: Ontology
    is_known: Known = _unknown
    texts: bool = True
    licences: Licences = NO_LICENCES
    agreement: Mapping[str, Any] | None = None
    date: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1
    limits: Limits = LIMITS
    splitting: Splitting | None = None

    @property
    def rights(self) -> dict[str, str]:
        """The licences, as the manifest has them."""
        return {"texts": self.licences.texts, "annotations": self.licences.annotations}
