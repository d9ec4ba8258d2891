"""What annotators made of one article -> the one annotation of it that a dataset holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.dataset.gold import agreed, disputed
from annotate.dataset.rows import UNDISPUTED, Disputed, Status
from annotate.labeling.entry import Entry
from annotate.labeling.work import Work
from annotate.ontology import Ontology
from annotate.spans import Annotation


@dataclass(frozen=True, slots=True)
class Settled:
    """The annotation of an article, and where it is from.

    Attributes:
        works: those of the annotators whose work it is, oldest first.
        readings: all finished work on its text, by people or else by simulated annotators; what
            was adjudicated is not among them.
    """

    annotation: Annotation
    status: Status
    works: tuple[Work, ...]
    readings: tuple[Work, ...]
    disputed: Disputed = UNDISPUTED

    @property
    def prelabel_versions(self) -> list[str]:
        """Versions of the pre-annotations that annotators began from, the last one first.

        What an adjudicator begins from is what others read: so theirs count, where there are any.
        """
        works = (self.readings or self.works) if self.status == "gold" else self.works
        entries = [entry for work in reversed(works) for entry in work.entries]
        return [e.prelabel_version for e in entries if e.prelabel_version is not None]


def settle(
    finished: Sequence[Work], is_adjudicated: Callable[[Entry], bool], ontology: Ontology, k: int
) -> Settled | None:
    """The best that there is of an article, or None where nobody could choose every label.

    What was adjudicated (the latest), else what `k` annotators share, else the latest that one of
    them finished. People come before simulated annotators, who count only where no person finished
    the article. Of several texts of the article, the one with the best status, then the one that
    was worked on last.

    Args:
        finished: work on whole texts of the article, oldest first.
        is_adjudicated: whether an entry is an adjudicator's.
    """
    gold: list[Work] = []
    others: list[Work] = []
    for work in finished:
        (gold if is_adjudicated(work.entries[0]) else others).append(work)
    covering = [work for work in others if _covers_all(work, ontology)]
    has_person = any(not work.is_simulated for work in covering)
    readings = [work for work in others if work.is_simulated != has_person]
    final = [work for work in gold if _covers_all(work, ontology)]
    if final:
        work = max(final, key=_rank)
        same = _of_text(readings, work.text_sha256)
        return Settled(work.annotation(ontology), "gold", (work,), same)
    for text in dict.fromkeys(work.text_sha256 for work in reversed(readings)):
        works = _of_text(readings, text)
        readings_of = list(by_annotator(works, ontology).values())
        if len(readings_of) < k:
            continue
        found = agreed(readings_of, ontology, k)
        if found is not None:
            return Settled(found.annotation, "agreed", works, works, found.disputed)
    if not covering:
        return None
    work = max(covering, key=_rank)
    works = _of_text(readings, work.text_sha256)
    taken = work.annotation(ontology)
    lost = UNDISPUTED
    if len(works) > 1:
        lost = disputed(list(by_annotator(works, ontology).values()), taken, ontology)
    return Settled(taken, "single", (work,), works, lost)


def _of_text(works: Iterable[Work], text_sha256: str) -> tuple[Work, ...]:
    return tuple(work for work in works if work.text_sha256 == text_sha256)


def by_annotator(works: Iterable[Work], ontology: Ontology) -> dict[str, list[Annotation]]:
    """The readings of each annotator, the newest first; each names the labels that it covers."""
    found: dict[str, list[Annotation]] = defaultdict(list)
    for work in works:
        found[work.annotator].insert(0, reading_of(work, ontology))
    return dict(found)


def reading_of(work: Work, ontology: Ontology) -> Annotation:
    """What somebody made of a text, with the labels that it covers.

    Where none were recorded, a first pass covers entities all the same, and no events.
    """
    annotation = work.annotation(ontology)
    if annotation.labels_covered is None and work.layers == "entities":
        return replace(annotation, labels_covered=ontology.entity_codes)
    return annotation


def _covers_all(work: Work, ontology: Ontology) -> bool:
    """Whether the annotator could choose every label of the ontology."""
    covered = work.labels_covered
    if covered is None:
        return work.layers != "entities"
    return {*ontology.entity_codes, *ontology.event_codes} <= set(covered)


def _rank(work: Work) -> tuple[bool, str, str, int]:
    """People before simulated annotators; of people the latest, of the others the first by name."""
    last = work.entries[-1]
    if work.is_simulated:
        reversed_name = "".join(chr(0x10FFFF - ord(char)) for char in work.annotator)
        return (False, reversed_name, work.updated_at, last.annotation_id)
    return (True, work.updated_at, "", last.annotation_id)
