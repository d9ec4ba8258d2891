"""What was measured as sections: for the terminal, as JSON, and as the page docs/benchmark.md."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from annotate.cli.output import table

PACKAGES = ("annotate", "spacy", "ahocorasick_rs", "camel_tools", "regex", "PyYAML")

CAVEATS = """\
## What these figures do not say

- The peers look words up; only the heuristics read clitics and spellings, weigh the context, and
  say who did what to whom. A faster peer is no substitute, and a slower one no proof of quality.
- The strings for the peers are ours. With fewer lists a peer is faster, see the row with the
  entity lists only.
- spaCy with a trained model would find names that no list holds, at another cost; there is none
  for Arabic.
- One machine, whose cores were shared with other work. CPU time and interleaved batches keep the
  ratios steady; the times on the clock are worth less.
- Steady figures hold for a process that goes on reading news, cold ones for its first few hundred
  articles, and warm ones for articles that it has read before."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table, and what is said above and below it.

    Attributes:
        options: of `make bench`, by which it is measured again.
        data: the figures, as JSON values.
    """

    title: str
    above: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    options: str = ""
    below: str = ""
    data: Any = field(default=None)


def median_and_spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and the smallest and largest value."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def show(section: Section) -> None:
    """Prints a section."""
    print(f"\n# {section.title}\n\n{section.above}\n".replace("`", ""))
    table("", section.headers, section.rows)
    if section.below:
        print(section.below.replace("`", ""))


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:  # a peer that this benchmark does without
        return False
    return True


def machine() -> dict[str, str]:
    """What the figures were measured on, and when."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "CPU": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES if _is_installed(name)},
    }


def processor() -> str:
    """The processor's model, where the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or "unknown"


def page(sections: Sequence[Section], corpora: Sequence[str], with_articles: bool) -> str:
    """The page as Markdown."""
    about = machine()
    parts = [
        "# Benchmark",
        "Written by `make bench`: no figure here is typed. Times are CPU time, "
        "and another machine gives other ones; the ratios and the slopes are what carries over.",
        "Read:\n\n" + "\n".join(f"- {line}" for line in corpora),
        "| " + " | ".join(about) + " |\n|" + "---|" * len(about) + "\n| "
        + " | ".join(about.values()) + " |",
        "The whole page:\n\n```\n" + _command("--write docs/benchmark.md", with_articles) + "\n```",
    ]  # fmt: skip
    for section in sections:
        parts += [f"## {section.title}", section.above]
        if section.options:
            parts.append(f"`{_command(section.options, with_articles)}`")
        aligned = "|---|" + "---:|" * (len(section.headers) - 1)
        lines = [_row(section.headers), aligned, *(_row(row) for row in section.rows)]
        parts.append("\n".join(lines))
        if section.below:
            parts.append(section.below)
    return "\n\n".join([*parts, CAVEATS]) + "\n"


def _command(options: str, with_articles: bool) -> str:
    """What to type; the path of the articles is for the reader to fill in."""
    articles = "ARTICLES=path/to/articles.jsonl " if with_articles else ""
    return f"make bench {articles}ARGS='{options}'"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.strip() for cell in cells) + " |"
