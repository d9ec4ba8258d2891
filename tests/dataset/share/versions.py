"""Small versions to send about: files with a manifest, of no content in particular."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILES = {
    "README.md": b"a card\n",
    "data/train-00000-of-00002.parquet": bytes(range(256)) * 9,
    "data/train-00001-of-00002.parquet": b"",
    "schema.json": "مخطط".encode(),
}


def manifest(
    files: Mapping[str, bytes] = FILES, name: str = "news", version: str = "1.0.0", **about: Any
) -> bytes:
    listed = {
        file: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for file, data in files.items()
    }
    values = {"name": name, "version": version, "counts": {"articles": 2}, **about}
    return json.dumps({"files": listed, **values}).encode()


def version(
    folder: Path,
    number: str = "1.0.0",
    files: Mapping[str, bytes] = FILES,
    name: str = "news",
    **about: Any,
) -> Path:
    """A version below a folder of datasets."""
    path = folder / name / number
    for file, data in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(data)
    (path / "manifest.json").write_bytes(manifest(files, name, number, **about))
    return path
