"""How many actions it takes a person to turn a pre-annotation into what is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from annotate.agreement.matching import count_roles
from annotate.labeling.decisions import decide
from annotate.spans import Annotation


@dataclass(frozen=True, slots=True)
class Edits:
    """Actions of an annotator, by kind; a span that was right takes none."""

    deleted: int = 0
    relabelled: int = 0
    resized: int = 0
    added: int = 0
    roles: int = 0

    @property
    def spans(self) -> int:
        return self.deleted + self.relabelled + self.resized + self.added

    @property
    def total(self) -> int:
        return self.spans + self.roles

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            self.deleted + other.deleted,
            self.relabelled + other.relabelled,
            self.resized + other.resized,
            self.added + other.added,
            self.roles + other.roles,
        )


def edits(proposed: Annotation, gold: Annotation) -> Edits:
    """The actions from a pre-annotation to the gold of one text.

    Each span that is deleted, relabelled, resized or added is one action, and so is each role that
    is taken away or added; decisions are those that the history records (`labeling.decisions`).
    """
    # Ids are kept in an editor; here equal ones mean nothing.
    renamed = tuple(replace(span, id=f"proposed {span.id}") for span in proposed.spans)
    decided = decide(gold, replace(proposed, spans=renamed, relations=()))
    counts = Counter(span.decision for span in decided.annotation.spans)
    roles = sum(
        counted.fp + counted.fn for counted in count_roles(proposed, gold, "strict").values()
    )
    return Edits(
        deleted=len(decided.deleted),
        relabelled=counts["relabelled"],
        resized=counts["resized"],
        added=counts["added"],
        roles=roles,
    )
