"""What was learned from annotations, as one folder: the tagger, counts, a lexicon and demotions.

    manifest.json       data, settings, scores on held-out articles, SHA-256 of the files
    entity.crfsuite     the tagger's models, where there was something to learn
    event.crfsuite
    support.tsv         how often rules and tagger were right, together and alone
    lexicon/            names and trigger words, a lexicon like one's own
    demoted.tsv         lexicon entries that people keep deleting

A folder is named after a fingerprint of its contents. `installed` beside it names the one in use.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from annotate.errors import InputError
from annotate.heuristics.support import FILE as SUPPORT
from annotate.heuristics.support import Support, read_rows
from annotate.heuristics.tagger import SUFFIX, Tagger, open_tagger
from annotate.spans import LAYERS, Layer
from annotate.storage import file_sha256

MANIFEST = "manifest.json"
INSTALLED = "installed"
LEXICON = "lexicon"
DEMOTED = "demoted.tsv"
FORMAT = 1
_AGAIN = "learn again: annotate learn"


@dataclass(frozen=True, slots=True)
class Known:
    """What a tagger is asked for.

    Attributes:
        labels: of each layer, those that it was taught.
        version: stands in the origin of its spans.
    """

    labels: Mapping[Layer, frozenset[str]]
    version: str


Demoted = frozenset[tuple[str, str, str]]  # layer, label, entry


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A folder, read.

    Attributes:
        version: the fingerprint that names it, with one of the demotions if they were edited.
        tagger: its models, or None.
        support: its counts.
        known: the labels that the tagger was taught.
        demoted: lexicon entries that propose nothing any more.
        lexicon: the folder of its lexicon, or None.
        heuristics: the version of the rules beside which it was learned.
    """

    version: str
    tagger: Tagger | None
    support: Support
    known: Known
    demoted: Demoted = frozenset()
    lexicon: Path | None = None
    heuristics: str = ""


def installed(folder: Path) -> Path | None:
    """The folder in use among those that were learned, or None.

    Raises:
        InputError: it is not there.
    """
    pointer = folder / INSTALLED
    if not pointer.is_file():
        return None
    name = pointer.read_text("utf-8", errors="replace").strip()
    if not name:
        return None
    if "/" in name or name.startswith(".") or not (folder / name / MANIFEST).is_file():
        raise InputError(
            f"there is no {name!r} beside it",
            where=str(pointer),
            fix="name another one, or none: annotate learn --use none",
        )
    return folder / name


@cache
def read_learned(folder: Path) -> Learned:
    """What is in a folder; its lexicon and demotions may have been edited, the other files not.

    Raises:
        InputError: a file is missing, is not the one that was learned, or is none of it.
    """
    manifest = read_manifest(folder)
    for name, sha256 in manifest["files"].items():
        path = folder / name
        if not _may_be_edited(name) and (not path.is_file() or file_sha256(path) != sha256):
            raise InputError("this is not the file that was learned", where=str(path), fix=_AGAIN)
    for path in sorted(folder.glob(f"*.{SUFFIX}")):
        if path.name not in manifest["files"]:
            raise InputError(
                "this model was not learned with the others", where=str(path), fix="take it away"
            )
    lexicon = folder / LEXICON
    tagger = open_tagger(folder)
    labels = {
        layer: frozenset(manifest["labels"].get(layer, ()))
        for layer in LAYERS
        if tagger is not None and layer in tagger.labels
    }
    version = f"{folder.name}{_edited(folder / DEMOTED, manifest['files'].get(DEMOTED))}"
    return Learned(
        version,
        tagger,
        Support(read_rows(folder / SUPPORT)),
        Known(labels, version),
        read_demoted(folder / DEMOTED),
        lexicon if any(lexicon.glob("*.yaml")) else None,
        manifest["heuristics"],
    )


def _edited(path: Path, learned: str | None) -> str:
    """What tells edited demotions from those that were learned; the lexicon has a mark of its own.

    Args:
        learned: SHA-256 of the file as it was learned, None if there was none.
    """
    now = file_sha256(path) if path.is_file() else None
    return "" if now == learned else f"-{(now or 'undone')[:6]}"


def _may_be_edited(name: str) -> bool:
    return name == DEMOTED or name.startswith(f"{LEXICON}/")


def check_fits(learned: Learned, heuristics: str, codes: Mapping[Layer, Collection[str]]) -> None:
    """Raises InputError where the rules or the labels are no more those that it was learned with.

    Args:
        heuristics: version of the rules; others give other features, and other counts.
        codes: the labels of the ontology, by layer.
    """
    gone = [
        label
        for layer, labels in learned.known.labels.items()
        for label in sorted(labels.difference(codes[layer]))
    ]
    wrong = f"the ontology has no {', '.join(gone)}" if gone else ""
    if learned.heuristics not in ("", heuristics):
        wrong = f"it was learned with heuristics {learned.heuristics}, and these are {heuristics}"
    if wrong:
        raise InputError(
            wrong,
            where=f"what was learned, {learned.version}",
            fix="learn again (annotate learn), or do without (annotate learn --use none)",
        )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder.

    Raises:
        InputError: it cannot be read, or is of another format.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(f"cannot be read ({problem})", where=str(path), fix=_AGAIN) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"not of format {FORMAT}", where=str(path), fix=_AGAIN)
    kinds = {"heuristics": str, "files": dict, "labels": dict, "data": dict, "lexicon": dict}
    for part, kind in kinds.items():
        if not isinstance(manifest.get(part), kind):
            raise InputError(f"{part!r} is missing", where=str(path), fix=_AGAIN)
    return manifest


def read_demoted(path: Path) -> Demoted:
    """The demoted entries of a file: layer, label and entry, then figures for who reviews them.

    Raises:
        InputError: with file and line.
    """
    found: set[tuple[str, str, str]] = set()
    if not path.is_file():
        return frozenset()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) < 3 or cells[0] not in LAYERS:
            raise InputError(
                "no layer, label and entry, with tabs between", where=f"{path}:{number}"
            )
        found.add((cells[0], cells[1], cells[2]))
    return frozenset(found)
