"""Tags of many spans at once are those that are made one text after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.words import words
from annotate.dataset.bio import tag
from annotate.dataset.tagging import tags_of
from annotate.dataset.text_columns import listed, texts_of
from annotate.spans import Span, ordered
from tests.support import ONTOLOGY, SLOW_PROPERTY, spans

LABELS = ONTOLOGY.entity_codes
TEXTS = ("سيطر الجيش على مدينة درعا مساء الجمعة .", "حلب", "قصف، ثم انسحب!")


@st.composite
def marked(draw: st.DrawFn) -> list[tuple[Span, ...]]:
    """Spans of each text: some overlap, some begin or end inside of a word or between words."""
    return [
        ordered(draw(spans(text, "entity", f"e{n}")) for n in range(draw(st.integers(0, 7))))
        for text in TEXTS
    ]


@SLOW_PROPERTY
@given(marked())
def test_they_are_those_of_each_text(found: list[tuple[Span, ...]]) -> None:
    texts = texts_of(TEXTS)
    flat = [(span, int(base)) for of, base in zip(found, texts.bases, strict=False) for span in of]
    made = tags_of(
        texts,
        np.array([span.start + base for span, base in flat], np.int64),
        np.array([span.end + base for span, base in flat], np.int64),
        np.array([LABELS.index(span.label) for span, _ in flat], np.int64),
        [span.id for span, _ in flat],
    )
    lost = [span for (span, _), is_lost in zip(flat, made.lost, strict=True) if is_lost]
    tags: list[int] = []
    expected_lost: list[Span] = []
    widened = 0
    for text, of in zip(TEXTS, found, strict=True):
        tokens = words(text)
        one = tag(of, [t.start for t in tokens], [t.end for t in tokens], LABELS)
        tags += one.tags
        expected_lost += ordered(one.lost)
        widened += one.widened
    assert listed(made.tags) == tags
    assert lost == expected_lost
    assert int(made.widened.sum()) == widened
