"""The direction of imports, where the network and the terminal are, and what is loaded lazily."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support import ROOT, clean_environment

PACKAGE = ROOT / "annotate"
FILES = sorted(PACKAGE.rglob("*.py"))
FACE = PACKAGE / "__init__.py"  # its names are loaded when they are used
STEPS = ("corpus", "heuristics", "labeling", "agreement", "dataset")
VALUES = (
    *(
        "database",
        "collector",
        "jsontext",
        "limits",
        "logfile",
        "spans",
        "ontology",
        "settings",
        "settings_values",
        "settings_template",
        "wording",
    ),
    *("records", "annotation_files", "voices", "workspace", "storage", "yamlfile", "resources"),
)
# Who may be imported by whom: a module imports from its own layer or from those after it. `show` is
# no step: it draws what all of them make, and takes the pairs that it compares from `agreement`.
# Nor is `learning`: it teaches `heuristics` from what people did, and measures what that is worth.
# Nor `scale`: it takes articles through `corpus` and `heuristics`, shard by shard.
LAYERS = (
    ("cli", "__main__"),
    ("show", "learning", "scale"),
    STEPS,
    ("arabic",),
    VALUES,
    ("errors",),
    ("__init__",),
)
SHARED = "annotate.corpus.article"  # the one module of a step that other steps may import
NETWORK = (
    *("socket", "urllib", "http", "httpx", "requests", "label_studio_sdk", "subprocess"),
    *("psycopg", "huggingface_hub", "pyarrow.fs", "fsspec", "fsspec.core"),
)
NETWORKED = (
    "annotate.dataset.hub",  # repositories of the Hugging Face Hub
    "annotate.dataset.remotes",  # buckets
    "annotate.scale.places",  # buckets, and wherever fsspec leads
    "annotate.labeling.client",  # every request to Label Studio ...
    "annotate.labeling.client_changes",  # ... or changes something there, ...
    "annotate.labeling.connection",  # ... goes this way
    "annotate.labeling.retry",  # ... and again, where that is safe
    "annotate.labeling.logins",  # runs the embedded server's own code, for passwords
    "annotate.labeling.server_database",  # PostgreSQL
    "annotate.labeling.server_dump",  # runs pg_dump and pg_restore
    "annotate.labeling.server_process",  # starts the embedded server and waits for it
    "annotate.show.serving",  # the report on agreement, on this machine only
)
HEAVY = (
    *("torch", "transformers", "pandas", "pyarrow", "scipy", "numpy", "sklearn", "httpx", "rich"),
    *("label_studio_sdk", "label_studio", "django", "psutil", "filelock", "camel_tools.morphology"),
    *("jinja2", "spacy", "huggingface_hub", "orjson", "altair", "vl_convert"),
    *("pycrfsuite", "ray", "fsspec"),
)
MOST_LINES = 320


def name_of(path: Path) -> str:
    """annotate/cli/main.py -> annotate.cli.main; a package is its __init__."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def part_of(module: str) -> str:
    """The second word of a module's name: annotate.corpus.clean -> corpus."""
    words = module.split(".")
    return words[1] if len(words) > 1 else "__init__"


def layer_of(module: str) -> int:
    (layer,) = (n for n, parts in enumerate(LAYERS) if part_of(module) in parts)
    return layer


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Full names of everything that a file imports, also inside of functions."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                inside = ROOT / Path(*module.split("."))
                is_module = inside.is_dir() or inside.with_suffix(".py").exists()
                yield module if is_module else str(node.module)


def ours(path: Path) -> list[str]:
    return [name for name in imports(path) if name.split(".")[0] == "annotate"]


@pytest.mark.parametrize("path", [path for path in FILES if path != FACE], ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    module = name_of(path)
    wrong = [name for name in ours(path) if layer_of(name) < layer_of(module)]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in FILES if path != FACE], ids=name_of)
