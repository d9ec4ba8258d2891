"""One annotation or draft of an exported task becomes an entry of the history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from annotate.corpus.article import Article
from annotate.errors import ServerError
from annotate.jsontext import written
from annotate.labeling.campaigns import KnownProject
from annotate.labeling.decisions import decide
from annotate.labeling.entry import Entry, EntryKey, Status, kept_json
from annotate.labeling.history import Head
from annotate.labeling.interfaces import Installed, interface_of
from annotate.labeling.ledger import Ledger, Task
from annotate.labeling.migration import Renames, renamed_annotation, renamed_results
from annotate.labeling.received import from_results
from annotate.labeling.versions import shown_version
from annotate.labeling.wire import within
from annotate.ontology import Ontology
from annotate.records import from_record, span_record, to_record
from annotate.spans import Annotation, Problem, Span
from annotate.storage import canonical_json, text_sha256

_LONGEST = 1e9  # seconds: thirty years, which nobody has a task open


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to read the annotations of one project.

    Attributes:
        users: e-mail address of each user by id.
        interfaces: those that the project has had, oldest first.
        renamed: labels that were given up, and what they stand for.
        now: when the pull began (ISO 8601, UTC).
    """

    project: KnownProject
    users: Mapping[int, str]
    ledger: Ledger
    ontology: Ontology
    interfaces: Sequence[Installed]
    renamed: Renames
    now: str

    def entries(
        self, task: Task, exported: Mapping[str, Any], known: Mapping[EntryKey, Head]
    ) -> Iterator[tuple[Entry, bool]]:
        """Each annotation and draft of an exported task, and whether it says something new.

        An entry that says nothing new has no record: it was not read.

        Args:
            known: the latest state of each annotation, by key.

        Raises:
            ServerError: the export is not what the server's exports are.
        """
        shown = _Shown(self, task, exported)
        for status, said in _said(exported):
            entry = self._entry(said, status, shown)
            before = known.get(entry.key)
            entry = replace(entry, annotator=self._annotator(said, before))
            if before and before.digest == entry.digest and before.status == entry.status:
                yield entry, False
            else:
                yield self._read(entry, said, shown), True

    def _entry(self, said: Mapping[str, Any], status: Status, shown: _Shown) -> Entry:
        """The annotation as the server gives it; its annotator and spans are not read yet."""
        task, raw = shown.task, said.get("result")
        digest = hashlib.sha256(canonical_json([raw, status]).encode("utf-8")).hexdigest()
        number = _integer(said, "id", status)
        updated_at, lead_time = str(said.get("updated_at")), _seconds(said.get("lead_time"))
        installed = interface_of(self.interfaces, updated_at, lead_time)
        covered = None
        if installed is not None:
            events = self.project.layers != "entities"
            codes = self.ontology.entity_codes
            covered = [c for c in installed.labels if events or c in codes]
        return Entry(
            server=self.project.server,
            project_id=self.project.project_id,
            task_id=task.task_id,
            annotation_id=-number if status == "draft" else number,
            doc_id=task.doc_id,
            text_sha256=shown.text_sha256,
            annotator="",
            status=status,
            created_at=str(said.get("created_at")),
            updated_at=updated_at,
            lead_time=lead_time,
            prelabel_version=None,
            record="",
            deleted_spans="[]",
            quarantined="[]",
            raw="",
            digest=digest,
            pulled_at=self.now,
            part=task.part.number,
            parts=task.part.count,
            start=task.part.start,
            end=task.part.end,
            blank=task.blank,
            layers=self.project.layers,
            split=task.split,
            labels_covered=json.dumps(covered),
            ontology_version=(installed.ontology_version or None) if installed else None,
            owner=self.project.owner,
        )

    def _annotator(self, said: Mapping[str, Any], before: Head | None) -> str:
        """Who made it. The server forgets a deleted user: the history remembers, or nobody does."""
        user = said.get("completed_by")
        user_id = user.get("id") if isinstance(user, Mapping) else user
        if isinstance(user_id, int) and user_id in self.users:
            return self.users[user_id]
        address = said.get("user")  # of a draft, which has no number there
        if isinstance(address, str) and "@" in address:
            return address
        if before is not None:
            return before.annotator
        return f"deleted user of annotation {said.get('id')}"

    def _read(self, entry: Entry, said: Mapping[str, Any], shown: _Shown) -> Entry:
        """The entry with its spans read, checked, and compared with the pre-annotation."""
        raw, article = said.get("result"), shown.article
        entry = replace(entry, raw=written(raw))
        about = Annotation(
            text_sha256=article.text_sha256,
            doc_id=article.doc_id,
            source=article.source,
            source_id=article.source_id,
            annotator=entry.annotator,
            ontology_version=entry.ontology_version or self.ontology.version,
            guidelines_version=self.ontology.guidelines_version,
        )
        problem = None
        if entry.text_sha256 != article.text_sha256:
            problem = "the task shows another text than the one that was pushed"
        elif not isinstance(raw, list):
            problem = "the annotation has no list of results"
        if problem is not None:
            quarantined = json.dumps([Problem("", problem)])
            return replace(entry, record=_json(about), quarantined=quarantined)
        results = [i for i in renamed_results(raw, self.renamed) if isinstance(i, Mapping)]
        received = from_results(
            results, article.text, article.text_sha256, shown.task.part, self.ontology
        )
        annotation = replace(
            about,
            spans=received.annotation.spans,
            relations=received.annotation.relations,
            comment=received.comment,
        )
        version = shown_version(said, results, shown.predictions, shown.task.part.start)
        deleted: tuple[Span, ...] = ()
        if version is None or version in shown.predictions:
            prediction = shown.predictions[version] if version is not None else None
            decided = decide(annotation, prediction)
            annotation, deleted = decided.annotation, decided.deleted
        # Else it began from a pre-annotation that nobody knows any more: nothing is guessed.
        return replace(
            entry,
            prelabel_version=version,
            record=_json(annotation),
            deleted_spans=written([span_record(s) for s in deleted]),
            quarantined=json.dumps(received.quarantined, ensure_ascii=False),
            unsure=sum(span.unsure for span in annotation.spans),
            trimmed=received.trimmed,
            comment=received.comment,
            skip_reason=received.skip_reason,
        )


