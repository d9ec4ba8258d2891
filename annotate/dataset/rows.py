"""What goes into a dataset: an article with its chosen annotation, and each annotator's work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from annotate.corpus.article import Article
from annotate.errors import SpanError
from annotate.ontology import Ontology
from annotate.settings_values import SPLITS as SPLITS
from annotate.settings_values import Split as Split
from annotate.spans import Annotation, Problem, Span, problems

Status = Literal["gold", "agreed", "auto", "single", "silver"]


class Disputed(NamedTuple):
    """How much of what annotators marked in an article did not go into its annotation.

    Each counts what at least one of them said, once, however many did: spans of both layers, and
    roles between spans that did go in.
    """

    entities: int = 0
    events: int = 0
    roles: int = 0


UNDISPUTED = Disputed()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article and the annotation that goes into the dataset for it.

    Attributes:
        status: how the annotation came about (`annotate.dataset.schema.STATUSES`).
        annotators: pseudonyms of who made it.
        prelabel_version: version of the pre-annotation that was corrected, or None.
        prelabelled: whether annotators began from a pre-annotation.
        group_id: the article's story group; None: a group of its own.
        split: where the article belongs.
        disputed: what annotators said and `annotation` lacks, where nobody settled it.
    """

    article: Article
    annotation: Annotation
    status: Status
    annotators: tuple[str, ...]
    prelabel_version: str | None = None
    prelabelled: bool = False
    group_id: str | None = None
    split: Split = "train"
    disputed: Disputed = UNDISPUTED

    @property
    def group(self) -> str:
        """The story group: the article's own id where it has none."""
        return self.group_id or self.article.doc_id

    @property
    def is_simulated(self) -> bool:
        return any("(simulated)" in name for name in self.annotators)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one annotator made of one article, in one pass, as it was left.

    Attributes:
        annotator: pseudonym.
        annotation: the submitted parts, with offsets in the article; spans of parts that are not
            submitted are not there.
        deleted: proposed spans that the annotator deleted.
        layers: what the tasks were for: all, entities or events.
        parts_done, parts: how many parts were submitted, of how many.
        skipped: whether a part was passed over.
        created_at, updated_at: ISO 8601, UTC.
        lead_time: seconds, over all parts.
    """

    doc_id: str
    annotator: str
    annotation: Annotation
    deleted: tuple[Span, ...] = ()
    layers: str = "all"
    parts_done: int = 1
    parts: int = 1
    skipped: bool = False
    prelabelled: bool = False
    prelabel_version: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    lead_time: float | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The order of the rows, and what no two of them share."""
        return (self.doc_id, self.annotator, self.layers, self.annotation.text_sha256)


def checked(chosen: Chosen, ontology: Ontology) -> Chosen:
    """The same; nothing is repaired here.

    Raises:
        SpanError: the annotation does not hold over the article's text.
    """
    found = problems(chosen.annotation, chosen.article.text, ontology)
    if found:
        raise _refused(chosen.article.doc_id, found)
    return chosen


def _refused(doc_id: str, found: list[Problem]) -> SpanError:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    span = f"span {found[0].item}: " if found[0].item else ""  # else it is the whole annotation
    return SpanError(
        f"the annotation does not hold: {span}{found[0].reason}{more}",
        where=f"article {doc_id}",
        fix="correct it where it was made: in the labeling project (then pull), or in its file",
    )
