"""Names and trigger words that people add, and lexicon entries that they keep deleting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotate.heuristics.document import Document
from annotate.heuristics.learned import DEMOTED
from annotate.heuristics.proposing import origin
from annotate.heuristics.rules import entry_of, family_of
from annotate.learning.material import Material
from annotate.learning.review import ENTITIES, TRIGGERS
from annotate.spans import Layer

_PROCLITICS = "وفبلك"
_SHORTEST = 3  # letters of a name: shorter ones are words, too
_LONGEST = 5  # words of a name


@dataclass(frozen=True, slots=True)
class Threshold:
    """What it takes to change the lexicon.

    Attributes:
        count: people added (or deleted) it so often at least ...
        share: ... and at least this share of all its occurrences.
    """

    count: int = 2
    share: float = 0.8


DEFAULT = Threshold()


class Addition(NamedTuple):
    """A name or trigger word that people added.

    Attributes:
        form: search form, words separated by one blank.
        added: spans of it that the rules had not proposed.
        labelled: all spans of it with this label.
        occurrences: how often it stands in the texts that cover the label.
    """

    layer: Layer
    label: str
    form: str
    added: int
    labelled: int
    occurrences: int

    @property
    def share(self) -> float:
        """Of its occurrences, how many were labelled so."""
        return self.labelled / self.occurrences


class Demotion(NamedTuple):
    """A lexicon entry that people keep deleting; kept: spans that they left as they were."""

    layer: Layer
    label: str
    entry: str
    proposed: int
    kept: int


def additions(materials: Sequence[Material], threshold: Threshold = DEFAULT) -> list[Addition]:
    """Names and trigger words above the threshold, in order.

    A word with و ف ب ل ك before a name that people marked without it is that name.
    """
    labelled: Counter[tuple[Layer, str, tuple[str, ...]]] = Counter()
    added: Counter[tuple[Layer, str, tuple[str, ...]]] = Counter()
    raw: list[tuple[Material, Layer, str, tuple[str, ...], bool]] = []
    for material in materials:
        proposed = _proposed(material)
        document = material.proposed.document
        starts = {start: index for index, start in enumerate(document.starts)}
        ends = {end: index + 1 for index, end in enumerate(document.ends)}
        for span in material.example.gold.spans:
            first, last = starts.get(span.start), ends.get(span.end)
            if first is None or last is None or last - first > _LONGEST:
                continue
            form = tuple(word.form for word in document.info[first:last])
            raw.append((material, span.layer, span.label, form, span.key not in proposed))
    marked = {(layer, label, form) for _, layer, label, form, _ in raw}
    for _, layer, label, form, is_added in raw:
        key = (layer, label, _bare(layer, label, form, marked))
        labelled[key] += 1
        added[key] += is_added
    wanted = [key for key, count in added.items() if count >= threshold.count and _fit(key[2])]
    counts = _occurrences(materials, wanted)
    found = [
        Addition(layer, label, " ".join(form), added[key], labelled[key], counts[key])
        for key in wanted
        for layer, label, form in (key,)
    ]
    return sorted(item for item in found if item.share >= threshold.share)


def demotions(materials: Sequence[Material], threshold: Threshold = DEFAULT) -> list[Demotion]:
    """Entries of lexicons whose proposals people left as they were too rarely, in order."""
    proposed: Counter[tuple[Layer, str, str]] = Counter()
    kept: Counter[tuple[Layer, str, str]] = Counter()
    for material in materials:
        right = {span.key for span in material.example.gold.spans}
        for (layer, start, end, label), source in _entries(material):
            if label in material.covers and entry_of(source):
                proposed[layer, label, entry_of(source)] += 1
                kept[layer, label, entry_of(source)] += (layer, start, end, label) in right
    return sorted(
        Demotion(*key, count, kept[key])
        for key, count in proposed.items()
        if count - kept[key] >= max(threshold.count, threshold.share * count)
    )


def _proposed(material: Material) -> set[tuple[str, int, int, str]]:
    document = material.proposed.document
    found: set[tuple[str, int, int, str]] = set()
    for entity in material.proposed.entities:
        found.add(("entity", *_offsets(document, entity.start, entity.end), entity.label))
    for event in material.proposed.events:
        found.add(("event", *_offsets(document, event.start, event.end), event.type))
    return found


def _entries(material: Material) -> Iterable[tuple[tuple[Layer, int, int, str], str]]:
    """Spans that a lexicon entry made by itself, with their origin."""
    document = material.proposed.document
    for entity in material.proposed.entities:
        if family_of(entity.origin) == "lexicon":
            place = _offsets(document, entity.start, entity.end)
            yield ("entity", *place, entity.label), entity.origin
    for event in material.proposed.events:
        place = _offsets(document, event.start, event.end)
        yield ("event", *place, event.type), origin(event, document)


def _offsets(document: Document, first: int, last: int) -> tuple[int, int]:
    return document.starts[first], document.ends[last - 1]


def _bare(
    layer: Layer,
    label: str,
    form: tuple[str, ...],
    marked: set[tuple[Layer, str, tuple[str, ...]]],
) -> tuple[str, ...]:
    """A form without a proclitic, where people marked it without, too."""
    first = form[0]
    if first[0] in _PROCLITICS and len(first) > _SHORTEST:
        bare = (first[1:], *form[1:])
        if (layer, label, bare) in marked:
            return bare
    return form


def _fit(form: tuple[str, ...]) -> bool:
    """Whether a lexicon may list it: letters alone, and not too few."""
    return all(word.isalpha() for word in form) and len("".join(form)) >= _SHORTEST


def _occurrences(
    materials: Iterable[Material], wanted: Iterable[tuple[Layer, str, tuple[str, ...]]]
) -> Counter[tuple[Layer, str, tuple[str, ...]]]:
    """How often each form stands in texts that cover its label, with or without a proclitic."""
    by_first: defaultdict[str, list[tuple[Layer, str, tuple[str, ...]]]] = defaultdict(list)
    for key in wanted:
        by_first[key[2][0]].append(key)
    counts: Counter[tuple[Layer, str, tuple[str, ...]]] = Counter()
    for material in materials:
        info = material.proposed.document.info
        for index, word in enumerate(info):
            firsts = [word.form]
            if word.form[:1] in _PROCLITICS:
                firsts.append(word.form[1:])
            for key in (key for first in firsts for key in by_first.get(first, ())):
                rest = key[2][1:]
                after = tuple(w.form for w in info[index + 1 : index + 1 + len(rest)])
                counts[key] += after == rest and key[1] in material.covers
    return counts


_HEADER = """\
# Learned from annotations by `annotate learn`: {what}.
# added: marked by people where the rules had proposed nothing; labelled: marked so at all; of all
# its occurrences in the texts. Edit at will: what is deleted here is used no more, and stays
# out when it is learned again. With the last entry of a section delete its heading, too; with the
# last of all, the file.
"""


def files(added: Sequence[Addition], demoted: Sequence[Demotion]) -> dict[str, str]:
    """The lexicon's files and the list of demotions, by name in the folder."""
    found: dict[str, str] = {}
    entities: defaultdict[str, list[Addition]] = defaultdict(list)
    events: defaultdict[str, list[Addition]] = defaultdict(list)
    for item in added:
        (entities if item.layer == "entity" else events)[item.label].append(item)
    if entities:
        lines = [_HEADER.format(what="names in full")]
        for label, items in entities.items():
            lines.append(f"{label}:\n")
            lines += [f"  - {_plain(item.form)}  # {_figures(item)}\n" for item in items]
        found[ENTITIES] = "".join(lines)
    if events:
        lines = [_HEADER.format(what="words that mean an event")]
        for label, items in events.items():
            lines.append(f"{label}:\n")
            for item in items:
                kind = "phrases" if " " in item.form else "words"
                lines.append(f"  - {kind}: [{_plain(item.form)}]  # {_figures(item)}\n")
        found[TRIGGERS] = "".join(lines)
    if demoted:
        lines = [
            "# Lexicon entries that people keep deleting: they propose nothing any more.\n"
            "# Delete a line to have its entry back, also when it is learned again.\n"
            "# layer, label, entry; then how often it was proposed, and left as it was.\n"
        ]
        lines += ["\t".join(map(str, item)) + "\n" for item in demoted]
        found[DEMOTED] = "".join(lines)
    return found


def _plain(form: str) -> str:
    """A form as YAML: Latin words are quoted, for some of them (no, on, null) are no strings."""
    return f'"{form}"' if any(word.isascii() for word in form.split()) else form


def _figures(item: Addition) -> str:
    return f"added {item.added}, labelled {item.labelled} of {item.occurrences}"
