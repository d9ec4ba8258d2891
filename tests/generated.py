"""Files that are generated from code: `python -m tests.generated` writes them, a test compares."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import click

from annotate.agreement.evaluate import HOWS, evaluate
from annotate.annotation_files import read_annotations
from annotate.arabic.build_emoji import emoji_text
from annotate.cli.explain import print_explanations
from annotate.cli.main import cli
from annotate.cli.precision import measure
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.describe import dictionary, json_schema
from annotate.dataset.schema import schemas
from annotate.heuristics import build_forms
from annotate.heuristics.calibration import report
from annotate.heuristics.pipeline import VERSION, load_heuristics, preannotate_article
from annotate.heuristics.precision import Precision, Row, read_rows, replaced, table
from annotate.heuristics.rules import RULES
from annotate.ontology import load_ontology
from tests.agreement.example import agreement_of_the_seeds
from tests.labeling.example import progress_and_forecast
from tests.labeling.forgotten import as_table

MEASURED = ("entities", "triggers", "roles")
ROOT = Path(__file__).parent.parent
PRECISION = Path("schemas/lexicon/precision.tsv")
EXAMPLE = "وسيطرت فصائل المعارضة على مدينة درعا مساء الجمعة بعد قصفها مقرات اللواء 12."


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


def figures() -> str:
    """The README's figures, measured now: the seeds' passes, and the heuristics against gold."""
    ontology = load_ontology()
    sides = {
        name: list(read_annotations(ROOT / f"seeds/annotations/{name}.jsonl", ontology))
        for name in ("pass_a", "pass_b", "adjudicated")
    }
    heuristics = load_heuristics(ontology)
    articles = list(read_articles([str(ROOT / "seeds" / "*.txt")], load_rules()))
    proposed = [preannotate_article(article, heuristics) for article in articles]
    lines = [
        "| F1 on the seeds' 7 articles | match | entities | triggers | roles |",
        "|---|---|---|---|---|",
    ]
    for what, result in (
        ("pass A / pass B (simulated annotators)", evaluate(sides["pass_a"], sides["pass_b"])),
        (f"heuristics {VERSION} / adjudicated", evaluate(proposed, sides["adjudicated"])),
    ):
        for how in HOWS:
            scores = [result.scores[m][how].total.f1 or 0.0 for m in MEASURED]
            lines.append(f"| {what} | {how} | " + " | ".join(f"{s:.3f}" for s in scores) + " |")
    return "\n".join(lines)


def readme() -> str:
    """The README with its figures measured now."""
    return filled("README.md", figures=figures())


def filled(path: str, **parts: str) -> str:
    """A document with what stands between `<!-- name -->` and `<!-- /name -->` written anew."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for name, content in parts.items():
        before, begin, rest = text.partition(f"<!-- {name} -->")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not begin or not end:
            raise ValueError(f"{path} lacks the marks of {name}")
        text = f"{before}{begin}\n{content.strip()}\n{end}{after}"
    return text


def counted() -> list[Row]:
    """The table of precision with the seeds counted now; the rows of other sources stay."""
    gold = [ROOT / "seeds/annotations/adjudicated.jsonl"]
    return replaced(
        read_rows(ROOT / PRECISION), "seeds", measure(gold, "seeds", [str(ROOT / "seeds")])
    )


def pre_annotation(rows: list[Row]) -> str:
    """docs/pre-annotation.md with the rules, an example and the check of the scores."""
    rules = "".join(f"| `{family}` | {meaning} |\n" for family, meaning in RULES.items())
    scored = replace(load_heuristics(load_ontology()), precision=Precision(rows))
    drawn = io.StringIO()
    with redirect_stdout(drawn), redirect_stderr(io.StringIO()):
        print_explanations([Article("example", EXAMPLE)], scored, as_json=False)
    lines = [line.rstrip() for line in drawn.getvalue().splitlines()]
    return filled(
        "docs/pre-annotation.md",
        example="```\n" + "\n".join(lines).strip() + "\n```",
        rules=f"| rules | what they propose |\n|---|---|\n{rules}",
        calibration=report(rows),
    )


def leads() -> str:
    """docs/leads.md with an example of status, and what the consistency list is worth."""
    return filled(
        "docs/leads.md",
        status=f"```\n{progress_and_forecast()}\n```",
        consistency=as_table(),
    )


def agreement() -> str:
    """docs/agreement.md with what the command says of the seeds."""
    return filled("docs/agreement.md", agreement=f"```\n{agreement_of_the_seeds()}\n```")


def generated() -> dict[Path, str]:
    """Path (from the root) -> content of every generated file."""
    columns = schemas(load_ontology())
    rows = counted()
    described = json.dumps(json_schema(columns), ensure_ascii=False, indent=2) + "\n"
    return {
        Path("schemas/dataset.schema.json"): described,
        Path("schemas/dataset.md"): dictionary(columns),
        Path("docs/cli.md"): cli_help(),
        Path("annotate/arabic/emoji.txt"): emoji_text(),
        Path("schemas/lexicon/forms.tsv"): build_forms.table(ROOT / "schemas" / "lexicon"),
        Path("README.md"): readme(),
        PRECISION: table(rows),
        Path("docs/pre-annotation.md"): pre_annotation(rows),
        Path("docs/leads.md"): leads(),
        Path("docs/agreement.md"): agreement(),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        (ROOT / path).write_text(content, encoding="utf-8")
        print(path)
