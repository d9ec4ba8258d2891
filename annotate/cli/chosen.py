"""Which annotation of each article goes into a dataset version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from annotate.annotation_files import read_annotations
from annotate.cli.settled import settle
from annotate.corpus.article import Article
from annotate.corpus.clean import keep_as_is
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.gold import LAX, Against, Policy
from annotate.dataset.rows import SPLITS, Chosen, Split, Status
from annotate.errors import DatasetError, InputError
from annotate.labeling import history
from annotate.labeling.by_article import OfArticle
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.entry import Entry, is_simulated, shown_name
from annotate.labeling.ledger import Ledger
from annotate.labeling.silver import PushedArticle, proposal, pushed_articles
from annotate.labeling.standing import story_groups
from annotate.labeling.work import Work, joined
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import Annotation

_DOC_ID = re.compile("[0-9a-f]{16}")


@dataclass(slots=True)
class LeftOut:
    """What does not go into a version, counted while articles are chosen.

    Attributes:
        quarantined: articles that lack what was quarantined in them.
        unfinished: articles of which a part is not submitted.
        uncovered: articles whose annotators could not choose every label.
        unproposed: articles that nobody finished and that cannot be silver: they were pushed blank,
            or somebody passed them over.
        uncollected: articles whose adjudication is not collected: it does not count yet.
        by_policy: articles that are not good enough, by reason.
        unsound: annotations that are quarantined as a whole: their last sound state counts.
    """

    quarantined: int = 0
    unfinished: int = 0
    uncovered: int = 0
    unproposed: int = 0
    uncollected: int = 0
    by_policy: Counter[Against] = field(default_factory=Counter)
    unsound: set[int] = field(default_factory=set)

    def clear(self) -> None:
        """Begins to count anew."""
        self.quarantined = self.unfinished = self.uncovered = self.unproposed = 0
        self.uncollected = 0
        self.by_policy.clear()
        self.unsound.clear()

    def lines(self) -> Iterator[str]:
        """What there is to say of it."""
        if self.unsound:
            numbers = ", ".join(str(number) for number in sorted(self.unsound)[:10])
            yield f"quarantined as a whole, their last sound state is taken: annotations {numbers}"
        if self.quarantined:
            what = "are exported without what was quarantined in them (annotate pull)"
            yield f"{self.quarantined} articles {what}"
        if self.by_policy["waiting"]:
            what = "test articles wait for adjudication: test takes gold only"
            yield f"{self.by_policy['waiting']} {what}"
        if self.by_policy["below"]:
            yield f"{self.by_policy['below']} articles are left out: their status is below --policy"
        if self.uncollected:
            what = "are adjudicated, and not collected yet: annotate adjudicate collect"
            yield f"{self.uncollected} articles {what}"
        if self.unfinished:
            what = "are left out: not all of their parts are submitted"
            yield f"{self.unfinished} articles {what}"
        if self.uncovered:
            yield f"{self.uncovered} articles are left out: not all labels are covered yet"
        if self.unproposed:
            what = "are no silver: they were pushed blank, or somebody passed them over"
            yield f"{self.unproposed} articles that nobody finished {what}"

    def to_json(self) -> dict[str, int]:
        """Numbers of articles by reason."""
        return {
            "waiting": self.by_policy["waiting"],
            "below": self.by_policy["below"],
            "unfinished": self.unfinished,
            "uncovered": self.uncovered,
            "unproposed": self.unproposed,
        }


@dataclass(frozen=True, slots=True)
class Choices:
    """Articles that are chosen anew each time they are read; what is left out is counted anew."""

    choose: Callable[[], Iterator[Chosen]]
    left_out: LeftOut

    def __iter__(self) -> Iterator[Chosen]:
        self.left_out.clear()
        return self.choose()


@dataclass(frozen=True, slots=True)
class Campaign:
    """The projects that articles are chosen from.

    Attributes:
        labeling, adjudication: the campaign's projects of either kind.
        is_collected: whether an adjudicator's work was found settled; only then it counts.
    """

    labeling: Sequence[KnownProject]
    adjudication: Sequence[KnownProject] = ()
    is_collected: Callable[[Work], bool] = lambda _: False

    def is_adjudicated(self, entry: Entry) -> bool:
        return any((p.server, p.project_id) == entry.key[:2] for p in self.adjudication)


def choose(
    settings: Settings,
    ledger: Ledger,
    ontology: Ontology,
    articles: Iterable[OfArticle],
    left_out: LeftOut,
    campaign: Campaign,
    policy: Policy = LAX,
) -> Iterator[Chosen]:
    """For each article the best annotation that there is of it, in the order of `articles`.

    Work that covers only some labels is no article of the dataset: what it lacks was not looked
    for. Whether an annotation is good enough for its split is decided later (`gold.admitted`).

    Args:
        articles: by doc_id, with the work in all projects of the campaign.
    """
    names = pseudonyms(history.annotators(settings.workspace.history))
    groups = story_groups(ledger)
    splits = settings.dataset.splits
    pushed = pushed_articles(ledger, campaign.labeling) if policy.silver else iter(())
    for found, shown in _together(articles, pushed):
        doc_id = found.doc_id
        left_out.unsound.update(found.unsound)
        # Who annotates and adjudicates one article has made two works of it.
        begun = joined(e for e in found.entries if not campaign.is_adjudicated(e))
        judged = joined(e for e in found.entries if campaign.is_adjudicated(e))
        gold = [work for work in judged if work.is_complete and campaign.is_collected(work)]
        left_out.uncollected += any(w.is_complete for w in judged) and not gold
        finished = [work for work in begun if work.is_complete] + gold
        settled = settle(finished, campaign.is_adjudicated, ontology, policy.k)
        if settled is not None:
            works, versions = settled.works, settled.prelabel_versions
            left_out.quarantined += any(entry.problems for w in works for entry in w.entries)
            planned = (settled.readings or works)[0].entries[0].split
            yield Chosen(
                _article(ledger, doc_id, settled.annotation.text_sha256),
                settled.annotation,
                settled.status,
                tuple(sorted({names[work.annotator] for work in works})),
                versions[0] if versions else None,
                prelabelled=bool(versions),
                group_id=groups.get(doc_id),
                split=splits.get(doc_id) or _planned(planned),
                disputed=settled.disputed,
            )
        elif finished:
            left_out.uncovered += 1
        elif shown is None:
            left_out.unfinished += bool(begun)
        elif (proposed := _silver(ledger, shown, found, ontology)) is None:
            left_out.unproposed += 1
        else:
            version, annotation = proposed
            yield Chosen(
                _article(ledger, doc_id, annotation.text_sha256),
                annotation,
                "silver",
                (),
                version,
                prelabelled=True,
                group_id=groups.get(doc_id),
                split=splits.get(doc_id) or _planned(shown.split),
            )


def _silver(
    ledger: Ledger, shown: PushedArticle, found: OfArticle, ontology: Ontology
) -> tuple[str, Annotation] | None:
    """What the heuristics proposed, unless somebody passed the article over."""
    if any(entry.status == "skipped" for entry in found.entries):
        return None
    return proposal(ledger, shown, ontology)


def _together(
    articles: Iterable[OfArticle], pushed: Iterable[PushedArticle]
) -> Iterator[tuple[OfArticle, PushedArticle | None]]:
    """What was pulled and what was pushed of each article; both come in the order of doc_id."""
    both: Iterable[OfArticle | PushedArticle] = merge(articles, pushed, key=attrgetter("doc_id"))
    for doc_id, group in groupby(both, attrgetter("doc_id")):
        found, shown = OfArticle(doc_id, (), ()), None
        for item in group:
            if isinstance(item, PushedArticle):
                shown = item
            else:
                found = item
        yield found, shown


def _article(ledger: Ledger, doc_id: str, text_sha256: str) -> Article:
    article = ledger.article(doc_id, text_sha256)
    if article is None:
        raise DatasetError(f"the ledger lacks the text of article {doc_id}")
    return article


def _planned(said: str) -> Split:
    """The split that the sampling plan gave an article when it was pushed."""
    return next((split for split in SPLITS if split == said), "train")


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
            found = _carried(annotation, path)
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


def _carried(annotation: Annotation, path: Path) -> Article | None:
    """The article whose text an annotation carries, if it has a name and a text."""
    if annotation.doc_id is None or annotation.text is None:
        return None
    if not _DOC_ID.fullmatch(annotation.doc_id):
        raise InputError(
            f"doc_id {annotation.doc_id!r} is not 16 hexadecimal digits",
            where=str(path),
            fix="name each article by the first 16 digits of a hash (of its URL, say)",
        )
    return Article(
        annotation.doc_id,
        annotation.text,
        source=annotation.source,
        source_id=annotation.source_id,
        segments=keep_as_is(annotation.text).segments,
    )
