"""One tree of errors; whatever the tool refuses, it refuses with one of these.

AnnotateError
|-- InputError        an article or annotation file cannot be read
|-- OntologyError     the ontology is not valid
|-- RulesError        cleaning rules or a lexicon are not valid
|-- SettingsError     annotate.toml or the environment is not valid
|-- SpanError         offsets, text and hash do not agree
|-- WorkspaceError    the local state is locked or damaged
|-- ServerError       the labeling server refused or cannot be used
|   |-- ServerDown    nothing answers at the address
|   `-- AccessDenied  the token is wrong
`-- DatasetError      a dataset version cannot be built or is not sound
"""

from __future__ import annotations


class AnnotateError(Exception):
    """Something the user can act on: what is wrong, where, and what to do.

    `str(error)` is one line, `where: what; fix`, whatever the parts hold.
    """

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.fix:
            line = f"{line}; {self.fix}"
        return " ".join(line.split())


class InputError(AnnotateError):
    """An article or annotation file cannot be read."""


class OntologyError(AnnotateError):
    """The ontology is not valid."""


class RulesError(AnnotateError):
    """Cleaning rules or a lexicon are not valid."""


class SettingsError(AnnotateError):
    """annotate.toml, or the environment, is not valid."""


class SpanError(AnnotateError):
    """Offsets, text and hash do not agree."""


class WorkspaceError(AnnotateError):
    """The local state is locked or damaged."""


class ServerError(AnnotateError):
    """The labeling server refused, or cannot be used."""


class ServerDown(ServerError):
    """Nothing answers at the server's address."""


class AccessDenied(ServerError):
    """The server does not accept the token."""


class DatasetError(AnnotateError):
    """A dataset version cannot be built, or is not sound."""
