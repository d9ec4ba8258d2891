"""import on the command line, and the dataset version that an imported corpus becomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.annotation_files import read_annotations, write_annotations
from annotate.dataset.load import load_dataset
from annotate.spans import Annotation
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, ROOT, annotate, tree

pytestmark = pytest.mark.slow

NEWS = ROOT / "tests" / "data" / "foreign" / "anercorp_form.txt"
LABELS = ["--labels", "PERS=PER,LOC=GPE,MISC="]


def test_a_corpus_becomes_a_version(tmp_path: Path) -> None:
    ran = annotate("import", NEWS, "--from", "conll", *LABELS, "--annotator", "x", folder=tmp_path)
    assert (ran.code, ran.out) == (0, "imported.jsonl\n")
    assert "1 articles, 6 entities, 0 events, 0 roles" in ran.err
    assert "labels covered: PER, ORG, GPE" in ran.err
    assert "not as it was: 1 spans whose label is left out" in ran.err
    assert "next: annotate export --annotations imported.jsonl" in ran.err
    (item,) = read_annotations(tmp_path / "imported.jsonl", ONTOLOGY)
    ran = annotate("export", "--annotations", "imported.jsonl", folder=tmp_path)
    assert ran.code == 0, ran.err
    assert annotate("verify", ran.out.strip(), folder=tmp_path).out == "ok\n"
    frame = load_dataset(tmp_path / "exports" / "arabic-news")
    assert list(frame["text"]) == [item.text]
    assert list(frame["labels_covered"][0]) == ["PER", "ORG", "GPE"]
    assert [span["text"] for span in frame["entities"][0]] == [s.text for s in item.spans]


def test_a_version_without_texts(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    annotate(
        "import", NEWS, "--from", "conll", *LABELS, "--out", corpus / "a.jsonl", folder=tmp_path
    )
    (item,) = read_annotations(corpus / "a.jsonl", ONTOLOGY)
    ran = annotate("export", "--annotations", "corpus/a.jsonl", "--text", "none", folder=tmp_path)
    assert ran.code == 0, ran.err
    assert "1 articles have no URL: others cannot look up which ones they are" in ran.err
    path = tmp_path / ran.out.strip()
    data = b"".join(p.read_bytes() for p in path.rglob("*") if p.is_file())
    assert "دمشق".encode() not in data
    (tmp_path / "mine.txt").write_text(str(item.text), "utf-8")
    ran = annotate("datasets", "rehydrate", path, "--sources", "mine.txt", folder=tmp_path)
    assert ran.code == 0, ran.err
    assert "1 articles have their text, 0 have none" in ran.err
    assert list(load_dataset(ran.out.strip())["text"]) == [item.text]


def carrying(folder: Path, text: str, doc_id: str) -> None:
    """A file with one article that is in no source."""
    item = Annotation(text_sha256(text), (), ontology_version="1.0.0", doc_id=doc_id, text=text)
    write_annotations(folder / "a.jsonl", [item])


def test_texts_that_are_not_clean_are_put_back(tmp_path: Path) -> None:
    text = "أعلنت دمشق.\n\n  قال ناطق.  "
    carrying(tmp_path, text, "a" * 16)
    ran = annotate("export", "--annotations", "a.jsonl", "--text", "none", folder=tmp_path)
    assert ran.code == 0, ran.err
    version = ran.out.strip()
    (tmp_path / "other.txt").write_text("نص آخر", "utf-8")
    rehydrate = ("datasets", "rehydrate", version, "--sources")
    ran = annotate(*rehydrate, "other.txt", folder=tmp_path)
    assert ran.code == 1
    assert "other.txt: no text of the version's articles is there" in ran.err
    assert not Path(f"{version}-with-texts").exists()
    (tmp_path / "mine.jsonl").write_text(json.dumps({"id": "1", "text": text}), "utf-8")
    ran = annotate(*rehydrate, "mine.jsonl", folder=tmp_path)
    assert ran.code == 0, ran.err
    assert list(load_dataset(ran.out.strip())["text"]) == [text]


@pytest.mark.parametrize("doc_id", ["../../a", "A" * 16, "a" * 16 + "\n"])
def test_an_article_that_verify_would_refuse_is_not_exported(tmp_path: Path, doc_id: str) -> None:
    carrying(tmp_path, "أعلنت دمشق", doc_id)
    ran = annotate("export", "--annotations", "a.jsonl", folder=tmp_path)
    assert ran.code == 1
    assert f"a.jsonl: doc_id {doc_id!r} is not 16 hexadecimal digits" in ran.err
    assert not (tmp_path / "exports" / "arabic-news" / "1.0.0").exists()


def test_counts_as_json(tmp_path: Path) -> None:
    ran = annotate(
        "import", NEWS, "--from", "conll", *LABELS, "--every", "1", "--json", folder=tmp_path
    )
    assert json.loads(ran.out) == {
        "out": "imported.jsonl",
        "counts": {"articles": 3, "entities": 6, "events": 0, "roles": 0},
        "labels_covered": ["PER", "ORG", "GPE"],
        "lost": {
            "spans that begin with I- or E- (taken as their beginning)": 1,
            "spans whose label is left out": 1,
        },
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "conll"], f"{NEWS}:3: label 'PERS' is none of the ontology's; say what it is: "
         "--labels PERS=CODE, or PERS= to leave it out"),
        (["--from", "brat"], f"{NEWS.with_suffix('.ann')}: no such file; a text has both"),
        (["--from", "conll", *LABELS, "--out", "a.csv"], "a.csv: unknown kind of file; name it"),
        (["--from", "conll", *LABELS, "--separator", "comma"],
         f"{NEWS}:1: the line has 1 columns, not 2; see --column and --separator"),
        (["--from", "conll", "--labels", "PERS=,LOC=,ORG=,MISC="],
         f"{NEWS}: the corpus has none of the labels that --labels names"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line_and_leaves_nothing(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    ran = annotate("import", NEWS, *arguments, folder=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"annotate: error: {message}")
    assert ran.err.count("\n") == 1
    assert tree(tmp_path) == {}


def test_brat_takes_no_columns(tmp_path: Path) -> None:
    ran = annotate("import", "a.ann", "--from", "brat", "--column", "3", folder=tmp_path)
    assert ran.code == 2


def test_another_text_of_an_article_that_is_there_is_refused(tmp_path: Path) -> None:
    article = {"id": "a", "text": "وصل سامر إلى بيروت."}
    (tmp_path / "articles.jsonl").write_text(json.dumps(article), "utf-8")
    (tmp_path / "annotate.toml").write_text('corpus.sources = ["articles.jsonl"]\n')
    (tmp_path / "a.conll").write_text("-DOCSTART- a\nوصل O\nسامر B-PER\n", "utf-8")
    assert annotate("import", "a.conll", "--from", "conll", folder=tmp_path).code == 0
    ran = annotate("export", "--annotations", "imported.jsonl", folder=tmp_path)
    assert ran.code == 1
    assert "check corpus.sources and the cleaning rules" in ran.err
    (tmp_path / "a.conll").write_text("-DOCSTART- b\nوصل O\nسامر B-PER\n", "utf-8")
    assert annotate("import", "a.conll", "--from", "conll", folder=tmp_path).code == 0
    assert annotate("export", "--annotations", "imported.jsonl", folder=tmp_path).code == 0
