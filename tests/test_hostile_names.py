"""Names that want out of their folder, and XML that wants to grow: refused wherever they come."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from annotate.corpus.article import make_doc_id
from annotate.dataset.manifest import is_version
from annotate.dataset.shipment import is_name, parse, split_reference
from annotate.errors import DatasetError
from annotate.labeling.interface import interface_names
from annotate.labeling.interfaces import offered
from annotate.settings_values import DatasetSettings
from tests.support import PROPERTY, ROOT

PARTS = ("..", ".", "/", "\\", "\0", "~", "news", "1.0.0", "C:", "%2e%2e", "\n", " ", "é", "\u202e")
NAMES = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=6).map("".join)


def is_inside(name: str) -> bool:
    """Whether a folder of this name lies directly in its parent, on any system."""
    return Path("/base", name).parent == Path("/base") and not set(name) & set('\\/:\0\n<>|"*?')


@given(NAMES)
@example("..")
@example("news\n")
@example("news/../..")
@PROPERTY
def test_a_datasets_name_and_version_stay_in_their_folder(name: str) -> None:
    try:
        accepted = DatasetSettings(name=name).name == name
    except ValidationError:
        accepted = False
    for taken in (accepted, is_name(name), is_version(name)):
        if taken:
            assert is_inside(name)
            assert name.isascii()
            assert name not in (".", "..", "")
    try:
        found = split_reference(name)
    except DatasetError:
        pass
    else:
        assert is_name(found[0])
        assert found[1] is None or is_version(found[1])


@given(NAMES, NAMES | st.none())
@PROPERTY
def test_an_articles_name_is_a_hash_whatever_it_was_called(given_id: str, url: str | None) -> None:
    doc_id = make_doc_id(0, url=url or None, given_id=given_id or "x")
    assert len(doc_id) == 16
    assert set(doc_id) <= set("0123456789abcdef")


@given(NAMES)
@PROPERTY
def test_a_file_of_a_fetched_version_stays_in_it(name: str) -> None:
    manifest = {
        "name": "news",
        "version": "1.0.0",
        "files": {name: {"sha256": "0" * 64, "bytes": 1}},
    }
    try:
        shipment = parse(json.dumps(manifest).encode(), "here", name="news", version="1.0.0")
    except DatasetError:
        return
    (entry,) = shipment.entries
    inside = Path("/base", entry.name)
    assert inside.is_relative_to("/base")
    assert ".." not in inside.parts
    assert all(is_inside(part) for part in entry.name.split("/"))


# XML

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 50}">' for n in range(12))
BOMBS = {
    "entities": f"<!DOCTYPE x [{LAUGHS}]><View><Header value='&a11;'/></View>",
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><View>&e;</View>',
    "an address": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><View/>',
    "deep": "<View>" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_xml_of_a_server_is_read_without_entities(name: str) -> None:
    assert interface_names(BOMBS[name]) == {}
    assert offered(BOMBS[name]) == ()


def modules() -> list[Path]:
    return sorted((ROOT / "annotate").rglob("*.py"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def called(path: Path) -> set[str]:
    """What is called, by its last two names: `csv.writer`, or `.extractall` of anything."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            found.add(f"{of.id if isinstance(of, ast.Name) else ''}.{node.func.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
    return found


def imported(path: Path) -> set[str]:
    return {
        f"{node.module}.{alias.name}"
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_xml_is_read_by_the_safe_library_only() -> None:
    unsafe = {"fromstring", "parse", "iterparse", "XML", "XMLParser", "XMLPullParser"}
    for path in modules():
        taken = {name for name in imported(path) if name.startswith("xml.")}
        assert not {name.rpartition(".")[2] for name in taken} & unsafe, path
    assert any("defusedxml.ElementTree.fromstring" in imported(path) for path in modules())


def test_nothing_is_written_for_spreadsheets_or_unpacked_by_a_library() -> None:
    """Who adds one has to guard cells against formulas, or members against paths."""
    writes = ("csv.writer", "csv.DictWriter", ".to_csv", ".to_excel", "write_csv")
    unpacks = (".extractall", ".extract", "shutil.unpack_archive", "zipfile.ZipFile")
    runs = ("eval", "exec", "pickle.load", "pickle.loads", "yaml.load", "os.system")
    for path in modules():
        for name in called(path):
            assert not name.endswith((*writes, *unpacks)), path
            assert name not in runs, path
    names = {name for path in modules() for name in called(path)}
    assert {"csv.DictReader", "yaml.SafeLoader"} <= names  # calls are seen
