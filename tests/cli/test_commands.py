"""Every command: its help, what it writes, and how it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from annotate import __version__
from annotate.annotation_files import read_annotations, write_annotations
from annotate.cli.main import cli
from annotate.labeling.campaigns import KnownProject, remember
from annotate.labeling.ledger import Ledger
from annotate.ontology import load_ontology
from annotate.resources import resource
from annotate.settings import FILE, load_settings
from annotate.settings_template import TEMPLATE
from annotate.storage import text_sha256
from tests.cli.conftest import Run
from tests.generated import commands
from tests.support import (
    ONTOLOGY,
    SEEDS,
    TEXT,
    Ran,
    annotate,
    clean_environment,
    sample_annotation,
    tree,
    write_lines,
)

VERBS = {" ".join(words[1:]): command for words, command in commands(cli, ("annotate",))}
ADJUDICATED = SEEDS / "annotations" / "adjudicated.jsonl"
PASSES = (SEEDS / "annotations" / "pass_a.jsonl", SEEDS / "annotations" / "pass_b.jsonl")
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there
KEY = "dummy-key-0123456789"


def error_of(ran: Ran) -> str:
    """The words of an error that is one line on stderr, exit code 1, and nothing else."""
    assert "Traceback" not in ran.err
    assert ran.err.startswith("annotate: error: ")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    return ran.err.removeprefix("annotate: error: ").rstrip("\n")


def state_of(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder but the workspace itself, its .gitignore and its locks."""
    idle = (".annotate", ".annotate/.gitignore")
    return {
        name: data
        for name, data in tree(folder).items()
        if name not in idle and not name.endswith(".lock")
    }


@pytest.fixture
def project(folder: Path) -> Path:
    """A project with one article and one annotation of it."""
    (folder / FILE).write_text(TEMPLATE, encoding="utf-8")
    (folder / "articles").mkdir()
    write_lines(folder / "articles" / "a.jsonl", [{"text": TEXT, "id": "1"}])
    write_annotations(folder / "gold.jsonl", [sample_annotation()])
    return folder


# Help


def test_the_verbs() -> None:
    assert set(VERBS) >= {
        *("quickstart", "init", "doctor", "preannotate", "evaluate", "push", "pull", "status"),
        *("agreement", "export", "verify", "ontology check", "show"),
        *("server start", "server stop", "server status"),
    }
    assert len({verb.split()[0] for verb in VERBS}) <= 20


@pytest.mark.parametrize("verb", ["", *VERBS])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_examples(run: Run, verb: str, option: str) -> None:
    ran = run(*verb.split(), option)
    assert (ran.code, ran.err) == (0, "")
    assert f"annotate {verb}".rstrip() + " [OPTIONS]" in ran.out.splitlines()[0]
    _, _, examples = ran.out.partition("Examples:\n")
    assert examples.split()


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_example_names_commands_and_options_that_exist(run: Run, verb: str) -> None:
    examples = run(*verb.split(), "--help").out.partition("Examples:\n")[2].splitlines()
    found = [re.split(r"\s{3,}", line.strip())[0] for line in examples if line.strip()]
    for example in found:
        words = [word for word in example.split() if not re.match(r"[A-Z_]+=", word)]
        assert words.pop(0) == "annotate"
        command: click.Command = cli
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options
        if verb:
            assert command is VERBS[verb]


@pytest.mark.parametrize("verb", VERBS)
def test_commands_that_read_have_json_and_those_that_write_have_a_dry_run(verb: str) -> None:
    options = {option for parameter in VERBS[verb].params for option in parameter.opts}
    assert options & {"--json", "--dry-run"}


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "Examples:" in ran.out + ran.err


