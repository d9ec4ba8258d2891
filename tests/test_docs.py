"""What the README and the docs tell a newcomer to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from annotate.cli.main import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "seeds" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def commands_in(text: str) -> list[list[str]]:
    """The words after `annotate` or `make` in code blocks and code spans."""
    code = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    found = []
    for block in code:
        for line in block.splitlines():
            match = re.match(r"\s*(?:[A-Z_]+=\S+ )?(annotate|make) ([a-z].*)", line)
            if match:
                found.append([match[1], *match[2].partition("#")[0].split()])
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_the_documents_exists(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for program, *words in commands_in(path.read_text("utf-8")):
        if program == "make":
            assert words[0] in targets, words
            continue
        command: click.Command | None = cli
        for word in words:
            if not isinstance(command, click.Group):
                break
            command = command.commands.get(word)
            assert command is not None, words
        options = {name for p in (command.params if command else ()) for name in p.opts}
        for word in words:
            if word.startswith("--"):
                assert word in options | {"--help"}, words


def test_the_readme_names_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert ["make", "run"] in commands_in(text)
    assert ["annotate", "push"] in commands_in(text)
    assert text.index("make run") < text.index("make test") < 400


def test_links_to_files_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path}: {target}"
