"""The parts of an article joined again: what one annotator has made of a whole text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.labeling.entry import Entry, kept_json
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, ordered


@dataclass(frozen=True, slots=True)
class Work:
    """What one annotator has done of one text, in one pass.

    Attributes:
        entries: the latest submitted entry of each part, in the order of the parts; at least one.
        parts: how many parts the text has.
    """

    entries: tuple[Entry, ...]
    parts: int

    @property
    def doc_id(self) -> str:
        return self.entries[0].doc_id

    @property
    def text_sha256(self) -> str:
        return self.entries[0].text_sha256

    @property
    def annotator(self) -> str:
        return self.entries[0].annotator

    @property
    def layers(self) -> str:
        return self.entries[0].layers

    @property
    def labels_covered(self) -> tuple[str, ...] | None:
        """Labels that every part covers; None where nothing was recorded."""
        return covered(self.entries)

    @property
    def is_complete(self) -> bool:
        """Whether every part is submitted and could be read: only then it speaks for the text."""
        return len(self.entries) == self.parts and all(entry.is_sound for entry in self.entries)

    @property
    def is_blank(self) -> bool:
        """Whether no part had a pre-annotation."""
        return all(entry.blank for entry in self.entries)

    @property
    def is_simulated(self) -> bool:
        """Whether no person made it."""
        return self.entries[0].is_simulated

    @property
    def updated_at(self) -> str:
        """When the last part was changed (ISO 8601, UTC)."""
        return max(entry.updated_at for entry in self.entries)

    @property
    def lead_time(self) -> float | None:
        """Seconds over all parts; None where one of them is not known."""
        times = [entry.lead_time for entry in self.entries]
        return None if None in times else sum(time for time in times if time is not None)

    def annotation(self, ontology: Ontology) -> Annotation:
        """All parts as one annotation of the text; ids get the part's number where there are more.

        It covers a label only if each part's work did.

        Raises:
            WorkspaceError: an entry's record cannot be read.
        """
        found = [(entry.part, entry.annotation(ontology)) for entry in self.entries]
        return replace(of_parts(found, self.parts), labels_covered=covered(self.entries))


def of_parts(found: Sequence[tuple[int, Annotation]], parts: int) -> Annotation:
    """Annotations of parts of a text, by their numbers, as one of the whole text.

    Args:
        found: at least one, with offsets in the whole text.
        parts: how many the text has; if there are more than one, ids get the part's number.
    """
    first = found[0][1]
    if len(found) == 1 and parts == 1:
        return first
    spans, relations, comments = [], [], []
    for number, annotation in found:
        prefix = f"{number}:"
        spans += [replace(span, id=prefix + span.id) for span in annotation.spans]
        relations += [
            Relation(prefix + r.head, prefix + r.tail, r.role) for r in annotation.relations
        ]
        comments += [annotation.comment] if annotation.comment else []
    return replace(
        first,
        spans=ordered(spans),
        relations=tuple(sorted(relations)),
        comment="\n".join(comments) or None,
    )


def joined(entries: Iterable[Entry]) -> list[Work]:
    """The work in the current entries: one for each annotator, text and pass, in order of time.

    Only what is submitted counts. Of two annotations of one task by one annotator, the one that was
    changed later is taken.
    """
    found: dict[tuple[str, str, str, str, str, int], dict[int, Entry]] = defaultdict(dict)
    for entry in entries:
        if entry.status != "submitted":
            continue
        # A text that was split in another way is other work: its parts do not fit together.
        text = (entry.server, entry.doc_id, entry.text_sha256)
        parts = found[(*text, entry.annotator, entry.layers, entry.parts)]
        before = parts.get(entry.part)
        if before is None or _age(before) <= _age(entry):
            parts[entry.part] = entry
    works = [
        Work(tuple(parts[number] for number in sorted(parts)), key[-1])
        for key, parts in found.items()
    ]
    return sorted(works, key=lambda work: (work.updated_at, work.entries[0].annotation_id))


def _age(entry: Entry) -> tuple[str, int]:
    return (entry.updated_at, entry.annotation_id)


def covered(entries: Iterable[Entry]) -> tuple[str, ...] | None:
    """Labels that every one of these entries covers; None where nothing was recorded."""
    lists = [
        tuple(map(str, kept_json(e.labels_covered, list, f"history: annotation {e.annotation_id}")))
        for e in entries
        if e.labels_covered != "null"
    ]
    if not lists:
        return None
    common = set.intersection(*(set(codes) for codes in lists))
    return tuple(code for code in lists[0] if code in common)
