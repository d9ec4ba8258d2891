"""brat: what is written is what its parser takes, and reads back as the version says it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from annotate.corpus.brat import read_brat
from annotate.corpus.foreign import LabelMap
from annotate.dataset.convert import brat
from annotate.dataset.convert.document import ATTRIBUTES, ROLES, Document
from annotate.errors import DatasetError
from annotate.spans import Annotation, Relation, ordered
from annotate.storage import text_sha256
from tests.dataset.convert.documents import BOTH, any_documents, document, of, said
from tests.support import ONTOLOGY, SLOW_PROPERTY, mark, sample_annotation
from tests.support import TEXT as SAMPLE

PLAIN = LabelMap(ONTOLOGY)


def write(folder: Path, *documents: Document) -> Counter[str]:
    count, lost = brat.write(of(*documents), folder, **BOTH)
    assert count == len(documents)
    return +lost


def accepted(annotations: str, text: str) -> None:
    """The rules of brat's server for a file of ours: ids, tabs, offsets, surfaces, references."""
    ids: set[str] = set()
    for line in annotations.split("\n")[:-1]:
        assert line.splitlines() == [line]
        name, data, *tail = line.split("\t", 2)
        assert re.fullmatch(r"[TEA][0-9]+", name)
        assert name not in ids
        ids.add(name)
        if name[0] == "T":
            kind, places = data.split(" ", 1)
            assert re.fullmatch(r"\S+", kind)
            ends = [tuple(map(int, place.split(" "))) for place in places.split(";")]
            assert all(0 <= start < end <= len(text) for start, end in ends)
            assert tail == [" ".join(text[start:end] for start, end in ends)]
        elif name[0] == "E":
            assert tail == []
            pairs = [part.split(":") for part in data.split()]
            assert all(len(pair) == 2 and pair[1] in ids for pair in pairs)
            assert len({role for role, _ in pairs}) == len(pairs)
        else:
            assert tail == []
            assert data.split(" ")[1] in ids
            assert len(data.split(" ")) in (2, 3)


def test_the_lines_of_an_article(tmp_path: Path) -> None:
    assert write(tmp_path, document(sample_annotation(), SAMPLE)) == {}
    assert (tmp_path / "00000000000000aa.txt").read_text("utf-8") == SAMPLE
    assert (tmp_path / "00000000000000aa.ann").read_text("utf-8") == (
        "T1\tARM 6 20\tفصائل المعارضة\nT2\tTAKEOVER 21 28\tسيطرتها\nT3\tGPE 33 37\tدمشق\n"
        "E1\tTAKEOVER:T2 AGENT:T1 TARGET:T3\n"
        "A1\tpolarity E1 POSITIVE\nA2\tmodality E1 ASSERTED\n"
    )
    configuration = (tmp_path / "annotation.conf").read_text("utf-8")
    assert configuration.startswith("[entities]\nPER\nORG\n")
    assert "\nTAKEOVER\tAGENT*:<ENTITY>, TARGET*:<ENTITY>\n" in configuration
    assert "\npolarity\tArg:<EVENT>, Value:POSITIVE\n" in configuration


@SLOW_PROPERTY
@given(item=any_documents())
def test_what_is_written_is_accepted_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, item: Document
) -> None:
    folder = tmp_path_factory.mktemp("brat")
    lost = write(folder, item)
    accepted((folder / f"{item.doc_id}.ann").read_bytes().decode(), item.text)
    found = read_brat([folder], PLAIN)
    (annotation,) = found.annotations
    assert (annotation.text, annotation.doc_id) == (item.text, item.doc_id)
    assert found.lost == {}
    assert len(annotation.spans) + lost[brat.AT_BREAK] == len(item.annotation.spans)
    assert len(annotation.relations) + lost[ROLES] == len(item.annotation.relations)
    if not lost[brat.AT_BREAK]:
        assert said(annotation) == said(item.annotation)
        assert [s.unsure for s in annotation.spans].count(True) == [
            s.unsure for s in item.annotation.spans
        ].count(True)
        assert set(lost) <= {"spans' scores, rules, decisions or marks"}


def test_roles_that_are_there_twice_are_numbered(tmp_path: Path) -> None:
    event = mark(SAMPLE, "سيطرتها", "TAKEOVER", layer="event", span_id="t")
    tails = [mark(SAMPLE, word, "ARM", span_id=word) for word in ("فصائل", "المعارضة", "دمشق")]
    relations = tuple(sorted(Relation("t", tail.id, "AGENT") for tail in tails))
    annotation = Annotation(text_sha256(SAMPLE), ordered([event, *tails]), relations)
    write(tmp_path, document(annotation, SAMPLE))
    lines = (tmp_path / "00000000000000aa.ann").read_text("utf-8")
    assert re.search(r"^E1\tTAKEOVER:T\d AGENT:T\d AGENT2:T\d AGENT3:T\d$", lines, re.MULTILINE)
    assert said(read_brat([tmp_path], PLAIN).annotations[0]) == said(annotation)


def test_a_span_at_a_line_break_is_counted(tmp_path: Path) -> None:
    text = "حلب\nدمشق"
    annotation = Annotation(
        text_sha256(text), ordered([mark(text, "حلب\n", "GPE"), mark(text, "حلب\nدمشق", "LOC")])
    )
    assert write(tmp_path, document(annotation, text)) == {brat.AT_BREAK: 1}
    lines = (tmp_path / "00000000000000aa.ann").read_text("utf-8")
    assert lines == "T1\tLOC 0 3;4 8\tحلب دمشق\n"


def test_one_layer(tmp_path: Path) -> None:
    _, lost = brat.write(
        of(document(sample_annotation(), SAMPLE)), tmp_path, entities=True, events=False
    )
    assert +lost == {"events": 1, ROLES: 2, ATTRIBUTES: 2}
    assert "TAKEOVER" not in (tmp_path / "00000000000000aa.ann").read_text("utf-8")


@pytest.mark.parametrize("doc_id", ["../x", "a/b", "", ".x", "a" * 200, "a\nb"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, doc_id: str) -> None:
    with pytest.raises(DatasetError, match="can be no file's name"):
        write(tmp_path, document(sample_annotation(), SAMPLE, doc_id))
    assert list(tmp_path.iterdir()) == []
