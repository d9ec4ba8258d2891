"""CHANGES.md: what changed in words, carried on from version to version, quoting nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from annotate.dataset.changes import elsewhere, example_line, page, summary, to_json
from annotate.dataset.diff import Difference, Example
from annotate.dataset.versions import Change
from tests.dataset.builders import IDS, build_in, chosen, three

COUNTS = {"articles": 1, "entities": 2, "events": 3, "roles": 4}


def test_each_version_adds_to_those_before(tmp_path: Path) -> None:
    first = build_in(tmp_path, three()[:2])
    second = build_in(tmp_path)
    third = build_in(tmp_path, [chosen(label="ATTACK"), *three()[1:]], texts=False)
    texts = [(each.path / "CHANGES.md").read_text("utf-8") for each in (first, second, third)]
    assert texts[0] == (
        "# Changes of news\n\n## 1.0.0\n\n"
        "The first version: 2 articles, 4 entities, 2 events, 4 roles.\n"
    )
    assert texts[1].endswith(texts[0].partition("\n## ")[2])
    assert texts[1].splitlines()[2:8] == [
        "## 1.1.0",
        "",
        "After 1.0.0, a minor change:",
        "",
        "- 1 article added",
        "",
    ]
    assert texts[2].endswith(texts[1].partition("\n## ")[2])
    assert "| events relabelled | TAKEOVER -> ATTACK | 1 | 0 | 0 |" in texts[2]
    assert "- now without texts" in texts[2]
    for text in texts:
        assert text.isascii()  # no word of any article


def test_a_number_that_was_asked_for(tmp_path: Path) -> None:
    build_in(tmp_path)
    text = (build_in(tmp_path, version="2.0.0").path / "CHANGES.md").read_text("utf-8")
    said = "After 1.0.0. Nothing changed but the number, which was asked for."
    assert text.startswith(f"# Changes of news\n\n## 2.0.0\n\n{said}\n\n## 1.0.0\n")


def test_a_parent_without_changes(tmp_path: Path) -> None:
    first = build_in(tmp_path, three()[:2])
    (first.path / "CHANGES.md").unlink()
    text = (build_in(tmp_path).path / "CHANGES.md").read_text("utf-8")
    assert text.endswith("\n## 1.0.0\n\nNo changes noted.\n")


def test_many_lines_are_cut(tmp_path: Path) -> None:
    roles = Counter({("added", f"ROLE{n}", "ATTACK", "train"): 1 for n in range(70)})
    text = page("news", "1.0.1", COUNTS, "1.0.0", Change("patch"), Difference(roles=roles), None)
    assert text.count("| roles added |") == 60
    assert "10 more lines: `annotate diff`." in text


def test_lines_of_everything() -> None:
    found = Difference(
        articles=Counter({("added", "test"): 2, ("moved", "train"): 1}),
        moved=Counter({("test", "train"): 1}),
        statuses=Counter({("single", "gold"): 4}),
        spans=Counter(
            {
                ("added", "entity", "GPE", "train", "accepted"): 1,
                ("added", "entity", "GPE", "train", "-"): 2,
            }
        ),
        attributes=Counter({("polarity", "POSITIVE -> NEGATIVE", "test"): 3}),
        marks=Counter({("score", "event"): 5}),
        columns=Counter({"outlet": 6}),
        work=Counter({"added": 7}),
    )
    assert summary(found) == [
        ("articles added", "", {"test": 2}),
        ("articles moved", "test -> train", {"train": 1}),
        ("entities added", "GPE", {"train": 3}),
        ("polarity changed", "POSITIVE -> NEGATIVE", {"test": 3}),
    ]
    assert elsewhere(found) == [
        ("status", "single -> gold", 4),
        ("spans added, by decision", "-", 2),
        ("spans added, by decision", "accepted", 1),
        ("other score", "events", 5),
        ("other values", "outlet", 6),
        ("rows of annotations", "added", 7),
    ]
    assert to_json(found)["columns"] == [{"column": "outlet", "count": 6}]


def test_an_example_on_one_line() -> None:
    example = Example("entity added", IDS[0], "GPE", 3, 9, "درعا\nالبلد")
    assert example_line(example) == f"entity added: GPE at 3:9 in {IDS[0]} 'درعا البلد'"
    assert example_line(replace(example, text=None)) == f"entity added: GPE at 3:9 in {IDS[0]}"