def test_the_version(run: Run) -> None:
    assert run("--version").out == f"annotate, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("evaluate",),
        ("evaluate", "a", "b", "c"),
        ("export", "--status", "silver"),
        ("init", "--force"),
        ("preannotate", "a.txt"),
        ("server", "start", "--port", "0"),
    ],
)
def test_wrong_usage_is_code_2(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Error: " in ran.err
    assert tree(folder) == {}


# init, doctor, ontology


def test_init_writes_a_file_that_loads(run: Run, folder: Path) -> None:
    ran = run("init")
    assert (ran.code, ran.out) == (0, "")
    assert "annotate push" in ran.err.splitlines()[-1]
    assert tree(folder) == {FILE: TEMPLATE.encode()}
    assert load_settings(None, {}).project.title == "Arabic news"


def test_init_refuses_to_overwrite(run: Run, folder: Path) -> None:
    (folder / FILE).write_text("mine")
    assert error_of(run("init")) == "annotate.toml: it exists already; edit it, or move it away"
    assert error_of(run("init", "--dry-run")).startswith("annotate.toml: it exists already")
    assert tree(folder) == {FILE: b"mine"}


def test_init_without_writing(run: Run, folder: Path) -> None:
    ran = run("init", "--dry-run")
    assert (ran.code, ran.out) == (0, TEMPLATE)
    assert tree(folder) == {}


def test_doctor_is_content_here(run: Run, folder: Path) -> None:
    ran = run("doctor", "--json")
    assert (ran.code, ran.err) == (0, "")
    checks = {check["check"]: check for check in json.loads(ran.out)}
    assert all(check["ok"] for check in checks.values())
    assert checks["ontology"]["detail"] == f"version {ONTOLOGY.version}"
    assert run("doctor").code == 0
    assert tree(folder) == {}


@pytest.mark.parametrize(
    ("content", "check"),
    [
        ("[projekt]\n", "settings"),
        ('[ontology]\npath = "missing.yaml"\n', "ontology"),
        ('[corpus]\ncleaning = "missing.yaml"\n', "cleaning rules"),
    ],
)
def test_doctor_says_what_is_wrong(run: Run, folder: Path, content: str, check: str) -> None:
    (folder / FILE).write_text(content)
    ran = run("doctor", "--json")
    assert ran.code == 1
    wrong = [found["check"] for found in json.loads(ran.out) if not found["ok"]]
    assert wrong == [check]
    assert run("doctor").code == 1


def test_doctor_prints_the_whole_reason(run: Run, folder: Path) -> None:
    (folder / FILE).write_text("[projekt]\n")
    assert (
        "unknown key projekt "
        "(there are corpus, ontology, preannotate, server, project, sampling, dataset)"
        in run("doctor").out
    )


def test_ontology_check_lists_the_labels(run: Run) -> None:
    ran = run("ontology", "check")
    assert (ran.code, ran.err) == (0, "")
    for code in (*ONTOLOGY.entity_codes, *ONTOLOGY.event_codes, *ONTOLOGY.role_codes, "polarity"):
        assert re.search(rf"^ *{code} ", ran.out, re.MULTILINE)
    values = json.loads(run("ontology", "check", "--json").out)
    assert type(ONTOLOGY).model_validate(values) == ONTOLOGY


def test_ontology_check_of_the_projects_own(run: Run, folder: Path) -> None:
    own = resource("schemas", "ontology.yaml").read_text("utf-8")
    (folder / "own.yaml").write_text(own.replace("name: arabic-news", "name: own"), "utf-8")
    assert "own 1.0.0" in run("ontology", "check", "own.yaml").out
    (folder / FILE).write_text('[ontology]\npath = "own.yaml"\n')
    assert "own 1.0.0" in run("ontology", "check").out
    assert load_ontology(folder / "own.yaml").entities == ONTOLOGY.entities


# evaluate


def test_evaluate_prints_json(run: Run, folder: Path) -> None:
    ran = run("evaluate", *PASSES, "--json")
    assert (ran.code, ran.err) == (0, "")
    values = json.loads(ran.out)
    assert values["articles"] == {"matched": 7, "only_predicted": 0, "only_gold": 0}
    figures = [round(values[m]["strict"]["f1"], 3) for m in ("entities", "triggers", "roles")]
    assert figures == [0.971, 0.983, 0.961]
    assert tree(folder) == {}


def test_evaluate_prints_a_table_with_the_same_figures(run: Run) -> None:
    ran = run("evaluate", *PASSES)
    values = json.loads(run("evaluate", *PASSES, "--json").out)
    assert ran.code == 0
    for measure in ("entities", "triggers", "roles"):
        for how in ("strict", "overlap"):
            (line,) = re.findall(rf"^ *{measure} +{how} +.*$", ran.out, re.MULTILINE)
            counts = values[measure][how]
            cells = line.split()[2:]
            assert cells[:3] == [f"{counts[name]:.3f}" for name in ("precision", "recall", "f1")]
            assert cells[3:] == [
                str(counts["tp"]),
                str(counts["tp"] + counts["fp"]),
                str(counts["tp"] + counts["fn"]),
            ]


def test_evaluate_says_which_articles_were_not_scored(run: Run, folder: Path) -> None:
    annotations = list(read_annotations(ADJUDICATED, ONTOLOGY))
    write_annotations(folder / "some.parquet", annotations[:3])
    ran = run("evaluate", "some.parquet", ADJUDICATED)
    assert ran.code == 0
    assert ran.err == "not scored: 4 articles that only gold has\n"


@pytest.mark.parametrize("change", ["twice", "missing"])
def test_evaluate_refuses_what_cannot_be_scored(run: Run, folder: Path, change: str) -> None:
    record = json.loads(ADJUDICATED.read_text("utf-8").splitlines()[0])
    if change == "twice":
        record["spans"][1]["id"] = record["spans"][0]["id"]
    else:
        record["relations"][0]["tail"] = "nothing"
    write_lines(folder / "a.jsonl", [record])
    message = error_of(run("evaluate", "a.jsonl", ADJUDICATED))
    expected = "two spans have one id" if change == "twice" else "points to span nothing"
    assert message.startswith("a.jsonl: text ")
    assert expected in message


# export and verify


def test_export_of_a_file_and_verify(run: Run, project: Path) -> None:
    ran = run("export", "--annotations", "gold.jsonl", "--status", "gold", "--json")
    assert ran.code == 0
    path = project / "exports" / "arabic-news" / "1.0.0"
    values = json.loads(ran.out)
    assert (values["path"], values["version"], values["new"]) == (str(path), "1.0.0", True)
    assert values["counts"]["articles"] == 1
    assert ran.err.splitlines()[-1] == f"next: annotate verify {path}"

    ran = run("verify", path)
    assert (ran.code, ran.out, ran.err) == (0, "ok\n", "")
    assert json.loads(run("verify", path, "--json").out) == {
        "ok": True,
        "total": 0,
        "by_rule": {},
        "faults": [],
        "unchecked": [],
    }

    ran = run("export", "--annotations", "gold.jsonl", "--status", "gold")
    assert (ran.code, ran.out) == (0, f"{path}\n")
    assert "nothing changed since 1.0.0" in ran.err

    ran = run("export", "--annotations", "gold.jsonl", "--status", "single")
    assert ran.out == f"{path.parent / '1.0.1'}\n"


def test_verify_fails_on_damage(run: Run, project: Path) -> None:
    path = Path(run("export", "--annotations", "gold.jsonl").out.strip())
    (path / "README.md").write_text("x")
    ran = run("verify", path)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[-1] == "2 problems (bytes 1, sha256 1)"
    assert "README.md: sha256: is " in ran.out
    ran = run("verify", path, "--json")
    values = json.loads(ran.out)
    assert (ran.code, values["ok"]) == (1, False)
    assert {(fault["file"], fault["rule"]) for fault in values["faults"]} == {
        ("README.md", "bytes"),
        ("README.md", "sha256"),
    }


def test_verify_of_no_version(run: Run, folder: Path) -> None:
    assert error_of(run("verify", ".")).startswith(".: this is no dataset version")
    assert tree(folder) == {}


def test_export_without_writing(run: Run, project: Path) -> None:
    before = state_of(project)
    ran = run("export", "--annotations", "gold.jsonl", "--dry-run")
    assert ran.code == 0
    assert "1.0.0 would be published: 1 articles, 2 entities, 1 events, 2 roles" in ran.err
    assert state_of(project) == before


def test_export_refuses_a_version_that_exists(run: Run, project: Path) -> None:
    run("export", "--annotations", "gold.jsonl")
    before = tree(project)
    options = ("--annotations", "gold.jsonl", "--status", "gold", "--version", "1.0.0")
    assert "this version is published and never changes" in error_of(run("export", *options))
    assert tree(project) == before


def test_export_refuses_an_annotation_of_no_source(run: Run, project: Path) -> None:
    write_lines(project / "articles" / "a.jsonl", [{"text": "نص آخر"}])
    before = tree(project)
    message = error_of(run("export", "--annotations", "gold.jsonl"))
    assert message.startswith(f"gold.jsonl: no source holds the text {text_sha256(TEXT)[:12]}…")
    assert tree(project) == before


def test_export_refuses_an_annotation_that_does_not_hold(run: Run, project: Path) -> None:
    record = json.loads((project / "gold.jsonl").read_text("utf-8"))
    record["spans"][0]["text"] = "شيء آخر"
    write_lines(project / "gold.jsonl", [record])
    before = state_of(project)
    message = error_of(run("export", "--annotations", "gold.jsonl"))
    assert "the annotation does not hold: span e1: text " in message
    assert state_of(project) == before


# Bad input, for every command that reads some

BAD_FILES = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "not UTF-8": '{"text": "نص"}'.encode("cp1256"),
    "no object": b"[1, 2]\n",
    "cut off": b'{"text": "',
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "bad.jsonl", str(ADJUDICATED)),
        ("evaluate", str(ADJUDICATED), "bad.jsonl", "--json"),
        ("show", "bad.jsonl"),
        ("show", str(ADJUDICATED), "--against", "bad.jsonl", "--html", "page.html"),
        ("export", "--annotations", "bad.jsonl"),
    ],
    ids=" ".join,
)
def test_a_bad_annotation_file(
    run: Run, project: Path, arguments: tuple[str, ...], content: bytes
) -> None:
    (project / "bad.jsonl").write_bytes(content)
    before = tree(project)
    assert error_of(run(*arguments)).startswith("bad.jsonl:")
    assert tree(project) == before


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize(
    "arguments",
    [("export", "--annotations", "gold.jsonl"), ("push", "--blank"), ("push", "articles/a.jsonl")],
    ids=" ".join,
)
def test_a_bad_article_file(
    run: Run, project: Path, arguments: tuple[str, ...], content: bytes
) -> None:
    path = project / "articles" / "a.jsonl"
    path.write_bytes(content)
    before = tree(project)
    name = "articles/a.jsonl" if arguments[-1] == "articles/a.jsonl" else str(path)
    assert error_of(run(*arguments)).startswith(f"{name}:")
    assert tree(project) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "missing.jsonl", str(ADJUDICATED)),
        ("show", "missing.jsonl"),
        ("export", "--annotations", "missing.jsonl"),
        ("push", "missing.jsonl"),
        ("verify", "missing"),
        ("ontology", "check", "missing.yaml"),
    ],
    ids=" ".join,
)
def test_a_missing_file(run: Run, project: Path, arguments: tuple[str, ...]) -> None:
    before = tree(project)
    assert "missing" in error_of(run(*arguments))
    assert tree(project) == before


