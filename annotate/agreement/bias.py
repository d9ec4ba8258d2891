"""How far pre-labels make annotators agree, and how far annotators believe them.

Who takes over what was proposed agrees with everybody who does. So agreement on texts that were
shown without pre-labels is the one to believe; beside it stands how far each annotator leaves the
pre-labels as they are, which rules are corrected most, and agreement on what somebody corrected.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.agreement.compared import Compared, covers
from annotate.agreement.matching import Counts
from annotate.agreement.readings import Item, Reading
from annotate.spans import SpanKey


@dataclass(frozen=True, slots=True)
class Basis:
    """The texts that agreement is measured on.

    Attributes:
        kind: blank (every reading began from nothing), prelabelled (every one began from
            pre-labels), or mixed (some did, or nobody knows).
        items: all texts of that kind with at least two readings; if there is a blank one, only the
            blank ones.
    """

    kind: str
    items: tuple[Item, ...]


def basis(items: Sequence[Item]) -> Basis:
    """The texts to believe: the blank ones, or all if there are none."""
    doubled = [item for item in items if len(item.readings) > 1]
    blank = tuple(item for item in doubled if item.is_blank)
    if blank:
        return Basis("blank", blank)
    began = {reading.blank for item in doubled for reading in item.readings}
    return Basis("prelabelled" if began <= {False} else "mixed", tuple(doubled))


def is_prelabelled(pair: Compared) -> bool:
    """Whether both annotators began from pre-labels."""
    return pair.one.blank is False and pair.other.blank is False


def changed(pair: Compared) -> Counts:
    """Strict counts of the spans that at least one of the two did not just take over.

    What both took over, with its label and its borders, does not count; what one of them deleted,
    and the other left, is a miss; what both deleted is in neither and does not count.
    """
    return pair.strict_without(_taken_over(pair.one) & _taken_over(pair.other))


def _taken_over(reading: Reading) -> set[SpanKey]:
    proposed = {span.key for span in reading.prelabels.spans} if reading.prelabels else set()
    return {
        span.key
        for span in reading.annotation.spans
        if span.key in proposed or span.decision == "accepted"
    }


def with_prelabels(items: Iterable[Item]) -> dict[str, Counts]:
    """Annotator -> strict counts of their spans against the pre-labels that they began from."""
    found: dict[str, Counts] = defaultdict(Counts)
    for item in items:
        for reading in item.readings:
            if reading.prelabels is None:
                continue
            own, shown = (
                Counter(
                    s.key
                    for s in spans
                    if s.layer not in item.given and covers(reading.annotation, s)
                )
                for spans in (reading.annotation.spans, reading.prelabels.spans)
            )
            both = (own & shown).total()
            found[reading.annotator] += Counts(both, own.total() - both, shown.total() - both)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Rule:
    """What people did with the spans that one rule proposed.

    Attributes:
        origin: the rule.
        proposed: how often somebody was shown a span of it: the sum of the four others.
        accepted, relabelled, resized, deleted: what was done with it.
    """

    origin: str
    proposed: int
    accepted: int
    relabelled: int
    resized: int
    deleted: int

    @property
    def rate(self) -> float | None:
        """Share of the proposed spans that were left as they are."""
        return self.accepted / self.proposed if self.proposed else None


def rules(items: Iterable[Item]) -> list[Rule]:
    """Acceptance by rule, over every reading that began from pre-labels; most proposed first.

    What an annotator could not choose is not decided by leaving it, and does not count.
    """
    proposed: Counter[str] = Counter()
    done: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for reading in item.readings:
            if reading.prelabels is None:
                continue
            proposed.update(
                span.origin or ""
                for span in reading.prelabels.spans
                if span.layer not in item.given and covers(reading.annotation, span)
            )
            for span in reading.annotation.spans:
                if span.layer in item.given or span.origin is None:
                    continue
                if span.decision not in (None, "added"):
                    done[span.origin][span.decision] += 1
    found = []
    for origin, shown_of in proposed.items():
        kept = {what: done[origin][what] for what in ("accepted", "relabelled", "resized")}
        total = max(shown_of, sum(kept.values()))
        found.append(Rule(origin, total, **kept, deleted=total - sum(kept.values())))
    return sorted((r for r in found if r.origin), key=lambda r: (-r.proposed, r.origin))
