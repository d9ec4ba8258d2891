"""The ontology: what ships, a user's own, and what is refused with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from annotate.dataset.schema import article_schema, span_schema
from annotate.errors import OntologyError
from annotate.ontology import EVENT_COLUMNS, load_ontology
from annotate.resources import resource
from tests.support import ONTOLOGY

OWN = """\
name: sport
version: 2.1.0
entities:
  - code: TEAM
    ar: فريق
    en: Team
    definition_ar: فريق رياضي.
    definition_en: A team.
    examples: [الأهلي]
    color: "#112233"
    hotkey: t
events:
  - code: MATCH
    ar: مباراة
    en: Match
    definition_ar: مباراة بين فريقين.
    definition_en: Two teams play.
    examples: [مباراة]
    color: "#445566"
    roles: [SIDE]
attributes:
  - code: outcome
    ar: نتيجة
    en: Outcome
    definition_ar: كيف انتهت؟
    definition_en: How did it end?
    default: OPEN
    values:
      - {code: OPEN, ar: مفتوحة, en: Open}
      - {code: WON, ar: فوز, en: Won}
roles:
  - code: SIDE
    ar: طرف
    en: Side
    definition_ar: من يلعب.
    definition_en: Who plays.
    fillers: [TEAM]
    color: "#778899"
"""
SECOND_ENTITY = """\
  - code: CLUB
    ar: ناد
    en: Club
    definition_ar: ناد.
    definition_en: A club.
    examples: [ناد]
    color: "#112234"
