"""What was pulled, as texts with several readings: what agreement is measured of."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from annotate.agreement.readings import Item, Reading
from annotate.cli.pulled import finished_work
from annotate.cli.settled import reading_of
from annotate.dataset.rows import Chosen, Contribution
from annotate.errors import WorkspaceError
from annotate.labeling.by_article import OfArticle
from annotate.labeling.client import task_address
from annotate.labeling.entry import is_simulated
from annotate.labeling.ledger import Ledger
from annotate.labeling.work import Work, of_parts
from annotate.ontology import Ontology
from annotate.spans import Annotation

MARK = "(simulated)"  # how the name of an annotator ends who is no person
MOST = 5_000  # texts: their readings are in memory, and more would hardly change a figure
BATCH = 20  # articles: as many as it takes to say something of one batch


@dataclass(frozen=True, slots=True)
class Readings:
    """Texts with at least two readings each.

    Attributes:
        items: in the order of doc_id.
        simulated: names of readers who are no people.
        left_out: texts with several readings that are not among them, as there are too many.
    """

    items: tuple[Item, ...]
    simulated: frozenset[str] = frozenset()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where readings are taken from.

    Attributes:
        name: how an annotator (address) is called.
        groups: doc_id -> story group; who has none is a story of its own.
        url: the server's address, for links.
        links: whether readings name their tasks at all.
    """

    ledger: Ledger
    ontology: Ontology
    name: Callable[[str], str]
    groups: Mapping[str, str]
    url: str | None = None
    links: bool = True


def readings_of(articles: Iterable[OfArticle], source: Source, most: int = MOST) -> Readings:
    """The finished work of several annotators on one text, in one pass.

    Of two works of one annotator the later one counts. Simulated annotators count only where no
    text was read by two people. Batches are of `BATCH` articles in the order in which they were
    pushed.

    Args:
        most: of more texts so many are taken by chance: those that people read come before those
            that simulated annotators did, and blank ones before the others.

    Raises:
        WorkspaceError: the ledger lacks a text.
    """
    found = 0

    def counted() -> Iterator[list[Work]]:
        nonlocal found
        for works in _doubled(articles):
            found += 1
            yield works

    chosen = nsmallest(most, counted(), key=_by_chance)
    together = sorted(chosen, key=lambda works: (works[0].doc_id, works[0].text_sha256))
    left_out = found - len(together)
    if any(sum(not work.is_simulated for work in works) > 1 for works in together):
        people = ([work for work in works if not work.is_simulated] for works in together)
        together = [works for works in people if len(works) > 1]
    order = sorted(range(len(together)), key=lambda number: _pushed(together[number]))
    batches = {number: 1 + place // BATCH for place, number in enumerate(order)}
    items = tuple(_item(works, batches[n], source) for n, works in enumerate(together))
    names = {source.name(w.annotator) for works in together for w in works if w.is_simulated}
    return Readings(items, frozenset(names), left_out)


def readings_of_files(contributions: Iterable[Contribution], chosen: Iterable[Chosen]) -> Readings:
    """The work of several annotators that files hold; texts are those of the chosen articles.

    Work on a text that is nowhere is left out: its words are not known.
    """
    texts = {item.article.text_sha256: item for item in chosen}
    found: dict[tuple[str, str], dict[str, Reading]] = defaultdict(dict)
    for made in contributions:
        sha256 = made.annotation.text_sha256
        if sha256 in texts or made.annotation.text is not None:
            name = made.annotator
            reading = Reading(name, replace(made.annotation, annotator=name), made.updated_at)
            found[made.doc_id, sha256][name] = reading
    items = []
    for (doc_id, sha256), readings in sorted(found.items()):
        if len(readings) > 1:
            known = texts.get(sha256)
            own = next(r.annotation.text for r in readings.values())
            text = known.article.text if known else own or ""
            group = (known.group_id if known else None) or doc_id
            items.append(
                Item(doc_id, text, sha256, group, tuple(readings[n] for n in sorted(readings)))
            )
    names = {reading.annotator for item in items for reading in item.readings}
    simulated = {name for name in names if name.endswith(MARK) or is_simulated(name)}
    return Readings(tuple(items), frozenset(simulated))


def _doubled(articles: Iterable[OfArticle]) -> Iterator[list[Work]]:
    """The works on each text and pass that several annotators finished, one of each."""
    for article in articles:
        found: dict[tuple[str, str], dict[str, Work]] = defaultdict(dict)
        for work in finished_work(article.entries):  # oldest first
            found[work.text_sha256, work.layers][work.annotator] = work
        for _, by_annotator in sorted(found.items()):
            if len(by_annotator) > 1:
                yield list(by_annotator.values())


def _by_chance(works: Sequence[Work]) -> tuple[bool, bool, bytes]:
    """Where a text stands in the order in which texts are taken; the same at all times."""
    people = sum(not work.is_simulated for work in works)
    draw = hashlib.sha256(works[0].doc_id.encode("utf-8")).digest()
    return (people < 2, not all(work.is_blank for work in works), draw)


def _pushed(works: Sequence[Work]) -> tuple[int, int]:
    """Tasks are numbered as they are pushed."""
    return min((entry.task_id, entry.project_id) for work in works for entry in work.entries)


def _item(works: Sequence[Work], batch: int, source: Source) -> Item:
    first = works[0]
    article = source.ledger.article(first.doc_id, first.text_sha256)
    if article is None:
        raise WorkspaceError(
            f"the ledger lacks the text of article {first.doc_id}", fix="run: annotate push"
        )
    readings = [_reading(work, batch, source) for work in works]
    return Item(
        first.doc_id,
        article.text,
        first.text_sha256,
        source.groups.get(first.doc_id, first.doc_id),
        tuple(sorted(readings, key=lambda reading: reading.annotator)),
        # The second pass begins from the entities of the first.
        given=("entity",) if first.layers == "events" else (),
    )


def _reading(work: Work, batch: int, source: Source) -> Reading:
    name = source.name(work.annotator)
    annotation = replace(reading_of(work, source.ontology), annotator=name)
    tasks = work.entries if source.links else ()
    return Reading(
        name,
        annotation,
        updated_at=work.updated_at,
        blank=_blank(work),
        prelabels=_prelabels(work, source),
        batch=batch,
        links=tuple(task_address(source.url, e.project_id, e.task_id) for e in tasks),
        starts=tuple(entry.start for entry in tasks),
    )


def _blank(work: Work) -> bool | None:
    """Whether it began from nothing; None where a pre-label was there and was not begun from."""
    if work.is_blank:
        return True
    return None if any(entry.prelabel_version is None for entry in work.entries) else False


def _prelabels(work: Work, source: Source) -> Annotation | None:
    """What the annotator began from, over all parts; None where a part is not known."""
    found = []
    for entry in work.entries:
        if entry.prelabel_version is None:
            return None
        place = (entry.server, entry.project_id, entry.task_id)
        shown = source.ledger.prediction(*place, entry.prelabel_version, source.ontology)
        if shown is None:
            return None
        found.append((entry.part, shown))
    return of_parts(found, work.parts)
