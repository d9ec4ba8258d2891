"""The table of word forms: what verbs, nouns and participles of the lexicons look like in texts.

It is made when the lexicons change (build_forms.py) and read at every start. It names the SHA-256
of what it was made from: where that has changed, the table is not used, and forms are made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, cast

from annotate.errors import RulesError
from annotate.storage import file_sha256

Kind = Literal["verb", "noun", "participle", "people", "word", "phrase"]
FILE = "forms.tsv"
HEADER = ("event", "kind", "lemma", "root", "form", "entry", "when", "forms")
NO_EVENT = "-"  # event type of the verbs of words.yaml
_SOURCES = ("triggers.yaml", "words.yaml")  # in the folder
_CODE = ("conjugate.py", "derive.py", "expand.py", "orthography.py", "roots.py")  # beside this one
_BETWEEN = ", "
_MARK = "# sha256"


class Row(NamedTuple):
    """A line of the table: an entry of a lexicon in all its forms.

    Attributes:
        event: code of the event type, or `NO_EVENT`.
        kind: what the entry is.
        lemma: search form of the entry's first word.
        root, form: of the lemma, form I with its vowels; empty where the lexicon does not say.
        entry: as the lexicon has it, or as it is derived: a verb's past and present.
        when: conditions, as `conditions.when_of` writes them.
        forms: search forms, sorted; a phrase is one form of two words.
    """

    event: str
    kind: Kind
    lemma: str
    root: str
    form: str
    entry: str
    when: str
    forms: tuple[str, ...]

    def line(self) -> str:
        """The line in the file."""
        return "\t".join((*self[:-1], _BETWEEN.join(self.forms)))


def sums(folder: Path) -> list[str]:
    """What the table says of its sources: a line for each, with its SHA-256."""
    files = [folder / name for name in _SOURCES]
    files += [Path(__file__).with_name(name) for name in _CODE]
    return [f"{_MARK} {file.name} {file_sha256(file)}" for file in files]


def is_current(folder: Path) -> bool:
    """Whether a lexicon folder has a table, made from what the folder holds now."""
    try:
        with (folder / FILE).open(encoding="utf-8") as lines:
            said = [line.rstrip("\n") for line in _head(lines) if line.startswith(_MARK)]
        return said == sums(folder)
    except OSError:
        return False


def _head(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line


def read_forms(folder: Path) -> list[Row] | None:
    """The table of a lexicon folder, or None where there is none that is current.

    Raises:
        RulesError: the table was changed by hand.
    """
    if not is_current(folder):
        return None
    path = folder / FILE
    rows = []
    header = True
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(HEADER) or (header and cells != [*HEADER]):
            where = f"{path}:{number}"
            raise RulesError("this is no line of the table", where=where, fix="run: make generate")
        if not header:
            *said, forms = cells
            event, kind, lemma, root, form, entry, when = said
            found = tuple(forms.split(_BETWEEN))
            rows.append(Row(event, cast(Kind, kind), lemma, root, form, entry, when, found))
        header = False
    return rows
