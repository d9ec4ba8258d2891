"""Two annotations of one text, as one drawing: what they share and how they differ. Pure.

The pairs are those of `annotate.agreement.matching`: what is drawn as agreed (or as differing in
attributes alone) is what the strict score counts as matched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from annotate.agreement.evaluate import score_pairs
from annotate.agreement.matching import Argument, arguments, assign, overlapping, strict_key
from annotate.show.view import KINDS, Arrow, Drawing, Mark, Status, arranged, in_order, mark_ids
from annotate.spans import LAYERS, Annotation, Span

# What two spans must share to be paired, the closest likeness first, and what the pair is then.
_STAGES: tuple[tuple[Status, Callable[[Span, Span], bool]], ...] = (
    ("agreed", lambda a, b: a.key == b.key and a.attributes == b.attributes),
    ("attributes", lambda a, b: a.key == b.key),
    ("label", lambda a, b: (a.start, a.end) == (b.start, b.end)),
    ("boundary", lambda a, b: a.label == b.label),
    ("label_boundary", lambda a, b: True),
)
_APART: tuple[Status, ...] = ("boundary", "label_boundary")


def compare(a: Annotation, b: Annotation, text: str) -> Drawing:
    """The two readings of a text, and the strict scores of A against B.

    Every relation of both annotations must point to spans that are there.
    """
    pairs: list[tuple[Span, Span, Status]] = []
    drafts: list[Mark] = []
    for layer in LAYERS:
        left = [span for span in a.spans if span.layer == layer]
        right = [span for span in b.spans if span.layer == layer]
        found = pair_spans(left, right)
        pairs += found
        drafts += _marks(left, right, found)
    marks = arranged(drafts)
    partners = {one.id: other.id for one, other, _ in pairs}
    scores = score_pairs([(a, b)])
    return Drawing(
        text,
        (a, b),
        marks,
        in_order(_arrows(a, b, marks, partners), marks),
        {kind: scores[kind]["strict"].total for kind in KINDS},
    )


def pair_spans(left: Sequence[Span], right: Sequence[Span]) -> list[tuple[Span, Span, Status]]:
    """One-to-one pairs of the spans of one layer, and how the two of each pair differ."""
    possible = overlapping(left, right)
    found: list[tuple[Span, Span, Status]] = []
    for status, alike in _STAGES:
        chosen = assign([p for p in possible if alike(left[p.left], right[p.right])])
        found += [(left[one], right[other], status) for one, other in chosen]
        lefts, rights = {one for one, _ in chosen}, {other for _, other in chosen}
        possible = [p for p in possible if p.left not in lefts and p.right not in rights]
    return found


def _marks(
    left: Sequence[Span], right: Sequence[Span], pairs: Sequence[tuple[Span, Span, Status]]
) -> list[Mark]:
    marks: list[Mark] = []
    for one, other, status in pairs:
        if status in _APART:
            marks += [Mark("", "a", status, one, other), Mark("", "b", status, one, other)]
        else:
            marks.append(Mark("", "both", status, one, other))
    lefts, rights = {one.id for one, _, _ in pairs}, {other.id for _, other, _ in pairs}
    marks += [Mark("", "a", "only_a", span) for span in left if span.id not in lefts]
    marks += [Mark("", "b", "only_b", None, span) for span in right if span.id not in rights]
    return marks


def _arrows(
    a: Annotation, b: Annotation, marks: Sequence[Mark], partners: dict[str, str]
) -> list[Arrow]:
    """Roles of both readings; `partners` maps the ids of A's paired spans to those of B's."""
    waiting: dict[tuple[object, ...], list[Argument]] = defaultdict(list)
    for argument in arguments(b):
        waiting[argument.role, strict_key(argument)].append(argument)
    ids_a, ids_b = mark_ids(marks, "a"), mark_ids(marks, "b")
    arrows: list[Arrow] = []
    alone: list[Argument] = []
    for argument in arguments(a):
        same = waiting[argument.role, strict_key(argument)]
        if same:
            same.pop(0)
            head, tail = ids_a[argument.head.id], ids_a[argument.tail.id]
            arrows.append(Arrow(head, tail, argument.role, "both", "agreed"))
        else:
            alone.append(argument)
    # Left alone by the strict match, but the other reading has it between the paired spans.
    others = {(x.head.id, x.tail.id, x.role) for rest in waiting.values() for x in rest}
    moved: set[tuple[str | None, str | None, str]] = set()
    for argument in alone:
        there = (partners.get(argument.head.id), partners.get(argument.tail.id), argument.role)
        status: Status = "boundary" if there in others else "only_a"
        if status == "boundary":
            moved.add(there)
        head, tail = ids_a[argument.head.id], ids_a[argument.tail.id]
        arrows.append(Arrow(head, tail, argument.role, "a", status))
    for argument in (argument for rest in waiting.values() for argument in rest):
        here = (argument.head.id, argument.tail.id, argument.role)
        status = "boundary" if here in moved else "only_b"
        head, tail = ids_b[argument.head.id], ids_b[argument.tail.id]
        arrows.append(Arrow(head, tail, argument.role, "b", status))
    return arrows
