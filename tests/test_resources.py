"""The data that ships with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from annotate import resources
from annotate.errors import AnnotateError
from annotate.resources import resource
from tests.support import ROOT


@pytest.mark.parametrize(
    "parts",
    [
        ("schemas", "ontology.yaml"),
        ("schemas", "cleaning.yaml"),
        ("schemas", "annotation.schema.json"),
        ("seeds",),
        ("seeds", "annotations", "pass_a.jsonl"),
    ],
)
def test_a_checkout_has_them_beside_the_package(parts: tuple[str, ...]) -> None:
    assert resource(*parts) == ROOT.joinpath(*parts)


def test_a_wheel_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "annotate"
    inside = package / "_data" / "schemas"
    inside.mkdir(parents=True)
    (inside / "ontology.yaml").touch()
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "ontology.yaml").touch()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resource("schemas", "ontology.yaml") == inside / "ontology.yaml"


def test_the_wheel_takes_along_what_is_asked_for() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    forced = build["targets"]["wheel"]["force-include"]
    assert forced == {name: f"annotate/_data/{name}" for name in ("schemas", "seeds")}


def test_what_is_missing_is_said() -> None:
    with pytest.raises(AnnotateError) as caught:
        resource("schemas", "missing.yaml")
    assert str(caught.value) == (
        f"{ROOT / 'annotate'}: the installation lacks schemas/missing.yaml; "
        "install the package again"
    )
