"""What a person did with each span of a pre-annotation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotate.spans import Annotation, Decision, Span


@dataclass(frozen=True, slots=True)
class Decided:
    """An annotation whose spans say what the person did with the pre-annotation.

    `deleted` holds the pre-annotated spans of which nothing is left: those that are accepted,
    relabelled, resized and deleted are together all that were proposed.
    """

    annotation: Annotation
    deleted: tuple[Span, ...]


def decide(annotation: Annotation, prediction: Annotation | None) -> Decided:
    """What a person did with each pre-annotated span.

    A span is taken for the pre-annotated one with the same layer and offsets; else for the one
    whose region id it kept; else for the one of the same label that it shares most characters
    with, since who resizes a span in the editor deletes it and marks it anew. accepted: same label
    and offsets; relabelled: other label; resized: other offsets; added: there was none. Origin and
    score of the pre-annotated span are kept.
    """
    proposed = prediction.spans if prediction else ()
    matches = _Matches({}, set())
    _by_place(annotation.spans, proposed, matches)
    _by_id(annotation.spans, proposed, matches)
    _by_overlap(annotation.spans, proposed, matches)
    found = matches.found
    return Decided(
        replace(annotation, spans=tuple(_decided(s, found.get(s.id)) for s in annotation.spans)),
        tuple(span for span in proposed if span.id not in matches.used),
    )


@dataclass(slots=True)
class _Matches:
    """Id of a person's span -> the proposed one; and ids of the proposed ones that are taken."""

    found: dict[str, Span]
    used: set[str]

    def take(self, span: Span, candidate: Span) -> None:
        self.found[span.id] = candidate
        self.used.add(candidate.id)


def _by_place(spans: Iterable[Span], proposed: Iterable[Span], matches: _Matches) -> None:
    places: dict[tuple[str, int, int], list[Span]] = defaultdict(list)
    for span in proposed:
        places[span.layer, span.start, span.end].append(span)
    # Of several at one place the one of the same label, or else the one of the same id.
    for same in (
        lambda one, other: one.label == other.label and one.id == other.id,
        lambda one, other: one.label == other.label,
        lambda one, other: one.id == other.id,
        lambda _, __: True,
    ):
        for span in spans:
            if span.id in matches.found:
                continue
            for candidate in places.get((span.layer, span.start, span.end), ()):
                if candidate.id not in matches.used and same(span, candidate):
                    matches.take(span, candidate)
                    break


def _by_id(spans: Iterable[Span], proposed: Iterable[Span], matches: _Matches) -> None:
    by_id = {span.id: span for span in proposed if span.id not in matches.used}
    for span in spans:
        kept = by_id.get(span.id)
        if span.id not in matches.found and kept and kept.layer == span.layer:
            matches.take(span, kept)


def _by_overlap(spans: Iterable[Span], proposed: Iterable[Span], matches: _Matches) -> None:
    left = [span for span in proposed if span.id not in matches.used]
    pairs = [
        (min(span.end, other.end) - max(span.start, other.start), span, other)
        for span in spans
        if span.id not in matches.found
        for other in left
        if (span.layer, span.label) == (other.layer, other.label)
        and span.start < other.end
        and other.start < span.end
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1].start, pair[1].id, pair[2].start, pair[2].id))
    for _, span, other in pairs:
        if span.id not in matches.found and other.id not in matches.used:
            matches.take(span, other)


def _decided(span: Span, proposed: Span | None) -> Span:
    score, origin = (proposed.score, proposed.origin) if proposed else (None, None)
    decision: Decision = "accepted"
    if proposed is None:
        decision = "added"
    elif (span.start, span.end) != (proposed.start, proposed.end):
        decision = "resized"
    elif span.label != proposed.label:
        decision = "relabelled"
    return span.detailed(span.attributes, score, origin, decision, span.unsure, span.note)
