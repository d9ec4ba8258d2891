"""The lexicon files: what is wrong is said with file and line, and their order never matters."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest
import yaml

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import RulesError
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from annotate.heuristics.sections import compose, entries
from annotate.ontology import load_ontology
from annotate.resources import resource
from tests.heuristics.proposals import annotation

pytestmark = pytest.mark.slow

LEXICON = resource("schemas", "lexicon")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "lexicon"
    shutil.copytree(LEXICON, copy)
    return copy


def line_of(path: Path, text: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def refused(folder: Path) -> RulesError:
    with pytest.raises(RulesError) as caught:
        load_heuristics(load_ontology(), folder)
    return caught.value


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("time", "weekdays:", "weekday:", "unknown section 'weekday'"),
        ("time", "weekdays: [", "weekdays: ['', ", "an entry is empty"),
        ("time", "weekdays: [", "weekdays: [{a: b}, ", "an entry is a word, not a mapping"),
        ("time", "weekdays: [", "weekdays: ['!', ", "'!' holds no letter or digit"),
        ("time", "weekdays: [", "weekdays: [السبت, ", "'السبت' is there twice"),
        ("time", "this:", "this: [هذا]\nthis:", "section 'this' is there twice"),
        ("words", "verbs:\n  - [", "verbs:\n  - [ذهب, ", "'ذهب' is not a past and a present"),
        ("triggers", "people: [قتيل", "persons: [قتيل", "unknown list 'persons'"),
        ("triggers", "[هاجم: هجم III both", "[هاجم", "'هاجم' is not a past and a present"),
        ("triggers", "nouns: [طوق]", "nouns: [طوق أمني]", "'طوق امني' is not one word"),
        ("triggers", "phrases: [سقوط قتلى", "phrases: [سقوط", "'سقوط' is not two words"),
        ("triggers", "when: [next gunfire", "when: [soon gunfire", "'soon gunfire' is no test"),
        ("triggers", "when: [next gunfire", "when: [next gunfires", "unknown class 'gunfires'"),
        ("triggers", "when: [next gunfire", "when: [topic gunfire", "unknown class 'gunfire'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(
    folder: Path, name: str, old: str, new: str, what: str
) -> None:
    path = folder / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    error = refused(folder)
    file, _, line = (error.where or "").rpartition(":")
    assert file == str(path)
    assert abs(int(line) - line_of(path, new.splitlines()[-1])) <= 1
    assert what.replace("امني", "أمني") in str(error)


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    path = folder / "time.yaml"
    path.write_bytes(b"\xff\xfe")
    assert "not UTF-8 at byte 0" in str(refused(folder))
    path.write_text("months: [", "utf-8")
    error = refused(folder)
    assert "not valid YAML" in str(error)
    assert re.fullmatch(rf"{re.escape(str(path))}:\d+", error.where or "")
    path.write_text("- a", "utf-8")
    assert "holds no sections" in str(refused(folder))
    path.unlink()
    assert "the lexicon is not there" in str(refused(folder))


def test_a_section_is_missing(folder: Path) -> None:
    path = folder / "nations.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("people_heads:")], "utf-8")
    assert "section 'people_heads' is missing" in str(refused(folder))


def shuffled(path: Path, generator: random.Random) -> None:
    """Writes a lexicon file anew, everything that is a list or a mapping in another order."""

    def turned(value: object) -> object:
        if isinstance(value, dict):
            items = [(key, turned(inner)) for key, inner in value.items()]
            return dict(generator.sample(items, len(items)))
        if isinstance(value, list):
            return generator.sample([turned(inner) for inner in value], len(value))
        return value

    # As text: YAML would read some words as numbers or truth values.
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    path.write_text(yaml.safe_dump(turned(data), allow_unicode=True, sort_keys=False), "utf-8")


def test_the_order_of_lines_does_not_matter(folder: Path) -> None:
    generator = random.Random(11)  # noqa: S311 - nothing secret
    for path in folder.glob("*.yaml"):
        shuffled(path, generator)
    other = load_heuristics(load_ontology(), folder)
    for article in read_articles([str(resource("seeds"))], load_rules()):
        assert preannotate_text(article.text, other) == annotation(article.text)


def test_a_new_entry_is_used(folder: Path) -> None:
    text = "تجولنا في زرنوقستان أمس"
    assert "زرنوقستان" not in [span.text for span in annotation(text).spans]
    path = folder / "places.yaml"
    written = path.read_text("utf-8")
    path.write_text(written.replace("- [سوريا", "- [زرنوقستان, سوريا", 1), "utf-8")
    found = preannotate_text(text, load_heuristics(load_ontology(), folder))
    assert ("GPE", "زرنوقستان", "lexicon:gpe/زرنوقستان") in [
        (span.label, span.text, span.origin) for span in found.spans
    ]


def test_every_file_says_where_it_is_from() -> None:
    for path in LEXICON.iterdir():
        head = path.read_text("utf-8").split("\n\n")[0][:600]
        assert head.startswith("#"), path.name
        assert re.search(r"Source:|Generated by", head), path.name
        assert re.search(r"Apache-2\.0|CC BY 4\.0|MIT", head), path.name


def test_entries_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("words:\n  - [أحمد,\n     سعيد]\n  - [دَمشق الكُبرى]\n", "utf-8")
    ((_, node),) = compose(path).value
    assert [(entry.form, entry.line) for entry in entries(node, path)] == [
        ("احمد", 2),
        ("سعيد", 3),
        ("دمشق الكبري", 4),
    ]
