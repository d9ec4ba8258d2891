"""The list of disagreements: every reading is marked where it is, whatever the sentence."""

from __future__ import annotations

from typing import Any

from annotate.show.disputes import AROUND, disputes
from annotate.show.faces import Faces
from tests.show.team import figures
from tests.support import ONTOLOGY

FACES = Faces(ONTOLOGY)


def test_what_is_marked_is_what_the_readings_say() -> None:
    made = figures()
    found = disputes(made, FACES)
    assert len(found) == len(made["disagreements"]) > 100
    for dispute, one in zip(found, made["disagreements"], strict=True):
        shown = "".join(run.text for run in dispute.runs).removeprefix("… ").removesuffix(" …")
        assert shown in one["sentence"]["text"]
        marked = [view for view in one["readings"] if view is not None]
        for place, view in enumerate(marked[:3]):
            runs = [run.text for run in dispute.runs if f"r{place}" in run.css.split()]
            assert "".join(runs) == view["text"]
        assert [v.surface for v in dispute.views if v.face] == [v["text"] for v in marked]
        assert len(dispute.views) == len(marked) + bool(one["without"])


def one(text: str, *places: tuple[int, int], links: tuple[str, ...] = ()) -> dict[str, Any]:
    readings = [
        {"annotators": ["a"], "start": s + 100, "end": e + 100, "label": "PER", "text": text[s:e]}
        for s, e in places
    ]
    return {
        "annotators": ["a"],
        "disagreements": [
            {
                "kind": "boundary",
                "layer": "entity",
                "doc_id": "d",
                "sentence": {"text": text, "start": 100},
                "readings": readings,
                "without": [],
                "links": list(links),
                "times": 1,
            }
        ],
    }


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "كلمة " * 200 + "هنا " + "كلمة " * 200
    (found,) = disputes(one(text, (1000, 1003)), FACES)
    assert found.runs[0].text == "… "
    assert found.runs[-1].text == " …"
    shown = "".join(run.text for run in found.runs[1:-1])
    assert 2 * AROUND <= len(shown) <= 2 * AROUND + 20
    assert set(shown.split()) == {"كلمة", "هنا"}
    assert found.direction == "rtl"


def test_readings_that_overlap_share_a_piece() -> None:
    (found,) = disputes(one("abcdef", (0, 4), (2, 6)), FACES)
    assert [(run.text, run.css) for run in found.runs] == [
        ("ab", "r0"),
        ("cd", "r0 r1"),
        ("ef", "r1"),
    ]
    assert found.direction == "ltr"


def test_only_web_addresses_are_links() -> None:
    links = ("javascript:alert(1)", "http://127.0.0.1:8080/x", "data:text/html,x")
    (found,) = disputes(one("abc", (0, 1), links=links), FACES)
    assert found.links == ("http://127.0.0.1:8080/x",)


def test_a_dataset_without_texts_shows_offsets() -> None:
    made = one("abc", (0, 1))
    (dispute,) = made["disagreements"]
    dispute["sentence"]["text"] = dispute["readings"][0]["text"] = None
    (found,) = disputes(made, FACES)
    assert (found.runs, found.views[0].surface, found.views[0].place) == ((), "", "100:101")
