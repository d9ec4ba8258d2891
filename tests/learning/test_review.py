"""What a reviewer takes out of the learned lexicon stays out; what is written back is in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.errors import InputError
from annotate.learning.material import Material
from annotate.learning.review import NOTHING, Refused, refused
from annotate.learning.store import learn, versions, write
from tests.learning.test_lexicon import CITY, SAYS, example, materials
from tests.support import ONTOLOGY, mark

NAME = frozenset({("entity", "GPE", CITY)})
WORD = frozenset({("event", "KILL", "زحلطوا")})
DEMOTED = frozenset({("entity", "GPE", "دمشق")})


@pytest.fixture(scope="module")
def taught() -> list[Material]:
    killed = [f"زحلطوا {who} عند النهر" for who in ("رجلا", "شابا")]
    events = [example(text, mark(text, "زحلطوا", "KILL", layer="event")) for text in killed]
    texts = [f"{start} دمشق" for start in ("وصلوا الى", "غادروا", "سكنوا في")]
    return materials(*SAYS, *events, *map(example, texts))


def test_what_is_deleted_stays_out(taught: list[Material], tmp_path: Path) -> None:
    first = learn(taught, ONTOLOGY)
    place = write(tmp_path, first)
    assert refused(place) == NOTHING
    (place / "lexicon" / "entities.yaml").unlink()
    triggers = place / "lexicon" / "triggers.yaml"
    kept = triggers.read_text("utf-8")
    triggers.write_text(kept.replace("words:", "when: [near people]\n    words:"), "utf-8")
    (place / "demoted.tsv").write_text("# nothing\n", "utf-8")
    found = refused(place)
    assert found == Refused(NAME, DEMOTED)

    second = learn(taught, ONTOLOGY, refused=found)
    assert second.version != first.version
    assert {a[:3] for a in second.added} == WORD
    assert second.demoted == []
    again = write(tmp_path, second)
    assert refused(again) == found  # also after the next time
    assert set(versions(tmp_path)) == {place, again}
    assert learn(taught, ONTOLOGY, refused=found).version == second.version

    (again / "lexicon" / "entities.yaml").write_text(f"GPE:\n  - {CITY}\n", "utf-8")
    (again / "lexicon" / "triggers.yaml").unlink()
    assert refused(again) == Refused(WORD, DEMOTED)


@pytest.mark.parametrize("lexicon", [{}, {"added": 3}, {"added": [["x"]], "demoted": []}])
def test_a_manifest_that_does_not_say(
    taught: list[Material], tmp_path: Path, lexicon: object
) -> None:
    place = write(tmp_path, learn(taught[:2], ONTOLOGY))
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    (place / "manifest.json").write_text(json.dumps(manifest | {"lexicon": lexicon}), "utf-8")
    with pytest.raises(InputError, match="which lexicon was learned"):
        refused(place)


def test_latin_words_that_yaml_takes_for_something_else(tmp_path: Path) -> None:
    says = [f"{start} null {end}" for start, end in (("وصلوا", "امس"), ("غادروا", "غدا"))]
    taught = materials(*(example(text, mark(text, "null", "ORG")) for text in says))
    place = write(tmp_path, learn(taught, ONTOLOGY))
    assert '- "null"' in (place / "lexicon" / "entities.yaml").read_text("utf-8")
    assert refused(place) == NOTHING
