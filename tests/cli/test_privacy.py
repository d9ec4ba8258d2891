"""E-mail addresses never leave the history, unless somebody asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.cli.pseudonyms import pseudonymous
from tests.cli.conftest import Run
from tests.cli.test_agreement import campaign, doubled
from tests.labeling.campaign import ANNA, OMAR, SALMA, SERVER, TITLE
from tests.support import PROPERTY


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that two people worked on; nobody answers at its server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    with campaign() as (made, pulled):
        pulled(*doubled(made, 3))
    return folder


BY_NAME = "annotator-1"


def test_no_address_is_in_what_is_passed_on(run: Run, here: Path) -> None:
    version = "exports/arabic-news/1.0.0"
    said = {}
    for words in (
        ("export", "--policy", "single", "--json"),
        ("verify", version, "--json"),
        ("diff", version, version, "--json"),
        ("datasets", "convert", version, "--to", "jsonl", "--out", "jsonl"),
        ("datasets", "convert", version, "--to", "brat", "--out", "brat"),
        ("agreement",),
        ("agreement", "--json"),
        ("agreement", "--html", "page.html"),
        ("status", "--json"),
        ("status", "--forecast", "--json"),
        ("status", "--lint", "--json"),
    ):
        ran = run(*words)
        assert ran.code == 0, (words, ran.err)
        said[words] = ran.out + ran.err
        for address in (ANNA, OMAR):
            assert address not in said[words], words
            assert address.partition("@")[0] not in said[words].split(), words
    for words in (("agreement", "--json"), ("status", "--json")):
        assert BY_NAME in said[words]
    written = [path for path in here.rglob("*") if path.is_file()]
    outside = [path for path in written if ".annotate" not in path.parts]
    assert {path.suffix for path in outside} >= {".parquet", ".html", ".json", ".jsonl", ".md"}
    for path in outside:
        assert plain(path).isdisjoint((ANNA.encode(), OMAR.encode())), path
    # The history does hold them: it was looked at in the right way.
    (pulled,) = (path for path in written if path.parent.name == "history" and path.stem.isdigit())
    assert plain(pulled) == {ANNA.encode(), OMAR.encode()}


def plain(path: Path) -> set[bytes]:
    """Which addresses a file holds, also packed in Parquet."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        data += repr(pq.read_table(path).to_pylist()).encode()
    return {address.encode() for address in (ANNA, OMAR) if address.encode() in data}


def test_addresses_are_there_when_they_are_asked_for(run: Run, here: Path) -> None:
    for words in (("agreement", "--json"), ("status", "--json")):
        out = run(*words, "--names").out
        assert ANNA in out
        assert BY_NAME not in out
    assert ANNA in run("status").out  # for the lead's own eyes


def test_who_has_not_begun_has_another_name(run: Run, here: Path) -> None:
    path = here / "annotate.toml"
    path.write_text(path.read_text() + f'annotators = ["{ANNA}", "{SALMA}"]\n')
    rows = json.loads(run("status", "--json").out)["annotators"]
    assert {row["annotator"] for row in rows} == {"annotator-1", "annotator-2", "not-begun-1"}


VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.none(),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=9), part, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, st.lists(st.sampled_from(["A@b.cd", "xa@b.cd", "a@b.cde"]), min_size=1, unique=True))
@PROPERTY
def test_no_address_survives_wherever_it_stands(value: object, addresses: list[str]) -> None:
    names = {address: f"annotator-{number}" for number, address in enumerate(addresses)}
    text = "/".join(addresses)
    shown = pseudonymous({"title": f"News - {text.upper()}", text: [value, (text,)]}, names)
    said = json.dumps(shown).casefold()
    assert not [address for address in addresses if address.casefold() in said]
    assert shown["title"] == "News - " + "/".join(names[address] for address in addresses)
    assert pseudonymous(value, names) == value or "@" in json.dumps(value)
