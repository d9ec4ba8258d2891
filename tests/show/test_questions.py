"""What an adjudicator is asked, as HTML: it tells what was said, and not who said it."""

from __future__ import annotations

from dataclasses import replace

from defusedxml.ElementTree import fromstring

from annotate.agreement.merging import Merged, merge
from annotate.show.questions import panel
from annotate.storage import text_sha256
from tests.agreement.items import marked, words
from tests.support import ONTOLOGY

TEXT = "قال <b>$text & الجيش إن حلب آمنة .\nقصف"
ARMY, CITY = words("الجيش", "ARM", text=TEXT), words("حلب", "GPE", text=TEXT)


def made(audit: float = 0.0) -> Merged:
    noted = replace(ARMY, label="ORG", note="<i>؟</i>")
    readings = {"anna": [marked(ARMY, CITY, text=TEXT)], "omar": [marked(noted, CITY, text=TEXT)]}
    return merge(readings, ONTOLOGY, audit=audit)


def test_who_said_what_is_hidden_unless_it_is_asked_for() -> None:
    questions = made().questions
    html = panel(questions, TEXT, 0, len(TEXT), ONTOLOGY)
    assert text_sha256(TEXT) == made().annotation.text_sha256
    assert "anna" not in html
    assert "omar" not in html
    assert "\n" not in html
    assert "$" not in html
    text = "".join(fromstring(html).itertext())
    assert "<b>$text & الجيش" in text
    assert {"ARM", "ORG"} <= set(text.split())
    assert "(<i>؟</i>)" in text
    told = panel(questions, TEXT, 0, len(TEXT), ONTOLOGY, str.upper)
    assert "[ANNA]" in told
    assert "[OMAR]" in told


def test_an_audit_looks_as_what_one_has_missed() -> None:
    audited = [question for question in made(audit=1.0).questions if question.kind == "audit"]
    readings = {"anna": [marked(ARMY, CITY, text=TEXT)], "omar": [marked(ARMY, text=TEXT)]}
    missed = merge(readings, ONTOLOGY, audit=0).questions
    place = (TEXT, 0, len(TEXT), ONTOLOGY)
    assert panel(audited, *place) == panel(missed, *place)


def test_only_questions_of_the_part_are_there() -> None:
    questions = made().questions
    assert "<li>" in panel(questions, TEXT, 0, len(TEXT), ONTOLOGY)
    assert "<li>" not in panel(questions, TEXT, TEXT.index("قصف"), len(TEXT), ONTOLOGY)