def test_only_users_go_through_the_public_names(path: Path) -> None:
    """Inside, a name is imported from its home: the face may be used from without only."""
    taken = [
        alias.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "annotate"
        for alias in node.names
    ]
    assert set(taken) <= {"__version__"}
    plain = [a.name for n in ast.walk(parsed(path)) if isinstance(n, ast.Import) for a in n.names]
    assert "annotate" not in plain


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_steps_do_not_import_each_other(path: Path) -> None:
    step = part_of(name_of(path))
    if step in STEPS:
        wrong = [n for n in ours(path) if part_of(n) in STEPS and part_of(n) != step]
        assert [name for name in wrong if name != SHARED] == []


def test_the_rules_above_see_what_they_should() -> None:
    """Were the imports read wrongly, the tests above could not fail."""
    assert {layer_of(name_of(path)) for path in FILES} == set(range(len(LAYERS)))
    by_name = {name_of(path): set(ours(path)) for path in FILES}
    assert SHARED in by_name["annotate.dataset.rows"]
    assert "annotate.dataset.build" in by_name["annotate.cli.dataset"]  # inside of a function
    assert "annotate.labeling.history" in by_name["annotate.cli.chosen"]  # from a package
    assert {"annotate.storage", "annotate.ontology"} <= by_name["annotate.spans"]


def test_nobody_imports_the_command_line() -> None:
    found = {name_of(path): name for path in FILES for name in ours(path) if part_of(name) == "cli"}
    outside = {module for module in found if part_of(module) != "cli"}
    assert outside == {"annotate.__main__"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if part_of(name_of(path)) == "cli":
        return
    calls = [
        ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)
    ]
    forbidden = {"print", "exit", "quit", "sys.exit", "os._exit", "sys.stdout.write", "click.echo"}
    assert forbidden.intersection(calls) == set()
    assert {"sys.stdout", "sys.stderr", "SystemExit"}.isdisjoint(
        ast.unparse(node)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute | ast.Name)
    )
    assert not {"click", "rich"}.intersection(name.split(".")[0] for name in imports(path))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_network_is_in_few_modules(path: Path) -> None:
    # urllib.parse only takes addresses apart.
    names = set(imports(path)) - {"urllib.parse"}
    found = {n for n in names if n.split(".")[0] in NETWORK or n in NETWORK}
    if name_of(path) in NETWORKED:
        assert found
    else:
        assert found == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_are_short_and_say_what_they_are(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES
    if lines:
        assert ast.get_docstring(parsed(path))


def loaded_by(code: str) -> list[str]:
    """Heavy modules that are there after a piece of code ran in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=True,
        timeout=60,
    )
    modules = set(done.stdout.splitlines()[-1].split())
    return [name for name in HEAVY if name in modules]


def test_the_command_line_starts_without_heavy_modules() -> None:
    assert loaded_by("import annotate.cli.main") == []


def test_a_heavy_module_would_be_seen() -> None:
    assert "pyarrow" in loaded_by("import annotate.dataset.build")


def test_story_groups_load_numpy_when_they_are_used() -> None:
    assert loaded_by("import annotate.corpus.duplicates, annotate.arabic.likeness") == []


def test_cleaning_and_reading_text_needs_no_heavy_module() -> None:
    code = (
        "from annotate.corpus.readers import read_articles\n"
        "from annotate.corpus.rules import load_rules\n"
        "assert len(list(read_articles([sys.argv[0]], load_rules()))) == 2"
    )
    page = next((ROOT / "seeds").glob("000_*.txt"))
    assert loaded_by(f"import sys\nsys.argv[0] = {str(page)!r}\n{code}") == []


WITHOUT_REASON = re.compile(r"# noqa: [A-Z0-9, ]*\bS\d+[A-Z0-9, ]*$", re.MULTILINE)


def test_whoever_silences_a_rule_of_security_says_why() -> None:
    files = [*FILES, *(ROOT / "tests").rglob("*.py")]
    assert [p for p in files if WITHOUT_REASON.search(p.read_text("utf-8"))] == []
    assert WITHOUT_REASON.search("x = 1  # noqa: S" + "101")
    select = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in select["select"]
    assert not [rule for rule in select["ignore"] if rule.startswith("S")]
