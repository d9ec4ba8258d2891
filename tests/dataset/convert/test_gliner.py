"""GLiNER's training data, after its documented form."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given

from annotate.dataset.convert import gliner
from annotate.dataset.convert.document import (
    ACROSS,
    INSIDE_WORD,
    OVERLAPPING,
    WITHOUT_WORD,
    Document,
)
from tests.dataset.convert.documents import (
    BOTH,
    bytes_of,
    word_documents,
)
from tests.support import PROPERTY


@PROPERTY
@given(word_documents())
def test_gliner_says_every_span_of_whole_words(item: Document) -> None:
    text, lost = bytes_of(gliner.write, item, **BOTH)
    found = []
    for (begin, after), example in zip(item.sentences, json.loads(text), strict=True):
        assert set(example) == {"tokenized_text", "ner"}
        words = example["tokenized_text"]
        assert words == [token.text for token in item.tokens[begin:after]]
        for first, last, label in example["ner"]:
            assert 0 <= first <= last < len(words)
            found.append((item.tokens[begin + first].start, item.tokens[begin + last].end, label))
    assert Counter(found) == Counter((s.start, s.end, s.label) for s in item.annotation.spans)
    assert not {OVERLAPPING, ACROSS, WITHOUT_WORD, INSIDE_WORD} & lost.keys()


def test_no_article_is_an_empty_list() -> None:
    assert json.loads(bytes_of(gliner.write, **BOTH)[0]) == []
