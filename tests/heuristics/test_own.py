"""The user's own lexicons: what they add, what is wrong with them, and how they are told apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import RulesError
from annotate.heuristics.engines import preannotate
from annotate.heuristics.pipeline import (
    VERSION,
    Heuristics,
    load_heuristics,
    preannotate_text,
)
from annotate.ontology import EntityType, EventType, Ontology, load_ontology
from annotate.resources import resource
from tests.heuristics.proposals import annotation

pytestmark = pytest.mark.slow

Found = tuple[str, str]

PLACES = "GPE: [زرنوقستان]\nLOC:\n  - [الميلق الأخضر]\n"
TRIGGERS = """
STRIKE:
  - verbs: [زحلط يزحلط]
    nouns: [زحلطة]
DEMONSTRATE:
  - nouns: [مبيت]
    when: [adjacent own_places]
  - phrases: [قرع* الأواني]
"""
WORDS = "own_places: [الميدان]\nsport: [الكرمبولية]\n"
NAMES = "PER: [نيرفيلا زوبع]\nWEA: [الزوبعة, إكس - 16]\n"


def written(folder: Path, **files: str) -> Path:
    """A folder with lexicons of these names."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def loaded(*lexicons: Path, ontology: Ontology | None = None) -> Heuristics:
    return load_heuristics(ontology or load_ontology(), lexicons=lexicons)


def found(text: str, heuristics: Heuristics) -> set[Found]:
    return {(span.label, span.text) for span in preannotate_text(text, heuristics).spans}


def refused(*lexicons: Path, ontology: Ontology | None = None) -> RulesError:
    with pytest.raises(RulesError) as caught:
        loaded(*lexicons, ontology=ontology)
    return caught.value


@pytest.mark.parametrize(
    ("files", "text", "spans"),
    [
        ({"places": PLACES}, "زار الوفد زرنوقستان", {("GPE", "زرنوقستان")}),
        ({"places": PLACES}, "تجولنا بالميلق الأخضر", {("LOC", "بالميلق الأخضر")}),
        (
            {"organisations": "ORG: [زرنوق الميلق]"},
            "بيان لزرنوق الميلق",
            {("ORG", "لزرنوق الميلق")},
        ),
        ({"triggers": TRIGGERS}, "وزحلطوا المدينة أمس", {("STRIKE", "وزحلطوا")}),
        ({"triggers": TRIGGERS}, "بعد الزحلطة أمس", {("STRIKE", "الزحلطة")}),
        ({"triggers": TRIGGERS}, "وسمع قرع الأواني", {("DEMONSTRATE", "قرع الأواني")}),
        ({"nations": "adjectives: [زرنوقي]"}, "مع الشعب الزرنوقي", {("NORP", "الشعب الزرنوقي")}),
        ({"entities": NAMES}, "قالت نيرفيلا زوبع اليوم", {("PER", "نيرفيلا زوبع")}),
        ({"entities": NAMES}, "أسقطت طائرة إكس-16 أمس", {("WEA", "إكس-16")}),
    ],
)
def test_what_is_listed_is_found(
    tmp_path: Path, files: Mapping[str, str], text: str, spans: set[Found]
) -> None:
    if "triggers" in files:
        files = {**files, "words": WORDS}
    assert spans.isdisjoint((span.label, span.text) for span in annotation(text).spans)
    assert spans <= found(text, loaded(written(tmp_path / "lexicon", **files)))


def test_conditions_may_name_classes_of_ones_own(tmp_path: Path) -> None:
    own = loaded(written(tmp_path, triggers=TRIGGERS, words=WORDS))
    assert ("DEMONSTRATE", "مبيت") in found("شارك في مبيت الميدان", own)
    assert ("DEMONSTRATE", "مبيت") not in found("شارك في مبيت الفندق", own)


