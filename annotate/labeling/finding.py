"""What the consistency list is made of: the work that is looked through, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from annotate.arabic.words import sentences
from annotate.spans import Annotation, Layer

Kind = Literal["unmarked", "label", "no_role"]
KINDS: tuple[Kind, ...] = ("unmarked", "label", "no_role")


@dataclass(frozen=True, slots=True)
class Done:
    """One submitted task: what is looked through.

    Attributes:
        annotator: who did it.
        project_id, task_id: where it is on the server.
        annotation: its spans, with offsets over the whole article.
        text: the text of the whole article.
        start, end: the part of it that the task shows (code points, half open).
        layers: what the task was for: all, entities or events.
    """

    annotator: str
    project_id: int
    task_id: int
    annotation: Annotation
    text: str
    start: int
    end: int
    layers: str = "all"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at.

    Attributes:
        kind: unmarked (a mention of what is marked elsewhere in the task), label (another label
            than the same surface mostly has), no_role (an event to which nothing is related).
        layer: of the span, or of the other mentions' spans.
        annotator, project_id, task_id, doc_id: whose work it is and where.
        start, end, text: the words, with offsets over the whole article.
        sentence: the sentence that they are in.
        label: the span's label; of an unmarked mention, the label that the others have.
        usual: the label that it mostly has, for kind label.
        like, unlike: how often the annotator did it the usual way, and how often this way: in the
            task (unmarked), in the article or over all articles (label), over all (no_role).
        everywhere: of a label: whether all articles were counted, and not this one alone.
        score: like / (like + unlike + 1): how unusual it is, from 0 to 1.
    """

    kind: Kind
    layer: Layer
    annotator: str
    project_id: int
    task_id: int
    doc_id: str | None
    start: int
    end: int
    text: str
    sentence: str
    label: str
    usual: str | None
    like: int
    unlike: int
    everywhere: bool = False

    @property
    def score(self) -> float:
        return self.like / (self.like + self.unlike + 1)


def finding(
    kind: Kind,
    layer: Layer,
    task: Done,
    place: tuple[int, int],
    *,
    label: str,
    like: int,
    unlike: int,
    usual: str | None = None,
    everywhere: bool = False,
) -> Finding:
    """The finding at a place of a task: offsets over the whole article."""
    start, end = place
    left, right = sentence_of(task, start)
    return Finding(
        kind,
        layer,
        task.annotator,
        task.project_id,
        task.task_id,
        task.annotation.doc_id,
        start,
        end,
        task.text[start:end],
        task.text[left : max(right, end)],
        label,
        usual,
        like,
        unlike,
        everywhere,
    )


def sentence_of(task: Done, offset: int) -> tuple[int, int]:
    """The sentence of the article that a word is in."""
    for start, end in _sentences(task.text):
        if start <= offset < end:
            return start, end
    return offset, offset


@lru_cache(maxsize=8)
def _sentences(text: str) -> list[tuple[int, int]]:
    return sentences(text)