# A bad ontology, bad settings, no settings

LOADING = {
    "evaluate": ("evaluate", *map(str, PASSES)),
    "show": ("show", str(ADJUDICATED)),
    "export": ("export", "--annotations", "gold.jsonl"),
    "push": ("push",),
    "ontology check": ("ontology", "check"),
}


@pytest.mark.parametrize("arguments", LOADING.values(), ids=LOADING)
def test_an_ontology_with_a_duplicate_label(
    run: Run, project: Path, arguments: tuple[str, ...]
) -> None:
    own = resource("schemas", "ontology.yaml").read_text("utf-8")
    about = "ar: س, en: x, definition_ar: س, definition_en: x, examples: [س], color: '#123456'"
    path = project / "own.yaml"
    path.write_text(own.replace("  - code: ORG", f"  - {{code: PER, {about}}}\n  - code: ORG"))
    settings = TEMPLATE.replace('# path = "ontology.yaml"', 'path = "own.yaml"')
    (project / FILE).write_text(settings, encoding="utf-8")
    before = tree(project)
    line = own[: own.index("- code: ORG")].count("\n") + 1
    assert error_of(run(*arguments)) == f"{path}:{line}: duplicate label PER: it is twice"
    assert tree(project) == before


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"init", "doctor", "verify"}))
def test_settings_that_are_missing_or_wrong(run: Run, project: Path, verb: str) -> None:
    needed: dict[str, tuple[str | Path, ...]] = {
        "evaluate": PASSES,
        "preannotate": ("--out", "a.jsonl"),
        "show": ("a.jsonl",),
        "annotators add": ("anna@example.org",),
        "annotators qualify": ("anna@example.org", "--report"),
        "ontology migrate": ("OLD=NEW",),
        "import": ("a.conll", "--from", "conll"),
        "datasets convert": ("exports/news/1.0.0", "--to", "jsonl", "--out", "a.jsonl"),
        "datasets fetch": ("news", "elsewhere"),
        "datasets publish": ("news", "elsewhere"),
        "datasets rehydrate": ("exports/news/1.0.0",),
        "diff": ("news@1.0.0", "news"),
        "adjudicate auto": ("majority", "--out", "a.jsonl"),
    }
    before = tree(project)
    arguments = (*verb.split(), *needed.get(verb, ()))
    message = error_of(run("--settings", "missing.toml", *arguments))
    assert message == "missing.toml: no such file; write one: annotate init"
    (project / "wrong.toml").write_text("[projekt]\n")
    message = error_of(run("--settings", "wrong.toml", *arguments))
    assert message.startswith("wrong.toml: unknown key projekt (there are corpus, ")
    (project / "wrong.toml").unlink()
    assert tree(project) == before