class _Shown:
    """What a task showed: its part of the frozen text, and its pre-annotations."""

    def __init__(self, reader: Reader, task: Task, exported: Mapping[str, Any]) -> None:
        self.task = task
        self._reader = reader
        data = exported.get("data")
        self._text = str(data.get("text")) if isinstance(data, Mapping) else ""

    @cached_property
    def article(self) -> Article:
        article = self._reader.ledger.article(self.task.doc_id, self.task.text_sha256)
        assert article is not None  # noqa: S101 - the ledger's foreign key holds this
        return article

    @cached_property
    def text_sha256(self) -> str:
        """Of the article; where people saw something else, of what they saw."""
        if self._text == self.task.part.of(self.article.text):
            return self.article.text_sha256
        return text_sha256(self._text)

    @cached_property
    def predictions(self) -> dict[str, Annotation]:
        """Version -> what the task shows of it, with the labels of today."""
        reader, task = self._reader, self.task
        rows = reader.ledger.database.execute(
            "SELECT version, record FROM predictions"
            " WHERE server = ? AND project_id = ? AND task_id = ? ORDER BY rowid",
            (reader.project.server, reader.project.project_id, task.task_id),
        )
        found = {}
        for version, record in rows:
            where = f"ledger: task {task.task_id}"
            whole = from_record(kept_json(record, dict, where), reader.ontology, where)
            shown = within(whole, task.part)
            if reader.project.layers == "entities":
                shown = replace(shown, spans=shown.entities, relations=())
            found[version] = renamed_annotation(shown, reader.renamed)
        return found


def _said(exported: Mapping[str, Any]) -> Iterator[tuple[Status, Mapping[str, Any]]]:
    """Everything that people said about a task: annotations, and drafts that wait."""
    annotations, drafts = exported.get("annotations") or [], exported.get("drafts") or []
    if not isinstance(annotations, list) or not all(
        isinstance(one, Mapping) for one in annotations
    ):
        raise ServerError(f"the export of task {exported.get('id')} has no list of annotations")
    for said in annotations:
        yield ("skipped" if said.get("was_cancelled") else "submitted"), said
    for said in drafts if isinstance(drafts, list) else ():
        if isinstance(said, Mapping):
            yield "draft", said


def _seconds(value: Any) -> float | None:
    """A time that somebody may have spent, or None where the server gives none."""
    if isinstance(value, int | float) and 0 <= value <= _LONGEST:
        return float(value)
    return None


def _json(annotation: Annotation) -> str:
    return written(to_record(annotation))


def _integer(item: Mapping[str, Any], key: str, what: str) -> int:
    value = item.get(key)
    if type(value) is not int or not 0 < value < 2**63:
        raise ServerError(f"the export holds a {what} annotation whose {key} is {value!r}")
    return value
