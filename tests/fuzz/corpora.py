"""Corpora of others: columns and standoff."""

from __future__ import annotations

from hypothesis import strategies as st

from annotate.corpus.brat import read_brat
from annotate.corpus.conll import Columns, read_conll
from annotate.corpus.foreign import LabelMap, read_map
from annotate.spans import problems
from tests.fuzz.files import put, scratch
from tests.fuzz.mutations import spoiled_bytes
from tests.fuzz.trying import Target
from tests.support import ONTOLOGY, TEXT, VERB

COLUMNS = (Columns(), Columns(), Columns(2), Columns(2, "\t"), Columns(None, " ", 1))
_LABELS = "PERS=PER,LOC=GPE,ORG=ORG,MISC="
CONLL = [
    "-DOCSTART- -X- O O\n\nقال NN O\nمحمد NNP B-PERS\nعلي NNP I-PERS\n\nفي IN O\nدمشق NNP B-LOC\n",
    "قال\tO\nمحمد\tS-PERS\nالأمم\tB-ORG\nالمتحدة\tE-ORG\n\n",
    "وصل O\nمحمد U-PERS\nنهر B-LOC\nالفرات L-LOC\n",
]


def _labels() -> LabelMap:
    return read_map(_LABELS, ONTOLOGY)


def _conll(given: tuple[bytes, Columns]) -> None:
    data, columns = given
    for made in read_conll([put("a.conll", data)], _labels(), columns).annotations:
        assert problems(made, made.text or "", ONTOLOGY) == []


def _place(surface: str) -> str:
    start = TEXT.index(surface)
    return f"{start} {start + len(surface)}\t{surface}"


BRAT = [
    f"T1\tARM {_place('المعارضة')}\nT2\tGPE {_place('دمشق')}\nT3\tTAKEOVER {_place(VERB)}\n"
    "E1\tTAKEOVER:T3 AGENT:T1 TARGET:T2\nA1\tNegation E1\n#1\tAnnotatorNotes T1\tملاحظة\n",
    "T1\tPER 0 5;6 11\tأعلنت فصائل\nR1\tLocated Arg1:T1 Arg2:T1\n*\tEquiv T1 T1\nN1\tReference T1 "
    "Wikidata:Q1\tx\n",
]


def _brat(data: bytes) -> None:
    annotation, _, text = data.partition(b"\x01")
    put("a.txt", text or TEXT.encode())
    path = put("a.ann", annotation)
    for made in read_brat([path], _labels()).annotations:
        assert problems(made, made.text or "", ONTOLOGY) == []


def _brat_conf(data: bytes) -> None:
    folder = scratch() / "conf"
    folder.mkdir(exist_ok=True)
    (folder / "annotation.conf").write_bytes(data)
    (folder / "a.txt").write_text(TEXT)
    (folder / "a.ann").write_text(BRAT[0])
    read_brat([folder], _labels())


TARGETS = [
    Target(
        "CoNLL",
        st.tuples(spoiled_bytes([text.encode() for text in CONLL]), st.sampled_from(COLUMNS)),
        _conll,
    ),
    Target("brat", spoiled_bytes([t.encode() + b"\x01" + TEXT.encode() for t in BRAT]), _brat, 1.5),
    Target(
        "brat: annotation.conf",
        spoiled_bytes([b"[entities]\nARM\nGPE\n[events]\nTAKEOVER\tAGENT:ARM\n"]),
        _brat_conf,
        0.5,
    ),
]
