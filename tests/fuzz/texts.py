"""What is made of any text: cleaning, words, sentences, parts, pre-annotation."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from annotate.arabic.words import sentences, words
from annotate.corpus.clean import clean, keep_as_is
from annotate.corpus.rules import load_rules
from annotate.heuristics.pipeline import Heuristics, load_heuristics, preannotate_text
from annotate.labeling.parts import split
from annotate.spans import problems
from tests.fuzz.mutations import spoiled_bytes
from tests.fuzz.trying import Target
from tests.support import ONTOLOGY, SEEDS

RULES = load_rules()
_SEEDS = [path.read_bytes()[:800] for path in sorted(SEEDS.glob("*.txt"))]
# As readers give it: what is no UTF-8 never comes further than them.
TEXTS = st.one_of(
    spoiled_bytes(_SEEDS).map(lambda data: data.decode("utf-8", "ignore")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text("ابتوال ًَّـ.,؟!«»()#@_0٣\u200c\u200d\u200f\n\r\t \xa0😀🏽🇸🇾", max_size=80),
    st.builds(
        lambda part, times: part * times, st.text("اب .\nـ\u0651", max_size=4), st.integers(0, 900)
    ),
)


def _clean(raw: str) -> None:
    for kept in clean(raw, RULES):
        text = kept.text
        for segment in kept.segments:
            if segment.start is not None and segment.end is not None:
                assert 0 <= segment.start <= segment.end <= len(text)
        assert clean(text, RULES) is not None
        places = kept.offsets.raw_starts
        assert all(0 <= place <= len(raw) for place in places)


def _words(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end
        assert text[word.start : word.end] == word.text
        end = word.end
    last = 0
    for start, stop in sentences(text):
        assert last <= start < stop <= len(text)
        last = stop


def _parts(text: str) -> None:
    made = keep_as_is(text)
    if not made.text.strip():
        return
    for most in (1, 20):
        found = split(made.text, most)
        assert [part.number for part in found] == list(range(1, len(found) + 1))
        shown = {place for part in found for place in range(part.start, part.end)}
        left = {text_at for text_at in range(len(made.text)) if text_at not in shown}
        assert all(made.text[place].isspace() for place in left)


@cache
def _heuristics() -> Heuristics:
    return load_heuristics(ONTOLOGY)


def _preannotate(raw: str) -> None:
    for kept in clean(raw, RULES):
        if kept.text.strip():
            found = preannotate_text(kept.text, _heuristics())
            assert problems(found, kept.text, ONTOLOGY) == []


TARGETS = [
    Target("cleaning", TEXTS, _clean, 2),
    Target("words and sentences", TEXTS, _words, 2),
    Target("parts", TEXTS, _parts),
    Target("pre-annotation", TEXTS, _preannotate),
]
