"""Speed beside that of peers which look the same words up."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.compiled import environment
from tests.bench.contenders import OURS, PEERS, entity_patterns, patterns
from tests.bench.corpora import SEED, Corpus
from tests.bench.report import Section, median_and_spread
from tests.support import ROOT

_SHARED_OUT = 100  # texts for each round, at the least, or else each round reads all
_UNSEEN = 200  # texts of a steady pass, at the most
_COMPILED = """ All rounds are run again
with the compiled build, which `pip install .` makes and which finds the same."""
_STEADY = """. Steady is the first sight of an article when half of the corpus,
but not this article, was read before: what goes on for as long as a corpus does"""

ABOVE = """\
The heuristics do all they do (search form, clitics, entities, dates, numbers, triggers, roles)
through the public `annotate.preannotate`. The peers get the same lexicon as strings ({patterns:,}
of them: words, phrases, conjugated verbs, trigger forms) and look those up: no clitics, no other
spellings, no context, no roles. So they do a good deal less, and what they find is every word that
a list holds, function words included. One more row gives the EntityRuler only the lists from which
entities are made ({names:,} strings), as a project that wants names would. The bare scan is the
yardstick: it only finds where the strings stand, in machine code (ahocorasick_rs).

Cold is the first sight of every article in a new process, nothing remembered; warm is the same
articles again{steady}. {rounds} rounds{shares}, each in a
process of its own, all contenders side by side in batches of 25. The median over the rounds stands
first, the smallest and the largest behind it; below 1 annotate is the slower one. Set-up makes the
tables from the lexicons, without the imports.{compiled}"""


def measure(corpus: Corpus, rounds: int, build: Path | None = None) -> list[dict[str, Any]]:
    """The figures of each round; of a large corpus each round reads a part of its own.

    `build`: the folder of the compiled build, instead of the sources.
    """
    texts = list(corpus.texts)
    random.Random(SEED).shuffle(texts)  # noqa: S311 - nothing secret
    found = []
    for number in range(rounds):
        given = _given(texts, number, rounds) if _shared_out(corpus, rounds) else {"texts": texts}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tests.bench.rounds"],
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(build),
            check=True,
        )
        found.append(json.loads(done.stdout))
    return found


def _given(texts: list[str], number: int, rounds: int) -> dict[str, list[str]]:
    """The texts of a round: its share, others that fill up half of all, and some after them."""
    share = texts[number::rounds]
    later = range(number + 1, number + rounds)
    rest = [text for first in later for text in texts[first % rounds :: rounds]]
    filling = max(len(texts) // 2 - len(share), 0)
    return {
        "texts": share,
        "others": rest[:filling],
        "unseen": rest[filling : filling + _UNSEEN],
    }


def _shared_out(corpus: Corpus, rounds: int) -> bool:
    return len(corpus.texts) >= _SHARED_OUT * rounds


def section(
    corpus: Corpus, rounds: int, build: Path | None = None, *, explained: bool = False
) -> Section:
    """The comparison over a corpus; `explained`: a section above says what it is."""
    measured = measure(corpus, rounds)
    compiled = measure(corpus, rounds, build) if build else []
    shares = ", each over its own share of the articles" if _shared_out(corpus, rounds) else ""
    passes = [how for how in ("cold", "steady", "warm") if how in measured[0]]
    above = ABOVE.format(
        patterns=len(patterns()),
        names=len(entity_patterns()),
        rounds=rounds,
        shares=shares,
        steady=_STEADY if "steady" in passes else "",
        compiled=_COMPILED if compiled else "",
    )
    if explained:
        above = f"The same with {rounds} rounds{shares}."
    rows = []
    for how in passes:
        rows.append(_row(how, OURS, measured, compiled))
        if compiled:
            rows.append(_row(how, OURS, compiled, (), f"{OURS}, compiled"))
        rows += [_row(how, name, measured, compiled) for name in PEERS]
    return Section(
        f"Speed: {corpus.name}",
        above,
        (
            *("", "articles/s", "words/s", "annotate is x times as fast"),
            *("compiled, it is x times as fast", "found per 1,000 words", "set-up (CPU s)"),
        ),
        rows,
        options="--only speed",
        data={"sources": measured, "compiled": compiled},
    )


def _row(
    how: str,
    name: str,
    rounds: Sequence[dict[str, Any]],
    compiled: Sequence[dict[str, Any]],
    called: str = "",
) -> Sequence[str]:
    """One contender in one kind of pass; `compiled`: the rounds that it ran beside that build."""
    seconds = [one[how][name]["seconds"] for one in rounds]
    found = [1000 * one[how][name]["found"] / one[how]["words"] for one in rounds]

    def speed(what: str) -> str:
        rates = [one[how][what] / taken for one, taken in zip(rounds, seconds, strict=True)]
        return f"{statistics.median(rates):,.0f}"

    return (
        *(f"{how}: {called or name}", speed("articles"), speed("words")),
        *(_ratio(how, name, rounds), _ratio(how, name, compiled)),
        f"{statistics.median(found):.0f}",
        f"{statistics.median(one['setup'][name] for one in rounds):.2f}",
    )


def _ratio(how: str, name: str, rounds: Sequence[dict[str, Any]]) -> str:
    """How many times as fast as a peer annotate is; nothing beside itself."""
    if name == OURS or not rounds:
        return ""
    ratios = [one[how][name]["seconds"] / one[how][OURS]["seconds"] for one in rounds]
    return median_and_spread(ratios, 2 if min(ratios) > 0.1 else 3)