def test_a_trigger_and_a_name_of_a_type_of_ones_own(tmp_path: Path) -> None:
    ontology = load_ontology()
    event = ontology.events[0].model_copy(update={"code": "FLOOD", "hotkey": None})
    entity = ontology.entities[0].model_copy(update={"code": "RIVER", "hotkey": None})
    assert isinstance(event, EventType)
    assert isinstance(entity, EntityType)
    wider = ontology.model_copy(
        update={"events": (*ontology.events, event), "entities": (*ontology.entities, entity)}
    )
    for name in ("entity_codes", "event_codes"):
        wider.__dict__.pop(name, None)
    folder = written(
        tmp_path,
        triggers="FLOOD:\n  - nouns: [جرفان]\n    when: [adjacent RIVER]\n",
        entities="RIVER: [العاصفي]\n",
    )
    text = "أعلن عن جرفان العاصفي"
    spans = found(text, loaded(folder, ontology=wider))
    assert {("FLOOD", "جرفان"), ("RIVER", "العاصفي")} <= spans
    assert "unknown section 'RIVER'" in str(refused(folder / "entities.yaml"))
    error = refused(folder / "triggers.yaml")
    assert "unknown event type 'FLOOD'" in str(error)
    assert "add it to the ontology" in str(error)


def test_a_user_s_entry_changes_nothing_else(tmp_path: Path) -> None:
    own = loaded(written(tmp_path, places=PLACES, entities=NAMES))
    for article in read_articles([str(resource("seeds"))], load_rules()):
        ours, theirs = annotation(article.text), preannotate_text(article.text, own)
        assert theirs.spans == ours.spans
        assert theirs.relations == ours.relations


def test_lexicons_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    one = loaded(written(tmp_path / "one", places="GPE: [زرنوقستان, ميلقستان]\nLOC: [الميلق]\n"))
    assert re.fullmatch(rf"{re.escape(VERSION)}\+[0-9a-f]{{6}}", one.version)
    assert preannotate_text("نص", one).annotator == f"heuristics-{one.version}"
    other = written(
        tmp_path / "two", places="# c\nLOC: [الميلق]\nGPE:\n - ميلقستان\n - زرنوقستان\n"
    )
    assert loaded(other).version == one.version
    different = written(tmp_path / "three", places="GPE: [زرنوقستان]\n")
    assert loaded(different).version != one.version
    assert loaded().version == VERSION
    assert annotation("نص").annotator == f"heuristics-{VERSION}"


def test_the_order_of_lexicons_does_not_matter(tmp_path: Path) -> None:
    lexicons = [
        written(tmp_path / "a", triggers=TRIGGERS, words=WORDS),
        written(tmp_path / "b", triggers="DEMONSTRATE:\n  - nouns: [مبيت]\n", places=PLACES),
        written(tmp_path / "c", places="ambiguous: [زرنوقستان]\n", words="common: [مبيت]\n"),
    ]
    text = "شارك في مبيت الميدان وقرع الأواني في زرنوقستان والميلق الأخضر"
    results = {
        preannotate_text(text, loaded(*chosen)) for chosen in itertools.permutations(lexicons)
    }
    assert len(results) == 1
    assert ("GPE", "زرنوقستان") in {(s.label, s.text) for s in results.pop().spans}


def test_a_file_alone_and_named_twice(tmp_path: Path) -> None:
    folder = written(tmp_path / "lexicon", places=PLACES)
    alone = loaded(folder / "places.yaml")
    assert alone.version == loaded(folder, folder / "places.yaml").version
    assert ("GPE", "زرنوقستان") in found("في زرنوقستان", alone)


def test_notes_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    folder = written(tmp_path, places=PLACES)
    for name in ("README.md", "notes.txt", ".places.yaml.swp", ".git"):
        (folder / name).write_text("GPE: [", "utf-8")
    assert ("GPE", "زرنوقستان") in found("في زرنوقستان", loaded(folder))


def test_the_public_function_takes_them(tmp_path: Path) -> None:
    written(tmp_path, places=PLACES)
    (spans,) = preannotate(["في زرنوقستان"], lexicons=[str(tmp_path)])
    assert [span.text for span in spans.spans] == ["زرنوقستان"]


