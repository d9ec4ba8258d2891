"""How often each rule was right on reference annotations, and the score that follows from it.

`schemas/lexicon/precision.tsv` counts, for each article of a reference and each rule and label, how
many spans were proposed and how many of them are in the reference with the same offsets and label.
The score of a span is the posterior mean of the precision of its rule and label,

    score = (correct + s m) / (proposed + s),

the mean of Beta(correct + s m, proposed - correct + s (1 - m)): the posterior of a proportion under
a Beta prior of mean m that weighs as much as s observations (Gelman and others, Bayesian Data
Analysis, 3rd edition, section 2.4). The m of a rule is the same figure for its label over all
rules, the m of a label that of its layer over all labels, and the m of a layer is 1/2. A rule
without counts so has the score of its label.

s is `STRENGTH`. A small one believes a rule that was right 5 times of 5, and articles that were not
counted then refute it; a large one gives every rule the score of its layer. `STRENGTH` is about the
smallest one that the counts themselves allow: about as likely as the likeliest of all (by the
Beta-binomial, flat from 32 to 128), while the log likelihood of 4 is some 15 below.
`python -m annotate.cli.precision TABLE --check` prints what each strength costs.

An article that is in the table is scored without its own counts (leave one article out), so that no
score has seen the answers that it is compared with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from annotate.errors import RulesError
from annotate.heuristics.rules import rule_of
from annotate.spans import LAYERS, Annotation

FILE = "precision.tsv"
STRENGTH = 32.0
_ROOT = 0.5  # mean of a layer's prior: nothing is known
_KEY_DIGITS = 12
_HEX = frozenset("0123456789abcdef")

Key = tuple[str, ...]  # (layer,), (layer, label) or (layer, label, rule)


class Tally(NamedTuple):
    """How many spans were proposed, and how many of them are right."""

    proposed: int = 0
    correct: int = 0


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        source: name of the reference.
        article: first 12 hexadecimal digits of the SHA-256 of the article's text.
        layer, label, rule: what was proposed, and by which rule.
        proposed, correct: spans, and how many of them the reference has (strict).
    """

    source: str
    article: str
    layer: str
    label: str
    rule: str
    proposed: int
    correct: int


class Scorer:
    """The scores of one article's spans; what it has worked out once it looks up."""

    __slots__ = ("_left_out", "_scores", "_strength", "_totals")

    def __init__(
        self, totals: Mapping[Key, Tally], left_out: Mapping[Key, Tally], strength: float
    ) -> None:
        self._totals = totals
        self._left_out = left_out
        self._strength = strength
        self._scores: dict[Key, float] = {}

    def score(self, layer: str, label: str, origin: str) -> float:
        """The posterior mean precision of a span's rule and label, with three digits."""
        key = (layer, label, origin.partition("/")[0])
        found = self._scores.get(key)
        if found is None:
            found = self._scores[key] = round(self.posterior(key), 3)
        return found

    def posterior(self, key: Key) -> float:
        """The posterior mean of a layer, a label or a rule, from that of what it is part of."""
        mean = self.posterior(key[:-1]) if len(key) > 1 else _ROOT
        proposed, correct = self.tally(key)
        return (correct + self._strength * mean) / (proposed + self._strength)

    def tally(self, key: Key) -> Tally:
        """What the score rests on: counts without those of the article itself."""
        proposed, correct = self._totals.get(key, _NONE)
        own = self._left_out.get(key, _NONE)
        return Tally(proposed - own.proposed, correct - own.correct)


_NONE = Tally()


class Precision:
    """The table, added up."""

    def __init__(self, rows: Iterable[Row] = (), strength: float = STRENGTH) -> None:
        totals: defaultdict[Key, Tally] = defaultdict(Tally)
        articles: defaultdict[str, defaultdict[Key, Tally]] = defaultdict(
            lambda: defaultdict(Tally)
        )
        for row in rows:
            key = (row.layer, row.label, row.rule)
            own = articles[row.article]
            for end in range(1, len(key) + 1):
                for counts in (totals, own):
                    before = counts[key[:end]]
                    counts[key[:end]] = Tally(
                        before.proposed + row.proposed, before.correct + row.correct
                    )
        self._strength = strength
        self._totals = dict(totals)
        self._articles = {article: dict(counts) for article, counts in articles.items()}
        self._shared = Scorer(self._totals, {}, strength)
        self._scorers: dict[str, Scorer] = {}

    def scorer(self, text_sha256: str) -> Scorer:
        """Scores for the article of a text, from the counts of all others."""
        key = text_sha256[:_KEY_DIGITS]
        own = self._articles.get(key)
        if not own:
            return self._shared
        if key not in self._scorers:
            self._scorers[key] = Scorer(self._totals, own, self._strength)
        return self._scorers[key]


