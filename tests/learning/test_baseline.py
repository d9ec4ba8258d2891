"""The plain tagger: it sees words alone, and is trained and measured as the other one is."""

from __future__ import annotations

from annotate.heuristics.features import plain
from annotate.learning.baseline import Pace, compare
from annotate.learning.material import Material, prepare
from tests.heuristics.proposals import heuristics
from tests.learning.test_lexicon import example
from tests.support import mark

KNOWN = ("محمد", "احمد", "خالد", "سمير", "حسن", "كريم", "فادي", "نبيل", "وليد", "ماجد")
FRAMES = ("تحدث {} عن الامر امس", "كان {} هناك قبل يومين")
OTHERS = ("تحدث الناس عن الامر امس", "كان البيت هناك قبل يومين")


def taught() -> list[Material]:
    """Names of a lexicon, and other words in the same places."""
    texts = [FRAMES[number % 2].format(name) for number, name in enumerate(KNOWN)]
    return prepare(
        [
            *(example(t, mark(t, n, "PER")) for t, n in zip(texts, KNOWN, strict=True)),
            *(example(f"{text} {number}") for text in OTHERS for number in range(4)),
        ],
        heuristics(),
    )


def test_plain_features_are_of_the_words_alone() -> None:
    (material,) = prepare([example("وصل محمد الى دمشق")], heuristics())
    (sentence,) = plain(material.lesson.document)
    assert sentence[1] == [
        *("1", "w=محمد", "p=م", "e=د", "p=مح", "e=مد", "p=محم", "e=حمد"),
        *("-2<>", "-1w=وصل", "1w=الي", "2w=دمشق"),
    ]
    full = {feature for word in material.lesson.features[0] for feature in word}
    assert any(feature.startswith(("t=", "r=B")) for feature in full)


def test_names_of_a_lexicon_are_found_by_it_and_not_by_the_plain_one() -> None:
    materials = taught()
    found = compare(materials, [], heuristics(), 3)
    figures = found.to_json()["f1"]
    assert isinstance(figures, dict)
    people = figures["entities"]["PER"]
    assert people["n"] == len(KNOWN)
    assert people["after"] > people["before"]
    assert people["after"] > 0.9
    assert found.card.how == "cross-validation, 3 folds of whole stories"
    words = sum(len(material.lesson.document) for material in materials)
    assert [pace.taught for pace in found.paces] == [2 * words, 2 * words]
    assert [pace.words for pace in found.paces] == [words, words]
    assert all(pace.training > 0 and pace.tagging > 0 for pace in found.paces)


def test_test_articles_alone_are_measured_where_there_are_some() -> None:
    materials = taught()
    found = compare(materials[2:], materials[:2], heuristics(), 3)
    assert found.card.edits.n == 2
    assert found.card.how == "test articles"


def test_paces_add_up() -> None:
    pace = Pace(1, 2, 3, 100, 50) + Pace(1, 0, 1, 100, 50)
    assert pace.to_json() == {
        "training_s": 2,
        "words_taught": 100,
        "words": 200,
        "words_per_s": round(200 / 6),
        "words_per_s_tagging_alone": 50,
    }
