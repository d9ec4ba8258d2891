"""The manifest's counts, counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from annotate.dataset.checks.articles import Checker
from annotate.dataset.checks.faults import Faults
from annotate.dataset.checks.others import Others
from annotate.dataset.counts import TOTALS, Counts
from annotate.dataset.manifest import MANIFEST

_FIRST_VERSIONS = "articles_"  # and the split: how their manifests counted


def recounted(checker: Checker, others: Others) -> dict[str, Any]:
    """What the manifest should say, as far as the rows tell."""
    total: Counts = sum(checker.counts.values(), start=Counter())
    labels = sorted({key[1] for key in total if key[0] == "label"})
    found: dict[str, Any] = {
        **{name: total[name,] for name in TOTALS},
        "prelabelled": total["prelabelled",],
        "simulated": total["simulated",],
        "annotations": others.read["annotations"],
        "by_split": {
            split: {**{name: counts[name,] for name in TOTALS}, **checker.split_hash(split)}
            for split, counts in checker.counts.items()
        },
        "by_status": {
            key[1]: count for key, count in total.items() if key[0] == "status" and count
        },
        "by_label": {
            label: {split: counts["label", label] for split, counts in checker.counts.items()}
            for label in labels
        },
        "by_annotator": dict(others.annotators),
        **{f"{_FIRST_VERSIONS}{split}": c["articles",] for split, c in checker.counts.items()},
    }
    if not checker.unsound:
        found["bio"] = {
            layer: {what: total["bio", layer, what] for what in ("lost", "widened")}
            for layer in ("entity", "event")
        }
        found["sentences_lack"] = {
            "spans": total["sentences", "spans_cut"],
            "roles": total["sentences", "roles_cut"],
        }
        found["cores"] = {
            "spans": total["entities",] + total["events",],
            "none": total["cores", "none"],
        }
    return found


def check_counts(
    asked: Mapping[str, Any], found: Mapping[str, Any], faults: Faults, path: str = "counts"
) -> None:
    """Every count that the manifest has and the rows tell is the same in both."""
    for name, value in asked.items():
        if name not in found:
            if path in ("counts.by_split", "counts.by_status", "counts.by_label"):
                faults.add(MANIFEST, None, "counts", f"{path}.{name} is counted, no row has it")
            continue
        actual = found[name]
        if isinstance(actual, dict):
            if isinstance(value, dict):
                check_counts(value, actual, faults, f"{path}.{name}")
            else:
                faults.add(MANIFEST, None, "counts", f"{path}.{name} is no object")
        elif value != actual or isinstance(value, bool):
            faults.add(MANIFEST, None, "counts", f"{path}.{name} is {value!r}, rows give {actual}")
    if path in ("counts.by_split", "counts.by_status", "counts.by_label", "counts.by_annotator"):
        for name in sorted(found.keys() - asked.keys()):
            faults.add(MANIFEST, None, "counts", f"{path} lacks {name}")
