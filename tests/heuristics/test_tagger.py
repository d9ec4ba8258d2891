"""The tagger: tags and spans, what it sees, and that it learns the same from the same."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.conll import Columns, read_conll
from annotate.corpus.foreign import read_map
from annotate.errors import InputError
from annotate.heuristics.document import read_document
from annotate.heuristics.pipeline import load_heuristics
from annotate.heuristics.proposing import propose, seen
from annotate.heuristics.tagger import chunks, open_tagger, tagger_of
from annotate.heuristics.training import DEFAULT, Lesson, Settings, tags, train
from annotate.ontology import load_ontology
from annotate.spans import Span
from tests.heuristics.proposals import heuristics
from tests.learning.made import LABELS, write_corpus, write_ontology
from tests.support import PROPERTY, mark

TEXT = "وصل جاسوقي الى زوباري امس . وقال طيمودي ان سافوكي غادر ."


@PROPERTY
@given(st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), max_size=12))
def test_chunks_are_those_of_conlleval(sequence: list[str]) -> None:
    """Against the definition: where a chunk begins and goes on, tag by tag (conlleval.pl)."""
    found = []
    for place, tag in enumerate(sequence):
        before = sequence[place - 1] if place else "O"
        begins = tag[0] == "B" or (tag[0] == "I" and (before == "O" or before[2:] != tag[2:]))
        if begins:
            end = place + 1
            while end < len(sequence) and sequence[end] == f"I-{tag[2:]}":
                end += 1
            found.append((place, end, tag[2:]))
    assert chunks(sequence) == found


def test_tags_say_the_spans_that_words_allow() -> None:
    document = read_document(TEXT, heuristics().analyse)
    long = mark(TEXT, "زوباري امس", "PER")
    spans = [
        mark(TEXT, "جاسوقي", "PER"),
        long,
        mark(TEXT, "زوباري", "GPE"),  # inside a longer one
        mark(TEXT, "طيمو", "PER"),  # a part of a word
        mark(TEXT, "امس . وقال", "ORG"),  # over the end of a sentence
        mark(TEXT, "سافوكي", "WEA"),  # of a label that is not asked for
        mark(TEXT, "غادر", "KILL", layer="event"),
    ]
    found = tags(document, spans, "entity", frozenset(("PER", "GPE", "ORG")))
    words = [document.text[s:e] for s, e in zip(document.starts, document.ends, strict=True)]
    assert dict(zip(words, [tag for sentence in found for tag in sentence], strict=True)) == {
        **dict.fromkeys(words, "O"),
        "جاسوقي": "B-PER",
        "زوباري": "B-PER",
        "امس": "I-PER",
    }
    assert [len(sentence) for sentence in found] == [b - a for a, b in document.bounds]


Corpus = tuple[list[Lesson], list[Lesson]]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Lessons of the training part and of the test part."""
    folder = tmp_path_factory.mktemp("corpus")
    ontology = load_ontology(write_ontology(folder))
    rules = load_heuristics(ontology)
    parts = []
    for path in write_corpus(folder):
        lessons = []
        for item in read_conll([path], read_map(None, ontology), Columns(every=10)).annotations:
            proposed = propose(item.text or "", rules.analyse, ontology, rules.policy)
            lessons.append(
                Lesson(proposed.document, seen(proposed, ontology, rules.policy), item.spans)
            )
        parts.append(lessons)
    return parts[0], parts[1]


@cache
def _words_alone(feature: str) -> bool:
    """Whether a feature is none of the lexicons and rules."""
    return feature.lstrip("-12")[:2] not in ("t=", "l=", "m=", "r=", "v=")


def _plain(lessons: list[Lesson]) -> list[Lesson]:
    return [
        Lesson(
            lesson.document,
            [[[f for f in word if _words_alone(f)] for word in s] for s in lesson.features],
            lesson.spans,
        )
        for lesson in lessons
    ]


