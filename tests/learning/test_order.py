"""What to annotate next: the articles that the tagger is unsure of, or those of new words."""

from __future__ import annotations

import math
from collections import Counter
from itertools import permutations

import pytest

from annotate.cli.push import worth_annotating
from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.learned import Known, Learned
from annotate.heuristics.pipeline import findings
from annotate.heuristics.support import Support
from annotate.heuristics.tagger import tagger_of
from annotate.heuristics.training import DEFAULT, train
from annotate.labeling.ledger import Ledger
from annotate.labeling.planning import follow
from annotate.labeling.sampling import Plan
from annotate.learning.material import prepare
from annotate.learning.order import diverse, uncertain
from annotate.settings import Split
from tests.heuristics.proposals import heuristics
from tests.learning.test_lexicon import example
from tests.support import mark


def article(name: str, text: str) -> Article:
    return Article(name, text)


def test_without_a_tagger_nothing_is_unsure() -> None:
    with pytest.raises(InputError, match="annotate learn"):
        uncertain([article("a", "نص")], heuristics())


def test_what_the_tagger_is_unsure_of_comes_first() -> None:
    from dataclasses import replace

    texts = [f"وصل {name} الى البيت امس" for name in ("زوباري", "طيمودي", "جاسوقي")]
    names = [text.split()[1] for text in texts]
    examples = [
        example(text, mark(text, name, "PER")) for text, name in zip(texts, names, strict=True)
    ]
    lessons = [material.lesson for material in prepare(examples, heuristics())]
    model = train(lessons, "entity", frozenset({"PER"}), DEFAULT)
    assert model is not None
    tagger = tagger_of({"entity": model})
    known = Known({"entity": frozenset({"PER"})}, "v")
    rules = replace(heuristics(), learned=Learned("v", tagger, Support(), known))
    articles = [article("seen", texts[0]), article("new", "زوباري حافر الطيمودي غادروا")]
    assert uncertain(articles, rules) == ["new", "seen"]
    tagging = findings(articles[1].text, rules).tagging
    assert tagging is not None
    assert min(tagging.certainty["entity"]) < 0.99


def test_the_order_is_that_of_the_mean_doubt_of_words() -> None:
    """Counted anew from what the tagger says of each word."""
    from dataclasses import replace

    names = ("زوباري", "طيمودي", "جاسوقي", "سافوكي")
    texts = [f"وصل {name} امس الى القريه" for name in names]
    examples = [
        example(text, mark(text, name, "PER")) for text, name in zip(texts, names, strict=True)
    ]
    materials = prepare(examples, heuristics())
    model = train([m.lesson for m in materials], "entity", frozenset({"PER"}), DEFAULT)
    assert model is not None
    known = Known({"entity": frozenset({"PER"})}, "v")
    learned = Learned("v", tagger_of({"entity": model}), Support(), known)
    rules = replace(heuristics(), learned=learned)
    given = (texts[0], "قازوميط حافر", "وصل الوفد", "غادر فاطوقي القريه وصل سافوكي غدا")
    articles = [article(str(number), text) for number, text in enumerate(given)]
    doubts = {}
    for item in articles:
        tagging = findings(item.text, rules).tagging
        assert tagging is not None
        sure = tagging.certainty["entity"]
        assert len(sure) == len(item.text.split())
        doubts[item.doc_id] = sum(1 - one for one in sure) / len(sure)
    assert len({round(doubt, 6) for doubt in doubts.values()}) == len(given)
    found = uncertain(articles, rules)
    assert found == sorted(doubts, key=lambda name: -doubts[name])
    assert found != sorted(doubts)
    assert worth_annotating("uncertain", articles, rules) == found
    assert worth_annotating("diverse", articles, rules) == diverse(articles, rules)
    assert worth_annotating("random", articles, rules) is None


def test_new_words_come_first_and_greedy_is_greedy() -> None:
    texts = {
        "a": "وصل الوفد الى المدينة صباحا",
        "b": "وصل الوفد الى المدينة مساء",
        "c": "ارتفعت اسعار النفط عالميا",
        "d": "وصل وصل وصل وصل",
    }
    articles = [article(name, text) for name, text in texts.items()]
    found = diverse(articles, heuristics())
    assert sorted(found) == sorted(texts)
    assert found.index("d") > 1  # one word again and again
    assert {found[0], found[1]} in ({"a", "c"}, {"b", "c"})  # of two alike one has to wait

    def gain(name: str, chosen: list[str]) -> float:
        there = Counter(word for other in chosen for word in texts[other].split())
        bag = Counter(texts[name].split())
        return sum(math.sqrt(there[w] + n) - math.sqrt(there[w]) for w, n in bag.items()) / sum(
            bag.values()
        )

    for place, name in enumerate(found):  # the words above have stems that tell them apart as well
        best = max(gain(other, found[:place]) for other in found[place:])
        assert gain(name, found[:place]) == pytest.approx(best)


def test_the_order_does_not_depend_on_that_of_the_input() -> None:
    articles = [article(name, f"نص {name} جديد") for name in ("ا", "ب", "ت")]
    orders = {tuple(diverse(list(some), heuristics())) for some in permutations(articles)}
    assert len(orders) == 1


def test_test_articles_stay_at_their_random_places() -> None:
    articles = [article(f"{number:016x}", f"نص رقم {number}") for number in range(12)]
    splits: dict[str, Split] = {a.doc_id: "test" for a in articles[::3]}
    wanted = [a.doc_id for a in reversed(articles)]
    with Ledger(None) as ledger:
        by_chance, ordered = (
            [
                planned.article.doc_id
                for planned in follow(
                    Plan(), articles, ledger, None, splits, dry_run=True, order=order
                )
            ]
            for order in (None, wanted)
        )
    assert by_chance != ordered
    assert sorted(by_chance) == sorted(ordered)
    for chance, now in zip(by_chance, ordered, strict=True):
        assert (chance in splits) == (now in splits)
        if chance in splits:
            assert chance == now
    assert [d for d in ordered if d not in splits] == [d for d in wanted if d not in splits]
