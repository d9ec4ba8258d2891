"""Corpora of others: their labels in ours, and what they say as annotations that carry the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from annotate.corpus.article import make_doc_id
from annotate.errors import InputError
from annotate.limits import whole
from annotate.ontology import Ontology
from annotate.spans import Annotation, Layer, Relation, Span, ordered, problems
from annotate.storage import text_sha256
from annotate.yamlfile import YamlFile

LEFT_OUT = "spans whose label is left out"
_DOC_ID = re.compile(r"[0-9a-f]{16}")  # of our own articles
_PAIR = re.compile(r"\s*([^=,\s]+)\s*=\s*([^=,\s]*)\s*")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: dict[str, str | None] = Field(default_factory=dict)
    roles: dict[str, str | None] = Field(default_factory=dict)
    attributes: dict[str, str | None] = Field(default_factory=dict)


@dataclass(frozen=True)
class LabelMap:
    """Which label, role and attribute of a corpus is which of ours.

    Attributes:
        labels: theirs -> ours; "" leaves out what has it. What is not named is ours of that name.
        roles: the same for roles.
        attributes: `Name` or `Name=Value` of theirs -> `name=value` of ours, or "" .
        ontology: ours.
        where: what gave the map, for messages.
    """

    ontology: Ontology
    labels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    where: str = "--labels"

    def __post_init__(self) -> None:
        known = {*self.ontology.entity_codes, *self.ontology.event_codes}
        for part, codes in (("labels", known), ("roles", set(self.ontology.role_codes))):
            for theirs, ours in getattr(self, part).items():
                if ours and ours not in codes:
                    raise InputError(
                        f"{theirs}={ours}: the ontology has no {ours} among its {part}",
                        where=self.where,
                    )
        for theirs, ours in self.attributes.items():
            name, _, value = ours.partition("=")
            if ours and value not in self.ontology.values(name):
                raise InputError(
                    f"{theirs}: {ours} is no attribute such as polarity=NEGATIVE of the ontology",
                    where=self.where,
                )

    def label(self, theirs: str, where: str) -> tuple[Layer, str] | None:
        """Layer and label of ours, or None where it is left out.

        Raises:
            InputError: nothing says what it is.
        """
        ours = self.labels.get(theirs, theirs)
        if not ours:
            return None
        if ours in self.ontology.entity_codes:
            return "entity", ours
        if ours in self.ontology.event_codes:
            return "event", ours
        raise InputError(
            f"label {theirs!r} is none of the ontology's",
            where=where,
            fix=f"say what it is: --labels {theirs}=CODE, or {theirs}= to leave it out",
        )

    def role(self, theirs: str, where: str) -> str | None:
        """Role of ours, or None where it is left out; a number behind it only tells two apart.

        Raises:
            InputError: nothing says what it is.
        """
        for name in (theirs, theirs.rstrip("0123456789")):
            ours = self.roles.get(name, name)
            if not ours:
                return None
            if ours in self.ontology.role_codes:
                return ours
        raise InputError(
            f"role {theirs!r} is none of the ontology's",
            where=where,
            fix=f"say what it is in a file for --labels, below roles: '{theirs}: CODE'",
        )

    def attribute(self, name: str, value: str | None) -> tuple[str, str] | None:
        """Attribute and value of ours, or None where there is none."""
        given = name if value is None else f"{name}={value}"
        ours = self.attributes.get(given, self.attributes.get(name, given))
        code, _, chosen = ours.partition("=")
        return (code, chosen) if chosen and chosen in self.ontology.values(code) else None

    def covered(self, theirs: Iterable[str]) -> tuple[str, ...]:
        """Labels of ours that a corpus with these labels looked for, in the ontology's order."""
        names = {*self.labels, *theirs}
        ours = {self.labels.get(name, name) for name in names}
        codes = (*self.ontology.entity_codes, *self.ontology.event_codes)
        return tuple(code for code in codes if code in ours)


def read_map(given: str | None, ontology: Ontology) -> LabelMap:
    """The map that `--labels` gives: `PER=PER,LOC=GPE,MISC=`, or a YAML file.

    The file has the sections labels, roles and attributes, each `theirs: ours`.

    Raises:
        InputError: it is neither, or names what the ontology lacks.
    """
    if not given:
        return LabelMap(ontology)
    if given.endswith((".yaml", ".yml")):
        parts = YamlFile(Path(given), InputError).parse(_File)
        named = {
            name: {theirs: ours or "" for theirs, ours in getattr(parts, name).items()}
            for name in ("labels", "roles", "attributes")
        }
        return LabelMap(ontology, **named, where=given)
    labels: dict[str, str] = {}
    for part in given.split(","):
        pair = _PAIR.fullmatch(part)
        if not pair:
            raise InputError(
                f"{part!r} is no pair such as LOC=GPE", where="--labels", fix="or name a YAML file"
            )
        if pair[1] in labels:
            raise InputError(f"{pair[1]} is there twice", where="--labels")
        labels[pair[1]] = pair[2]
    return LabelMap(ontology, labels)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read of a corpus.

    Attributes:
        annotations: one an article, each with its text, in the order of the files.
        lost: what the corpus says that an annotation does not hold, by kind; only what occurs.
    """

    annotations: tuple[Annotation, ...]
    lost: Mapping[str, int]


class Names:
    """Identities of a corpus's articles: each is given once."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def given(self, name: str, where: str) -> str:
        """doc_id of an article that has a name; one of 16 hex digits is a doc_id itself.

        Raises:
            InputError: the same doc_id came before.
        """
        position = self._given[name]
        self._given[name] += 1
        if _DOC_ID.fullmatch(name):
            if position:
                raise InputError(f"article {name} is there twice", where=where)
            return name
        return make_doc_id(position, given_id=name)

    def unnamed(self, file: str, position: int) -> str:
        """doc_id of an article without a name: by its file's bytes and its place in it."""
        return make_doc_id(position, file=file)


def annotation(
    doc_id: str,
    text: str,
    spans: Iterable[Span],
    relations: Iterable[Relation] = (),
    *,
    source: str,
    source_id: str | None,
    annotator: str | None,
    ontology: Ontology,
) -> Annotation:
    """An article's annotation, checked as at every border.

    Raises:
        InputError: it does not hold over the text.
    """
    made = Annotation(
        text_sha256=text_sha256(text),
        spans=ordered(spans),
        relations=tuple(sorted(set(relations))),
        doc_id=doc_id,
        source=source,
        source_id=source_id,
        text=text,
        annotator=annotator,
        ontology_version=ontology.version,
        guidelines_version=None,
    )
    wrong = problems(made, text, ontology)
    if wrong:
        raise InputError(f"{wrong[0].item}: {wrong[0].reason}", where=source)
    return made


def finished(
    annotations: Iterable[Annotation], covered: tuple[str, ...], lost: Counter[str]
) -> Imported:
    """All articles of a corpus, each with the labels that the corpus looked for."""
    return Imported(
        tuple(replace(item, labels_covered=covered) for item in annotations),
        {kind: lost[kind] for kind in sorted(lost) if lost[kind]},
    )


def decoded(path: Path) -> str:
    """A file's text, to the character.

    Raises:
        InputError: it is missing, empty, or not UTF-8 (with the byte).
    """
    try:
        data = whole(path)
    except OSError as problem:
        raise InputError(
            f"cannot be read ({problem.strerror})", where=str(path), fix="check the path"
        ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InputError(
            f"not UTF-8 at byte {problem.start} (0x{data[problem.start]:02x})",
            where=str(path),
            fix="convert the file to UTF-8",
        ) from None
