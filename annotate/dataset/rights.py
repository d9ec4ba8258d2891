"""Texts that a version may not hold: putting them back from one's own copies, held to their hash.

A version without texts has offsets, hashes and URLs; whoever has the articles gets the rest: texts,
tokens and surfaces are cut out of a text that has the very hash that the offsets refer to.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.manifest import FOLDERS, MANIFEST, file_entry, published, read_manifest
from annotate.dataset.merging import unreadable
from annotate.dataset.shipment import parse
from annotate.dataset.writer import Limits, ShardWriter
from annotate.errors import DatasetError
from annotate.storage import canonical_json, sync_folder, text_sha256, write_text

_SPANS = ("entities", "events", "deleted")
_ONE_FILE = Limits(shard_rows=1 << 62, shard_bytes=1 << 62)
REHYDRATED = "rehydrated"  # in the manifest


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """What putting the texts back did.

    Attributes:
        path: the new folder.
        found: articles whose text is there again.
        missing: doc_id and source (URL, if there is one) of the others.
    """

    path: Path
    found: int
    missing: tuple[tuple[str, str | None], ...]


def rehydrate(
    table: pa.Table, texts: Mapping[str, str], hash_of: Mapping[str, str] | None = None
) -> pa.Table:
    """One of a version's four tables with the texts that are known; the other rows stay.

    Args:
        texts: by SHA-256 of their UTF-8 (64 hex digits).
        hash_of: doc_id -> that hash, for the table of spans, which does not say it.

    Raises:
        DatasetError: a text has another hash than its key, or an offset is outside of its text.
    """
    rows = [_with(row, texts, hash_of or {}) for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=table.schema)


def _with(
    row: dict[str, Any], texts: Mapping[str, str], hash_of: Mapping[str, str]
) -> dict[str, Any]:
    sha256 = row["text_sha256"] if "text_sha256" in row else hash_of.get(row["doc_id"])
    text = None if sha256 is None else texts.get(sha256)
    if text is None:
        return row
    if text_sha256(text) != sha256:
        raise DatasetError("a text has another hash than it is given by", where=str(sha256))

    def cut(start: int, end: int) -> str:
        if not 0 <= start < end <= len(text):
            raise DatasetError(
                f"offsets {start}:{end} are not inside the text", where=f"article {row['doc_id']}"
            )
        return text[start:end]

    found = dict(row)
    is_piece = "start" in row  # a sentence or a span; else a whole article
    if "text" in found:
        found["text"] = cut(row["start"], row["end"]) if is_piece else text
    if "tokens" in found:
        places = zip(row["token_starts"], row["token_ends"], strict=True)
        found["tokens"] = [cut(start, end) for start, end in places]
    for name in _SPANS:
        if name in found:
            found[name] = [{**s, "text": cut(s["start"], s["end"])} for s in found[name]]
    return found


def articles(version: Path) -> dict[str, tuple[str, str | None]]:
    """Of each article of a version (doc_id) the hash of its text, and its source.

    Raises:
        DatasetError: this is no version, or a file cannot be read.
    """
    read_manifest(version)
    found: dict[str, tuple[str, str | None]] = {}
    for path in sorted((version / FOLDERS["articles"]).glob("*.parquet")):
        columns = ["doc_id", "source", "text_sha256"]
        try:
            rows = pq.read_table(path, columns=columns).to_pylist()
        except (pa.ArrowException, OSError, KeyError) as problem:
            raise unreadable(path, problem) from None
        for row in rows:
            found[row["doc_id"]] = (row["text_sha256"], row["source"])
    if not found:
        raise DatasetError("the version has no data", where=str(version))
    return found


def rehydrate_version(version: Path, texts: Mapping[str, str], out: Path) -> Rehydrated:
    """Writes a copy of a version with its texts, as far as they are known.

    Its rows are those of the version with texts, where they are known, in the same row groups. The
    manifest says what the copy is of.

    Args:
        texts: by SHA-256 of their UTF-8.
        out: the new folder.

    Raises:
        DatasetError: the folder is there already, or the version is no sound one.
    """
    if out.exists():
        raise DatasetError("this is there already", where=str(out), fix="name a new folder")
    manifest = read_manifest(version)
    # Names of files are a stranger's word: none may lead out of the new folder.
    path = version / MANIFEST
    own = {"name": manifest["name"], "version": manifest["version"]}
    names = [entry.name for entry in parse(path.read_bytes(), str(path), **own).entries]
    wanted = articles(version)
    hash_of = {doc_id: sha256 for doc_id, (sha256, _) in wanted.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name in names:
            source, target = version / name, work / name
            if not source.is_file() or not source.resolve().is_relative_to(version.resolve()):
                raise DatasetError("a file is missing", where=str(source), fix="annotate verify")
            target.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith(".parquet"):
                _write(target, (rehydrate(g, texts, hash_of) for g in _groups(source)))
            else:
                shutil.copyfile(source, target)
        entries = {name: file_entry(work / name) for name in names}
        missing = tuple((d, source) for d, (sha, source) in wanted.items() if sha not in texts)
        found = len(wanted) - len(missing)
        about = {"found": found, "missing": len(missing), "of": file_entry(version / MANIFEST)}
        made = {**manifest, "texts": True, "files": entries, REHYDRATED: about}
        write_text(work / MANIFEST, canonical_json(made, indent=2) + "\n")
        for folder in (work, *(path for path in work.rglob("*") if path.is_dir())):
            sync_folder(folder)
        work.chmod(0o755)
        published(work, out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return Rehydrated(out, found, missing)


def _groups(path: Path) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number)
    except (pa.ArrowException, OSError) as problem:
        raise unreadable(path, problem) from None


def _write(target: Path, groups: Iterable[pa.Table]) -> None:
    """Row groups as they were, in one file, with the options that versions are written with."""
    writer = ShardWriter(target.parent, target.stem, _ONE_FILE)
    try:
        for group in groups:
            writer.write(group)
        made = writer.close()
    except BaseException:
        writer.abandon()
        raise
    if len(made) != 1:
        raise DatasetError("the file has no rows", where=target.name)
    made[0].rename(target)
