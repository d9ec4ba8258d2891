"""Lemmas of words that no table has, from a morphology database of camel-tools.

The databases are not part of this project: the user installs one (`camel_data -i
morphology-db-msa-r13`) or names a file in its format (Buckwalter's prefixes, stems and suffixes
with tables of what fits together). A word of several analyses has all their lemmas; which one is
meant, a trigger's conditions decide.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from annotate.arabic.clitics import PRONOUNS, Reading
from annotate.arabic.normalize import search_text
from annotate.errors import InputError
from annotate.heuristics.forms import Kind
from annotate.heuristics.triggers import Sense, Triggers

BUILTIN = "builtin"  # the default database of camel-tools
_INSTALL = "install one with 'camel_data -i morphology-db-msa-r13', or name a .db file"
# Part of speech of the database -> kinds of triggers that its words may be.
_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "verb": ("verb",),
    "noun": ("noun", "people", "participle"),
    "adj": ("participle", "people"),
}
# Proclitics of the database -> how they are written.
_CONJUNCTIONS = {"wa": "و", "fa": "ف"}
_PREPOSITIONS = {"bi": "ب", "li": "ل", "ka": "ك", "la": "ل", "sa": "س"}


class Lemma(NamedTuple):
    """One analysis of a word.

    Attributes:
        form: search form of the lemma: a verb's third person singular past, a noun's singular.
        kinds: kinds of triggers that the word may be.
        reading: the word's clitics; the stem is the lemma.
    """

    form: str
    kinds: tuple[Kind, ...]
    reading: Reading


Lemmas = Callable[[str], tuple[Lemma, ...]]


class TriggerLemmas:
    """Finds what a word may mean as a trigger by its lemma, where the table of forms lacks it."""

    def __init__(self, triggers: Triggers, lemmas: Lemmas) -> None:
        self._lemmas = lemmas
        self._senses: dict[tuple[str, Kind], set[Sense]] = {}
        for senses in triggers.forms.values():
            for sense in senses:
                self._senses.setdefault((sense.lemma, sense.kind), set()).add(sense)

    def senses(self, word: str) -> tuple[tuple[Sense, Reading], ...]:
        """Senses that a word may have, with its clitics; those with the fewest clitics first."""
        found: dict[Sense, Reading] = {}
        for lemma in sorted(self._lemmas(word), key=lambda lemma: lemma.reading.clitics):
            for kind in lemma.kinds:
                for sense in sorted(self._senses.get((lemma.form, kind), ()), key=_order):
                    found.setdefault(sense, lemma.reading)
        return tuple(found.items())


def _order(sense: Sense) -> tuple[object, ...]:
    return (*sense.order, sense.tests)


def load_lemmas(database: str) -> Lemmas:
    """A function from a word to its lemmas, from `BUILTIN`, an installed database, or a file.

    Raises:
        InputError: there is no such database, or it cannot be read.
    """
    path = Path(database)
    if path.suffix == ".db" and not path.is_file():
        raise InputError("there is no morphology database", where=database, fix=_INSTALL)
    try:
        analyzer = _analyzer(path if path.suffix == ".db" else None, database)
    except InputError:
        raise
    # The package raises whatever its reader stumbles over; the first import may want the network.
    except Exception as problem:
        raise InputError(
            f"the morphology database cannot be read ({type(problem).__name__}: {problem})",
            where=database,
            fix=_INSTALL,
        ) from None

    def lemmas(word: str) -> tuple[Lemma, ...]:
        return tuple(dict.fromkeys(_lemmas(analyzer.analyze(word))))

    return lemmas


def _analyzer(path: Path | None, name: str) -> Any:
    with _without_catalogue() if path is not None else nullcontext():
        from camel_tools.morphology.analyzer import Analyzer
        from camel_tools.morphology.database import MorphologyDB

    if path is not None:
        return Analyzer(MorphologyDB(str(path), "a"))
    installed = {entry.name for entry in MorphologyDB.list_builtin_dbs()}
    if name != BUILTIN and name not in installed:
        raise InputError(
            f"unknown morphology database {name!r}",
            fix=f"use one of {', '.join(sorted(installed))}, or {_INSTALL}",
        )
    return Analyzer(MorphologyDB.builtin_db(None if name == BUILTIN else name, "a"))


@contextmanager
def _without_catalogue() -> Iterator[None]:
    """Keeps the import of camel-tools' morphology from fetching its catalogue from the network.

    A database that is named by its file needs none; the import reads one all the same.
    """
    folder = Path(os.environ.get("CAMELTOOLS_DATA", Path.home() / ".camel_tools"))
    if (folder / "catalogue.json").exists():
        yield
        return
    import camel_tools

    before = os.environ.get("CAMELTOOLS_DATA")
    catalogue = {"version": camel_tools.__version__, "packages": {}, "components": {}}
    with tempfile.TemporaryDirectory(prefix="annotate-camel-") as empty:
        Path(empty, "catalogue.json").write_text(json.dumps(catalogue), "utf-8")
        os.environ["CAMELTOOLS_DATA"] = empty
        try:
            yield
        finally:
            if before is None:
                del os.environ["CAMELTOOLS_DATA"]
            else:
                os.environ["CAMELTOOLS_DATA"] = before


def _lemmas(analyses: list[dict[str, Any]]) -> Iterator[Lemma]:
    for analysis in analyses:
        kinds = _KINDS.get(str(analysis.get("pos")))
        if kinds is None:
            continue
        form = search_text(str(analysis.get("lex", "")).partition("_")[0])
        if not form:
            continue
        clitics = [str(analysis.get(f"prc{n}") or "0").partition("_")[0] for n in range(4)]
        tags = [str(analysis.get(f"prc{n}") or "0").partition("_")[2] for n in range(4)]
        conjunction = next((_CONJUNCTIONS[c] for c in clitics[2:] if c in _CONJUNCTIONS), "")
        preposition = _PREPOSITIONS.get(clitics[1], "")
        article = clitics[0] == "Al" or "det" in tags
        yield Lemma(
            form, kinds, Reading(form, conjunction, preposition, article, _ending(analysis))
        )


def _ending(analysis: dict[str, Any]) -> str:
    """The pronoun written on the word, or nothing."""
    code = str(analysis.get("enc0") or "0").partition("_")[0]
    written = _PRONOUNS.get(code, "")
    return written if written in PRONOUNS else ""


_PRONOUNS = {
    "3ms": "ه",
    "3fs": "ها",
    "3d": "هما",
    "3mp": "هم",
    "3fp": "هن",
    "2ms": "ك",
    "2fs": "ك",
    "2d": "كما",
    "2mp": "كم",
    "2fp": "كن",
    "1s": "ي",
    "1p": "نا",
}
