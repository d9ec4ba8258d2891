"""brat standoff: spans, events, roles, attributes and notes; what is left out is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.corpus.brat import (
    ATTRIBUTES,
    DISCONTINUOUS,
    REPEATED,
    ROLES_GONE,
    ROLES_OF_EVENTS,
    read_brat,
)
from annotate.corpus.foreign import LEFT_OUT, LabelMap, read_map
from annotate.errors import InputError
from annotate.spans import Annotation, problems
from tests.support import ONTOLOGY

TEXT = "قصف الجيش حلب.\nونفى المتحدث"
PLAIN = LabelMap(ONTOLOGY)
SAMPLE = """\
T1\tSTRIKE 0 3\tقصف
T2\tARM 4 9\tالجيش
T3\tGPE 10 13\tحلب
E1\tSTRIKE:T1 AGENT:T2 TARGET:T3
A1\tpolarity E1 NEGATIVE
"""


def write(folder: Path, annotations: str, text: str = TEXT, name: str = "a") -> Path:
    (folder / f"{name}.txt").write_bytes(text.encode("utf-8"))
    path = folder / f"{name}.ann"
    path.write_bytes(annotations.encode("utf-8"))
    return path


def read(path: Path, labels: LabelMap = PLAIN) -> tuple[Annotation, dict[str, int]]:
    found = read_brat([path], labels)
    (item,) = found.annotations
    assert item.text is not None
    assert problems(item, item.text, ONTOLOGY) == []
    return item, dict(found.lost)


def test_spans_events_roles_and_attributes(tmp_path: Path) -> None:
    item, lost = read(write(tmp_path, SAMPLE))
    assert item.text == TEXT
    assert [(s.id, s.text, s.label) for s in item.spans] == [
        ("E1", "قصف", "STRIKE"),
        ("T2", "الجيش", "ARM"),
        ("T3", "حلب", "GPE"),
    ]
    assert [tuple(vars_of(r)) for r in item.relations] == [
        ("E1", "T2", "AGENT"),
        ("E1", "T3", "TARGET"),
    ]
    assert dict(item.spans[0].attributes) == {"polarity": "NEGATIVE", "modality": "ASSERTED"}
    assert item.labels_covered == ("ARM", "GPE", "STRIKE")
    assert lost == {}


def vars_of(relation: object) -> list[str]:
    return [getattr(relation, name) for name in ("head", "tail", "role")]


def test_the_labels_that_the_configuration_lists_were_looked_for(tmp_path: Path) -> None:
    (tmp_path / "annotation.conf").write_text(
        "[entities]\n# comment\nARM\n!Any\n\tPER\n-----\n[relations]\nORG\n[events]\n"
        "KILL\tAGENT:<ENTITY>\n<X>=A|B\n[attributes]\nTIME\n"
    )
    item, _ = read(write(tmp_path, SAMPLE))
    assert item.labels_covered == ("PER", "ARM", "GPE", "STRIKE", "KILL")


def test_names_of_others(tmp_path: Path) -> None:
    theirs = SAMPLE.replace("STRIKE", "Attack").replace("AGENT", "Attacker").replace("GPE", "LOC")
    theirs = theirs.replace("polarity E1 NEGATIVE", "Negation E1")
    names = tmp_path / "map.yaml"
    names.write_text(
        "labels: {Attack: STRIKE, LOC: GPE}\nroles: {Attacker: AGENT}\n"
        "attributes: {Negation: polarity=NEGATIVE}\n"
    )
    item, lost = read(write(tmp_path, theirs), read_map(str(names), ONTOLOGY))
    expected, _ = read(write(tmp_path, SAMPLE))
    assert (item.spans, item.relations) == (expected.spans, expected.relations)
    assert lost == {}


def test_what_is_left_out_is_counted_with_what_hangs_on_it(tmp_path: Path) -> None:
    lines = (
        "T1\tSTRIKE 0 3\tقصف\nT2\tARM 4 9\tالجيش\nT3\tGPE 0 3;10 13\tقصف حلب\n"
        "T4\tSTATEMENT 15 19\tونفى\nT5\tMISC 20 27\tالمتحدث\n"
        "E1\tSTRIKE:T1 AGENT:T2 AGENT2:T2 TARGET:T3 TARGET2:T5\n"
        "E2\tSTATEMENT:T4 TARGET:E1\nA1\tSpeculation E1\nA2\tpolarity T2 NEGATIVE\n"
        "R1\tNear Arg1:T2 Arg2:T3\n*\tEquiv T2 T3\nN1\tReference T2 Wiki:1\tx\n"
    )
    item, lost = read(write(tmp_path, lines), read_map("MISC=", ONTOLOGY))
    assert [s.id for s in item.spans] == ["E1", "T2", "E2"]
    assert [r.role for r in item.relations] == ["AGENT"]
    assert lost == {
        DISCONTINUOUS: 1,
        LEFT_OUT: 1,
        REPEATED: 1,
        ROLES_GONE: 2,
        ROLES_OF_EVENTS: 1,
        ATTRIBUTES: 2,
        "relations": 2,
        "links to databases": 1,
    }


def test_a_trigger_in_pieces_takes_its_event_along(tmp_path: Path) -> None:
    lines = "T1\tSTRIKE 0 3;10 13\tقصف حلب\nT2\tARM 4 9\tالجيش\nE1\tSTRIKE:T1 AGENT:T2\n"
    item, lost = read(write(tmp_path, lines))
    assert [s.id for s in item.spans] == ["T2"]
    assert lost == {DISCONTINUOUS: 1, ROLES_GONE: 1}


def test_a_span_that_brat_cut_at_a_line_break_is_one(tmp_path: Path) -> None:
    item, lost = read(write(tmp_path, "T1\tGPE 10 14;15 19\tحلب. ونفى\n"))
    assert [(s.start, s.end, s.text) for s in item.spans] == [(10, 19, "حلب.\nونفى")]
    assert lost == {}


def test_two_events_of_one_trigger_and_an_event_without_a_line(tmp_path: Path) -> None:
    lines = "T1\tSTRIKE 0 3\tقصف\nT2\tKILL 15 19\tونفى\nE1\tSTRIKE:T1\nE2\tKILL:T1\n"
    item, _ = read(write(tmp_path, lines))
    assert [(s.id, s.label, s.start) for s in item.events] == [
        ("E2", "KILL", 0),
        ("E1", "STRIKE", 0),
        ("T2", "KILL", 15),
    ]


def test_notes_and_the_mark_unsure(tmp_path: Path) -> None:
    lines = SAMPLE + "A2\tunsure T2\n#1\tAnnotatorNotes T2\tأي جيش؟\n#2\tAnnotatorNotes A1\tx\n"
    item, lost = read(write(tmp_path, lines))
    assert [(s.unsure, s.note) for s in item.spans] == [
        (False, None), (True, "أي جيش؟"), (False, None)]  # fmt: skip
    assert lost == {"notes": 1}


def test_offsets_count_characters_as_the_file_has_them(tmp_path: Path) -> None:
    text = "\ufeff😀\r\nحلب"
    item, _ = read(write(tmp_path, "T1\tGPE 4 7\tحلب\r\n", text))
    assert (item.text, item.spans[0].text) == (text, "حلب")


def test_folders_hold_articles_by_name(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, SAMPLE)
    write(tmp_path, SAMPLE, name="00000000000000aa")
    found = read_brat([tmp_path], PLAIN).annotations
    assert [item.source_id for item in found] == ["00000000000000aa", "a", "a"]
    assert found[0].doc_id == "00000000000000aa"
    assert len({item.doc_id for item in found}) == 3
    assert read_brat([tmp_path / "one" / "a.txt"], PLAIN).annotations[0].text == TEXT


WRONG = [
    ("T1 GPE 10 13\tحلب\n", ":1: 'T1 GPE 10 13' is no id such as T1"),
    ("x\n", ":1: no line of brat's format"),
    ("T1\tGPE 10 13\tحمص\n", ":1: T1 is 'حمص', the text has 'حلب' there; offsets are code points"),
    ("T1\tGPE 10 13\n", ":1: T1 is '', the text has 'حلب' there"),
    ("T1\tGPE 13 10\tحلب\n", ":1: T1: offsets 13:10 are not inside the text"),
    ("T1\tGPE 10 99\tحلب\n", ":1: T1: offsets 10:99 are not inside the text"),
    (f"T1\tGPE 10 {'9' * 5000}\tحلب\n", ":1: T1: offsets 10 9"),
    ("T1\tGPE x y\tحلب\n", ":1: T1 is no span such as"),
    ("T1\tGPE 10 13\tحلب\nT1\tGPE 10 13\tحلب\n", ":2: id T1 is there twice"),
    ("T1\tCITY 10 13\tحلب\n", ":1: label 'CITY' is none of the ontology's"),
    ("E1\tSTRIKE:T1\n", ":1: E1 has a trigger that is not there (T1)"),
    (f"{SAMPLE}E2\tSTRIKE:T1 AGENT:T9\n", ":6: AGENT of E2 is not there (T9)"),
    (f"{SAMPLE}E2\tSTRIKE:T1 KING:T2\n", ":6: role 'KING' is none of the ontology's"),
    (f"{SAMPLE}E2\tARM:T2\n", ":6: ARM is an entity's label (ARM), and here an event's"),
    (f"{SAMPLE}E2\tSTRIKE\n", ":6: E2 is no event such as"),
    (f"{SAMPLE}E2\tSTRIKE:T1 AGENT\n", ":6: E2: 'AGENT' is no role such as"),
    (f"{SAMPLE}A2\tpolarity\n", ":6: A2 is no attribute such as"),
    (f"{SAMPLE}A2\tpolarity E7 NEGATIVE\n", ":6: A2 belongs to E7, which is not there"),
    (f"{SAMPLE}#1\tAnnotatorNotes\tx\n", ":6: #1 is no note such as"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG)
def test_wrong_lines_are_named(tmp_path: Path, lines: str, message: str) -> None:
    path = write(tmp_path, lines)
    with pytest.raises(InputError) as caught:
        read_brat([path], PLAIN)
    assert str(caught.value).startswith(f"{path}{message}")


def test_wrong_files(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("")
    (tmp_path / "empty").mkdir()
    for path, message in (
        (tmp_path / "a.ann", r"a\.txt: no such file; a text has both, \.txt and \.ann"),
        (tmp_path / "b.ann", r"b\.ann: no such file"),
        (tmp_path / "a.json", r"a\.json: not a \.ann file"),
        (tmp_path / "empty", r"empty: the folder holds no \.ann file"),
    ):
        with pytest.raises(InputError, match=message):
            read_brat([path], PLAIN)
    with pytest.raises(InputError, match="the article has no text"):
        read_brat([write(tmp_path, "", text=" \n")], PLAIN)
