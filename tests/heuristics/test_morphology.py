"""Lemmas from a small morphology database in camel-tools' format, made here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annotate.arabic.clitics import Reading
from annotate.errors import InputError
from annotate.heuristics.forms import Kind
from annotate.heuristics.morphology import Lemma, load_lemmas
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from tests.support import ONTOLOGY, clean_environment

# Two broken plurals and a verb that no table of triggers has, with و, ال and ها.
DATABASE = """\
###DEFINES###
DEFINE pos pos:verb pos:noun pos:adj
DEFINE lex lex:*open*
DEFINE diac diac:*open*
DEFINE prc0 prc0:0 prc0:Al_det
DEFINE prc1 prc1:0 prc1:bi_prep
DEFINE prc2 prc2:0 prc2:wa_conj
DEFINE prc3 prc3:0
DEFINE enc0 enc0:0 enc0:3fs_poss
###DEFAULTS###
DEFAULT pos:verb prc0:0 prc1:0 prc2:0 prc3:0 enc0:0
DEFAULT pos:noun prc0:0 prc1:0 prc2:0 prc3:0 enc0:0
DEFAULT pos:adj prc0:0 prc1:0 prc2:0 prc3:0 enc0:0
###ORDER###
ORDER diac lex pos prc3 prc2 prc1 prc0 enc0
###TOKENIZATIONS###
TOKENIZATION diac
###STEMBACKOFF###
STEMBACKOFF NOAN N
###PREFIXES###
\tP0\tdiac:
و\tP2\tdiac:وَ prc2:wa_conj
ال\tPA\tdiac:ال prc0:Al_det
ب\tP1\tdiac:بِ prc1:bi_prep
###SUFFIXES###
\tS0\tdiac:
ها\tSP\tdiac:ها enc0:3fs_poss
###STEMS###
قصوف\tN\tdiac:قُصُوف lex:قَصْف_1 pos:noun prc0:0 prc1:0 prc2:0 prc3:0 enc0:0
تقاصف\tV\tdiac:تَقاصَف lex:قَصَف_1 pos:verb prc0:0 prc1:0 prc2:0 prc3:0 enc0:0
###TABLE AB###
P0 N
P0 V
P1 N
P2 N
P2 V
PA N
###TABLE BC###
N S0
N SP
V S0
###TABLE AC###
P0 S0
P0 SP
P1 S0
P1 SP
P2 S0
P2 SP
PA S0
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("morphology") / "small.db"
    path.write_text(DATABASE, "utf-8")
    return path


NOUN: tuple[Kind, ...] = ("noun", "people", "participle")


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("قصوف", Lemma("قصف", NOUN, Reading("قصف"))),
        ("وقصوفها", Lemma("قصف", NOUN, Reading("قصف", conjunction="و", ending="ها"))),
        ("القصوف", Lemma("قصف", NOUN, Reading("قصف", article=True))),
        ("بقصوف", Lemma("قصف", NOUN, Reading("قصف", preposition="ب"))),
        ("تقاصف", Lemma("قصف", ("verb",), Reading("قصف"))),
    ],
)
def test_a_word_has_the_lemma_and_clitics_of_its_analysis(
    database: Path, word: str, lemma: Lemma
) -> None:
    assert load_lemmas(str(database))(word) == (lemma,)


def test_a_word_that_the_database_lacks_has_no_lemma(database: Path) -> None:
    assert load_lemmas(str(database))("مدرسة") == ()


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no morphology database.*camel_data -i"):
        load_lemmas(str(tmp_path / "none.db"))


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_text("###DEFINES###\nnothing\n", "utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        load_lemmas(str(path))


def test_a_word_unknown_to_the_table_is_a_trigger_by_its_lemma(database: Path) -> None:
    text = "تجددت قصوف على المدينة وتقاصف الجيشان"
    plain = load_heuristics(ONTOLOGY)
    by_lemma = load_heuristics(ONTOLOGY, morphology=str(database))
    found = [
        [(span.label, span.text) for span in preannotate_text(text, heuristics).events]
        for heuristics in (plain, by_lemma)
    ]
    assert found[0] == []
    assert found[1] == [("STRIKE", "قصوف"), ("STRIKE", "وتقاصف")]


@pytest.mark.slow
def test_a_named_database_leaves_neither_files_nor_settings(database: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = (
        "import os, sys\n"
        "from annotate.heuristics.morphology import load_lemmas\n"
        "assert load_lemmas(sys.argv[1])('قصوف')\n"
        "print(os.environ.get('CAMELTOOLS_DATA'), os.listdir(os.environ['TMPDIR']))\n"
    )
    home = {"HOME": str(tmp_path), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(database)],
        env={name: v for name, v in clean_environment(home).items() if name != "CAMELTOOLS_DATA"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "None []"
