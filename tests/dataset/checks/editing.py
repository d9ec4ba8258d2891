"""Copies of a version with one thing changed, and the sums made right again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.manifest import file_entry, latest_version, read_manifest
from tests.support import ROOT

SEEDS = ROOT / "exports" / "seeds"
# In the latest version of the seeds.
DATA = "data/train-00000-of-00001.parquet"
SENTENCES = "sentences/train-00000-of-00001.parquet"
SPANS = "spans/train-00000-of-00001.parquet"
Row = dict[str, Any]
Rows = list[Row]


def seeds() -> Path:
    """The latest version that is committed."""
    return SEEDS / str(latest_version(SEEDS))


def reseal(version: Path) -> None:
    """Writes the sums anew, as somebody would who wants them to hold."""
    edit_json(version / "manifest.json", lambda manifest: None)
    manifest = read_manifest(version)
    manifest["files"] = {
        path.relative_to(version).as_posix(): file_entry(path)
        for path in sorted(version.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    (version / "manifest.json").write_text(json.dumps(manifest))


def edit_json(path: Path, change: Callable[[Any], object]) -> None:
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def loose(kind: Any) -> Any:
    """The type with nulls allowed everywhere."""
    if pa.types.is_list(kind):
        return pa.list_(loose(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(part.name, loose(part.type)) for part in kind])
    return kind


def edit(version: Path, name: str, change: Callable[[Rows], object]) -> None:
    """Changes the rows of a file, and the sums with them."""
    table = pq.read_table(version / name)
    rows = table.to_pylist()
    change(rows)
    fields = [pa.field(field.name, loose(field.type)) for field in table.schema]
    metadata: Any = table.schema.metadata
    schema = pa.schema(fields, metadata)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), version / name)
    reseal(version)


def edit_table(version: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Changes a file as a table, with its schema."""
    pq.write_table(change(pq.read_table(version / name)), version / name)
    reseal(version)
