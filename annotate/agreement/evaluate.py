"""Scores of one set of annotations against another: what `evaluate` and `agreement` print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from annotate.agreement.matching import Counts, How, count_roles, count_spans
from annotate.errors import InputError
from annotate.spans import Annotation

_ByText = dict[tuple[str, str | None], Annotation]
HOWS: tuple[How, ...] = ("strict", "overlap")
MEASURES = ("entities", "triggers", "triggers_untyped", "roles")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one measure: in total (micro), and by label or role where it is typed."""

    total: Counts
    by_label: Mapping[str, Counts]

    def to_json(self) -> dict[str, Any]:
        """Counts and ratios as JSON values; undefined ratios are null, with the reason."""
        return {
            **_counts_json(self.total),
            "by_label": {label: _counts_json(c) for label, c in self.by_label.items()},
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All measures over the articles that both sides have.

    Attributes:
        scores: measure -> strict or overlap -> Score. Measures: entities, triggers (both typed),
            triggers_untyped, roles.
        attributes: attribute -> Score by value, over the spans that both sides have with the same
            offsets and label; as each has one value on either side, the total is the share of
            those with the same value.
        matched: number of articles compared, matched by the hash of their text.
        only_predicted, only_gold: hashes of the texts that one side alone has; not scored.
    """

    scores: Mapping[str, Mapping[How, Score]]
    matched: int
    only_predicted: tuple[str, ...] = ()
    only_gold: tuple[str, ...] = ()
    attributes: Mapping[str, Score] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "articles": {
                "matched": self.matched,
                "only_predicted": len(self.only_predicted),
                "only_gold": len(self.only_gold),
            },
            **{
                measure: {how: score.to_json() for how, score in by_how.items()}
                for measure, by_how in self.scores.items()
            },
            "attributes": {name: score.to_json() for name, score in self.attributes.items()},
        }


def evaluate(predicted: Iterable[Annotation], gold: Iterable[Annotation]) -> Evaluation:
    """Precision, recall and F1 of predicted against gold annotations of the same texts.

    Raises:
        InputError: a side annotates one article twice, the sides share no text, or a relation
            points to a span that is not there.
    """
    found = pair_up(predicted, gold, ("predicted", "gold"))
    return Evaluation(
        scores=score_pairs(found.shared),
        matched=len(found.shared),
        only_predicted=tuple(annotation.text_sha256 for annotation in found.only_left),
        only_gold=tuple(annotation.text_sha256 for annotation in found.only_right),
        attributes=score_attributes(found.shared),
    )


class Paired(NamedTuple):
    """Two sets of annotations, paired by their text; each part in the order it was given."""

    shared: list[tuple[Annotation, Annotation]]
    only_left: list[Annotation]
    only_right: list[Annotation]


def pair_up(
    left: Iterable[Annotation], right: Iterable[Annotation], names: tuple[str, str]
) -> Paired:
    """Pairs the annotations of the same texts; `names` is what errors call the two sides.

    Raises:
        InputError: a side annotates one article twice, the sides share no text, or a relation
            points to a span that is not there.
    """
    lefts, rights = _by_text(left, names[0]), _by_text(right, names[1])
    if not _has_reposts(lefts) and not _has_reposts(rights):
        # Whatever the articles are called, the text tells.
        lefts = {(text, None): annotation for (text, _), annotation in lefts.items()}
        rights = {(text, None): annotation for (text, _), annotation in rights.items()}
    shared = [(annotation, rights[key]) for key, annotation in lefts.items() if key in rights]
    if not shared:
        raise InputError(
            f"no text is in both: {len(lefts)} {names[0]}, {len(rights)} {names[1]}",
            fix="compare annotations of the same clean texts",
        )
    return Paired(
        shared,
        [annotation for key, annotation in lefts.items() if key not in rights],
        [annotation for key, annotation in rights.items() if key not in lefts],
    )


def score_pairs(
    pairs: Sequence[tuple[Annotation, Annotation]],
) -> dict[str, dict[How, Score]]:
    """All measures, summed over (predicted, gold) pairs of annotations of the same text."""
    scores: dict[str, dict[How, Score]] = {}
    for measure in MEASURES:
        scores[measure] = {}
        for how in HOWS:
            by_label: dict[str, Counts] = {}
            for predicted, gold in pairs:
                for label, counts in _measure(measure, predicted, gold, how).items():
                    by_label[label] = by_label.get(label, Counts()) + counts
            total = sum(by_label.values(), start=Counts())
            typed = {} if measure == "triggers_untyped" else dict(sorted(by_label.items()))
            scores[measure][how] = Score(total, typed)
    return scores


def score_attributes(pairs: Sequence[tuple[Annotation, Annotation]]) -> dict[str, Score]:
    """Values of attributes (polarity, modality) of the spans that both of a pair have.

    A span that one side has twice with the same offsets and label is left out: which of them is
    meant nothing says.
    """
    found: dict[str, dict[str, Counts]] = {}
    for predicted, gold in pairs:
        theirs = _by_place(gold)
        for place, values in _by_place(predicted).items():
            others = theirs.get(place)
            if values is None or others is None:
                continue
            for name in sorted(values.keys() & others.keys()):
                by_value = found.setdefault(name, {})
                ours, true = values[name], others[name]
                same = ours == true
                for value, counts in (
                    (ours, Counts(tp=same, fp=not same)),
                    *(() if same else ((true, Counts(fn=1)),)),
                ):
                    by_value[value] = by_value.get(value, Counts()) + counts
    return {
        name: Score(sum(by_value.values(), start=Counts()), dict(sorted(by_value.items())))
        for name, by_value in found.items()
    }


def _by_place(annotation: Annotation) -> dict[tuple[int, int, str], dict[str, str] | None]:
    """Offsets and label -> attributes of the one span there, None of several."""
    found: dict[tuple[int, int, str], dict[str, str] | None] = {}
    for span in annotation.spans:
        place = (span.start, span.end, span.label)
        found[place] = None if place in found else dict(span.attributes)
    return found


def _measure(measure: str, predicted: Annotation, gold: Annotation, how: How) -> dict[str, Counts]:
    if measure == "roles":
        return count_roles(predicted, gold, how)
    if measure == "entities":
        return count_spans(predicted.entities, gold.entities, how)
    return count_spans(predicted.events, gold.events, how, typed=measure == "triggers")


def _has_reposts(annotations: _ByText) -> bool:
    return len({text for text, _ in annotations}) < len(annotations)


def _by_text(annotations: Iterable[Annotation], side: str) -> _ByText:
    """Annotations by text and article: reposts share a text and are told apart by doc_id."""
    found: _ByText = {}
    for annotation in annotations:
        key = (annotation.text_sha256, annotation.doc_id)
        before = found.get(key)
        if before is not None:
            raise InputError(
                f"two {side} annotations are of one text "
                f"({before.annotator or '?'} and {annotation.annotator or '?'}, "
                f"{annotation.text_sha256[:12]}…)",
                fix="give one annotation for each text",
            )
        check_ids(annotation, f"{side} annotation of {annotation.text_sha256[:12]}…")
        found[key] = annotation
    return found


def check_ids(annotation: Annotation, where: str) -> None:
    """Roles can only be matched if their spans are there, each id once.

    Raises:
        InputError: naming `where`.
    """
    ids = {span.id for span in annotation.spans}
    if len(ids) < len(annotation.spans):
        raise InputError("two spans have one id", where=where)
    ends = [end for relation in annotation.relations for end in (relation.head, relation.tail)]
    missing = next((end for end in ends if end not in ids), None)
    if missing is not None:
        raise InputError(f"a relation points to span {missing}, which is not there", where=where)


def _counts_json(counts: Counts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "precision": _rounded(counts.precision),
        "recall": _rounded(counts.recall),
        "f1": _rounded(counts.f1),
    }
    if counts.reason:
        values["reason"] = counts.reason
    return values


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
