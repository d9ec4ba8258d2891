"""The next number: what changed makes it major, minor or patch, and says why."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from annotate.dataset.diff import Difference
from annotate.dataset.versions import (
    Change,
    Column,
    Side,
    change,
    check_number,
    inventory,
    next_number,
)
from annotate.errors import DatasetError
from tests.support import ONTOLOGY

TAGS = Column("list of int64", False, ("O", "B-PER", "I-PER"))
TEXT = Column("string", False, None)


def side(columns: dict[str, Column] | None = None, **about: Any) -> Side:
    files: dict[str, Any] = {"agreement.json": {"sha256": "a"}, "schema.json": {"sha256": "s"}}
    known = {"ontology": inventory(ONTOLOGY), "licences": {}, "texts": True, "files": files}
    tables = {"articles": columns or {"tags": TAGS, "text": TEXT}}
    return Side(Path("nowhere"), tables, known | about)


def articles(what: str, count: int) -> Difference:
    return Difference(articles=Counter({(what, "train"): count}))


def level_of(before: Side, after: Side, found: Difference | None = None) -> tuple[str | None, str]:
    made = change(before, after, found or Difference())
    return made.level, made.why


@pytest.mark.parametrize(
    ("columns", "level", "why"),
    [
        ({"tags": TAGS}, "major", "columns removed: articles.text"),
        ({"tags": TAGS, "words": TEXT}, "major", "columns removed: articles.text"),
        ({"tags": TAGS, "text": TEXT, "url": TEXT}, "minor", "columns added: articles.url"),
        (
            {"tags": TAGS, "text": TEXT._replace(kind="int32")},
            "major",
            "columns of another type: articles.text",
        ),
        (
            {"tags": TAGS, "text": TEXT._replace(nullable=True)},
            "major",
            "columns may be null now: articles.text",
        ),
        (
            {"tags": TAGS._replace(classes=("O", "B-PER", "I-PER", "B-X", "I-X")), "text": TEXT},
            "minor",
            "classes added at the end: articles.tags",
        ),
        (
            {"tags": TAGS._replace(classes=("O", "B-X", "I-X", "B-PER", "I-PER")), "text": TEXT},
            "major",
            "class indices mean something else: articles.tags",
        ),
        (
            {"tags": TAGS._replace(classes=("O",)), "text": TEXT},
            "major",
            "class indices mean something else: articles.tags",
        ),
    ],
)
def test_columns(columns: dict[str, Column], level: str, why: str) -> None:
    assert level_of(side(), side(columns)) == (level, f"{level}: {why}")


def test_what_may_no_longer_be_null_is_no_change() -> None:
    wide = {"tags": TAGS, "text": TEXT._replace(nullable=True)}
    assert level_of(side(wide), side()) == (None, "nothing changed")


@pytest.mark.parametrize(
    ("changed", "level", "why"),
    [
        ({"name": "other"}, "major", f"ontology other in place of {ONTOLOGY.name}"),
        ({"version": "9.0.0"}, "major", f"ontology 9.0.0 after {ONTOLOGY.version}"),
        ({"version": "1.7.0"}, "minor", f"ontology 1.7.0 after {ONTOLOGY.version}"),
        ({"guidelines_version": "1.0.1"}, "minor", "guidelines 1.0.1"),
        (
            {"entities": ["PER", "ORG"]},
            "major",
            "entities removed: ARM, GPE, LOC, FAC, NORP and 5 more",
        ),
        ({"entities": [*ONTOLOGY.entity_codes, "LAW"]}, "minor", "entities added: LAW"),
        (
            {"events": [*reversed(ONTOLOGY.event_codes)]},
            "major",
            "events in another order",
        ),
        ({"roles": [*reversed(ONTOLOGY.role_codes)]}, None, ""),
        ({"roles": [*ONTOLOGY.role_codes, "OWNER"]}, "minor", "roles added: OWNER"),
        (
            {"attributes": {"polarity": ["POSITIVE"]}},
            "major",
            "values of polarity removed: NEGATIVE",
        ),
    ],
)
def test_ontology(changed: dict[str, Any], level: str | None, why: str) -> None:
    after = side(ontology={**inventory(ONTOLOGY), **changed})
    assert level_of(side(), after) == (level, f"{level}: {why}" if level else "nothing changed")


def test_a_label_between_others_moves_them() -> None:
    codes = list(ONTOLOGY.entity_codes)
    after = side(ontology={**inventory(ONTOLOGY), "entities": [codes[0], "LAW", *codes[1:]]})
    assert level_of(side(), after) == ("major", "major: entities in another order")


def test_a_parent_that_does_not_name_its_labels() -> None:
    before = side(
        ontology={
            "name": ONTOLOGY.name,
            "version": ONTOLOGY.version,
            "guidelines_version": ONTOLOGY.guidelines_version,
        }
    )
    assert level_of(before, side())[0] is None


@pytest.mark.parametrize(
    ("found", "level", "why"),
    [
        (articles("added", 1), "minor", "1 article added"),
        (articles("removed", 1200), "minor", "1,200 articles removed"),
        (articles("text", 2), "minor", "2 articles with another text"),
        (articles("annotation", 2), "patch", "2 articles annotated otherwise"),
        (articles("status", 2), "patch", "2 articles of another status"),
        (
            Difference(articles=Counter({("annotation", "test"): 1}), touched=Counter({"test": 1})),
            "minor",
            "1 article of the test split changed",
        ),
        (Difference(work=Counter({"added": 1})), "patch", "work of annotators (1 row)"),
    ],
)
def test_rows(found: Difference, level: str, why: str) -> None:
    assert level_of(side(), side(), found) == (level, f"{level}: {why}")


def test_rights_and_figures() -> None:
    assert level_of(side(), side(licences={"texts": "x"})) == ("minor", "minor: other licences")
    assert level_of(side(), side(texts=False)) == ("minor", "minor: now without texts")
    assert level_of(side(texts=False), side()) == ("minor", "minor: now with texts")
    files = {"agreement.json": {"sha256": "b"}, "schema.json": {"sha256": "t"}}
    assert level_of(side(), side(files=files)) == (
        "patch",
        "patch: agreement measured again, columns described otherwise",
    )


def test_the_weightiest_comes_first_and_decides() -> None:
    found = Difference(articles=Counter({("annotation", "train"): 1, ("added", "train"): 1}))
    made = change(side(), side({"tags": TAGS}), found)
    assert made.level == "major"
    assert [level for level, _ in made.reasons] == ["major", "minor", "patch"]
    assert made.to_json()["reasons"][1] == {"level": "minor", "what": "1 article added"}


def test_numbers() -> None:
    assert next_number(None, None) == "1.0.0"
    assert next_number("1.9.3", "major") == "2.0.0"
    assert next_number("1.9.3", "minor") == "1.10.0"
    assert next_number("1.9.3", "patch") == "1.9.4"
    assert next_number("1.9.3", None) == "1.9.3"


@pytest.mark.parametrize("version", ["1.10.0", "1.10.1", "2.0.0"])
def test_a_higher_number_is_taken(version: str) -> None:
    check_number(version, "1.9.3", Change("minor"))


@pytest.mark.parametrize("version", ["1.9.4", "1.9.3", "0.1.0"])
def test_a_lower_one_is_refused(version: str) -> None:
    with pytest.raises(DatasetError, match=f"{version} is too low after 1.9.3 .*name 1.10.0"):
        check_number(version, "1.9.3", Change("minor", (("minor", "1 article added"),)))


def test_the_first_may_have_any() -> None:
    check_number("0.0.1", None, Change(None))
