"""A corpus in CoNLL columns: learned on one part, measured on the other, by the commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from annotate.learning.scorecard import UNKNOWN
from tests.learning.made import LABELS, write_corpus, write_ontology
from tests.support import Ran, annotate, tree, write_lines

pytestmark = pytest.mark.slow

LEARN = ("learn", "train.jsonl", "--test", "test.jsonl")


class Learned(NamedTuple):
    folder: Path
    ran: Ran
    said: dict[str, Any]


def project(folder: Path) -> Path:
    """A project with the corpus imported."""
    folder.mkdir()
    write_ontology(folder)
    (folder / "annotate.toml").write_text('[ontology]\npath = "ontology.yaml"\n', "utf-8")
    for path in write_corpus(folder):
        options = ("--from", "conll", "--every", "10", "--out", f"{path.stem}.jsonl")
        ran = annotate("import", path.name, *options, folder=folder)
        assert ran.code == 0, ran.err
    return folder


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    folder = project(tmp_path_factory.mktemp("conll") / "project")
    text = "وصل زوباري الطيمودي الى مدينة جاسوقي ."
    write_lines(folder / "text.jsonl", [{"text": text}])
    ran = annotate(*LEARN, "--json", folder=folder)
    assert ran.code == 0, ran.err
    return Learned(folder, ran, json.loads(ran.out))


def test_the_test_part_is_tagged_better_than_by_rules(learned: Learned) -> None:
    scores = learned.said["scores"]
    entities = scores["f1"]["entities"]
    assert set(entities) == {"*", *LABELS}
    assert entities["*"]["after"] > 0.8 > entities["*"]["before"]
    assert entities["*"]["low"] > 0
    assert scores["edits"]["saved"] > 0
    assert scores["articles"] == scores["stories"] == 6
    assert scores["bias"] == UNKNOWN
    assert scores["f1"]["triggers"] == {}  # the corpus does not cover any


def test_what_was_learned_is_used_and_says_so(learned: Learned) -> None:
    folder, version = learned.folder, learned.said["version"]
    assert learned.said["installed"]
    ran = annotate("preannotate", "text.jsonl", "--out", "out.jsonl", folder=folder)
    assert ran.code == 0, ran.err
    found = json.loads((folder / "out.jsonl").read_text("utf-8"))
    assert found["annotator"].endswith(f"learned-{version}")
    by_tagger = {s["text"]: s for s in found["spans"] if s["origin"].startswith("tagger:")}
    assert by_tagger["زوباري الطيمودي"]["label"] == "PER"
    assert by_tagger["زوباري الطيمودي"]["origin"].endswith(f"/{version}")
    assert 0.5 <= by_tagger["زوباري الطيمودي"]["score"] < 1
    strict = ("--min-precision", "0.999", "--out", "strict.jsonl")
    assert annotate("preannotate", "text.jsonl", *strict, folder=folder).code == 0
    assert json.loads((folder / "strict.jsonl").read_text("utf-8"))["spans"] == []


def test_the_manifest_says_what_was_learned(learned: Learned) -> None:
    place = learned.folder / "learned" / learned.said["version"]
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["data"]["articles"] == 12
    assert list(manifest["labels"]) == ["entity"]
    assert set(manifest["labels"]["entity"]) == set(LABELS)
    assert manifest["scores"]["f1"] == learned.said["scores"]["f1"]
    assert manifest["scores"]["sources"] == ["train.jsonl", "test.jsonl"]
    assert manifest["settings"]["max_iterations"] == 100


def test_the_same_data_gives_the_same_files(learned: Learned, tmp_path: Path) -> None:
    again = project(tmp_path / "again")
    # Another order of the articles is the same data.
    lines = (again / "train.jsonl").read_text("utf-8").splitlines(keepends=True)
    (again / "train.jsonl").write_text("".join(reversed(lines)), "utf-8")
    ran = annotate(*LEARN, folder=again)
    assert ran.code == 0, ran.err
    assert tree(again / "learned") == tree(learned.folder / "learned")


def test_undo_and_redo(learned: Learned) -> None:
    folder, version = learned.folder, learned.said["version"]
    pointer = folder / "learned" / "installed"
    assert pointer.read_text("utf-8") == f"{version}\n"
    assert annotate("learn", "--use", "none", folder=folder).code == 0
    assert pointer.read_text("utf-8") == "\n"
    assert annotate("preannotate", "text.jsonl", "--out", "o.jsonl", folder=folder).code == 0
    assert "learned" not in json.loads((folder / "o.jsonl").read_text("utf-8"))["annotator"]
    assert annotate("learn", "--use", version, folder=folder).code == 0
    assert pointer.read_text("utf-8") == f"{version}\n"
    ran = annotate("learn", "--use", "00000000", folder=folder)
    assert (ran.code, version in ran.err) == (1, True)


def test_a_model_that_was_changed_is_refused(learned: Learned, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(learned.folder, folder)
    model = folder / "learned" / learned.said["version"] / "entity.crfsuite"
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    ran = annotate("preannotate", "text.jsonl", "--out", "o.jsonl", folder=folder)
    assert ran.code == 1
    assert "not the file that was learned" in ran.err


def test_what_is_worse_is_not_installed(learned: Learned, tmp_path: Path) -> None:
    folder = project(tmp_path / "worse")
    # Somebody who marks all that is no name.
    lines = (folder / "train.txt").read_text("utf-8").splitlines()
    wrong = [
        f"{word} {'B-MISC' if tag == 'O' and word != '.' else 'O'}" if tag else ""
        for word, _, tag in (line.partition(" ") for line in lines)
    ]
    (folder / "wrong.txt").write_text("\n".join(wrong), "utf-8")
    options = ("--from", "conll", "--every", "10", "--out", "wrong.jsonl")
    assert annotate("import", "wrong.txt", *options, folder=folder).code == 0
    ran = annotate("learn", "wrong.jsonl", "--test", "test.jsonl", folder=folder)
    assert ran.code == 1
    assert "not installed, as it is worse" in ran.err
    assert not (folder / "learned" / "installed").exists()
    ran = annotate("learn", "wrong.jsonl", "--test", "test.jsonl", "--force", folder=folder)
    assert ran.code == 0
    assert (folder / "learned" / "installed").exists()


def test_one_story_cannot_be_held_out(tmp_path: Path) -> None:
    folder = project(tmp_path / "one")
    first = (folder / "train.jsonl").read_text("utf-8").splitlines(keepends=True)[0]
    (folder / "one.jsonl").write_text(first, "utf-8")
    ran = annotate("learn", "one.jsonl", folder=folder)
    assert ran.code == 1
    assert "nothing can be held out" in ran.err


def test_what_was_learned_is_listed(learned: Learned) -> None:
    folder, version = learned.folder, learned.said["version"]
    ran = annotate("learn", "--list", "--json", folder=folder)
    (found,) = json.loads(ran.out)
    assert found["version"] == version
    assert found["in_use"] is True
    assert found["edits_saved"] == learned.said["scores"]["edits"]["saved"]
    assert found["added"] == len(learned.said["manifest"]["lexicon"]["added"]) > 0
    assert version in annotate("learn", "--list", folder=folder).out


def test_a_review_of_the_lexicon_lasts(learned: Learned, tmp_path: Path) -> None:
    folder = tmp_path / "reviewed"
    shutil.copytree(learned.folder, folder)
    before = learned.said["manifest"]["lexicon"]["added"]
    (folder / "learned" / learned.said["version"] / "lexicon" / "entities.yaml").unlink()
    ran = annotate(*LEARN, "--baseline", "--force", folder=folder)
    assert ran.code == 0, ran.err
    assert f"{len(before)} entries stay out of the learned lexicon" in ran.err
    assert "lexicon, added: 0" in ran.out
    assert "plain: trained on " in ran.out
    listed = json.loads(annotate("learn", "--list", "--json", folder=folder).out)
    assert sorted((item["in_use"], item["added"]) for item in listed) == [
        (False, len(before)),
        (True, 0),
    ]


def test_what_is_broken_does_not_keep_one_from_learning_again(
    learned: Learned, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(learned.folder, folder)
    model = folder / "learned" / learned.said["version"] / "entity.crfsuite"
    model.write_bytes(b"broken")
    ran = annotate(*LEARN, folder=folder)
    assert ran.code == 0, ran.err
    assert "cannot be used: before is without it" in ran.err
    assert tree(folder / "learned") == tree(learned.folder / "learned")
