"""Instructions: quotations and their numbers lead back to the offsets."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from annotate.dataset.convert import instruction
from annotate.dataset.convert.document import (
    Document,
)
from annotate.errors import InputError
from annotate.spans import Annotation, Span, ordered
from annotate.storage import text_sha256
from tests.dataset.convert.documents import (
    BOTH,
    any_documents,
    bytes_of,
    document,
    lines,
    said,
)
from tests.support import ONTOLOGY, PROPERTY, mark, sample_annotation
from tests.support import TEXT as SAMPLE


@PROPERTY
@given(any_documents())
def test_an_answer_leads_back_to_the_offsets(item: Document) -> None:
    text, _ = bytes_of(instruction.write, item, **BOTH, ontology=ONTOLOGY)
    (record,) = lines(text)
    roles = [message["role"] for message in record["messages"]]
    assert roles == ["system", "user", "assistant"]
    _, user, assistant = (message["content"] for message in record["messages"])
    assert user == item.text
    found = instruction.from_answer(user, assistant, ONTOLOGY)
    assert found.refused == {}
    assert said(found.annotation) == said(item.annotation)


def test_the_number_counts_whole_words_first() -> None:
    text = "من منزل من من"
    middle = Span("e", "entity", 8, 10, "GPE", "من")
    inside = Span("f", "entity", 3, 5, "LOC", "من")
    annotation = Annotation(text_sha256(text), ordered([middle, inside]))
    answer = instruction.to_answer(annotation, text, Counter(), entities=True, events=False)
    assert answer == {
        "entities": [
            {"text": "من", "n": 4, "type": "LOC"},  # the three words come first
            {"text": "من", "n": 2, "type": "GPE"},
        ]
    }


MISSING = "quotation that is not in the text"


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ({"entities": [{"text": "حلب", "n": 1, "type": "GPE"}]}, MISSING),
        ({"entities": [{"text": "دمشق", "n": 2, "type": "GPE"}]}, MISSING),
        ({"entities": [{"text": "دمشق", "n": 0, "type": "GPE"}]}, MISSING),
        ({"entities": [{"text": "دمشق", "n": True, "type": "GPE"}]}, MISSING),
        ({"entities": [{"text": ["x"], "type": "GPE"}]}, MISSING),
        ({"entities": [{"text": "دمشق", "n": 1, "type": "CITY"}]}, "unknown type"),
        ({"entities": [{"text": "دمشق", "n": 1, "type": ["GPE"]}]}, "unknown type"),
        ({"entities": ["دمشق"]}, "no object"),
    ],
)  # fmt: skip
def test_what_an_answer_may_not_say_is_refused_and_counted(answer: Any, refused: str) -> None:
    found = instruction.from_answer(SAMPLE, json.dumps(answer), ONTOLOGY)
    assert (found.annotation.spans, found.refused) == ((), {refused: 1})


def test_arguments_that_are_no_entities_are_refused() -> None:
    event = {"text": "سيطرتها", "type": "TAKEOVER", "polarity": "MAYBE"}
    arguments = [
        {"role": "TARGET", "text": "دمشق", "n": 1, "type": "GPE"},
        {"role": "AGENT", "text": "فصائل", "n": 1, "type": "ARM"},
        {"role": "KING", "text": "دمشق", "n": 1, "type": "GPE"},
    ]
    answer = {
        "entities": [{"text": "دمشق", "n": 1, "type": "GPE"}],
        "events": [{**event, "arguments": arguments}],
    }
    found = instruction.from_answer(SAMPLE, json.dumps(answer), ONTOLOGY)
    (relation,) = found.annotation.relations
    assert relation.role == "TARGET"
    assert dict(found.annotation.events[0].attributes)["polarity"] == "POSITIVE"
    assert found.refused == {
        "argument that is no entity of the answer": 1,
        "unknown role": 1,
        "unknown attribute": 1,
    }


@pytest.mark.parametrize("content", ["", "[]", "{", '{"entities": 1}', "[" * 100_000])
def test_what_is_no_answer(content: str) -> None:
    with pytest.raises(InputError):
        instruction.from_answer(SAMPLE, content, ONTOLOGY)


def test_the_message_lists_only_the_labels_that_were_looked_for() -> None:
    annotation = replace(sample_annotation(), labels_covered=("ARM", "GPE", "TAKEOVER"))
    item = document(annotation, SAMPLE)
    text, lost = bytes_of(instruction.write, item, **BOTH, ontology=ONTOLOGY)
    system = lines(text)[0]["messages"][0]["content"]
    listed = {
        line.split(" ")[1] for line in system.split("\n") if line.startswith("- ") and "(" in line
    }
    assert listed - set(ONTOLOGY.role_codes) == {"ARM", "GPE", "TAKEOVER"}
    assert lost == {}


def test_spans_that_say_the_same_are_one_and_counted() -> None:
    text = SAMPLE
    twice = [mark(text, "دمشق", "GPE", span_id=name) for name in ("a", "b")]
    item = document(Annotation(text_sha256(text), ordered(twice)), text)
    written, lost = bytes_of(instruction.write, item, **BOTH, ontology=ONTOLOGY)
    assert lost == {instruction.SAME: 1}
    assert len(json.loads(lines(written)[0]["messages"][2]["content"])["entities"]) == 1
