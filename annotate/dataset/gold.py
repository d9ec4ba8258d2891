"""Where a dataset's annotation comes from: what several annotators share, and which status counts.

The policies are pure: they take readings (finished annotations of one text) and say what goes into
the dataset. What does not go in stays visible: it is counted here, and `annotations/` has it all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from annotate.dataset.rows import Chosen, Disputed, Status
from annotate.ontology import Ontology
from annotate.settings_values import Lowest
from annotate.spans import Annotation, Relation, Span, SpanKey, ordered
from annotate.voices import RoleKey, Voice, by_majority, covered, numbered, unopposed, voice_of

Against = Literal["waiting", "below", "silver"]
Readings = Sequence[Annotation]  # of one annotator, over one text, the newest first

_RANKS: Mapping[Status, int] = {"gold": 0, "agreed": 1, "auto": 2, "single": 3, "silver": 4}
_LOWEST: Mapping[Lowest, Status] = {"adjudicated": "gold", "agreed": "agreed", "single": "single"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which annotation is good enough for a version.

    Attributes:
        lowest: the lowest status that training and validation data take; test takes gold alone.
        k: how many annotators must share what is `agreed`.
        silver: whether what nobody finished goes in as the heuristics proposed it.
    """

    lowest: Lowest = "single"
    k: int = 2
    silver: bool = False

    def against(self, item: Chosen) -> Against | None:
        """Why an article stays out: it waits for adjudication, is below, or nobody's; or None."""
        if item.split == "test":
            return None if item.status == "gold" else "waiting"
        if item.status == "silver":
            return None if self.silver else "silver"
        return None if _RANKS[item.status] <= _RANKS[_LOWEST[self.lowest]] else "below"

    def to_json(self) -> dict[str, Any]:
        return {"policy": self.lowest, "k": self.k, "include_silver": self.silver}


def admitted(
    chosen: Iterable[Chosen], policy: Policy, left_out: Counter[Against]
) -> Iterator[Chosen]:
    """The articles that a policy takes, in their order; the others are counted by reason.

    It looks at the split: that must be settled by then.
    """
    for item in chosen:
        reason = policy.against(item)
        if reason is None:
            yield item
        else:
            left_out[reason] += 1


LAX = Policy()  # the best that there is of each article, whatever it is


# What several annotators share


@dataclass(frozen=True, slots=True)
class Agreed:
    """What annotators share, and how much they do not."""

    annotation: Annotation
    disputed: Disputed


def agreed(readings: Sequence[Readings], ontology: Ontology, k: int = 2) -> Agreed | None:
    """What at least `k` annotators say of a text, or None where that cannot be known.

    Spans are the same if layer, offsets and label are; roles, if they link the same spans in the
    same role. Attributes of a span go by the majority of those who marked it; of a tie, by the
    default. Spans that overlap, and that no annotator has together, contradict each other: the one
    that more annotators share stays, and of equals none. The order of annotators never matters.

    Args:
        readings: one item an annotator; each reading names the labels that it covers.

    Returns:
        None if fewer than `k` annotators looked for some label of the ontology: what they marked
        could not be shared, and what they did not mark says nothing.

    Raises:
        SpanError: a role points to a span that is not there.
    """
    voices = [voice_of(own, ontology) for own in readings]
    labels = (*ontology.entity_codes, *ontology.event_codes)
    if any(sum(label in voice.covered for voice in voices) < k for label in labels):
        return None
    sharers: dict[SpanKey, list[Span]] = defaultdict(list)
    for voice in voices:
        for key, span in voice.spans.items():
            sharers[key].append(span)
    often = {key: len(found) for key, found in sharers.items() if len(found) >= k}
    kept = numbered(unopposed(often, voices))
    votes = Counter(role for voice in voices for role in voice.roles)
    roles = {
        role for role, count in votes.items() if count >= k and {role[0], role[1]} <= kept.keys()
    }
    spans = {key: _shared(name, sharers[key], ontology) for key, name in kept.items()}
    every = [annotation for own in readings for annotation in own]
    annotation = Annotation(
        every[0].text_sha256,
        ordered(spans.values()),
        tuple(sorted(Relation(kept[head], kept[tail], role) for head, tail, role in roles)),
        doc_id=_common(a.doc_id for a in every),
        source=_common(a.source for a in every),
        source_id=_common(a.source_id for a in every),
        ontology_version=_common(a.ontology_version for a in every),
        guidelines_version=_common(a.guidelines_version for a in every),
    )
    return Agreed(annotation, _disputed(voices, kept.keys(), roles))


def disputed(readings: Sequence[Readings], taken: Annotation, ontology: Ontology) -> Disputed:
    """How much of what annotators said a taken annotation lacks, of the labels that it covers."""
    looked_for = set(covered(taken, ontology))
    own = voice_of([taken], ontology)
    voices = [voice_of(each, ontology) for each in readings]
    for voice in voices:
        for key in [key for key in voice.spans if key[3] not in looked_for]:
            del voice.spans[key]
    return _disputed(voices, own.spans.keys(), own.roles)


def _shared(name: str, sharers: Sequence[Span], ontology: Ontology) -> Span:
    """One span for those of several annotators, which say the same.

    What they did with the pre-annotation is kept where all who had one did the same. It is unsure
    if one of them was; their notes stay with them.
    """
    first = sharers[0]
    said = {(s.attributes, s.score, s.origin, s.decision, s.unsure) for s in sharers}
    if len(said) == 1:  # nearly always; the rest would find the same, and takes longer
        return replace(first, id=name, note=None)
    return Span(
        name,
        first.layer,
        first.start,
        first.end,
        first.label,
        first.text,
        _attributes(sharers, ontology) if first.layer == "event" else (),
        score=_common(span.score for span in sharers),
        origin=_common(span.origin for span in sharers),
        decision=_common(span.decision for span in sharers),
        unsure=any(span.unsure for span in sharers),
    )


def _attributes(sharers: Sequence[Span], ontology: Ontology) -> tuple[tuple[str, str], ...]:
    """Each attribute by majority; of a tie the default."""
    return tuple((a.code, by_majority(sharers, a)[0]) for a in ontology.attributes)


def _common(values: Iterable[_T | None]) -> _T | None:
    """What all say who say something; None if they differ."""
    found = {value for value in values if value is not None}
    return found.pop() if len(found) == 1 else None


def _disputed(
    voices: Iterable[Voice], kept: Iterable[SpanKey], taken: Iterable[RoleKey]
) -> Disputed:
    inside = set(kept)
    spans: set[SpanKey] = set()
    roles: set[RoleKey] = set()
    for voice in voices:
        spans.update(voice.spans)
        roles.update(role for role in voice.roles if {role[0], role[1]} <= inside)
    lost = Counter(key[0] for key in spans - inside)
    return Disputed(lost["entity"], lost["event"], len(roles - set(taken)))
