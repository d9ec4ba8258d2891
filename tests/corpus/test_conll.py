"""Corpora in columns: texts, offsets and labels; every tagging scheme; wrong files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.article import make_doc_id
from annotate.corpus.conll import BEGUN_INSIDE, Columns, read_conll
from annotate.corpus.foreign import LEFT_OUT, LabelMap, read_map
from annotate.errors import InputError
from annotate.spans import problems
from tests.support import ONTOLOGY, PROPERTY, ROOT

NEWS = ROOT / "tests" / "data" / "foreign" / "anercorp_form.txt"  # made up, in ANERcorp's form
PERS = read_map("PERS=PER,LOC=GPE,MISC=", ONTOLOGY)
PLAIN = LabelMap(ONTOLOGY)


def write(folder: Path, text: str, name: str = "a.conll") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def labelled(path: Path, labels: LabelMap = PLAIN, **columns: object) -> list[tuple[str, str]]:
    found = read_conll([path], labels, Columns(**columns))  # type: ignore[arg-type]
    return [(s.text, s.label) for item in found.annotations for s in item.spans]


def test_a_corpus_of_tokens_and_tags() -> None:
    found = read_conll([NEWS], PERS, annotator="corpus")
    (item,) = found.annotations
    assert item.text is not None
    assert item.text.split("\n") == [
        "التقى الرئيس سامر الحلبي في بيروت وفد شركة النسيم .",
        "وقال متحدث باسم مهرجان الربيع : وصل إلى عمان .",
        "غادر نادر دمشق",
    ]
    assert [(s.text, s.label) for s in item.spans] == [
        ("سامر الحلبي", "PER"),
        ("بيروت", "GPE"),
        ("شركة النسيم", "ORG"),
        ("عمان", "GPE"),
        ("نادر", "PER"),
        ("دمشق", "GPE"),
    ]
    assert problems(item, item.text, ONTOLOGY) == []
    assert item.labels_covered == ("PER", "ORG", "GPE")
    assert (item.annotator, item.source) == ("corpus", "anercorp_form.txt")
    assert found.lost == {LEFT_OUT: 1, BEGUN_INSIDE: 1}


def test_articles_of_so_many_sentences() -> None:
    found = read_conll([NEWS], PERS, Columns(every=2)).annotations
    assert [len(str(item.text).split("\n")) for item in found] == [2, 1]
    assert len({item.doc_id for item in found}) == 2
    assert found == read_conll([NEWS], PERS, Columns(every=2)).annotations


def test_docstart_begins_an_article_and_may_name_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "-DOCSTART- -X- O O\n\nأ _ _ B-PER\n\n-DOCSTART- -X- 00000000000000aa O\n\nب _ _ O\n"
        "-DOCSTART- news-7 O\nت O\n",
    )
    first, second, third = read_conll([path], PLAIN).annotations
    assert (first.text, second.text, third.text) == ("أ", "ب", "ت")
    assert first.source_id is None
    assert second.doc_id == second.source_id == "00000000000000aa"
    assert (third.doc_id, third.source_id) == (make_doc_id(0, given_id="news-7"), "news-7")


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-PER I-PER O B-GPE", ["أ ب", "د"]),  # IOB2
        ("I-PER I-PER O I-GPE", ["أ ب", "د"]),  # IOB1
        ("I-PER B-PER I-GPE I-GPE", ["أ", "ب", "ت د"]),
        ("B-PER E-PER O S-GPE", ["أ ب", "د"]),  # IOBES
        ("B-PER L-PER U-GPE U-GPE", ["أ ب", "ت", "د"]),  # BILOU
        ("S-PER I-PER E-PER I-PER", ["أ", "ب ت", "د"]),
        ("O O O O", []),
    ],
)
def test_tagging_schemes(tmp_path: Path, tags: str, spans: list[str]) -> None:
    pairs = zip("أبتد", tags.split(), strict=True)
    path = write(tmp_path, "".join(f"{token} {tag}\n" for token, tag in pairs))
    assert [text for text, _ in labelled(path)] == spans


def test_a_span_ends_with_its_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, "أ B-PER\n\nب I-PER\n")
    assert labelled(path) == [("أ", "PER"), ("ب", "PER")]


def test_columns_and_separators(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffأبو ظبي\tB-GPE\tx\r\nحلب\tO\tx\r\n", "a.tsv")
    assert labelled(path, separator="\t", tag=2) == [("أبو ظبي", "GPE")]
    commas = write(tmp_path, "دمشق,B-GPE\n", "a.csv")
    assert labelled(commas, separator=",") == [("دمشق", "GPE")]


def test_event_labels_become_triggers_with_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, "قصف B-Attack\n")
    (item,) = read_conll([path], read_map("Attack=STRIKE", ONTOLOGY)).annotations
    assert [(s.layer, dict(s.attributes)["polarity"]) for s in item.spans] == [
        ("event", "POSITIVE")
    ]
    assert item.labels_covered == ("STRIKE",)


WRONG = [
    ("أ B-PER\nب\n", "a.conll:2: the line has 1 columns, not 2; see --column and --separator"),
    ("أ B-PER\nب PER\n", "a.conll:2: 'PER' is no tag such as O, B-PER or I-PER; see --column"),
    ("أ B-\n", "a.conll:1: 'B-' is no tag such as O, B-PER or I-PER; see --column"),
    ("\n\n", "a.conll: the file holds no token; remove it"),
    ("", "a.conll: the file holds no token; remove it"),
    ("-DOCSTART- -X- O O\n", "a.conll: the file holds no token; remove it"),
    ("أ O\nب B-CITY\n", "a.conll:2: label 'CITY' is none of the ontology's; say what it is: "
     "--labels CITY=CODE, or CITY= to leave it out"),
    ("-DOCSTART- 00000000000000aa\nأ O\n-DOCSTART- 00000000000000aa\nب O\n",
     "a.conll:3: article 00000000000000aa is there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_files(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_conll([path], PLAIN)
    assert str(caught.value) == f"{tmp_path}/{message}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a O\n\xff O\n")
    with pytest.raises(InputError, match=r"a: not UTF-8 at byte 4 \(0xff\)"):
        read_conll([tmp_path / "a"], PLAIN)
    with pytest.raises(InputError, match="cannot be read"):
        read_conll([tmp_path / "missing"], PLAIN)
    with pytest.raises(InputError, match=":1: the line has a tag and no token"):
        read_conll([write(tmp_path, "\tB-PER\n")], PLAIN, Columns(separator="\t"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("LOC=CITY", "--labels: LOC=CITY: the ontology has no CITY among its labels"),
        ("LOC", "--labels: 'LOC' is no pair such as LOC=GPE; or name a YAML file"),
        ("LOC=GPE,LOC=LOC", "--labels: LOC is there twice"),
        ("A=B=C", "--labels: 'A=B=C' is no pair such as LOC=GPE; or name a YAML file"),
    ],
)
def test_wrong_maps(given: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_map(given, ONTOLOGY)
    assert str(caught.value) == message


def test_a_map_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("labels: {LOC: GPE, MISC: }\nroles: {Attacker: AGENT}\n", "utf-8")
    found = read_map(str(path), ONTOLOGY)
    assert found.label("LOC", "") == ("entity", "GPE")
    assert found.label("MISC", "") is None
    assert (found.role("Attacker2", ""), found.role("TARGET", "")) == ("AGENT", "TARGET")
    for wrong in ("roles: {x: KING}", "attributes: {Neg: polarity=MAYBE}", "lables: {}", "[]"):
        path.write_text(wrong, "utf-8")
        with pytest.raises(InputError, match=r"map\.yaml"):
            read_map(str(path), ONTOLOGY)


tokens = st.text("ابتس1.،é", min_size=1, max_size=4)
sentences = st.lists(
    st.lists(st.tuples(tokens, st.sampled_from(("", "PER", "GPE"))), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)


@PROPERTY
@given(sentences=sentences)
def test_offsets_are_those_of_the_tokens(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[list[tuple[str, str]]]
) -> None:
    lines = [
        "".join(f"{token} {f'B-{label}' if label else 'O'}\n" for token, label in sentence)
        for sentence in sentences
    ]
    path = write(tmp_path_factory.mktemp("conll"), "\n".join(lines))
    (item,) = read_conll([path], PLAIN).annotations
    assert item.text is not None
    assert [line.split(" ") for line in item.text.split("\n")] == [
        [token for token, _ in sentence] for sentence in sentences
    ]
    assert [(s.text, s.label) for s in item.spans] == [
        pair for sentence in sentences for pair in sentence if pair[1]
    ]
    assert problems(item, item.text, ONTOLOGY) == []
