"""Many processes make the same as one, in the same order, and say what goes wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

import pytest

from annotate.annotation_files import ENCODERS, Encoded, encode_jsonl
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from annotate.heuristics.engines import BATCH, batches, preannotate, preannotate_batches
from annotate.heuristics.pipeline import load_heuristics
from annotate.ontology import load_ontology
from annotate.spans import Annotation
from tests.support import SEEDS

pytestmark = pytest.mark.slow

LOAD = partial(load_heuristics, load_ontology())


def articles(count: int) -> list[Article]:
    """Short articles, each with words of its own."""
    seeds = list(read_articles([str(SEEDS)], load_rules()))
    lines = [line for seed in seeds for line in seed.text.split("\n")]
    return [
        Article(doc_id=f"{n:016x}", text=f"{lines[n % len(lines)]}\n{n} كيلومتر", source="t")
        for n in range(count)
    ]


@pytest.mark.parametrize("suffix", sorted(ENCODERS))
def test_the_same_bytes_for_any_number_of_workers(suffix: str) -> None:
    corpus = articles(3 * BATCH + 5)
    one, many = (
        list(preannotate_batches(corpus, LOAD, ENCODERS[suffix], workers)) for workers in (1, 3)
    )
    assert [part.annotations for part in one] == [BATCH] * 3 + [5]
    assert one == many


CORPUS = [
    Article(doc_id=f"{n:016x}", text=f"قال وزير الخارجية في دمشق {n} مرات", source="t")
    for n in range(BATCH + 40)
]


def test_articles_are_read_only_a_few_batches_ahead() -> None:
    source = iter(CORPUS * 10)
    results = preannotate_batches(source, LOAD, encode_jsonl, 2)
    next(results)
    read = len(CORPUS) * 10 - sum(1 for _ in source)
    assert BATCH < read <= 6 * BATCH


def test_a_long_article_closes_its_batch() -> None:
    long = Article(doc_id="0" * 16, text="كلمة " * 150_000, source="t")
    assert [len(batch) for batch in batches([long, *CORPUS[:2], long])] == [1, 3]


def _die(annotations: Sequence[Annotation]) -> Encoded:
    os._exit(3)


def test_a_process_that_dies_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="a worker process ended"):
        list(preannotate_batches(CORPUS, LOAD, _die, 2))


def test_what_goes_wrong_in_a_process_reaches_the_caller() -> None:
    broken = [*CORPUS, Article(doc_id="f" * 16, text="\ud800", source="t")]
    with pytest.raises(UnicodeEncodeError):
        list(preannotate_batches(broken, LOAD, encode_jsonl, 2))


def test_texts_in_python_are_the_same_for_any_number_of_workers() -> None:
    texts = [article.text for article in CORPUS]
    one, many = (list(preannotate(texts, workers=workers)) for workers in (1, 2))
    assert one == many
    assert [annotation.text for annotation in one] == texts


@pytest.mark.parametrize("workers", [1, 2])
def test_a_lone_surrogate_is_one_clear_error(workers: int) -> None:
    texts = [*(article.text for article in CORPUS), "\ud800"]
    with pytest.raises(InputError, match=f"text {len(CORPUS)}: a lone surrogate stands at 0"):
        list(preannotate(texts, workers=workers))
