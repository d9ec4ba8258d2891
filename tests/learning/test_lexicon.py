"""What people add goes to a learned lexicon, what they delete is demoted; both can be undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annotate.heuristics.learned import read_learned
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from annotate.learning.examples import Example
from annotate.learning.lexicon import Addition, Demotion, Threshold, additions, demotions
from annotate.learning.material import Material, prepare
from annotate.learning.store import learn, write
from annotate.spans import Annotation, Span, ordered
from annotate.storage import text_sha256
from tests.heuristics.proposals import heuristics
from tests.support import ONTOLOGY, mark

CITY = "زوباري"


def example(text: str, *spans: Span, covered: tuple[str, ...] | None = None) -> Example:
    name = text_sha256(text)
    gold = Annotation(name, ordered(spans), text=text, labels_covered=covered)
    return Example(name[:16], text, gold, name[:16])


def materials(*examples: Example) -> list[Material]:
    return prepare(examples, heuristics())


def city(text: str, surface: str = CITY) -> Example:
    return example(text, mark(text, surface, "GPE"))


SAYS = [city(f"{start} {CITY} {end}") for start, end in (("وصلوا", "امس"), ("غادروا", "غدا"))]


def test_a_name_that_people_add_often_enough() -> None:
    assert additions(materials(*SAYS)) == [Addition("entity", "GPE", CITY, 2, 2, 2)]
    assert additions(materials(*SAYS[:1])) == []
    assert additions(materials(*SAYS), Threshold(count=3)) == []


def test_a_word_that_is_no_name_elsewhere_stays_out() -> None:
    plain = [example(f"{CITY} {number} مرة") for number in ("ثالث", "رابع")]
    found = materials(*SAYS, *plain)
    assert additions(found) == []
    assert additions(found, Threshold(share=0.5)) == [Addition("entity", "GPE", CITY, 2, 2, 4)]


def test_what_was_not_looked_for_says_nothing() -> None:
    elsewhere = [
        example(f"{CITY} {number} مرة", covered=("PER",)) for number in ("ثالث", "رابع", "خامس")
    ]
    assert additions(materials(*SAYS, *elsewhere)) == [Addition("entity", "GPE", CITY, 2, 2, 2)]


def test_proclitics_are_no_part_of_a_name() -> None:
    with_clitic = city(f"سكنوا ب{CITY} اعواما", f"ب{CITY}")
    assert additions(materials(*SAYS, with_clitic)) == [Addition("entity", "GPE", CITY, 3, 3, 3)]


def test_what_rules_know_is_not_added() -> None:
    known = [city(f"{start} دمشق", "دمشق") for start in ("وصلوا الى", "غادروا")]
    assert additions(materials(*known)) == []


def test_entries_that_people_keep_deleting_are_demoted() -> None:
    texts = [f"{start} دمشق" for start in ("وصلوا الى", "غادروا", "سكنوا في")]
    deleted = materials(*map(example, texts))
    assert demotions(deleted) == [Demotion("entity", "GPE", "دمشق", 3, 0)]
    assert demotions(deleted, Threshold(count=4)) == []
    one_kept = materials(*map(example, texts[:2]), city(texts[2], "دمشق"))
    assert demotions(one_kept) == []
    assert demotions(one_kept, Threshold(share=0.6)) == [Demotion("entity", "GPE", "دمشق", 3, 1)]
    many = [f"{start} دمشق يوم {number}" for number, start in enumerate(["غادروا"] * 5)]
    one_of_five = materials(city(many[0], "دمشق"), *map(example, many[1:]))
    assert demotions(one_of_five) == [Demotion("entity", "GPE", "دمشق", 5, 1)]
    not_asked = materials(*(example(text, covered=("PER",)) for text in texts))
    assert demotions(not_asked) == []


def test_files_are_read_reviewed_and_taken_back(tmp_path: Path) -> None:
    killed = [f"زحلطوا {who} عند النهر" for who in ("رجلا", "شابا")]
    events = [example(text, mark(text, "زحلطوا", "KILL", layer="event")) for text in killed]
    texts = [f"{start} دمشق" for start in ("وصلوا الى", "غادروا", "سكنوا في")]
    lesson = learn(materials(*SAYS, *events, *map(example, texts)), ONTOLOGY)
    # Without the models, which learned the same words.
    files = {n: c for n, c in lesson.files.items() if not n.endswith(".crfsuite")}
    hashes = {n: h for n, h in lesson.about["files"].items() if n in files}
    place = write(tmp_path, replace(lesson, files=files, about={**lesson.about, "files": hashes}))
    text = f"زحلطوا جنديا قرب {CITY} لا دمشق"

    def proposed() -> set[tuple[str, str]]:
        read_learned.cache_clear()
        found = preannotate_text(text, load_heuristics(ONTOLOGY, learned=place))
        return {(span.text, span.label) for span in found.spans}

    assert {("زحلطوا", "KILL"), (CITY, "GPE")} <= proposed()
    assert ("دمشق", "GPE") not in proposed()
    before = load_heuristics(ONTOLOGY, learned=place).annotator
    names = place / "lexicon" / "entities.yaml"
    assert "added 2, labelled 2 of 2" in names.read_text("utf-8")
    names.unlink()
    (place / "demoted.tsv").write_text("# nothing\n", "utf-8")
    read_learned.cache_clear()
    edited = load_heuristics(ONTOLOGY, learned=place).annotator
    assert edited != before
    assert place.name in edited
    assert (CITY, "GPE") not in proposed()
    assert {("زحلطوا", "KILL"), ("دمشق", "GPE")} <= proposed()
