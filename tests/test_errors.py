"""The tree of errors and its one-line messages."""

from __future__ import annotations

import inspect
import re

from hypothesis import given
from hypothesis import strategies as st

from annotate import errors
from annotate.errors import AnnotateError
from tests.support import PROPERTY

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def test_there_is_one_root() -> None:
    assert all(issubclass(kind, AnnotateError) for kind in CLASSES)


def test_the_docstring_draws_the_tree() -> None:
    drawn: list[tuple[int, str]] = [
        (match.start(1) // 4, match[1])
        for line in (errors.__doc__ or "").splitlines()
        if (match := re.match(r"[| `-]*?([A-Z]\w+)(?:\s{2,}|$)", line))
    ]
    parents: dict[str, str | None] = {}
    above: list[str] = []
    for depth, name in drawn:
        above[depth:] = [name]
        parents[name] = above[depth - 1] if depth else None
    bases = {
        kind.__name__: kind.__mro__[1].__name__ for kind in CLASSES if kind is not AnnotateError
    }
    assert parents == {"AnnotateError": None, **bases}


def test_the_message_says_where_what_and_what_to_do() -> None:
    assert str(AnnotateError("it is empty", where="a.txt:3", fix="fill it")) == (
        "a.txt:3: it is empty; fill it"
    )
    assert str(AnnotateError("it is empty")) == "it is empty"


@given(st.text(), st.none() | st.text(), st.none() | st.text())
@PROPERTY
def test_the_message_is_one_line(what: str, where: str | None, fix: str | None) -> None:
    assert len(str(AnnotateError(what, where=where, fix=fix)).splitlines()) <= 1