def test_without_settings_and_sources_there_is_nothing_to_do(run: Run, folder: Path) -> None:
    write_annotations(folder / "gold.jsonl", [sample_annotation()])
    before = tree(folder)
    assert error_of(run("push")).startswith("no source was given; ")
    message = error_of(run("export", "--annotations", "gold.jsonl"))
    assert message == "there are no articles; set corpus.sources in annotate.toml"
    assert tree(folder) == before


@pytest.mark.parametrize("verb", ["export", "status", "agreement", "pull"])
def test_what_needs_a_push_says_so(run: Run, project: Path, verb: str) -> None:
    before = state_of(project)
    message = error_of(run(verb))
    assert message.startswith(f"{project / '.annotate'}: nothing was pushed ")
    assert message.endswith("; run: annotate push")
    assert state_of(project) == before


# No server


def pretend_pushed(server: str) -> None:
    """The ledger of a project that was pushed to a server once."""
    with Ledger(load_settings().workspace.ledger) as ledger:
        title = load_settings().project.title
        remember(ledger, KnownProject(server, 1, title, title))


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_a_server_that_is_down(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", NOBODY)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", KEY)
    pretend_pushed(NOBODY)
    before = state_of(project)
    message = error_of(run(verb))
    assert message.startswith(f"{NOBODY}: no Label Studio answers (")
    assert KEY not in message
    assert state_of(project) == before


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_no_token_for_a_server(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", NOBODY)
    pretend_pushed(NOBODY)
    before = state_of(project)
    assert error_of(run(verb)).startswith(f"there is no token for {NOBODY}; set LABEL_STUDIO_API_")
    assert state_of(project) == before


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_the_embedded_server_is_not_running(run: Run, project: Path, verb: str) -> None:
    pretend_pushed("embedded")
    before = state_of(project)
    message = error_of(run(verb))
    assert message.startswith(f"{project / '.annotate'}: the embedded server is not running; start")
    assert state_of(project) == before


def test_server_status_stop_and_dry_run_without_a_server(run: Run, folder: Path) -> None:
    ran = run("server", "status", "--json")
    assert (ran.code, json.loads(ran.out)["running"]) == (1, False)
    assert run("server", "status").code == 1
    ran = run("server", "stop")
    assert (ran.code, ran.out, "it is not running" in ran.err) == (0, "", True)
    assert run("server", "stop", "--dry-run").code == 0
    assert run("server", "start", "--dry-run").code == 0
    assert state_of(folder) == {}


def test_quickstart_without_doing_anything(run: Run, folder: Path) -> None:
    ran = run("quickstart", "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert f"7 articles would be pushed to an embedded server in {folder / '.annotate'}" in ran.err
    assert tree(folder) == {}


# The process itself


def test_an_error_of_the_process(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b"\xff")
    ran = annotate("evaluate", "bad.jsonl", "bad.jsonl", folder=tmp_path)
    assert error_of(ran) == "bad.jsonl:1: not UTF-8 at byte 0 of the line"
    assert set(tree(tmp_path)) == {"bad.jsonl"}


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    """`annotate ... | head -1` ends quietly."""
    command = [sys.executable, "-m", "annotate", "ontology", "check", "--json"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1
