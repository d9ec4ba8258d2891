"""Finds the data that ships with the package, in a wheel as well as in a checkout."""

from __future__ import annotations

from pathlib import Path

from annotate.errors import AnnotateError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, such as `resource("schemas", "ontology.yaml")`.

    An installed wheel carries `schemas/` and `seeds/` in `annotate/_data/`; a checkout has them
    beside the package.

    Raises:
        AnnotateError: the installation lacks it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise AnnotateError(
        f"the installation lacks {'/'.join(parts)}",
        where=str(_PACKAGE),
        fix="install the package again",
    )
