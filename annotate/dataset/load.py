"""Reads a dataset version back, in one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotate.dataset.manifest import DATA, latest_version, read_manifest
from annotate.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd


def load_dataset(path: str | Path, split: str | None = None) -> pd.DataFrame:
    """A dataset version as a pandas frame, one row an article.

    Args:
        path: a version's folder, or the dataset's folder (then its latest version).
        split: train, validation or test; None gives all, with a column `split`.

    Raises:
        DatasetError: there is no such version or split.
    """
    import pandas as pd

    folder = Path(path)
    latest = latest_version(folder)
    folder = folder / latest if latest else folder
    read_manifest(folder)
    files = {
        file.name.partition("-")[0]: file for file in sorted((folder / DATA).glob("*.parquet"))
    }
    if not files:
        raise DatasetError("the version has no data", where=str(folder))
    if split is not None:
        if split not in files:
            raise DatasetError(f"no split {split}; there are {', '.join(files)}", where=str(folder))
        return pd.read_parquet(files[split])
    frames = [pd.read_parquet(file).assign(split=name) for name, file in files.items()]
    return pd.concat(frames, ignore_index=True)
