"""Which version somebody names: by a folder, or by the name of a dataset."""

from __future__ import annotations

from pathlib import Path

from annotate.dataset.manifest import MANIFEST, latest_version
from annotate.dataset.shipment import is_reference, split_reference
from annotate.errors import DatasetError
from annotate.settings import load_settings


def version_at(reference: str | Path, datasets: Path | None = None) -> Path:
    """The folder of a version.

    Args:
        reference: a version's folder; a dataset's folder (then its latest version); NAME@VERSION;
            or NAME (then the latest). What is there as a folder wins over a name.
        datasets: the folder with the datasets that are named; None: the settings say which
            (dataset.folder of annotate.toml in the working folder, else `exports`).

    Raises:
        DatasetError: there is none.
        SettingsError: the settings are needed, and are not valid.
    """
    path = Path(reference)
    if (path / MANIFEST).is_file():
        return path
    latest = latest_version(path)
    if latest is not None:
        return path / latest
    if not is_reference(str(reference)):
        raise DatasetError(
            f"this is no dataset version: there is no {MANIFEST}",
            where=str(reference),
            fix="give a folder such as exports/NAME/1.0.0, or NAME@VERSION",
        )
    name, version = split_reference(str(reference))
    dataset = (load_settings().dataset.folder if datasets is None else datasets) / name
    version = version or latest_version(dataset)
    if version is None or not (dataset / version / MANIFEST).is_file():
        raise DatasetError(
            "there is no such version",
            where=str(reference),
            fix="annotate datasets list says which there are",
        )
    return dataset / version
