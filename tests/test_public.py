"""The public names of the package."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module, metadata

import pytest

import annotate
from tests.support import ROOT, clean_environment


@pytest.mark.parametrize("name", annotate.__all__)
def test_a_public_name_is_there_and_described(name: str) -> None:
    value = getattr(annotate, name)
    if name == "__version__":
        assert value == metadata.version("annotate")
    else:
        assert value.__doc__
        assert getattr(import_module(value.__module__), name) is value


def test_the_names_that_type_checkers_see_are_those_that_are_loaded() -> None:
    tree = ast.parse((ROOT / "annotate" / "__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(annotate.__all__) == {*seen, "__version__"} == set(dir(annotate))
    assert {name: getattr(annotate, name).__module__ for name in seen} == seen


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'annotate' has no attribute 'nothing'"):
        annotate.nothing  # noqa: B018


def test_importing_the_package_loads_none_of_it() -> None:
    code = "import sys, annotate; print(*(m for m in sys.modules if m.startswith('annotate.')))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == []


def test_texts_are_pre_annotated_in_one_line() -> None:
    text = "قال المتحدث في بغداد إن الاجتماع انتهى."
    (annotation,) = annotate.preannotate([text])
    assert annotation.text == text
    assert ("بغداد", "GPE") in {(span.text, span.label) for span in annotation.spans}


def test_a_lone_surrogate_is_one_clear_error() -> None:
    with pytest.raises(annotate.AnnotateError, match="text 1: a lone surrogate stands at 1"):
        list(annotate.preannotate(["نص", "a\udc41"]))
