"""preannotate: what it writes holds, is the same every time, and is all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.heuristics.engines import BATCH
from annotate.resources import resource
from annotate.settings import FILE
from annotate.spans import problems
from tests.cli.conftest import Run
from tests.cli.test_commands import ADJUDICATED, BAD_FILES, error_of
from tests.support import ONTOLOGY, SEEDS, TEXT, tree, write_lines

PAGES = str(SEEDS / "*.txt")


def test_what_it_proposes_holds_over_the_texts(run: Run, folder: Path) -> None:
    ran = run("preannotate", PAGES, "--out", "new/spans.jsonl")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines()[-1].startswith("next: annotate evaluate new/spans.jsonl ")
    assert set(tree(folder)) == {"new", "new/spans.jsonl"}

    lines = (folder / "new" / "spans.jsonl").read_text("utf-8").splitlines()
    schema = json.loads(resource("schemas", "annotation.schema.json").read_text("utf-8"))
    for line in lines:
        jsonschema.validate(json.loads(line), schema)

    found = list(read_annotations(folder / "new" / "spans.jsonl", ONTOLOGY))
    articles = list(read_articles([PAGES], load_rules()))
    assert [a.doc_id for a in found] == [article.doc_id for article in articles]
    for annotation, article in zip(found, articles, strict=True):
        assert problems(annotation, article.text, ONTOLOGY) == []
        assert annotation.entities
        assert annotation.events
        assert all(span.origin for span in annotation.spans)
        assert all(span.score is not None for span in annotation.spans)

    values = json.loads(run("evaluate", "new/spans.jsonl", ADJUDICATED, "--json").out)
    assert values["articles"] == {"matched": 7, "only_predicted": 0, "only_gold": 0}


def test_the_same_every_time_and_in_both_formats(run: Run, folder: Path) -> None:
    for name in ("a.jsonl", "b.jsonl", "c.parquet"):
        assert run("preannotate", PAGES, "--out", name).code == 0
    assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()
    first, last = (
        list(read_annotations(folder / name, ONTOLOGY)) for name in ("a.jsonl", "c.parquet")
    )
    assert first == last


@pytest.mark.slow
def test_the_same_bytes_for_any_number_of_workers(run: Run, folder: Path) -> None:
    rows = [{"text": f"{TEXT} {n} كيلومتر", "id": str(n)} for n in range(BATCH + 40)]
    write_lines(folder / "a.jsonl", rows)
    for suffix in ("jsonl", "parquet"):
        for workers in ("1", "2"):
            out = f"{workers}.{suffix}"
            assert run("preannotate", "a.jsonl", "--out", out, "--workers", workers).code == 0
        assert (folder / f"1.{suffix}").read_bytes() == (folder / f"2.{suffix}").read_bytes()


def test_sources_of_the_settings(run: Run, folder: Path) -> None:
    write_lines(folder / "a.jsonl", [{"text": TEXT, "id": "7"}])
    (folder / FILE).write_text('[corpus]\nsources = ["*.jsonl"]\n')
    assert run("preannotate", "--out", "out.parquet").code == 0
    (found,) = read_annotations(folder / "out.parquet", ONTOLOGY)
    assert found.source_id == "7"
    assert "دمشق" in [span.text for span in found.entities]


def test_texts_as_they_are(run: Run, folder: Path) -> None:
    text = f"  {TEXT}\u00a0\nإعلان\n"
    write_lines(folder / "a.jsonl", [{"text": text}])
    for options, expected in (((), TEXT), (("--no-clean",), text)):
        assert run("preannotate", "a.jsonl", "--out", "out.jsonl", *options).code == 0
        (found,) = read_annotations(folder / "out.jsonl", ONTOLOGY)
        assert problems(found, expected, ONTOLOGY) == []
        assert found.spans


def test_without_writing(run: Run, folder: Path) -> None:
    ran = run("preannotate", PAGES, "--out", "new/spans.jsonl", "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert "7 articles, " in ran.err
    assert "would be written to new/spans.jsonl" in ran.err
    assert tree(folder) == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "a.jsonl"), "no source was given; name files, folders or globs"),
        ((PAGES, "--out", "a.csv"), "a.csv: unknown kind of file; name it .jsonl or .parquet"),
        (
            ("missing.txt", "--out", "a.jsonl"),
            "missing.txt: no such file, folder or glob match; check the path",
        ),
    ],
)
def test_wrong_arguments(run: Run, folder: Path, arguments: tuple[str, ...], message: str) -> None:
    assert error_of(run("preannotate", *arguments)) == message
    assert tree(folder) == {}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_bad_articles_leave_what_was_there(run: Run, folder: Path, content: bytes) -> None:
    write_lines(folder / "a.jsonl", [{"text": TEXT}])
    (folder / "b.jsonl").write_bytes(content)
    (folder / "out.jsonl").write_text("old")
    before = tree(folder)
    for out in ("out.jsonl", "new/out.jsonl", "new/out.parquet"):
        ran = run("preannotate", "a.jsonl", "b.jsonl", "--out", out)
        assert error_of(ran).startswith("b.jsonl:")
        assert tree(folder) == before


def test_a_morphology_database_that_is_not_there_is_one_clear_error(run: Run, folder: Path) -> None:
    ran = run("preannotate", PAGES, "--out", "a.jsonl", "--morphology-db", "none.db")
    assert ran.code == 1
    assert "there is no morphology database" in error_of(ran)
    assert tree(folder) == {}
