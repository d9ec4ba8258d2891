"""What is put to an adjudicator: the readings of each text, merged, with what is asked of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from annotate.agreement.merging import Merged, merge
from annotate.cli.connect import pushed_projects
from annotate.cli.pulled import finished_work
from annotate.cli.settled import by_annotator
from annotate.corpus.article import Article
from annotate.errors import WorkspaceError
from annotate.labeling.adjudication import Asked, TextKey
from annotate.labeling.by_article import by_article
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import Part
from annotate.labeling.wire import READINGS
from annotate.ontology import Ontology
from annotate.records import to_record
from annotate.settings import Settings
from annotate.show.questions import panel
from annotate.spans import Annotation
from annotate.storage import canonical_json
from annotate.voices import covered

LEAST = 2  # annotators, for anything to be adjudicated


@dataclass(frozen=True, slots=True)
class Case:
    """A text that several annotators finished.

    Attributes:
        split: by the settings or the sampling plan.
        readings: by annotator; of each the newest first.
        is_full: whether at least two of them looked for each label: else nobody knows what the
            others would have said, and nothing is adjudicated yet.
        simulated: whether none of them is a person.
    """

    key: TextKey
    split: str
    readings: Mapping[str, Sequence[Annotation]]
    is_full: bool
    simulated: bool


def cases(settings: Settings, ledger: Ledger, ontology: Ontology) -> Iterator[Case]:
    """Texts that at least two annotators finished, in the order of their ids; of one article the
    text that was worked on last comes first.

    Simulated annotators count only where no person finished the article.

    Raises:
        WorkspaceError: nothing was pushed to the campaign from here.
    """
    ours = {(p.server, p.project_id) for p in pushed_projects(settings, ledger)}
    every = {*ontology.entity_codes, *ontology.event_codes}
    splits = settings.dataset.splits
    for article in by_article(settings.workspace.history, lambda entry: entry.key[:2] in ours):
        works = finished_work(article.entries)
        people = [work for work in works if not work.is_simulated]
        works = people or works
        for sha256 in dict.fromkeys(work.text_sha256 for work in reversed(works)):
            same = [work for work in works if work.text_sha256 == sha256]
            readings = by_annotator(same, ontology)
            if len(readings) < LEAST:
                continue
            known = [{c for a in own for c in covered(a, ontology)} for own in readings.values()]
            is_full = all(sum(code in codes for codes in known) >= LEAST for code in every)
            split = splits.get(article.doc_id) or same[0].entries[0].split
            key = TextKey(article.doc_id, sha256)
            yield Case(key, split, readings, is_full, not people)


@dataclass(slots=True)
class Docket:
    """All cases, merged when they are asked for; what tasks show of them (`labeling.Extras`).

    Attributes:
        name_of: how an annotator is called; None hides who said what.
        version: of what is shown now; set once it is known what was shown before.
    """

    ontology: Ontology
    seed: int
    cases: Mapping[TextKey, Case]
    name_of: Callable[[str], str] | None = None
    version: str = ""
    _merged: dict[TextKey, Merged] = field(default_factory=dict)

    def merged(self, key: TextKey) -> Merged:
        """What is put to the adjudicator; nothing, where nobody's reading is left."""
        if key not in self._merged:
            case = self.cases.get(key)
            nothing = Annotation(key.text_sha256, doc_id=key.doc_id)
            self._merged[key] = (
                merge(case.readings, self.ontology, seed=self.seed)
                if case is not None
                else Merged(nothing, (), frozenset())
            )
        return self._merged[key]

    def preannotate(self, article: Article) -> Annotation:
        """What a push shows instead of the heuristics' work."""
        return self.merged(_key(article)).annotation

    def fields(self, article: Article, part: Part) -> Mapping[str, Any]:
        questions = self.merged(_key(article)).questions
        place = (part.start, part.end)
        return {READINGS: panel(questions, article.text, *place, self.ontology, self.name_of)}

    def marked(self, article: Article) -> Set[str]:
        return self.merged(_key(article)).marked

    def digest(self, key: TextKey) -> str:
        """Of everything that is shown, to tell whether a reading has changed since."""
        merged = self.merged(key)
        shown = [to_record(merged.annotation), [q.to_json() for q in merged.questions]]
        return hashlib.sha256(canonical_json(shown).encode()).hexdigest()

    def asked(self, key: TextKey, version: str) -> Asked:
        """What the ledger keeps of it."""
        questions = tuple(question.to_json() for question in self.merged(key).questions)
        return Asked(key, version, self.digest(key), questions)


def _key(article: Article) -> TextKey:
    return TextKey(article.doc_id, article.text_sha256)


def article_of(ledger: Ledger, key: TextKey) -> Article:
    """The frozen text.

    Raises:
        WorkspaceError: the ledger lacks it.
    """
    article = ledger.article(*key)
    if article is None:
        raise WorkspaceError(
            f"the ledger lacks the text of article {key.doc_id}", fix="run: annotate push"
        )
    return article