def count(found: Annotation, reference: Annotation, source: str) -> list[Row]:
    """The rows of one article: its proposed spans by rule, compared with the reference."""
    right = {span.key for span in reference.spans}
    proposed: Counter[Key] = Counter()
    correct: Counter[Key] = Counter()
    for span in found.spans:
        key = (span.layer, span.label, rule_of(span.origin or ""))
        proposed[key] += 1
        correct[key] += span.key in right
    article = found.text_sha256[:_KEY_DIGITS]
    return [
        Row(source, article, layer, label, rule, proposed[layer, label, rule], correct[key])
        for key in sorted(proposed)
        for layer, label, rule in (key,)
    ]


_HEADER = """\
# How often each rule was right: the scores of proposed spans come from these counts.
# Generated by annotate/cli/precision.py; do not edit. Apache-2.0. See docs/pre-annotation.md.
#
# A row: in one article of a reference, how many spans of a label a rule proposed, and how many of
# them the reference has with the same offsets and the same label. article: the first 12 digits of
# the SHA-256 of the clean text.
#
# seeds: the adjudicated annotation of the seed articles; `make generate` counts them again. The
#   rules were written with it in view, so these counts are optimistic.
# newspapers-2015: 54 newspaper articles of 2015, each annotated by one annotator who did not see
#   what the rules propose. The articles belong to their papers and are not part of the project:
#   only these counts are, and without the texts they cannot be made again. Rules were corrected
#   after errors on these articles, so these counts are optimistic too, though less so.
# newspapers-2015-later: 18 more, annotated in the same way after nearly all rules were written;
#   three were corrected after errors on them.
# newspapers-2015-blind: 56 more, annotated in the same way and counted (32 with heuristics 0.2.0,
#   24 with 0.3.0) before any rule was corrected after errors on them. The fairest of the four.
"""


def table(rows: Iterable[Row]) -> str:
    """The table as it is stored: the header, the names of the columns, and the rows in order."""
    lines = ["\t".join(map(str, row)) for row in (Row._fields, *sorted(rows))]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def replaced(rows: Iterable[Row], source: str, new: Iterable[Row]) -> list[Row]:
    """The rows with those of one source exchanged for new ones."""
    return sorted([*(row for row in rows if row.source != source), *new])


def read_rows(path: Path) -> list[Row]:
    """The rows of a table.

    Raises:
        RulesError: with file and line of the first row that is wrong.
    """
    rows: list[Row] = []
    seen: set[tuple[str, ...]] = set()
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as problem:
        raise RulesError(f"not UTF-8 at byte {problem.start}", where=str(path)) from None
    for number, line in enumerate(lines, start=1):
        cells = tuple(line.split("\t"))
        if line.startswith("#") or cells == Row._fields:
            continue
        where = f"{path}:{number}"
        row = _row(cells, where)
        if row[:5] in seen:
            raise RulesError("two rows are of one article and rule", where=where)
        seen.add(row[:5])
        rows.append(row)
    return rows


def _row(cells: tuple[str, ...], where: str) -> Row:
    if len(cells) != len(Row._fields) or "" in cells:
        raise RulesError(
            f"{len(cells)} cells", where=where, fix=f"give {', '.join(Row._fields)}, with tabs"
        )
    source, article, layer, label, rule, *figures = cells
    if layer not in LAYERS:
        raise RulesError(f"layer is {layer!r}, not one of {', '.join(LAYERS)}", where=where)
    if len(article) != _KEY_DIGITS or not _HEX.issuperset(article):
        raise RulesError(f"article {article!r} is not {_KEY_DIGITS} digits", where=where)
    if not all(figure.isascii() and figure.isdigit() for figure in figures):
        raise RulesError("proposed and correct are not whole numbers", where=where)
    proposed, correct = map(int, figures)
    if not correct <= proposed or not proposed:
        raise RulesError(f"{correct} of {proposed} cannot be correct", where=where)
    return Row(source, article, layer, label, rule, proposed, correct)
