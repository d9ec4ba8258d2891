"""What a person did with each span of a pre-annotation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from annotate.spans import Annotation, Decision, Span


@dataclass(frozen=True, slots=True)
class Decided:
    """An annotation whose spans say what the person did with the pre-annotation.

    `deleted` holds the pre-annotated spans of which nothing is left.
    """

    annotation: Annotation
    deleted: tuple[Span, ...]


def decide(annotation: Annotation, prediction: Annotation | None) -> Decided:
    """What a person did with each pre-annotated span.

    A span is taken for the pre-annotated one with the same layer and offsets, else for the one
    whose region id it kept. accepted: same label and offsets; relabelled: other label; resized:
    other offsets; added: there was none. Origin and score of the pre-annotated span are kept.
    """
    proposed = list(prediction.spans) if prediction else []
    by_place: dict[tuple[str, int, int], list[Span]] = defaultdict(list)
    for span in proposed:
        by_place[span.layer, span.start, span.end].append(span)
    used: set[str] = set()
    matches: dict[str, Span] = {}
    for exact in (True, False):
        for span in annotation.spans:
            if span.id in matches:
                continue
            for candidate in by_place[span.layer, span.start, span.end]:
                if candidate.id not in used and (candidate.label == span.label or not exact):
                    matches[span.id] = candidate
                    used.add(candidate.id)
                    break
    by_id = {span.id: span for span in proposed}
    for span in annotation.spans:
        kept = by_id.get(span.id)
        if span.id not in matches and kept and kept.id not in used and kept.layer == span.layer:
            matches[span.id] = kept
            used.add(kept.id)
    return Decided(
        replace(annotation, spans=tuple(_decided(s, matches.get(s.id)) for s in annotation.spans)),
        tuple(span for span in proposed if span.id not in used),
    )


def _decided(span: Span, proposed: Span | None) -> Span:
    if proposed is None:
        return replace(span, decision="added", score=None, origin=None)
    decision: Decision = "accepted"
    if (span.start, span.end) != (proposed.start, proposed.end):
        decision = "resized"
    elif span.label != proposed.label:
        decision = "relabelled"
    return replace(span, decision=decision, score=proposed.score, origin=proposed.origin)
