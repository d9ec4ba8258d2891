"""What annotators see differently, ranked: what to talk about, and what the guidelines lack.

One disagreement is one place of a text, whoever and however many disagree there. It is of one kind:
label (marked by several, not with one label), boundary (one label, other borders), missed (marked
by some only), role (both spans are there, the role is not the same), attribute (the trigger is).
What comes up most often comes first, whatever its kind: it is the guidelines' fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from annotate.agreement.mentions import Mention, mentions
from annotate.agreement.readings import Item
from annotate.arabic.normalize import search_text
from annotate.arabic.words import sentences, words
from annotate.spans import Layer, Span

Kind = Literal["label", "boundary", "missed", "role", "attribute"]
KINDS: tuple[Kind, ...] = ("label", "boundary", "missed", "role", "attribute")
NONE = "none"  # the label of what is not marked
MOST = 200  # in a report
ALIKE = 10  # of one confusion, at most: the others are like them
Confusion = tuple[str, ...]  # what makes two disagreements the same one


@dataclass(frozen=True, slots=True, order=True)
class View:
    """One of the ways in which a place was read.

    Attributes:
        annotators: who read it so.
        start, end: code points of the text, half open.
        label: a label; of a role, its name; of an attribute, its value.
    """

    annotators: tuple[str, ...]
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One place that annotators do not read alike.

    Attributes:
        item: the text.
        views: the different readings, that of most annotators first.
        without: who marked nothing here.
        confusion: what is confused with what; `times` counts this.
        trigger: of a role, where its event is.
        times: how often this confusion occurs in all.
    """

    kind: Kind
    layer: Layer
    item: Item
    views: tuple[View, ...]
    without: tuple[str, ...]
    confusion: Confusion
    trigger: tuple[int, int] | None = None
    times: int = 1

    @property
    def start(self) -> int:
        return min(view.start for view in self.views)

    @property
    def end(self) -> int:
        return max(view.end for view in self.views)

    def to_json(self, *, quote: bool = True) -> dict[str, Any]:
        """As JSON values; without `quote` no word of the text is in it."""
        text = self.item.text
        start, end = _sentence(text, self.start, self.end)
        views: list[dict[str, Any] | None] = [
            {
                "annotators": list(view.annotators),
                "start": view.start,
                "end": view.end,
                "label": view.label,
                "text": text[view.start : view.end] if quote else None,
            }
            for view in self.views
        ]
        found: dict[str, Any] = {
            "kind": self.kind,
            "layer": self.layer,
            "doc_id": self.item.doc_id,
            "sentence": {"text": text[start:end] if quote else None, "start": start, "end": end},
            "readings": [*views, None] if self.without else views,
            "without": list(self.without),
            "links": self._links(),
            "confusion": list(self.confusion) if quote else None,
            "times": self.times,
        }
        if self.trigger is not None:
            left, right = self.trigger
            surface = text[left:right] if quote else None
            found["trigger"] = {"start": left, "end": right, "text": surface}
            found["event"] = self.confusion[-1]
        return found

    def _links(self) -> list[str]:
        """Addresses of the tasks that show the place, each once."""
        names = {*self.without, *(name for view in self.views for name in view.annotators)}
        found = [
            link
            for reading in self.item.readings
            if reading.annotator in names
            for link in reading.links_at(self.start)
        ]
        return list(dict.fromkeys(found))


def disagreements(items: Iterable[Item]) -> list[Disagreement]:
    """All of them, the commonest confusion first, and in order of the texts within one."""
    found = [one for item in items for one in _of_item(item)]
    times = Counter((one.kind, one.layer, one.confusion) for one in found)
    counted = [replace(one, times=times[one.kind, one.layer, one.confusion]) for one in found]
    return sorted(counted, key=_rank)


def top(found: Sequence[Disagreement], most: int = MOST, alike: int = ALIKE) -> list[Disagreement]:
    """The first ones, with no more than a few examples of each confusion."""
    shown: Counter[object] = Counter()
    chosen = []
    for one in found:
        key = (one.kind, one.layer, one.confusion)
        shown[key] += 1
        if shown[key] <= alike:
            chosen.append(one)
    return chosen[:most]


def _rank(one: Disagreement) -> tuple[object, ...]:
    place = (one.item.doc_id, one.item.text_sha256, one.start, one.end)
    return (-one.times, KINDS.index(one.kind), one.layer, one.confusion, *place, one.views)


