"""CoNLL columns: what readers of CoNLL-2003 find is what the version says; the rest is counted."""

from __future__ import annotations

import pytest
from hypothesis import given

from annotate.dataset.convert import conll
from annotate.dataset.convert.document import (
    ACROSS,
    ATTRIBUTES,
    INSIDE_WORD,
    OVERLAPPING,
    ROLES,
    WITHOUT_WORD,
    Document,
)
from tests.dataset.convert.documents import (
    any_documents,
    bytes_of,
    document,
    word_documents,
)
from tests.support import PROPERTY, sample_annotation
from tests.support import TEXT as SAMPLE


def read_conll(text: str) -> list[tuple[str, list[tuple[list[str], list[str]]]]]:
    """(doc_id, sentences) as scripts for CoNLL-2003 read the columns."""
    found: list[tuple[str, list[tuple[list[str], list[str]]]]] = []
    words: list[str] = []
    tags: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("-DOCSTART-") or not line.strip():
            if words:
                found[-1][1].append((words, tags))
            words, tags = [], []
            if line:
                found.append((line.split(" ")[2], []))
            continue
        columns = line.split(" ")
        assert len(columns) == 4
        words.append(columns[0])
        tags.append(columns[3])
    return found


def runs(tags: list[str]) -> list[tuple[int, int, str]]:
    """Spans of IOB2 tags, every one of which must be sound."""
    found: list[tuple[int, int, str]] = []
    for number, tag in enumerate(tags):
        mark_, _, label = tag.partition("-")
        if mark_ == "B":
            found.append((number, number + 1, label))
        elif mark_ == "I":
            assert found[-1][1:] == (number, label)
            found[-1] = (found[-1][0], number + 1, label)
    return found


def test_the_columns_of_an_article() -> None:
    text, lost = bytes_of(conll.write, document(sample_annotation(), SAMPLE), events=False)
    assert text == (
        "-DOCSTART- -X- 00000000000000aa O\n\nأعلنت _ _ O\nفصائل _ _ B-ARM\nالمعارضة _ _ I-ARM\n"
        "سيطرتها _ _ O\nعلى _ _ O\nدمشق _ _ B-GPE\n\n"
    )
    assert lost == {"events": 1, ROLES: 2, ATTRIBUTES: 2}
    text, lost = bytes_of(conll.write, document(sample_annotation(), SAMPLE), events=True)
    assert "سيطرتها _ _ B-TAKEOVER\n" in text
    assert lost == {"entities": 2, ROLES: 2, ATTRIBUTES: 2}


@PROPERTY
@given(word_documents(flat=True))
def test_conll_says_every_flat_span(item: Document) -> None:
    for events in (False, True):
        text, lost = bytes_of(conll.write, item, events=events)
        ((doc_id, sentences),) = read_conll(text)
        assert doc_id == item.doc_id
        assert [w for words, _ in sentences for w in words] == [t.text for t in item.tokens]
        found = {
            (item.tokens[begin + first].start, item.tokens[begin + after - 1].end, label)
            for (begin, _), (_, tags) in zip(item.sentences, sentences, strict=True)
            for first, after, label in runs(tags)
        }
        spans = item.annotation.events if events else item.annotation.entities
        assert found == {(s.start, s.end, s.label) for s in spans}
        assert not {OVERLAPPING, ACROSS, WITHOUT_WORD, INSIDE_WORD} & lost.keys()


@PROPERTY
@given(any_documents())
def test_conll_counts_every_span_that_it_lacks(item: Document) -> None:
    text, lost = bytes_of(conll.write, item, events=False)
    ((_, sentences),) = read_conll(text)
    kept = sum(len(runs(tags)) for _, tags in sentences)
    gone = lost[OVERLAPPING] + lost[ACROSS] + lost[WITHOUT_WORD]
    assert kept + gone == len(item.annotation.entities)


@pytest.mark.slow
def test_spacy_reads_the_columns() -> None:
    from spacy.training.converters import conll_ner_to_docs

    text, _ = bytes_of(conll.write, document(sample_annotation(), SAMPLE), events=False)
    (doc,) = conll_ner_to_docs(text.split("\n\n", 1)[1], no_print=True)
    assert [(e.text, e.label_) for e in doc.ents] == [("فصائل المعارضة", "ARM"), ("دمشق", "GPE")]
