"""Converts a version: chooses files and layers, writes whole files or folders or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from annotate.dataset.convert.reading import data_files, read_documents
from annotate.dataset.reference import version_at
from annotate.errors import DatasetError
from annotate.ontology import Ontology
from annotate.storage import atomic_writer, make_folders, remove_empty, sync_folder

FORMATS = ("conll", "docbin", "brat", "jsonl", "oneie", "gliner", "instructions")
_MODULES = {"instructions": "instruction"}
Layer = Literal["entities", "events"]


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion wrote.

    Attributes:
        version: the folder that was read.
        files: what was written (for brat, folders), with the number of articles in each.
        lost: what the format does not hold of them, by kind; only kinds that occur.
    """

    version: Path
    files: Mapping[str, int]
    lost: Mapping[str, int]

    @property
    def articles(self) -> int:
        return sum(self.files.values())


def convert(
    path: str | Path,
    to: str,
    out: Path,
    *,
    split: str | None = None,
    layer: Layer | None = None,
    ontology: Ontology,
) -> Converted:
    """Writes a version in another format.

    Args:
        path: the version (`reference.version_at`).
        to: one of `FORMATS`.
        out: with `split` the file (for brat the folder) to write; else a folder that gets one file
            (for brat one folder) a split. A folder must not be there yet.
        split: which one; None gives all that there are.
        layer: entities or events only; None gives both, but for conll, which holds one: entities.
        ontology: of the instructions' wording; the other formats need none.

    Raises:
        DatasetError: there is no such version or split, the folder is there already, a row does not
            hold, or the format's library is missing. Then nothing is written.
    """
    if to not in FORMATS:
        raise DatasetError(f"there is no format {to}; there are {', '.join(FORMATS)}")
    version = version_at(path)
    files = data_files(version)
    if split is not None and split not in files:
        raise DatasetError(f"no split {split}; there are {', '.join(files)}", where=str(version))
    module: Any = import_module(f"annotate.dataset.convert.{_MODULES.get(to, to)}")
    options: dict[str, Any] = {"entities": layer != "events", "events": layer != "entities"}
    if to == "conll":
        options = {"events": layer == "events"}
    if to == "instructions":
        options["ontology"] = ontology
    lost: Counter[str] = Counter()
    written: dict[str, int] = {}

    def write(name: str, target: Path) -> None:
        documents = read_documents(files[name])
        if to == "brat":
            target.mkdir()
            count, gone = module.write(documents, target, **options)
        else:
            with atomic_writer(target) as file:
                count, gone = module.write(documents, file, **options)
        lost.update(gone)
        written[name] = count

    if split is not None:
        if to == "brat":
            _whole_folder(out, lambda work: write(split, work / out.name), inner=out.name)
        elif out.is_dir():
            raise DatasetError("this is a folder; with a split, name a file", where=str(out))
        else:
            write(split, out)
        return Converted(version, {str(out): written[split]}, _sorted(lost))

    def write_all(work: Path) -> None:
        for name in files:
            write(name, work / f"{name}{module.SUFFIX}")

    _whole_folder(out, write_all)
    suffix = module.SUFFIX
    found = {str(out / f"{name}{suffix}"): count for name, count in written.items()}
    return Converted(version, found, _sorted(lost))


def _whole_folder(out: Path, fill: Callable[[Path], None], inner: str | None = None) -> None:
    """A folder that takes its place when it is whole; `inner` is the part of it that does."""
    taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if taken:
        raise DatasetError("this is there already", where=str(out), fix="name a new folder")
    made = make_folders(out.parent)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        fill(work)
        whole = work / inner if inner else work
        for folder in (whole, *(p for p in whole.rglob("*") if p.is_dir())):
            folder.chmod(0o755)
            sync_folder(folder)
        whole.replace(out)  # an empty folder gives way
        sync_folder(out.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        remove_empty(made)
        raise
    shutil.rmtree(work, ignore_errors=True)


def _sorted(lost: Counter[str]) -> dict[str, int]:
    return {kind: lost[kind] for kind in sorted(lost) if lost[kind]}
