"""Files that are generated from code: `python -m tests.generated` writes them, a test compares."""

from __future__ import annotations

import json
from pathlib import Path

import click

from annotate.cli.main import cli
from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.schema import article_schema
from annotate.ontology import load_ontology

ROOT = Path(__file__).parent.parent


def commands(
    group: click.Group, path: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    """All commands below a group, with the words that call them."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, command in group.commands.items():
        words = (*path, name)
        if isinstance(command, click.Group):
            found += commands(command, words)
        else:
            found.append((words, command))
    return found


def cli_help() -> str:
    """The help of every command, as Markdown."""
    parts = ["# The command line\n\nGenerated from the commands' own help (`make generate`).\n"]
    for words, command in [(("annotate",), cli), *commands(cli, ("annotate",))]:
        with click.Context(
            command,
            info_name=" ".join(words),
            max_content_width=100,
            terminal_width=100,
            help_option_names=["-h", "--help"],
        ) as context:
            text = command.get_help(context)
        parts.append(f"## `{' '.join(words)}`\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def generated() -> dict[Path, str]:
    """Path (from the root) -> content of every generated file."""
    schema = article_schema(load_ontology())
    described = json.dumps(json_schema(schema), ensure_ascii=False, indent=2) + "\n"
    return {
        Path("schemas/dataset.schema.json"): described,
        Path("schemas/dataset.md"): dictionary(schema),
        Path("docs/cli.md"): cli_help(),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        (ROOT / path).write_text(content, encoding="utf-8")
        print(path)
