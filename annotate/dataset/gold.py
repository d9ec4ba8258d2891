"""Where a dataset's annotation comes from: what several annotators share, and which status counts.

The policies are pure: they take readings (finished annotations of one text) and say what goes into
the dataset. What does not go in stays visible: it is counted here, and `annotations/` has it all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal, TypeVar

from annotate.dataset.rows import Chosen, Disputed, Status, covered
from annotate.errors import SpanError
from annotate.ontology import Ontology
from annotate.settings_values import Lowest
from annotate.spans import Annotation, Relation, Span, ordered

Against = Literal["waiting", "below", "silver"]
Readings = Sequence[Annotation]  # of one annotator, over one text, the newest first

_Key = tuple[str, int, int, str]
_Role = tuple[_Key, _Key, str]
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


@dataclass(slots=True)
class _Voice:
    """What one annotator says of a text.

    Attributes:
        covered: labels that the annotator looked for.
        spans: by what makes two spans say the same.
    """

    covered: set[str] = field(default_factory=set)
    spans: dict[_Key, Span] = field(default_factory=dict)
    roles: set[_Role] = field(default_factory=set)

    def hear(self, annotation: Annotation, ontology: Ontology) -> None:
        """Adds what an earlier reading says of labels that the later ones did not look for."""
        by_id = {span.id: span for span in annotation.spans}
        for span in annotation.spans:
            if span.label not in self.covered:
                self.spans.setdefault(span.key, span)
        for relation in annotation.relations:
            head, tail = by_id.get(relation.head), by_id.get(relation.tail)
            if head is None or tail is None:
                raise SpanError(f"a role points to a span that is not there ({relation})")
            if head.label not in self.covered:
                self.roles.add((head.key, tail.key, relation.role))
        self.covered.update(covered(annotation, ontology))


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
    voices = [_voice(own, ontology) for own in readings]
    labels = (*ontology.entity_codes, *ontology.event_codes)
    if any(sum(label in voice.covered for voice in voices) < k for label in labels):
        return None
    sharers: dict[_Key, list[Span]] = defaultdict(list)
    for voice in voices:
        for key, span in voice.spans.items():
            sharers[key].append(span)
    kept = _kept({key: len(found) for key, found in sharers.items()}, voices, k)
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
    own = _voice([taken], ontology)
    voices = [_voice(each, ontology) for each in readings]
    for voice in voices:
        for key in [key for key in voice.spans if key[3] not in looked_for]:
            del voice.spans[key]
    return _disputed(voices, own.spans.keys(), own.roles)


def _voice(readings: Readings, ontology: Ontology) -> _Voice:
    voice = _Voice()
    for annotation in readings:
        voice.hear(annotation, ontology)
    return voice


def _kept(votes: Mapping[_Key, int], voices: Sequence[_Voice], k: int) -> dict[_Key, str]:
    """The spans that go in, in order of the text, each with its new id."""
    found = sorted(key for key, count in votes.items() if count >= k)
    rivals: dict[_Key, set[_Key]] = defaultdict(set)
    for one, other in _overlapping(found):
        if not any(one in voice.spans and other in voice.spans for voice in voices):
            rivals[one].add(other)
            rivals[other].add(one)
    kept: set[_Key] = set()
    by_votes = sorted(found, key=lambda key: -votes[key])
    for _, equals in groupby(by_votes, key=votes.__getitem__):
        free = {key for key in equals if rivals[key].isdisjoint(kept)}
        kept |= {key for key in free if rivals[key].isdisjoint(free)}
    names: dict[_Key, str] = {}
    numbers: Counter[str] = Counter()
    for key in sorted(kept, key=lambda key: (key[1], key[2], key[0], key[3])):
        numbers[key[0]] += 1
        names[key] = f"{'e' if key[0] == 'entity' else 't'}{numbers[key[0]]}"
    return names


def _overlapping(keys: Iterable[_Key]) -> Iterator[tuple[_Key, _Key]]:
    """Pairs of one layer that share a character; the keys are sorted."""
    begun: list[_Key] = []
    for key in keys:
        begun = [other for other in begun if other[0] == key[0] and other[2] > key[1]]
        yield from ((other, key) for other in begun)
        begun.append(key)


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
    found = []
    for attribute in ontology.attributes:
        values = Counter(span.attribute(attribute.code) or attribute.default for span in sharers)
        (value, most), *others = values.most_common(2)
        tied = any(count == most for _, count in others)
        found.append((attribute.code, attribute.default if tied else value))
    return tuple(found)


def _common(values: Iterable[_T | None]) -> _T | None:
    """What all say who say something; None if they differ."""
    found = {value for value in values if value is not None}
    return found.pop() if len(found) == 1 else None


def _disputed(voices: Iterable[_Voice], kept: Iterable[_Key], taken: Iterable[_Role]) -> Disputed:
    inside = set(kept)
    spans: set[_Key] = set()
    roles: set[_Role] = set()
    for voice in voices:
        spans.update(voice.spans)
        roles.update(role for role in voice.roles if {role[0], role[1]} <= inside)
    lost = Counter(key[0] for key in spans - inside)
    return Disputed(lost["entity"], lost["event"], len(roles - set(taken)))
