"""The table of word forms: equal to what it is made from, and never used when it is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from annotate.errors import RulesError
from annotate.heuristics import conjugate
from annotate.heuristics.build_forms import rows, table
from annotate.heuristics.conditions import KINDS, Condition, conditions_of, when_of
from annotate.heuristics.forms import FILE, Row, is_current, read_forms
from annotate.heuristics.lexicon import read_lexicon
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from annotate.heuristics.triggers import Sense, Triggers, read_triggers, triggers_of
from annotate.ontology import load_ontology
from annotate.resources import resource

pytestmark = pytest.mark.slow

LEXICON = resource("schemas", "lexicon")
CODES = load_ontology().entity_codes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lexicons with a table that is current."""
    copy = tmp_path / "lexicon"
    shutil.copytree(LEXICON, copy)
    (copy / FILE).write_text(table(copy), "utf-8")
    return copy


def said(triggers: Triggers) -> tuple[object, ...]:
    """The triggers as values that can be compared: senses are objects of their own."""

    def values(senses: Iterable[Sense]) -> list[tuple[object, ...]]:
        return [(sense.type, sense.kind, sense.lemma, sense.tests) for sense in senses]

    forms = {form: values(senses) for form, senses in triggers.forms.items()}
    phrases = {
        first: [(*phrase[:4], *values([phrase.sense])) for phrase in found]
        for first, found in triggers.phrases.items()
    }
    return forms, phrases


def test_the_table_is_what_would_be_made_now() -> None:
    assert (LEXICON / FILE).read_text("utf-8") == table(LEXICON), "run: make generate"


def test_the_table_gives_what_the_lexicons_give(folder: Path) -> None:
    read = read_forms(folder)
    assert read == rows(folder)
    classes = read_lexicon(folder).classes
    expanded = read_triggers(folder, classes, CODES)
    assert said(read_triggers(folder, classes, CODES, table=read)) == said(expanded)
    assert len(expanded.forms) > 4000
    assert expanded.phrases
    assert read_lexicon(folder, table=read) == read_lexicon(folder)


def test_with_the_table_nothing_is_conjugated(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: str) -> set[str]:
        raise AssertionError("a verb was conjugated")

    for module in ("lexicon", "expand"):
        monkeypatch.setattr(f"annotate.heuristics.{module}.verb_forms", never)
    assert load_heuristics(load_ontology(), folder).lexicon.words
    path = folder / "words.yaml"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(AssertionError, match="conjugated"):
        load_heuristics(load_ontology(), folder.rename(folder.with_name("other")))


@pytest.mark.parametrize("name", ["triggers.yaml", "words.yaml"])
def test_a_stale_table_is_not_used(folder: Path, name: str) -> None:
    assert is_current(folder)
    path = folder / name
    text = path.read_text("utf-8")
    new = {"triggers.yaml": ("[هاجم:", "[زحلط يزحلط, هاجم:")}.get(name, ("", "# c\n"))
    path.write_text(text.replace(*new, 1), "utf-8")
    assert not is_current(folder)
    assert read_forms(folder) is None
    found = preannotate_text("وزحلطوا المدينة", load_heuristics(load_ontology(), folder))
    assert ("زحلط" in str(found.spans)) == (name == "triggers.yaml")


def test_the_code_is_a_source_too(folder: Path) -> None:
    code = Path(conjugate.__file__).name
    path = folder / FILE
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (line,) = [line for line in lines if line.startswith(f"# sha256 {code}")]
    path.write_text("".join(lines).replace(line, line[:-5] + "0000\n"), "utf-8")
    assert not is_current(folder)


def test_no_table(folder: Path) -> None:
    (folder / FILE).unlink()
    assert not is_current(folder)
    assert read_forms(folder) is None


@pytest.mark.parametrize(
    ("old", "new"), [("event\tkind", "events\tkind"), ("\tverb\t", "\t"), ("event\t", "")]
)
def test_a_table_that_was_changed_by_hand(folder: Path, old: str, new: str) -> None:
    path = folder / FILE
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(RulesError, match="no line of the table") as caught:
        read_forms(folder)
    assert (caught.value.where or "").startswith(f"{path}:")
    assert str(caught.value).endswith("run: make generate")


def test_the_order_of_rows_does_not_matter() -> None:
    ordered = rows(LEXICON)
    assert said(triggers_of(ordered)) == said(triggers_of(ordered[::-1]))


def test_one_meaning_is_one_object() -> None:
    first, second = (
        Row("STRIKE", "noun", "قصف", "قصف", "I a-i", entry, "not topic sport", (entry,))
        for entry in ("قصف", "القصف")
    )
    found = triggers_of([first, second, first]).forms
    assert found["قصف"] == found["القصف"]


def test_conditions_as_text() -> None:
    tests = tuple(Condition(kind, "GPE", kind in ("near", "topic")) for kind in KINDS)
    assert conditions_of(when_of(tests)) == tests
    assert when_of(tests[:1]) == "next GPE"
    assert conditions_of("") == ()
