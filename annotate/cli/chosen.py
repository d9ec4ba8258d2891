"""Which annotation of each article goes into a dataset version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotate.annotation_files import read_annotations
from annotate.corpus.article import Article
from annotate.corpus.clean import keep_as_is
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.rows import SPLITS, Chosen, Split, Status
from annotate.errors import DatasetError, InputError
from annotate.labeling import history
from annotate.labeling.by_article import OfArticle
from annotate.labeling.entry import is_simulated, shown_name
from annotate.labeling.ledger import Ledger
from annotate.labeling.standing import story_groups
from annotate.labeling.work import Work, joined
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import Annotation


@dataclass(slots=True)
class LeftOut:
    """What does not go into a version, counted while articles are chosen.

    Attributes:
        quarantined: articles that lack what was quarantined in them.
        unfinished: articles of which a part is not submitted.
        uncovered: articles whose annotators could not choose every label.
        unsound: annotations that are quarantined as a whole: their last sound state counts.
    """

    quarantined: int = 0
    unfinished: int = 0
    uncovered: int = 0
    unsound: set[int] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        """What there is to say of it."""
        if self.unsound:
            numbers = ", ".join(str(number) for number in sorted(self.unsound)[:10])
            yield f"quarantined as a whole, their last sound state is taken: annotations {numbers}"
        if self.quarantined:
            what = "are exported without what was quarantined in them (annotate pull)"
            yield f"{self.quarantined} articles {what}"
        if self.unfinished:
            what = "are left out: not all of their parts are submitted"
            yield f"{self.unfinished} articles {what}"
        if self.uncovered:
            yield f"{self.uncovered} articles are left out: not all labels are covered yet"


def choose(
    settings: Settings,
    ledger: Ledger,
    ontology: Ontology,
    articles: Iterable[OfArticle],
    left_out: LeftOut,
) -> Iterator[Chosen]:
    """For each article the one annotation that goes into the dataset, in the order of `articles`.

    The latest that a person finished; where there is none, the first simulated one by name. Work
    that covers only some labels is no article of the dataset: what it lacks was not looked for.
    """
    names = pseudonyms(history.annotators(settings.workspace.history))
    groups = story_groups(ledger)
    for found in articles:
        left_out.unsound |= set(found.unsound)
        begun = joined(found.entries)
        finished = [work for work in begun if work.is_complete]
        covering = [work for work in finished if _covers_all(work, ontology)]
        if not covering:
            left_out.unfinished += bool(begun) and not finished
            left_out.uncovered += bool(finished)
            continue
        work = max(covering, key=_rank)
        left_out.quarantined += any(entry.problems for entry in work.entries)
        article = ledger.article(found.doc_id, work.text_sha256)
        if article is None:
            raise DatasetError(f"the ledger lacks the text of article {found.doc_id}")
        versions = [e.prelabel_version for e in work.entries if e.prelabel_version is not None]
        yield Chosen(
            article,
            work.annotation(ontology),
            "single",
            (names[work.annotator],),
            versions[0] if versions else None,
            prelabelled=bool(versions),
            group_id=groups.get(found.doc_id),
            split=settings.dataset.splits.get(found.doc_id) or _planned(work),
        )


def _planned(work: Work) -> Split:
    """The split that the sampling plan gave the article when it was pushed."""
    said = work.entries[0].split
    return next((split for split in SPLITS if split == said), "train")


def _covers_all(work: Work, ontology: Ontology) -> bool:
    """Whether the annotator could choose every label of the ontology."""
    covered = work.labels_covered
    if covered is None:
        return work.layers != "entities"
    return {*ontology.entity_codes, *ontology.event_codes} <= set(covered)


def _rank(work: Work) -> tuple[bool, str, str, int]:
    """People before simulated annotators; of people the latest, of the others the first by name."""
    last = work.entries[-1]
    if last.is_simulated:
        reversed_name = "".join(chr(0x10FFFF - ord(char)) for char in work.annotator)
        return (False, reversed_name, work.updated_at, last.annotation_id)
    return (True, work.updated_at, "", last.annotation_id)


def pseudonyms(annotators: Iterable[str]) -> dict[str, str]:
    """Stable names without addresses: people are numbered as they first appear in the history."""
    names: dict[str, str] = {}
    people = 0
    for annotator in annotators:
        if annotator in names:
            continue
        people += not is_simulated(annotator)
        simulated = is_simulated(annotator)
        names[annotator] = shown_name(annotator) if simulated else f"annotator-{people}"
    return names


def chosen_from_file(
    settings: Settings, path: Path, status: Status, ontology: Ontology
) -> list[Chosen]:
    """Annotations of a file, joined to the settings' articles by the hash of their text.

    An article that is in no source, as of a corpus that was imported, is the text that its own
    annotation carries. Another text of an article that is there is refused.
    """
    rules = load_rules(settings.corpus.cleaning)
    articles: dict[tuple[str | None, str], Article] = {}
    known: set[str] = set()
    sources = settings.corpus.sources
    for article in read_articles(sources, rules) if sources else ():
        known.add(article.doc_id)
        articles[article.doc_id, article.text_sha256] = article
        articles.setdefault((None, article.text_sha256), article)
    chosen = []
    people: dict[str, str] = {}
    for annotation in read_annotations(path, ontology):
        # Reposts share a text: the identity tells them apart where the file gives it.
        found = articles.get((annotation.doc_id, annotation.text_sha256))
        if found is None and annotation.doc_id is None:
            found = articles.get((None, annotation.text_sha256))
        if found is None and annotation.doc_id not in known:
            found = _carried(annotation)
        if found is None and not sources:
            raise InputError("there are no articles", fix="set corpus.sources in annotate.toml")
        if found is None:
            raise InputError(
                f"no source holds the text {annotation.text_sha256[:12]}… "
                f"of article {annotation.doc_id or annotation.source_id or 'unnamed'}",
                where=str(path),
                fix="check corpus.sources and the cleaning rules",
            )
        name = annotation.annotator
        if name and "@" in name:
            name = people.setdefault(name, f"annotator-{len(people) + 1}")
        split = settings.dataset.splits.get(found.doc_id, "train")
        names = (name,) if name else ()
        chosen.append(Chosen(found, annotation, status, names, split=split))
    return sorted(chosen, key=lambda item: item.article.doc_id)


def _carried(annotation: Annotation) -> Article | None:
    """The article whose text an annotation carries, if it has a name and a text."""
    if annotation.doc_id is None or annotation.text is None:
        return None
    return Article(
        annotation.doc_id,
        annotation.text,
        source=annotation.source,
        source_id=annotation.source_id,
        segments=keep_as_is(annotation.text).segments,
    )
