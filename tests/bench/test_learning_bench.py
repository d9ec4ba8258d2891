"""The benchmark of learning, made small; nothing is timed for its figures here."""

from __future__ import annotations

from pathlib import Path

from tests.bench.corpora import varied
from tests.bench.learning import HALVES, PAGE, shortened, speed
from tests.bench.learning_made import write_made
from tests.generated import filled
from tests.heuristics.test_learned import made
from tests.support import ROOT

SAID = """\
strict F1, cross-validation, 2 folds of whole stories
           before  after  difference     95 % interval    n
 entities   0.900  0.950      +0.050  +0.010 to +0.090  605
   PER      0.900  0.950      +0.050  +0.010 to +0.090   48
edits saved: 3 of 260 on 7 articles of 7 stories
"""


def test_labels_are_left_out_and_the_rest_is_what_was_said() -> None:
    lines = SAID.splitlines()
    kept = [line for line in lines if "PER" not in line]
    assert shortened(SAID).splitlines() == ["```", f"$ {HALVES}", *kept, "```"]


def test_the_page_has_the_documented_command_and_all_marks() -> None:
    assert f"$ {HALVES}\n" in (ROOT / PAGE).read_text("utf-8")
    page = filled(PAGE, halves="H", plain="P", speed="S")
    for name, content in (("halves", "H"), ("plain", "P"), ("speed", "S")):
        assert f"<!-- {name} -->\n{content}\n<!-- /{name} -->" in page


def test_speed_with_and_without() -> None:
    said = speed(made(), varied(size=4), 4, 1)
    assert "4 articles of varied seeds" in said
    assert "| without |" in said
    assert "| with a learned version |" in said


def test_the_parts_of_the_made_up_corpus_share_no_name(tmp_path: Path) -> None:
    names = []
    for path in write_made(tmp_path, 300, 100, 0.5):
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line]
        assert all(len(line) == 2 for line in lines)
        spans: list[str] = []
        for token, tag in lines:
            if tag.startswith("B-"):
                spans.append(token)
            elif tag.startswith("I-"):
                spans[-1] += f" {token}"
        names.append(set(spans))
    assert names[0] & names[1] == set()
    assert all(len(part) > 20 for part in names)