def _f1(train_on: list[Lesson], test_on: list[Lesson], label: str) -> float:
    model = train(train_on, "entity", frozenset(LABELS), DEFAULT)
    assert model is not None
    tagger = tagger_of({"entity": model})
    assert tagger is not None
    right = proposed = gold = 0
    for lesson in test_on:
        document = lesson.document
        wanted = {(s.start, s.end) for s in lesson.spans if s.label == label}
        found = {
            (document.starts[s.start], document.ends[s.end - 1])
            for s in tagger.tag(document, lesson.features).spans
            if s.label == label
        }
        right, proposed, gold = (
            right + len(wanted & found),
            proposed + len(found),
            gold + len(wanted),
        )
    return 2 * right / (proposed + gold)


def test_lexicons_and_rules_help(corpus: Corpus) -> None:
    """Places of the test part are in a lexicon, and not in the training part."""
    with_rules = _f1(*corpus, "LOC")
    without = _f1(_plain(corpus[0]), _plain(corpus[1]), "LOC")
    assert with_rules > without + 0.02
    assert without > 0.5


def test_the_same_lessons_give_the_same_model(corpus: Corpus) -> None:
    few = corpus[0][:3]
    one, two = (train(few, "entity", frozenset(LABELS), DEFAULT) for _ in range(2))
    assert one is not None
    assert one == two
    assert one != train(few, "entity", frozenset(LABELS), Settings(max_iterations=5))


def test_nothing_to_learn_is_no_model(corpus: Corpus) -> None:
    assert train(corpus[0][:2], "event", frozenset(("KILL",)), DEFAULT) is None
    assert tagger_of({}) is None


def test_a_model_lives_as_long_as_its_tagger(corpus: Corpus, tmp_path: Path) -> None:
    """CRFsuite goes on reading in the bytes that a model was opened with."""
    lessons = corpus[0][:3]
    model = train(lessons, "entity", frozenset(LABELS), DEFAULT)
    assert model is not None
    kept = tagger_of({"entity": model})
    (tmp_path / "entity.crfsuite").write_bytes(model)
    opened = open_tagger(tmp_path)
    assert kept is not None
    assert opened is not None
    gc.collect()
    _ = [bytearray(len(model)) for _ in range(20)]  # what was freed is written over
    for lesson in lessons:
        tagging = kept.tag(lesson.document, lesson.features)
        assert tagging == opened.tag(lesson.document, lesson.features)
        assert len(tagging.certainty["entity"]) == len(lesson.document)
        assert all(0 < sure <= 1.000001 for sure in tagging.certainty["entity"])
        for span in tagging.spans:
            assert span.probability == min(tagging.certainty["entity"][span.start : span.end])


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "entity.crfsuite").write_bytes(b"lCRF and nothing else")
    with pytest.raises(InputError, match="no model"):
        open_tagger(tmp_path)


def test_features_do_not_look_over_the_end_of_a_sentence() -> None:
    ontology = load_ontology()
    rules = heuristics()
    one, two = (
        propose(text, rules.analyse, ontology, rules.policy)
        for text in ("وصل زوباري . قال طيمودي", "وصل زوباري . غادر سافوكي")
    )
    first, second = (seen(p, ontology, rules.policy)[0] for p in (one, two))
    assert first == second
    assert len(first) == 3
    assert [f for f in first[1] if f.startswith("w=")] == ["w=زوباري"]
    assert {"-1w=وصل", "1w=.", "p=زو", "e=اري"} <= set(first[1])


def test_what_rules_propose_is_seen() -> None:
    ontology = load_ontology()
    rules = heuristics()
    proposed = propose("قتل جندي في مدينة درعا", rules.analyse, ontology, rules.policy)
    (sentence,) = seen(proposed, ontology, rules.policy)
    assert "r=BGPE" in sentence[4] or "r=IGPE" in sentence[4]
    assert "v=BKILL" in sentence[0]
    assert "r=O" in sentence[2]


def test_spans_of_one_label_alone_are_learned(corpus: Corpus) -> None:
    model = train(corpus[0], "entity", frozenset(("PER",)), DEFAULT)
    assert model is not None
    tagger = tagger_of({"entity": model})
    assert tagger is not None
    assert tagger.labels == {"entity": ("PER",)}
    assert isinstance(corpus[0][0].spans[0], Span)
