"""The example of docs/lexicons.md works as it is written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from annotate.heuristics.conditions import KINDS
from annotate.heuristics.expand import LISTS, expand
from annotate.heuristics.lexicon import NAMES
from annotate.heuristics.pipeline import load_heuristics, preannotate_text
from annotate.ontology import load_ontology
from annotate.settings import Settings

DOCUMENT = (Path(__file__).parent.parent / "docs" / "lexicons.md").read_text("utf-8")


def test_the_example_is_read_and_used(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n# lexicon/([a-z]+\.yaml)[^\n]*\n(.*?)```", DOCUMENT, re.DOTALL)
    assert [name for name, _ in blocks] == ["entities.yaml", "triggers.yaml", "words.yaml"]
    for name, text in blocks:
        (tmp_path / name).write_text(text, "utf-8")
    heuristics = load_heuristics(load_ontology(), lexicons=[tmp_path])
    for text, label, surface in (
        ("قالت ميّاسة الزرنوقي", "PER", "ميّاسة الزرنوقي"),
        ("وصلت راجمة زوبعة", "WEA", "راجمة زوبعة"),
        ("ودكّوا المواقع بزوابع", "STRIKE", "ودكّوا"),
        ("وأغارت عليهم ورجمتهم", "STRIKE", "وأغارت"),
        ("وأغارت عليهم ورجمتهم", "STRIKE", "ورجمتهم"),
        ("أعلنوا دكّ حصونهم", "STRIKE", "دكّ حصونهم"),
    ):
        found = preannotate_text(text, heuristics).spans
        assert (label, surface) in [(span.label, span.text) for span in found], text
    plain = preannotate_text("ودكوا المواقع بزهور", heuristics).spans
    assert "STRIKE" not in [span.label for span in plain]


def test_roots_give_what_is_said_of_them(tmp_path: Path) -> None:
    (groups,) = re.findall(r"```yaml\n# the groups of an event type\n(.*?)```", DOCUMENT, re.DOTALL)
    path = tmp_path / "triggers.yaml"
    path.write_text("STRIKE:\n" + groups, "utf-8")
    rows = list(expand(path, (), ()))
    one_verb = [row for row in rows if row.entry == "استعاد يستعيد"]
    assert [row.root for row in one_verb] == ["عود", "عود", "عود", ""]
    assert len({row.forms for row in one_verb}) == 1
    assert [row.entry for row in rows if row not in one_verb] == [
        *("استحوذ يستحوذ", "مداهمة", "اقتحام", "اقتحامات", "قصف", "مصاب", "نافي")
    ]
    assert "ناف" in rows[-1].forms


def test_the_settings_are_such() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    settings = Settings.model_validate(tomllib.loads(block))
    assert settings.preannotate.lexicons == (Path("lexicon"),)


def test_every_file_list_and_condition_is_named() -> None:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)[^`]*`", row)}
    # gazetteer and names are generated; what they lack goes to places and people.
    assert {*NAMES, *KINDS, *LISTS} - named == {"gazetteer", "names"}
