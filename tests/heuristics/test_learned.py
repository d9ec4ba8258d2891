"""What is damaged, from elsewhere, or learned otherwise ends the command with one clear line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from annotate.errors import InputError
from annotate.heuristics.learned import installed, read_learned, read_manifest
from annotate.heuristics.pipeline import VERSION, load_heuristics
from annotate.learning.store import learn, write
from annotate.ontology import load_ontology
from annotate.resources import resource
from tests.learning.test_lexicon import example, materials
from tests.support import ONTOLOGY, mark

NAMES = ("زوباري", "طيمودي", "جاسوقي", "سافوكي")


@cache
def made() -> Path:
    """A version that was learned from names of one type."""
    texts = [f"وصل {name} امس" for name in NAMES]
    examples = (
        example(text, mark(text, name, "PER")) for text, name in zip(texts, NAMES, strict=True)
    )
    return write(Path(mkdtemp()), learn(materials(*examples), ONTOLOGY))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A version of its own for each test."""
    folder = tmp_path / made().name
    shutil.copytree(made(), folder)
    return folder


def change(place: Path, **parts: object) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8")) | parts
    (place / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_what_was_learned_is_read(place: Path) -> None:
    found = read_learned(place)
    assert found.tagger is not None
    assert (found.version, found.heuristics) == (place.name, VERSION)
    assert found.known.labels["entity"] == {"PER"}
    assert load_heuristics(ONTOLOGY, learned=place).annotator.endswith(f"learned-{place.name}")


MODEL = "entity.crfsuite"
DAMAGE: list[tuple[Callable[[Path], object], str]] = [
    (lambda p: (p / MODEL).unlink(), "not the file that was learned"),
    (lambda p: (p / MODEL).write_bytes(b""), "not the file that was learned"),
    (lambda p: (p / MODEL).write_bytes((p / MODEL).read_bytes()[:100]), "not the file"),
    (lambda p: (p / "support.tsv").write_text("", "utf-8"), "not the file that was learned"),
    (lambda p: shutil.copy(p / MODEL, p / "event.crfsuite"), "not learned with the others"),
    (lambda p: (p / "manifest.json").unlink(), "cannot be read"),
    (lambda p: (p / "manifest.json").write_text("{", "utf-8"), "cannot be read"),
    (lambda p: (p / "manifest.json").write_bytes(b"\xff"), "cannot be read"),
    (lambda p: (p / "manifest.json").write_text("[]", "utf-8"), "not of format 1"),
    (lambda p: change(p, format=2), "not of format 1"),
    (lambda p: change(p, files=None), "'files' is missing"),
    (lambda p: change(p, labels=3), "'labels' is missing"),
    (lambda p: change(p, heuristics="0.1.0"), "learned with heuristics 0.1.0"),
    (lambda p: (p / "demoted.tsv").write_text("entity GPE x\n", "utf-8"), "tabs between"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGE)
def test_damage_is_one_clear_error(
    place: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(place)
    with pytest.raises(InputError, match=said) as caught:
        load_heuristics(ONTOLOGY, learned=place)
    assert "\n" not in str(caught.value)
    assert place.name in str(caught.value)


def test_labels_that_are_gone_are_named(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "ontology.yaml"
    shipped = resource("schemas", "ontology-conll.yaml").read_text("utf-8")
    path.write_text(shipped.replace("code: PER", "code: HUMAN"), "utf-8")
    with pytest.raises(InputError, match=r"no PER.*annotate learn"):
        load_heuristics(load_ontology(path), learned=place)


def test_which_one_is_in_use(place: Path) -> None:
    pointer = place.parent / "installed"
    assert installed(place.parent) is None
    for content, found in ((b"", None), (place.name.encode(), place)):
        pointer.write_bytes(content)
        assert installed(place.parent) == found
    for content in (b"../elsewhere", b"00000000", b"\xff\xfe", b".hidden"):
        pointer.write_bytes(content)
        with pytest.raises(InputError, match="--use none"):
            installed(place.parent)


def test_the_manifest_says_all_that_it_takes_to_learn_it_again(place: Path) -> None:
    manifest = read_manifest(place)
    assert manifest["data"]["articles"] == len(NAMES)
    assert manifest["settings"]["max_iterations"] == 100
    assert manifest["lexicon"]["count"] == 2
    assert set(manifest["files"]) >= {MODEL, "support.tsv"}
