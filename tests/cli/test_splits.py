"""Splits as `annotate export` gives them: from files, and from what was pushed."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from annotate.annotation_files import write_annotations
from annotate.corpus.article import Article
from annotate.dataset.split_ledger import SplitLedger
from annotate.labeling import history
from annotate.labeling.ledger import Ledger
from annotate.labeling.sampling import Plan, placement
from annotate.settings import load_settings
from annotate.spans import Annotation
from tests.cli.conftest import Run
from tests.labeling.builders import SENTENCE, article, predicted
from tests.labeling.campaign import ANNA, SERVER, TITLE, Campaign
from tests.support import ONTOLOGY, tree

DATASET = Path("exports") / "arabic-news"
PLAN = Plan(seed=3, test_share=0.3, validation_share=0.2)
SAMPLING = "[sampling]\nseed = 3\ntest_share = 0.3\nvalidation_share = 0.2\n"


def words(story: int) -> str:
    """A text that no other story is near to."""
    return " ".join(f"كلمة{story}ب{number}" for number in range(60))


def doc_id(number: int) -> str:
    return f"{number:016x}"


def corpus(folder: Path, texts: dict[str, str]) -> None:
    """gold.jsonl: annotations that carry their texts."""
    found = []
    for name, text in texts.items():
        sha256 = Article(name, text).text_sha256
        found.append(Annotation(sha256, (), ontology_version="1.0.0", doc_id=name, text=text))
    write_annotations(folder / "gold.jsonl", found)


def export(run: Run, *options: str) -> dict[str, Any]:
    """What the command says; `splits` are those of data/, by doc_id."""
    ran = run("export", "--json", *options)
    assert ran.code == 0, ran.err
    values: dict[str, Any] = json.loads(ran.out)
    values["err"] = ran.err
    data = Path(values["path"]) / "data"
    values["splits"] = {
        row["doc_id"]: path.name.partition("-")[0]
        for path in sorted(data.glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    }
    return values


def of_file(run: Run, *options: str) -> dict[str, Any]:
    return export(run, "--annotations", "gold.jsonl", "--status", "gold", *options)


def lines() -> dict[str, dict[str, str]]:
    found = map(json.loads, (DATASET / "splits.jsonl").read_text("ascii").splitlines())
    return {row["doc_id"]: row for row in found}


@pytest.fixture
def drawn(folder: Path) -> Path:
    (folder / "annotate.toml").write_text(SAMPLING, encoding="utf-8")
    return folder


def test_a_file_is_drawn_by_the_settings_and_grows_in_place(run: Run, drawn: Path) -> None:
    texts = {doc_id(n): words(n) for n in range(0, 40, 2)}
    corpus(drawn, texts)
    first = of_file(run)
    assert first["splits"] == {name: placement(PLAN, name).split for name in texts}
    assert len(set(first["splits"].values())) == 3
    manifest = json.loads((Path(first["path"]) / "manifest.json").read_text())
    assert manifest["leaks"] == first["leaks"]
    assert manifest["settings"]["sampling"] == {
        name: getattr(PLAN, name) for name in ("seed", "test_share", "validation_share")
    }
    assert {name: row["split"] for name, row in lines().items()} == first["splits"]
    # Other articles come before, between and after; half of them are reposts.
    more = {doc_id(n): words(n) for n in range(1, 40, 4)}
    reposts = {doc_id(n + 3): f"عاجل {words(n)} تابعونا" for n in range(0, 40, 4)}
    (drawn / "annotate.toml").write_text("[sampling]\nseed = 4\ntest_share = 0.9\n")
    corpus(drawn, texts | more | reposts)
    second = of_file(run)
    assert {name: second["splits"][name] for name in texts} == first["splits"]
    for name in reposts:
        original = doc_id(int(name, 16) - 3)
        assert second["splits"][name] == first["splits"][original]
        assert lines()[name]["group_id"] == original
    assert {lines()[name]["since"] for name in more} == {second["version"]}
    assert run("verify", second["path"]).code == 0


def test_the_card_says_how_like_the_splits_are(run: Run, drawn: Path) -> None:
    common = " ".join(words(0).split()[:12])
    corpus(drawn, {doc_id(n): f"{words(n)} {common}" for n in range(1, 12)})
    found = of_file(run)
    assert found["leaks"]["pairs_across_splits"] == 0
    highest = found["leaks"]["highest"]["jaccard"]
    assert 0.05 < highest < 0.1
    card = (Path(found["path"]) / "README.md").read_text("utf-8")
    said = (
        f"the highest Jaccard index of word triples across splits is {highest:.3f} (of all pairs)"
    )
    assert said in card


def test_a_split_without_articles_has_no_file_no_entry_and_a_warning(
    run: Run, folder: Path
) -> None:
    corpus(folder, {doc_id(n): words(n) for n in range(3)})
    (folder / "annotate.toml").write_text(f'[dataset.splits]\n"{doc_id(0)}" = "test"\n')
    found = of_file(run)
    assert "no article is validation: there is no file for it" in found["err"]
    files = {path.name.partition("-")[0] for path in Path(found["path"]).rglob("*.parquet")}
    assert "validation" not in files
    assert set(found["counts"]["by_split"]) == {"train", "test"}
    assert all(len(one["sha256"]) == 64 for one in found["counts"]["by_split"].values())
    card = (Path(found["path"]) / "README.md").read_text("utf-8")
    assert "split: validation" not in card
    assert "name: validation" not in card
    assert "No article is validation." in card


def test_the_ledger_is_made_good_after_a_build_that_was_killed(run: Run, drawn: Path) -> None:
    texts = {doc_id(n): words(n) for n in range(12)}
    corpus(drawn, dict(list(texts.items())[:6]))
    of_file(run)
    old = (DATASET / "splits.jsonl").read_bytes()
    corpus(drawn, texts)
    whole = of_file(run)
    good = (DATASET / "splits.jsonl").read_bytes()
    assert old != good
    (drawn / "annotate.toml").write_text("[sampling]\nseed = 4\ntest_share = 0.9\n")
    for left in (old, None):
        if left is None:
            (DATASET / "splits.jsonl").unlink()
        else:
            (DATASET / "splits.jsonl").write_bytes(left)
        again = of_file(run)
        assert (again["new"], again["splits"]) == (False, whole["splits"])
        assert (DATASET / "splits.jsonl").read_bytes() == good


def test_an_edited_ledger_is_refused_with_one_line(run: Run, drawn: Path) -> None:
    corpus(drawn, {doc_id(n): words(n) for n in range(6)})
    of_file(run)
    path = DATASET / "splits.jsonl"
    good = path.read_text("ascii")
    path.write_text(good.replace('"train"', '"test"', 1))
    before = tree(DATASET)
    ran = run("export", "--annotations", "gold.jsonl", "--status", "gold")
    assert (ran.code, ran.out) == (1, "")
    assert f"{path}: it says that" in ran.err
    assert "put the file back, or delete it" in ran.err
    assert tree(DATASET) == before
    path.write_text(good)
    assert of_file(run)["new"] is False


def test_a_disk_that_is_full_after_the_version_costs_the_ledger_only(
    run: Run, drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus(drawn, {doc_id(n): words(n) for n in range(12)})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(SplitLedger, "write", full)
        assert run("export", "--annotations", "gold.jsonl", "--status", "gold").code != 0
    assert not (DATASET / "splits.jsonl").exists()
    assert run("verify", DATASET / "1.0.0").code == 0
    again = of_file(run)
    assert (again["new"], again["version"]) == (False, "1.0.0")
    assert {name: row["split"] for name, row in lines().items()} == again["splits"]


def test_a_dry_run_writes_no_ledger(run: Run, drawn: Path) -> None:
    corpus(drawn, {doc_id(n): words(n) for n in range(3)})
    before = tree(drawn)
    ran = run("export", "--annotations", "gold.jsonl", "--status", "gold", "--dry-run")
    assert ran.code == 0
    assert tree(drawn) == before


def test_what_was_pushed_to_two_splits_and_is_one_story_is_held_out(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    with Ledger(load_settings().workspace.ledger) as ledger:
        made = Campaign(ledger, ONTOLOGY)
        project = made.project()
        entries, names = [], []
        for number, (story, split) in enumerate(
            [(1, "train"), (2, "validation"), (1, "validation"), (3, "train")]
        ):
            one = article(number, f"{SENTENCE}\n{words(story)}")
            about: dict[str, Any] = {"prediction": predicted(one, ONTOLOGY), "split": split}
            (task,) = made.push(project, one, **about)
            ledger.database.execute(
                "INSERT INTO groups VALUES (?, ?, ?)", (one.doc_id, one.doc_id, bytes(516))
            )
            entries.append(made.done(task, ANNA))
            names.append(one.doc_id)
        ledger.database.commit()
    history.append(load_settings().workspace.history, entries)
    first, second, third, fourth = names
    found = export(run)
    gone = max(first, third)
    kept = {first: "train", second: "validation", third: "validation", fourth: "train"}
    del kept[gone]
    assert found["splits"] == kept
    assert found["leaks"]["held_out"] == 1
    assert "1 article is held out, near to one of another split" in found["err"]
    assert gone in found["err"]
    assert lines()[gone]["split"] == "held_out"
    assert {row["group_id"] for row in lines().values()} == set(names)
    assert "1 article is held out for it" in (Path(found["path"]) / "README.md").read_text()
