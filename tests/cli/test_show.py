"""show: what it reads, which article it chooses, what it writes, and how it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.annotation_files import read_annotations, write_annotations
from annotate.heuristics.pipeline import VERSION
from annotate.settings import FILE
from annotate.spans import Annotation, ordered
from annotate.storage import text_sha256
from tests.cli.conftest import Run
from tests.cli.test_commands import ADJUDICATED, PASSES, error_of
from tests.support import (
    CAPTURE,
    FORCE,
    ONTOLOGY,
    ROOT,
    SEEDS,
    TEXT,
    Ran,
    sample_annotation,
    tree,
    write_lines,
)

LINE = "أعلنت [فصائل المعارضة/ARM] {سيطرتها/TAKEOVER} على [دمشق/GPE]"
OTHER_TEXT = "في دمشق"


def sample(name: str | None = None, doc_id: str = "00000000000000aa") -> Annotation:
    return replace(sample_annotation(), text=TEXT, doc_id=doc_id, source_id=name)


@pytest.fixture
def gold(folder: Path) -> Path:
    """Two annotated articles with their texts."""
    other = Annotation(text_sha256(OTHER_TEXT), text=OTHER_TEXT, doc_id="b", source_id="1")
    write_annotations(folder / "gold.jsonl", [sample("first"), other])
    return folder / "gold.jsonl"


def articles(ran: Ran) -> list[dict[str, object]]:
    assert (ran.code, ran.err) == (0, "")
    found: list[dict[str, object]] = json.loads(ran.out)["articles"]
    return found


def test_all_articles_in_the_terminal(run: Run, gold: Path) -> None:
    ran = run("show", "gold.jsonl")
    assert (ran.code, ran.err) == (0, "")
    assert "\x1b" not in ran.out  # no colours where no terminal is
    lines = ran.out.splitlines()
    assert lines[0] == "00000000000000aa  first  anna"
    assert lines[2] == LINE
    assert ran.out.index(LINE) < ran.out.index("AGENT") < ran.out.index(OTHER_TEXT)
    assert [line.split() for line in lines if "AGENT" in line] == [
        ["سيطرتها", "TAKEOVER", "AGENT", "فصائل", "المعارضة", "ARM"]
    ]
    assert tree(gold.parent).keys() == {"gold.jsonl"}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("00000000000000aa", "00000000000000aa"),
        ("first", "00000000000000aa"),
        ("2", "b"),
        ("1", "b"),  # what an article is called wins over its number
    ],
)
def test_one_article(run: Run, gold: Path, doc: str, expected: str, suffix: str) -> None:
    write_annotations(gold.with_suffix(".parquet"), read_annotations(gold, ONTOLOGY))
    (found,) = articles(run("show", f"gold.{suffix}", "--doc", doc, "--json"))
    assert found["doc_id"] == expected


def test_no_such_article(run: Run, gold: Path) -> None:
    for doc in ("3", "0", "nothing", "٢"):
        assert error_of(run("show", "gold.jsonl", "--doc", doc)) == (
            f"gold.jsonl: there is no article {doc!r}; "
            "there are 1 00000000000000aa (first), 2 b (1)"
        )


def test_raw_articles_are_pre_annotated(run: Run, folder: Path) -> None:
    page = SEEDS / "000_e99883f296ceb097.txt"
    assert run("preannotate", page, "--out", "spans.jsonl").code == 0
    found = articles(run("show", page, "--json"))
    assert found == articles(run("show", "spans.jsonl", "--json"))
    assert len(found) == 2
    (second,) = articles(run("show", page, "--doc", "2", "--json"))
    assert second == found[1]


def test_texts_as_they_are(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", [{"text": f"  {TEXT}"}])
    (clean,) = articles(run("show", "a.jsonl", "--json"))
    (raw,) = articles(run("show", "a.jsonl", "--json", "--no-clean"))
    assert (clean["text"], raw["text"]) == (TEXT, f"  {TEXT}")


def test_the_page(run: Run, gold: Path) -> None:
    ran = run("show", "gold.jsonl", "--html", "new/page.html")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "2 articles drawn in new/page.html: open it in a browser\n"
    text = (gold.parent / "new" / "page.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert '<html lang="ar" dir="rtl">' in text
    assert text.count("<article ") == 2
    assert text.count('<li class="role ') == 2


def test_where_the_texts_are(run: Run, folder: Path) -> None:
    missing = error_of(run("show", ADJUDICATED, "--doc", "000"))
    assert missing == (
        f"{ADJUDICATED}: the text ab62ca0c73f5… of article 4edc5058554e18b8 is missing "
        "(no source was given); say where the articles are: --text SOURCE"
    )
    write_lines(folder / "a.jsonl", [{"text": TEXT}])
    assert "is missing (not in a.jsonl)" in error_of(
        run("show", ADJUDICATED, "--doc", "000", "--text", "a.jsonl")
    )
    (there,) = articles(run("show", ADJUDICATED, "--doc", "000", "--text", SEEDS, "--json"))
    (folder / FILE).write_text(f'[corpus]\nsources = ["{SEEDS}"]\n')
    assert articles(run("show", ADJUDICATED, "--doc", "000", "--json")) == [there]


def test_a_comparison_in_the_terminal(run: Run, gold: Path) -> None:
    other = replace(sample(), spans=ordered([replace(FORCE, label="ORG"), CAPTURE]), relations=())
    write_annotations(gold.parent / "other.jsonl", [replace(other, annotator="badr")])
    ran = run("show", "gold.jsonl", "--against", "other.jsonl")
    assert (ran.code, ran.err) == (0, "not compared: 1 article that only gold.jsonl has\n")
    assert "A: anna\nB: badr\n" in ran.out
    assert "أعلنت [فصائل المعارضة/A:ARM B:ORG] {سيطرتها/TAKEOVER} على [دمشق/A:GPE]" in ran.out
    table = ran.out[ran.out.index(" strict ") : ran.out.index("spans that differ")]
    scores = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert scores["entities"] == ["0.000", "0", "0", "1", "0", "0", "1", "0"]
    assert scores["triggers"] == ["1.000", "1", "0", "0", "0", "0", "0", "0"]
    assert scores["roles"] == ["0.000", "0", "0", "0", "0", "0", "2", "0"]
    assert ran.out.count("only in A") == 1 + 1 + 2  # the head of the table, a span, two roles


def test_a_comparison_has_the_figures_of_evaluate(run: Run, folder: Path) -> None:
    options = ("--against", PASSES[1], "--text", SEEDS, "--json", "--html", "page.html")
    ran = run("show", PASSES[0], *options)
    assert ran.err == "7 articles drawn in page.html: open it in a browser\n"
    found = json.loads(ran.out)["articles"]
    values = json.loads(run("evaluate", *PASSES, "--json").out)
    for kind in ("entities", "triggers", "roles"):
        strict = values[kind]["strict"]
        for ours, theirs in (("tp", "tp"), ("only_a", "fp"), ("only_b", "fn")):
            assert sum(a["strict"][kind][ours] for a in found) == strict[theirs]
        page = (folder / "page.html").read_text("utf-8")
        assert f'<td class="f1">{strict["f1"]:.3f}</td>' in page
    assert page.count("<article ") == 7


def test_an_article_against_its_reference_needs_no_other_text(run: Run, folder: Path) -> None:
    page = SEEDS / "003_bccd2bf55bafc881.txt"
    (found,) = articles(run("show", page, "--against", ADJUDICATED, "--json"))
    assert found["annotators"] == [f"heuristics-{VERSION}", "adjudicated (simulated)"]
    # And the other way round: the reference takes the text from what it is compared with.
    ran = run("show", ADJUDICATED, "--against", page, "--doc", "003", "--json")
    assert articles(ran)[0]["text"] == found["text"]


def test_another_text_of_the_same_article(run: Run, gold: Path) -> None:
    text = f"{TEXT}."
    write_annotations(
        gold.parent / "other.jsonl", [replace(sample(), text=text, text_sha256=text_sha256(text))]
    )
    message = error_of(run("show", "gold.jsonl", "--against", "other.jsonl"))
    assert message == (
        f"other.jsonl: article 00000000000000aa has another text here ({text_sha256(text)[:12]}…) "
        f"than in gold.jsonl ({text_sha256(TEXT)[:12]}…); "
        "compare annotations of the same clean text"
    )


def test_nothing_to_compare(run: Run, gold: Path) -> None:
    message = error_of(run("show", "gold.jsonl", "--against", SEEDS / "003_bccd2bf55bafc881.txt"))
    assert message.startswith("no text is in both: 2 gold.jsonl, 1 ")


def test_an_annotation_that_does_not_hold(run: Run, gold: Path) -> None:
    record = json.loads(gold.read_text("utf-8").splitlines()[0])
    record["spans"][0]["text"] = "شيء"
    write_lines(gold, [record])
    before = tree(gold.parent)
    for options in ((), ("--html", "page.html"), ("--json",)):
        assert "gold.jsonl: text " in error_of(run("show", "gold.jsonl", *options))
    assert tree(gold.parent) == before


def test_a_page_never_takes_the_place_of_a_source(run: Run, gold: Path) -> None:
    before = tree(gold.parent)
    message = error_of(run("show", "gold.jsonl", "--html", "gold.jsonl"))
    assert message == "gold.jsonl: this file is a source; write to another one"
    assert tree(gold.parent) == before


def test_a_file_of_a_dataset_is_no_annotation_file(run: Run, folder: Path) -> None:
    (path, *_) = sorted((ROOT / "exports" / "seeds").glob("*/data/*.parquet"))
    assert error_of(run("show", path)) == (
        f"{path}: this file is part of a dataset, not an annotation file; "
        "give the annotations that it was built from"
    )