"""


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str | bytes], tuple[int | None, str]]:
    """Writes an ontology that must not load; gives the line and the words of the error."""

    def load(content: str | bytes) -> tuple[int | None, str]:
        path = tmp_path / "own.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(OntologyError) as caught:
            load_ontology(path)
        message = str(caught.value)
        assert "\n" not in message
        assert message.startswith(str(path))
        place, _, what = message.removeprefix(str(path)).partition(": ")
        return (int(place[1:]) if place else None), what

    return load


def line_of(content: str, piece: str, nth: int = 1) -> int:
    """The line on which a piece stands for the nth time."""
    lines = [n for n, line in enumerate(content.split("\n"), start=1) if piece in line]
    return lines[nth - 1]


def changed(old: str, new: str) -> str:
    assert OWN.count(old) == 1
    return OWN.replace(old, new)


# What loads


def test_shipped_ontology() -> None:
    assert (ONTOLOGY.name, ONTOLOGY.version) == ("arabic-news", "1.0.0")
    assert ONTOLOGY.entity_codes == (
        *("PER", "ORG", "ARM", "GPE", "LOC", "FAC", "NORP", "TITLE", "WEA", "TIME", "NUM"),
        "CAMPAIGN",
    )
    assert len(ONTOLOGY.event_codes) == 20
    assert ONTOLOGY.role_codes[:2] == ("AGENT", "TARGET")
    assert len(ONTOLOGY.role_codes) == 9


def test_shipped_examples_are_arabic_and_colours_differ() -> None:
    labels = [*ONTOLOGY.entities, *ONTOLOGY.events]
    assert all("\u0621" <= example[0] <= "\u064a" for x in labels for example in x.examples)
    entity_colours = [entity.color for entity in ONTOLOGY.entities]
    assert len(set(entity_colours)) == len(entity_colours)


def test_without_a_path_the_shipped_one_loads_once() -> None:
    assert load_ontology() is load_ontology(resource("schemas", "ontology.yaml"))


def test_labels_and_values() -> None:
    assert ONTOLOGY.labels("entity") == ONTOLOGY.entity_codes
    assert ONTOLOGY.labels("event") == ONTOLOGY.event_codes
    assert ONTOLOGY.values("polarity") == ("POSITIVE", "NEGATIVE")
    assert ONTOLOGY.values("tense") == ()


def test_admits_follows_the_file() -> None:
    data: dict[str, Any] = yaml.safe_load(resource("schemas", "ontology.yaml").read_text("utf-8"))
    fillers = {role["code"]: role["fillers"] for role in data["roles"]}
    expected = {
        (event["code"], role, filler)
        for event in data["events"]
        for role in event["roles"]
        for filler in fillers[role]
    }
    every = {
        (event, role, entity)
        for event in ONTOLOGY.event_codes
        for role in ONTOLOGY.role_codes
        for entity in ONTOLOGY.entity_codes
        if ONTOLOGY.admits(event, role, entity)
    }
    assert every == expected
    assert not ONTOLOGY.admits("NO_SUCH", "AGENT", "PER")


def test_a_users_own_ontology(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    own = load_ontology(path)
    assert (own.name, own.version, own.guidelines_version) == ("sport", "2.1.0", "1.0.0")
    assert own.labels("entity") == ("TEAM",)
    assert own.admits("MATCH", "SIDE", "TEAM")
    assert own.values("outcome") == ("OPEN", "WON")
    assert own.entities[0].hotkey == "t"
    assert own.events[0].hotkey is None


def test_a_byte_order_mark_and_crlf_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert load_ontology(path).name == "sport"


def test_entities_alone_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.partition("events:")[0], encoding="utf-8")
    own = load_ontology(path)
    assert (own.event_codes, own.role_codes, own.attributes) == ((), (), ())


# What is refused

Refused = Callable[[str | bytes], tuple[int | None, str]]


def test_duplicate_label_in_one_layer(refused: Refused) -> None:
    content = changed("events:\n", SECOND_ENTITY.replace("CLUB", "TEAM") + "events:\n")
    line, what = refused(content)
    assert line == line_of(content, "code: TEAM", 2)
    assert what == "duplicate label TEAM: it is twice"


def test_duplicate_label_over_both_layers(refused: Refused) -> None:
    content = changed("code: MATCH", "code: TEAM")
    line, what = refused(content)
    assert line == line_of(content, "code: TEAM", 2)
    assert what == "duplicate label TEAM: it is in entities too"


def test_duplicate_role_and_attribute(refused: Refused) -> None:
    role = OWN.partition("roles:\n  - code: SIDE")[2]
    attribute = OWN.partition("attributes:\n")[2].partition("roles:\n  -")[0]
    line, what = refused(f"{OWN}  - code: SIDE{role}")
    assert line == line_of(OWN, "- code: SIDE") + role.count("\n")
    assert what == "duplicate role SIDE"
    line, what = refused(OWN.replace(attribute, attribute * 2))
    assert line == line_of(OWN, "code: outcome") + attribute.count("\n")
    assert what == "duplicate attribute outcome"


def test_unknown_role(refused: Refused) -> None:
    line, what = refused(changed("roles: [SIDE]", "roles: [SIDE, WINNER]"))
    assert line == line_of(OWN, "roles: [SIDE]")
    assert what == "MATCH names role WINNER, which is not defined (there are SIDE)"


def test_unknown_filler(refused: Refused) -> None:
    line, what = refused(changed("fillers: [TEAM]", "fillers: [PLAYER]"))
    assert line == line_of(OWN, "fillers:")
    assert what == "SIDE names entity type PLAYER, which is not defined (there are TEAM)"


def test_bad_default(refused: Refused) -> None:
    line, what = refused(changed("default: OPEN", "default: DRAWN"))
    assert line == line_of(OWN, "default:")
    assert what == "default DRAWN of outcome is not one of its values"


def test_attribute_value_twice(refused: Refused) -> None:
    line, what = refused(changed("{code: WON", "{code: OPEN"))
    assert line == line_of(OWN, "values:")
    assert what == "outcome has a value twice"


@pytest.mark.parametrize("code", ["Outcome", "_outcome"])
def test_attribute_that_makes_no_column(refused: Refused, code: str) -> None:
    line, what = refused(changed("code: outcome", f"code: {code}"))
    assert line == line_of(OWN, "code: outcome")
    assert "lower-case letters" in what or what.startswith("attributes.0.code: ")


@pytest.mark.parametrize("code", sorted(EVENT_COLUMNS))
def test_attribute_with_the_name_of_a_column(refused: Refused, code: str) -> None:
    line, what = refused(changed("code: outcome", f"code: {code}"))
    assert line == line_of(OWN, "code: outcome")
    assert what == f"attribute {code} becomes a column, and that one is there already"


def test_the_reserved_columns_are_those_of_the_dataset() -> None:
    events = article_schema(ONTOLOGY).field("events").type
    assert isinstance(events, pa.ListType)
    columns = {field.name for field in events.value_type} | set(span_schema(ONTOLOGY).names)
    assert columns - {attribute.code for attribute in ONTOLOGY.attributes} == EVENT_COLUMNS


def test_hotkey_clash_over_layers_and_case(refused: Refused) -> None:
    content = changed('color: "#445566"', 'color: "#445566"\n    hotkey: T')
    line, what = refused(content)
    assert line == line_of(content, "hotkey: T")
    assert what == "hotkey 't' of MATCH is TEAM's already"


def test_hotkey_of_the_interface_itself(refused: Refused) -> None:
    line, what = refused(changed("hotkey: t", "hotkey: U"))
    assert line == line_of(OWN, "hotkey: t")
    assert what == "hotkey 'u' of TEAM is Label Studio's own (unselect)"


def test_hotkey_of_an_attributes_value_clashes_too(refused: Refused) -> None:
    content = changed("{code: WON, ", "{code: WON, hotkey: t, ")
    line, what = refused(content)
    assert line == line_of(content, "code: WON")
    assert what == "hotkey 't' of WON is TEAM's already"


@pytest.mark.parametrize("hotkey", ["shift+t", "9", "["])
def test_hotkeys_that_load(tmp_path: Path, hotkey: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(changed("hotkey: t", f'hotkey: "{hotkey}"'), encoding="utf-8")
    assert load_ontology(path).entities[0].hotkey == hotkey


@pytest.mark.parametrize("hotkey", ["tt", "ctrl+t", "ض", "+", ",", "' '"])
def test_hotkeys_that_no_keyboard_sends_or_the_browser_keeps(refused: Refused, hotkey: str) -> None:
    line, _ = refused(changed("hotkey: t", f"hotkey: {hotkey}"))
    assert line == line_of(OWN, "hotkey: t")


def test_unknown_key(refused: Refused) -> None:
    line, what = refused(changed("    hotkey: t", "    shortcut: t"))
    assert line == line_of(OWN, "hotkey: t")
    assert what == "unknown key entities.0.shortcut"


def test_missing_key(refused: Refused) -> None:
    line, what = refused(changed("    en: Team\n", ""))
    assert line == line_of(OWN, "code: TEAM")
    assert what == "entities.0.en is missing"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"#112233"', "red", "color"),
        ("version: 2.1.0", "version: 2.1", "version"),
        ("code: TEAM", "code: 1TEAM", "code: TEAM"),
        ("code: TEAM", 'code: "TE AM"', "code: TEAM"),
        ("hotkey: t", "hotkey: ctrl", "hotkey"),
        ("examples: [الأهلي]", "examples: []", "examples"),
        ("examples: [الأهلي]", "examples: الأهلي", "examples"),
        ("en: Team", "en: 7", "en: Team"),
    ],
)
def test_wrong_values(refused: Refused, old: str, new: str, where: str) -> None:
    line, what = refused(changed(old, new))
    assert line == line_of(OWN, where)
    assert "line " not in what  # no second problem follows from the first


def test_all_problems_are_collected_in_order_of_lines(refused: Refused) -> None:
    content = changed("default: OPEN", "default: DRAWN").replace("[SIDE]", "[LEFT]")
    line, what = refused(content.replace("fillers: [TEAM]", "fillers: [X]"))
    assert line == line_of(OWN, "roles: [SIDE]")
    assert what.split("; ") == [
        "MATCH names role LEFT, which is not defined (there are SIDE)",
        f"line {line_of(OWN, 'default:')}: default DRAWN of outcome is not one of its values",
        f"line {line_of(OWN, 'fillers:')}: SIDE names entity type X, which is not defined "
        "(there are TEAM)",
    ]


def test_all_wrong_values_are_collected(refused: Refused) -> None:
    line, what = refused(changed('"#112233"', "red").replace("hotkey: t", "hotkey: ctrl"))
    assert line == line_of(OWN, "112233")
    assert f"line {line_of(OWN, 'hotkey')}: entities.0.hotkey: " in what


def test_a_key_twice_drops_nothing_silently(refused: Refused) -> None:
    content = OWN + "entities: []\n"
    line, what = refused(content)
    assert (line, what) == (line_of(content, "entities:", 2), "key entities is there twice")
    line, what = refused(changed("    en: Team\n", "    en: Team\n    en: Side\n"))
    assert (line, what) == (line_of(OWN, "en: Team") + 1, "key en is there twice")


def test_aliases_may_stand_twice_and_may_not_go_in_circles(
    refused: Refused, tmp_path: Path
) -> None:
    path = tmp_path / "alias.yaml"
    path.write_text(
        changed("examples: [الأهلي]", "examples: &x [الأهلي]").replace("[مباراة]", "*x"), "utf-8"
    )
    assert load_ontology(path).events[0].examples == ("الأهلي",)
    repeated = "a: &x {b: 1, b: 2}\nc: *x\n"
    assert refused(repeated) == (1, "key b is there twice")
    line, what = refused("name: &x [*x]\n" + OWN.partition("\n")[2])
    assert line == 1
    assert what.startswith("name: ")


def test_bad_yaml(refused: Refused) -> None:
    line, what = refused(changed("examples: [الأهلي]", "examples: [الأهلي"))
    assert line in range(line_of(OWN, "examples"), line_of(OWN, "hotkey"))
    assert what.startswith("not valid YAML: ")


def test_yaml_value_that_cannot_be(refused: Refused) -> None:
    _, what = refused(changed("version: 2.1.0", "version: 2024-13-45"))
    assert what == "not valid YAML: month must be in 1..12"


def test_yaml_nested_too_deeply(refused: Refused) -> None:
    _, what = refused("[" * 1000)
    assert what == "not valid YAML: nested too deeply"


def test_not_utf8(refused: Refused) -> None:
    before = OWN.partition("فريق")[0].encode()
    line, what = refused(before + "فريق".encode("cp1256"))
    assert line is None
    assert what == f"not UTF-8 at byte {len(before)}; save it as UTF-8"


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just words\n"])
def test_no_ontology_at_all(refused: Refused, content: str) -> None:
    _, what = refused(content)
    assert what == "the file holds no keys and values"


def test_numbers_are_no_keys(refused: Refused) -> None:
    _, what = refused("1: 2\n")
    assert "keys should be strings" in what


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"missing\.yaml: there is no such file$"):
        load_ontology(tmp_path / "missing.yaml")


def test_a_folder_is_no_ontology(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="cannot be read"):
        load_ontology(tmp_path)