@pytest.mark.parametrize(
    ("name", "text", "line", "what"),
    [
        ("places", "GPE: [دمشق]\nPLACES: [حلب]\n", 2, "unknown section 'PLACES'; use one of GPE,"),
        ("places", "GPE: [دمشق]\nGPE: [حلب]\n", 2, "section 'GPE' is there twice"),
        ("places", "GPE:\n  - [دمشق,\n     '']\n", 3, "an entry is empty"),
        ("places", "GPE:\n  - [دمشق]\n  -\n", 3, "an entry is empty"),
        ("places", "GPE: [دمشق]\nLOC:\n  - [حلب, حلب]\n", 3, "'حلب' is there twice (line 3)"),
        ("places", "GPE: [دمشق، حلب]\n", 1, "holds an Arabic comma; separate entries by ','"),
        ("places", "GPE: ['!']\n", 1, "'!' holds no letter or digit"),
        ("places", "GPE: دمشق\n", 1, "a list of words was expected"),
        ("places", "GPE:\n", 1, "a list of words was expected"),
        ("places", "GPE: [[[دمشق]]]\n", 1, "a list of words was expected"),
        ("places", "GPE: &a [*a]\n", 1, "nested too deeply"),
        ("places", "[GPE]: [دمشق]\n", 1, "a name was expected before the colon"),
        ("places", "GPE: [{دمشق: حلب}]\n", 1, "an entry is a word, not a mapping"),
        ("places", "GPE: [دمشق\nLOC: ]\n", 2, "not valid YAML"),
        ("places", "\n", 1, "the file holds no sections"),
        ("words", "functions: [من]\n", 1, "unknown section 'functions'; did you mean function"),
        ("words", "own_places: [من]\n", 1, "unknown section 'own_places'"),
        ("words", "verbs: [ذهب]\n", 1, "'ذهب' is not a past and a present"),
        ("entities", "GPE: [دمشق]\nPLACE: [حلب]\n", 2, "unknown section 'PLACE'; use one of"),
        ("triggers", "\nSTRIKES:\n  - nouns: [قصف]\n", 2, "unknown event type 'STRIKES'"),
        ("triggers", "STRIKE:\n  nouns: [قصف]\n", 2, "a list of groups was expected"),
        ("triggers", "STRIKE: [قصف]\n", 1, "a group holds lists of words"),
        ("triggers", "STRIKE:\n  - noun: [قصف]\n", 2, "unknown list 'noun'; use one of verbs,"),
        ("triggers", "STRIKE:\n  - verbs: [قصف]\n", 2, "'قصف' is not a past and a present"),
        ("triggers", "STRIKE:\n  - nouns: [قصف مدفعي]\n", 2, "is not one word; list it under phr"),
        ("triggers", "STRIKE:\n  - phrases: [قصف]\n", 2, "'قصف' is not two words"),
        ("triggers", "STRIKE:\n  - nouns: [زحلطة]\n    when: [soon X]\n", 3, "'soon X' is no test"),
        (
            "triggers",
            "STRIKE:\n  - nouns: [زحلطة]\n    when: next GPE\n",
            3,
            "a list of conditions",
        ),
        (
            *("triggers", "STRIKE:\n  - nouns: [زحلطة]\n    when:\n     - next targets\n", 4),
            "unknown class 'targets'; define it in words.yaml",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, what: str
) -> None:
    folder = written(tmp_path, **{name: text})
    error = refused(folder)
    assert error.where == f"{folder / name}.yaml:{line}"
    assert what in str(error)


def test_a_file_of_another_name(tmp_path: Path) -> None:
    written(tmp_path, place="GPE: [دمشق]\n")
    message = str(refused(tmp_path))
    assert message.startswith(f"{tmp_path / 'place.yaml'}: no lexicon has the name place.yaml; ")
    for name in ("places.yaml", "triggers.yaml", "words.yaml", "people.yaml", "entities.yaml"):
        assert name in message
    (tmp_path / "place.yaml").rename(tmp_path / "places.yml")
    assert "no lexicon has the name places.yml" in str(refused(tmp_path))
    (tmp_path / "places.yml").unlink()
    (tmp_path / "places.yaml").mkdir()
    assert "cannot be read (Is a directory)" in str(refused(tmp_path))


def test_a_lexicon_that_is_not_there(tmp_path: Path) -> None:
    error = refused(tmp_path / "lexikon")
    assert error.where == str(tmp_path / "lexikon")
    assert "there is no such file or folder; correct preannotate.lexicons" in str(error)
    (tmp_path / "empty").mkdir()
    assert "the folder holds no lexicon" in str(refused(tmp_path / "empty"))


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_bytes("GPE: [دمشق]".encode("cp1256"))
    assert "not UTF-8 at byte 6" in str(refused(tmp_path))
