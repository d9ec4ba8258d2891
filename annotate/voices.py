"""What one annotator says of a text, over all that they made of it; pure.

What is agreed (`dataset.gold`) and what is put to an adjudicator (`agreement.merging`) rest on the
same values.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from annotate.errors import SpanError
from annotate.ontology import Attribute, Ontology
from annotate.spans import Annotation, Span, SpanKey

RoleKey = tuple[SpanKey, SpanKey, str]  # trigger, filler, role: what makes two roles the same


@dataclass(slots=True)
class Voice:
    """What one annotator says of a text.

    Attributes:
        covered: labels that the annotator looked for.
        spans: by what makes two spans say the same.
        roles: a second pass may have roles of entities that somebody else marked.
    """

    covered: set[str] = field(default_factory=set)
    spans: dict[SpanKey, Span] = field(default_factory=dict)
    roles: set[RoleKey] = field(default_factory=set)

    def hear(self, annotation: Annotation, ontology: Ontology) -> None:
        """Adds what an earlier reading says of labels that the later ones did not look for.

        Raises:
            SpanError: a role points to a span that is not there.
        """
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


def voice_of(readings: Iterable[Annotation], ontology: Ontology) -> Voice:
    """What an annotator says.

    Args:
        readings: of one text, the newest first; each names the labels that it covers.

    Raises:
        SpanError: a role points to a span that is not there.
    """
    voice = Voice()
    for annotation in readings:
        voice.hear(annotation, ontology)
    return voice


def covered(annotation: Annotation, ontology: Ontology) -> tuple[str, ...]:
    """Labels that could be chosen; all of the ontology where nothing else was recorded."""
    if annotation.labels_covered is None:
        return (*ontology.entity_codes, *ontology.event_codes)
    return annotation.labels_covered


def numbered(keys: Iterable[SpanKey]) -> dict[SpanKey, str]:
    """Spans in order of the text, each with a new id: e1, e2 ... and t1, t2 ..."""
    numbers: Counter[str] = Counter()
    names = {}
    for key in sorted(keys, key=lambda key: (key[1], key[2], key[0], key[3])):
        numbers[key[0]] += 1
        names[key] = f"{'e' if key[0] == 'entity' else 't'}{numbers[key[0]]}"
    return names


def overlapping(keys: Iterable[SpanKey]) -> Iterator[tuple[SpanKey, SpanKey]]:
    """Pairs of one layer that share a character, by a sweep over each layer."""
    begun: list[SpanKey] = []
    for key in sorted(keys):
        begun = [other for other in begun if other[0] == key[0] and other[2] > key[1]]
        yield from ((other, key) for other in begun)
        begun.append(key)


def unopposed(votes: Mapping[SpanKey, int], voices: Collection[Voice]) -> set[SpanKey]:
    """The spans that stay where those that overlap, and that nobody has together, contradict.

    The one that more have stays, and of equals none.

    Args:
        votes: how many have each span.
    """
    rivals: dict[SpanKey, set[SpanKey]] = defaultdict(set)
    for one, other in overlapping(votes):
        if not any(one in voice.spans and other in voice.spans for voice in voices):
            rivals[one].add(other)
            rivals[other].add(one)
    kept: set[SpanKey] = set()
    by_votes = sorted(votes, key=lambda key: -votes[key])
    for _, equals in groupby(by_votes, key=votes.__getitem__):
        free = {key for key in equals if rivals[key].isdisjoint(kept)}
        kept |= {key for key in free if rivals[key].isdisjoint(free)}
    return kept


def by_majority(spans: Sequence[Span], attribute: Attribute) -> tuple[str, bool]:
    """The value that most of the spans have, and whether they tie: then it is the default."""
    said = Counter(value_of(span, attribute) for span in spans)
    (value, most), *others = said.most_common(2)
    is_tied = any(count == most for _, count in others)
    return (attribute.default if is_tied else value), is_tied


def value_of(span: Span, attribute: Attribute) -> str:
    """The value of an attribute; the default where none was given."""
    return span.attribute(attribute.code) or attribute.default