def _of_item(item: Item) -> Iterator[Disagreement]:
    found = mentions(item)
    for mention in found:
        one = None if mention.layer in item.given else _of_mention(mention)
        if one is not None:
            yield one
        if mention.layer == "event":
            yield from _of_attributes(mention)
    yield from _of_roles(item, found)


def _of_mention(mention: Mention) -> Disagreement | None:
    places = mention.places
    views = tuple(View(names, *place) for place, names in places.items())
    kind: Kind
    if len(mention.labels) > 1:
        kind, confusion = "label", mention.labels
    elif len(places) > 1:
        kind = "boundary"
        confusion = (*mention.labels, *_differing(mention))
    elif mention.without:
        kind = "missed"
        surface = mention.item.text[mention.start : mention.end]
        confusion = (*mention.labels, form_of(surface))
    else:
        return None
    return Disagreement(kind, mention.layer, mention.item, views, mention.without, confusion)


def _differing(mention: Mention) -> list[str]:
    """The words that are in some of the spans only, in search form."""
    text = mention.item.text
    places = list(mention.places)
    shared = set.intersection(*(set(range(start, end)) for start, end, _ in places))
    found = []
    for word in words(text[mention.start : mention.end]):
        if mention.start + word.start not in shared:
            found.append(search_text(word.text))
    return found


def _of_attributes(mention: Mention) -> Iterator[Disagreement]:
    """Where annotators marked one trigger and gave it other values."""
    values: dict[str, dict[str, list[tuple[str, Span]]]] = defaultdict(lambda: defaultdict(list))
    for name, spans in mention.spans.items():
        for attribute, value in spans[0].attributes:
            values[attribute][value].append((name, spans[0]))
    for attribute, by_value in sorted(values.items()):
        if len(by_value) < 2:
            continue
        views = []
        for value, said in sorted(by_value.items(), key=lambda found: (-len(found[1]), found[0])):
            span, names = said[0][1], tuple(sorted(name for name, _ in said))
            views.append(View(names, span.start, span.end, f"{attribute}={value}"))
        confusion = (attribute, *sorted(by_value))
        yield Disagreement("attribute", "event", mention.item, tuple(views), (), confusion)


def _of_roles(item: Item, found: Sequence[Mention]) -> Iterator[Disagreement]:
    """Where annotators have both spans, and not the same role between them."""
    home = {
        (name, span.id): number
        for number, mention in enumerate(found)
        for name, spans in mention.spans.items()
        for span in spans
    }
    said: dict[tuple[int, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for reading in item.readings:
        name = reading.annotator
        for relation in reading.annotation.relations:
            head, tail = home.get((name, relation.head)), home.get((name, relation.tail))
            if head is not None and tail is not None:
                said[head, tail][name].add(relation.role)
    for (head, tail), roles in sorted(said.items()):
        event, filler = found[head], found[tail]
        # Who lacks one of the spans missed that: the role is no question of its own.
        able = sorted(name for name in event.spans if name in filler.spans)
        by_role: dict[str, list[str]] = defaultdict(list)
        for name in able:
            if roles.get(name):
                by_role["|".join(sorted(roles[name]))].append(name)
        without = tuple(name for name in able if not roles.get(name))
        if len(by_role) + bool(without) < 2 or not by_role:
            continue
        views = []
        for role, names in sorted(by_role.items(), key=lambda role: (-len(role[1]), role[0])):
            span = filler.spans[names[0]][0]
            views.append(View(tuple(names), span.start, span.end, role))
        nothing = (NONE,) if without else ()
        confusion = (*sorted(by_role), *nothing, "|".join(event.labels))
        trigger = (event.start, event.end)
        yield Disagreement("role", "event", item, tuple(views), without, confusion, trigger)


@lru_cache(maxsize=16)
def _sentences(text: str) -> list[tuple[int, int]]:
    return sentences(text)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence, or sentences, that a place is in."""
    inside = [(left, right) for left, right in _sentences(text) if left < end and start < right]
    return (min(start, inside[0][0]), max(end, inside[-1][1])) if inside else (start, end)


@lru_cache(maxsize=50_000)
def form_of(surface: str) -> str:
    """The search form of a surface, its words apart by one space."""
    return " ".join(search_text(word.text) for word in words(surface))
