"""The drawing in the terminal: the whole text, and nothing that a terminal would obey."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from hypothesis import given

from annotate.show.compare import compare
from annotate.show.faces import Faces, is_light
from annotate.show.terminal import difference_rows, lines, role_rows
from annotate.show.view import Drawing, draw, visible
from annotate.spans import Annotation, ordered, with_defaults
from tests.show.builders import any_annotations
from tests.support import CAPTURE, CITY, FORCE, ONTOLOGY, PROPERTY, TEXT, mark, sample_annotation

FACES = Faces(ONTOLOGY)


def plain(drawing: Drawing) -> list[str]:
    return ["".join(ink.text for ink in line) for line in lines(drawing, FACES)]


@PROPERTY
@given(any_annotations())
def test_the_drawn_text_is_the_text(drawn: tuple[Annotation, str]) -> None:
    annotation, text = drawn
    drawing = draw(annotation, text)
    found = [[ink.text for ink in line if ink.is_text] for line in lines(drawing, FACES)]
    shown = "".join("".join(line) for line in found)
    # White space between sentences becomes the end of a line.
    expected = visible(text).replace("\n", "␊")
    blank = re.compile(r"[\s␊]+")
    assert blank.sub("", shown) == blank.sub("", expected)
    every = [*plain(drawing), *(cell for row in role_rows(drawing) for cell in row)]
    assert not [char for line in every for char in line if unicodedata.category(char) == "Cc"]


def test_entities_triggers_and_attributes() -> None:
    denied = replace(CAPTURE, attributes=with_defaults({"polarity": "NEGATIVE"}, ONTOLOGY))
    annotation = replace(sample_annotation(), spans=ordered([FORCE, CITY, denied]))
    assert plain(draw(annotation, TEXT)) == [
        "أعلنت [فصائل المعارضة/ARM] {سيطرتها/TAKEOVER NEGATIVE} على [دمشق/GPE]"
    ]


def test_a_line_for_each_sentence() -> None:
    text = "أعلنت السيطرة. ثم  انسحبت\nمن دمشق"
    city = mark(text, "دمشق", "GPE")
    found = plain(draw(replace(sample_annotation(text), spans=(city,), relations=()), text))
    assert found == ["أعلنت السيطرة.", "ثم  انسحبت", "من [دمشق/GPE]"]


def test_the_label_has_the_ontologys_colour() -> None:
    (line,) = lines(draw(sample_annotation(), TEXT), FACES)
    colors = {ink.text: ink.background for ink in line if ink.background}
    assert colors == {
        "ARM": FACES.label("entity", "ARM").color,
        "TAKEOVER": FACES.label("event", "TAKEOVER").color,
        "GPE": FACES.label("entity", "GPE").color,
    }


def test_roles() -> None:
    assert list(role_rows(draw(sample_annotation(), TEXT))) == [
        [VERB, "TAKEOVER", "AGENT", "فصائل المعارضة", "ARM"],
        [VERB, "TAKEOVER", "TARGET", "دمشق", "GPE"],
    ]


VERB = CAPTURE.text


def test_a_comparison_says_whose_reading_it_is() -> None:
    other = [
        replace(FORCE, label="ORG"),
        replace(CAPTURE, attributes=with_defaults({"modality": "OTHER"}, ONTOLOGY)),
        mark(TEXT, "على دمشق", "GPE", span_id="e2"),
    ]
    drawing = compare(sample_annotation(), replace(sample_annotation(), spans=ordered(other)), TEXT)
    assert plain(drawing) == [
        "أعلنت [فصائل المعارضة/A:ARM B:ORG] {سيطرتها/A:TAKEOVER B:TAKEOVER OTHER} "
        "[على [دمشق/A:GPE]/B:GPE]"
    ]
    assert [row[-1] for row in difference_rows(drawing, FACES)] == [
        "other label",
        "attributes differ",
        "other boundary",
    ]
    # The agent is agreed, and not listed; the labels of its ends are no part of a role.
    assert [row[2:] for row in role_rows(drawing)] == [
        ["TARGET", "على دمشق", "B:GPE", "other boundary (B)"],
        ["TARGET", "دمشق", "A:GPE", "other boundary (A)"],
    ]


def test_black_or_white_reads_better() -> None:
    assert is_light("#ffffff")
    assert is_light("#f57c00")
    assert not is_light("#212121")
    assert not is_light("#1565c0")
