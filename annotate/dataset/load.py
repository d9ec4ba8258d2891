"""Reads a dataset version back, in one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from annotate.dataset.manifest import FOLDERS, files_of, read_manifest
from annotate.dataset.reference import version_at
from annotate.errors import DatasetError
from annotate.settings_values import SPLITS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Table = Literal["articles", "sentences", "annotations", "spans"]


@overload
def load_dataset(
    path: str | Path,
    split: str | None = None,
    table: Table = "articles",
    *,
    as_arrow: Literal[False] = False,
) -> pd.DataFrame: ...
@overload
def load_dataset(
    path: str | Path,
    split: str | None = None,
    table: Table = "articles",
    *,
    as_arrow: Literal[True],
) -> pa.Table: ...
def load_dataset(
    path: str | Path,
    split: str | None = None,
    table: Table = "articles",
    *,
    as_arrow: bool = False,
) -> pd.DataFrame | pa.Table:
    """A table of a dataset version, as a pandas frame or an Arrow table.

    Args:
        path: a version's folder, or the dataset's folder (then its latest version); or, as the
            commands take them, NAME@VERSION or NAME of a dataset in dataset.folder of the settings.
        split: train, validation or test; None gives all, with a column `split`. `annotations` has
            no splits: a document's readers are where the document is.
        table: articles (one row an article), sentences, spans, or annotations (one row for each
            annotator and article).
        as_arrow: give an Arrow table, with the columns' documentation in its schema.

    Raises:
        DatasetError: there is no such version, table or split, or a file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from annotate.dataset.merging import unreadable

    folder = version_at(path)
    read_manifest(folder)
    files = _files(folder, table)
    if split is not None and split not in files:
        raise DatasetError(
            f"no split {split} of {table}; there are {', '.join(files)}", where=str(folder)
        )
    found = []
    for name, paths in files.items():
        if split not in (None, name):
            continue
        for file in paths:
            try:
                rows = pq.read_table(file)
            except (pa.ArrowException, OSError) as problem:
                raise unreadable(file, problem) from None
            if split is None and name in SPLITS:
                rows = rows.append_column("split", pa.array([name] * len(rows), pa.string()))
            found.append(rows)
    together = pa.concat_tables(found)
    return together if as_arrow else together.to_pandas()


def _files(folder: Path, table: str) -> dict[str, list[Path]]:
    """Files by split, in the order of the splits."""
    if table not in FOLDERS:
        raise DatasetError(f"no table {table}; there are {', '.join(FOLDERS)}", where=str(folder))
    files = files_of(folder, table)
    if not files:
        raise DatasetError(f"the version has no {table}", where=str(folder))
    return files
