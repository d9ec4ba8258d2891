"""One annotation of one task as it was at one pull: what the history is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from annotate.errors import WorkspaceError
from annotate.jsontext import parsed
from annotate.ontology import Ontology
from annotate.records import from_record
from annotate.spans import Annotation

Status = Literal["submitted", "skipped", "draft", "deleted"]
SIMULATED_DOMAIN = "simulated.invalid"  # annotators with such an address are no people (RFC 2606)


def is_simulated(annotator: str) -> bool:
    """Whether no person is behind this address."""
    return annotator.endswith(f"@{SIMULATED_DOMAIN}")


def shown_name(annotator: str) -> str:
    """How tables name an annotator; simulated ones are marked."""
    return f"{annotator.partition('@')[0]} (simulated)" if is_simulated(annotator) else annotator


class EntryKey(NamedTuple):
    """What stays the same over all states of one annotation."""

    server: str
    project_id: int
    annotation_id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotation as it was at one pull.

    Attributes:
        server, project_id, task_id, annotation_id: where it is on the server.
        doc_id, text_sha256: the article and the text that its offsets refer to.
        annotator: e-mail address of who made it, or "user N" once that user is deleted.
        status: submitted, skipped (the person passed the task over), draft (begun and not
            submitted; its annotation_id is the draft's, negative), or deleted (a tombstone: it is
            gone on the server; the entry before this one says what it was).
        created_at, updated_at: ISO 8601, UTC, from the server.
        lead_time: seconds that the person had the task open, or None.
        prelabel_version: version of the pre-annotation that it began from, None if from nothing.
        record: the annotation in the annotation format (JSON).
        deleted_spans: pre-annotated spans that the person deleted (JSON list of spans).
        quarantined: what did not hold, with reasons (JSON list of [item, reason]).
        raw: the server's `result`, untouched (JSON).
        digest: SHA-256 of what the person said, to tell whether anything changed.
        pulled_at: ISO 8601, UTC.
        part, parts, start, end: the part of the article that the task shows (`Part`); an end of -1
            is that of the text.
        blank: whether the task was pushed without pre-annotation.
        layers: what the task was for: all, entities or events.
        split: train, validation or test, by the sampling plan.
        labels_covered: label codes that the annotator could choose (JSON list), "null" if unknown.
        ontology_version: the one that the interface had when the work began, or None.
        unsure: number of spans marked as unsure.
        trimmed: number of spans whose edges were trimmed of punctuation when they were read.
        comment, skip_reason: what the annotator wrote about the task, and why it was skipped.
        owner: whose project it is, where each annotator has one, or None.
    """

    server: str
    project_id: int
    task_id: int
    annotation_id: int
    doc_id: str
    text_sha256: str
    annotator: str
    status: Status
    created_at: str
    updated_at: str
    lead_time: float | None
    prelabel_version: str | None
    record: str
    deleted_spans: str
    quarantined: str
    raw: str
    digest: str
    pulled_at: str
    part: int = 1
    parts: int = 1
    start: int = 0
    end: int = -1
    blank: bool = False
    layers: str = "all"
    split: str = "train"
    labels_covered: str = "null"
    ontology_version: str | None = None
    unsure: int = 0
    trimmed: int = 0
    comment: str | None = None
    skip_reason: str | None = None
    owner: str | None = None

    @property
    def key(self) -> EntryKey:
        """What stays the same over all states of one annotation."""
        return EntryKey(self.server, self.project_id, self.annotation_id)

    @property
    def is_simulated(self) -> bool:
        """Whether no person made it."""
        return is_simulated(self.annotator)

    @property
    def is_foreign(self) -> bool:
        """Whether somebody else than the project's owner made it."""
        return self.owner is not None and self.annotator.casefold() != self.owner.casefold()

    @property
    def annotator_name(self) -> str:
        """How tables name the annotator; simulated ones are marked."""
        return shown_name(self.annotator)

    def annotation(self, ontology: Ontology) -> Annotation:
        """The annotation itself.

        Raises:
            WorkspaceError, InputError: its record cannot be read.
        """
        where = f"history: annotation {self.annotation_id}"
        return from_record(kept_json(self.record, dict, where), ontology, where)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(item, reason) of what was quarantined; an empty item means the whole annotation.

        Raises:
            WorkspaceError: it cannot be read.
        """
        where = f"history: annotation {self.annotation_id}"
        found = kept_json(self.quarantined, list, where)
        if not all(isinstance(one, list) and len(one) == 2 for one in found):
            raise WorkspaceError("what was quarantined is no list of problems", where=where)
        return [(str(item), str(reason)) for item, reason in found]

    @property
    def is_sound(self) -> bool:
        """Whether the annotation could be read over the text that was pushed."""
        return all(item for item, _ in self.problems)


def kept_json(text: str, kind: type[Any], where: str) -> Any:
    """A JSON value that we keep, which is a list or an object.

    Raises:
        WorkspaceError: it is none, or another one.
    """
    try:
        value = parsed(text)
    except (ValueError, TypeError):
        value = None
    if not isinstance(value, kind):
        raise WorkspaceError(
            "what is kept here cannot be read", where=where, fix="restore it from a backup"
        )
    return value
