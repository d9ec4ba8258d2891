"""What an adjudicator is asked, and what their annotation answers. Pure values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from annotate.spans import Annotation, Span, SpanKey
from annotate.voices import overlapping

Kind = Literal["span", "value", "role", "audit"]
_Z = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question.

    Attributes:
        by: annotators who gave it, in order of their names.
        keys: of a question about spans: those that stand, none for "nothing is here".
        values: the attribute's value, or the roles, none for "no role"; of an audit, attributes
            with the value that all gave them ("polarity=NEGATIVE").
        notes: what they wrote about these spans.
    """

    by: tuple[str, ...] = ()
    keys: tuple[SpanKey, ...] = ()
    values: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What annotators said of one place.

    Attributes:
        kind: span: they marked other spans, or not all marked one; value: they tie on an attribute
            of an event; role: they gave two spans other roles; audit: all say the same, and the
            question is whether it is right.
        spans: what it is about, in order of the text; of a role the trigger and the filler.
        texts: their surfaces.
        options: every answer that somebody gave; for an audit, also that nothing is there.
        name: the attribute of a `value`.
    """

    kind: Kind
    spans: tuple[SpanKey, ...]
    texts: tuple[str, ...]
    options: tuple[Option, ...]
    name: str = ""

    @property
    def layer(self) -> str:
        return self.spans[0][0]

    @property
    def start(self) -> int:
        return min(key[1] for key in self.spans)

    @property
    def end(self) -> int:
        return max(key[2] for key in self.spans)

    @property
    def marks(self) -> tuple[SpanKey, ...]:
        """Spans that carry the mark of an open question; of a role only the trigger."""
        return self.spans[:1] if self.kind == "role" else self.spans

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "spans": [list(key) for key in self.spans],
            "texts": list(self.texts),
            "options": [
                {
                    "by": list(option.by),
                    "keys": [list(key) for key in option.keys],
                    "values": list(option.values),
                    "notes": list(option.notes),
                }
                for option in self.options
            ],
            "name": self.name,
        }


def question_of(value: Mapping[str, Any]) -> Question:
    """What `to_json` wrote."""
    options = tuple(
        Option(
            tuple(item["by"]),
            tuple(_key(key) for key in item["keys"]),
            tuple(item["values"]),
            tuple(item["notes"]),
        )
        for item in value["options"]
    )
    spans = tuple(_key(key) for key in value["spans"])
    return Question(value["kind"], spans, tuple(value["texts"]), options, value["name"])


def _key(value: Sequence[Any]) -> SpanKey:
    layer, start, end, label = value
    return (layer, start, end, label)


def rivals(keys: Iterable[SpanKey], options: Sequence[Option]) -> Iterator[tuple[SpanKey, SpanKey]]:
    """Pairs of spans of one layer that share a character, and that no answer has together."""
    together = [set(option.keys) for option in options]
    for one, other in overlapping(keys):
        if not any({one, other} <= found for found in together):
            yield one, other


def unanswered(
    questions: Iterable[Question], annotation: Annotation, kept: Set[SpanKey]
) -> list[Question]:
    """Questions of which two readings are left that no annotator has together.

    Args:
        annotation: the adjudicator's.
        kept: its spans that are marked as to be kept: who marks one of two wants both. Of two roles
            the trigger's mark counts.
    """
    there = {span.key for span in annotation.spans}
    roles = _roles(annotation)
    found = []
    for question in questions:
        if question.kind == "span":
            left = rivals(there.intersection(question.spans), question.options)
            is_open = any(kept.isdisjoint(pair) for pair in left)
        else:
            is_open = question.kind == "role" and _is_open(question, roles, kept)
        if is_open:
            found.append(question)
    return found


def _is_open(
    question: Question, roles: Mapping[tuple[SpanKey, SpanKey], set[str]], kept: Set[SpanKey]
) -> bool:
    head, tail = question.spans
    named = roles.get((head, tail), set())
    together = [set(option.values) for option in question.options]
    pairs = combinations(sorted(named & set().union(*together)), 2)
    return head not in kept and any(
        not any(set(pair) <= values for values in together) for pair in pairs
    )


def _roles(annotation: Annotation) -> dict[tuple[SpanKey, SpanKey], set[str]]:
    by_id = {span.id: span.key for span in annotation.spans}
    found: dict[tuple[SpanKey, SpanKey], set[str]] = {}
    for relation in annotation.relations:
        found.setdefault((by_id[relation.head], by_id[relation.tail]), set()).add(relation.role)
    return found


@dataclass(slots=True)
class Outcome:
    """What adjudication said, added up over articles.

    Attributes:
        audited, wrong: by layer, agreed spans that were looked at again, and those of them that
            the adjudicator did not leave where they were, with their label; under "attribute" the
            agreed values of those that stayed, and those of them that were changed.
        lone, kept: places that only some had marked, with nothing beside it to choose from, and
            those of them that stayed as they were shown.
        asked, taken: by annotator, the questions that they had an answer to, and those where it is
            the adjudicator's.
    """

    audited: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    lone: int = 0
    kept: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

    def add(self, questions: Iterable[Question], annotation: Annotation) -> None:
        """Adds an adjudicated article."""
        there = {span.key: span for span in annotation.spans}
        roles = _roles(annotation)
        for question in questions:
            if question.kind == "audit":
                self._add_audit(question, there.get(question.spans[0]))
                continue
            is_new = any(_is_new(span, question) for span in annotation.spans)
            left = {key for key in question.spans if key in there}
            if question.kind == "span" and not any(rivals(question.spans, question.options)):
                self.lone += 1
                self.kept += len(left) == len(question.spans) and not is_new
            for option in question.options:
                if question.kind == "span":
                    is_taken = set(option.keys) == left and not is_new
                elif question.kind == "role":
                    head, tail = question.spans
                    is_taken = set(option.values) == roles.get((head, tail), set())
                else:
                    span = there.get(question.spans[0])
                    is_taken = span is not None and option.values == (
                        span.attribute(question.name),
                    )
                for name in option.by:
                    self.asked[name] += 1
                    self.taken[name] += is_taken

    def _add_audit(self, question: Question, span: Span | None) -> None:
        self.audited[question.layer] += 1
        self.wrong[question.layer] += span is None
        for value in (value for option in question.options for value in option.values):
            name, _, said = value.partition("=")
            if span is not None:
                self.audited["attribute"] += 1
                self.wrong["attribute"] += span.attribute(name) != said

    def to_json(self) -> dict[str, Any]:
        """Rates with their 95 % intervals (Wilson); undefined ones are None."""
        layers = {}
        for layer in ("entity", "event", "attribute"):
            wrong, count = self.wrong[layer], self.audited[layer]
            low, high = wilson(wrong, count)
            layers[layer] = {
                "audited": count,
                "wrong": wrong,
                "rate": wrong / count if count else None,
                "low": low,
                "high": high,
            }
        readings = [
            {"annotator": name, "disputes": self.asked[name], "taken": self.taken[name]}
            for name in sorted(self.asked)
        ]
        missed = {"places": self.lone, "kept": self.kept}
        return {"audit": layers, "marked_by_some": missed, "readings": readings}


def _is_new(span: Span, question: Question) -> bool:
    """Whether the adjudicator made a span at a disputed place that no annotator has there."""
    if span.key in question.spans or span.decision in (None, "accepted"):
        return False
    return span.layer == question.layer and span.start < question.end and question.start < span.end


def wilson(count: int, total: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share (Wilson 1927, Probable inference, JASA 22:209-212).

    Returns:
        Its ends, in 0..1; None where there is nothing.
    """
    if not total:
        return None, None
    share, z2 = count / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)
