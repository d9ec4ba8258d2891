"""What is in a version, in numbers: for the manifest, the card and the console."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from annotate.dataset.rows import SPLITS, Chosen, Contribution, Disputed, Split
from annotate.ontology import Ontology

Counts = Counter[tuple[str, ...]]
TOTALS = ("articles", "sentences", "tokens", "entities", "events", "roles")


class Tally:
    """Counts by split, and a hash of what each split holds."""

    def __init__(self) -> None:
        self.by_split: dict[Split, Counts] = defaultdict(Counter)
        self.annotations: Counts = Counter()
        self.disputed = Counter(Disputed()._asdict())
        self.changed: str | None = None  # the last change of an annotation (ISO 8601)
        self._hashes = {split: hashlib.sha256() for split in SPLITS}

    def saw(self, items: Iterable[Chosen]) -> None:
        """Remembers which articles are in which split, and what is disputed in them."""
        for item in items:
            for what, count in item.disputed._asdict().items():
                self.disputed[what] += count
            line = f"{item.article.doc_id} {item.annotation.text_sha256}\n"
            self._hashes[item.split].update(line.encode("ascii"))

    def saw_work(self, items: Iterable[Contribution]) -> None:
        """Remembers when an annotation was changed last."""
        times = [item.updated_at for item in items if item.updated_at]
        self.changed = max([*times, *([self.changed] if self.changed else [])], default=None)

    def to_json(self, ontology: Ontology) -> dict[str, Any]:
        """All counts, as the manifest has them.

        `sha256` of a split is that of its lines "doc_id text_sha256", in the order of doc_id: it
        says which articles are in it, whatever was annotated.
        """
        total: Counts = sum(self.by_split.values(), start=Counter())
        labels = (*ontology.entity_codes, *ontology.event_codes)
        return {
            **{name: total[name,] for name in TOTALS},
            "annotations": self.annotations["annotations",],
            "prelabelled": total["prelabelled",],
            "simulated": total["simulated",],
            "by_split": {
                split: {
                    **{name: counts[name,] for name in TOTALS},
                    "sha256": self._hashes[split].hexdigest(),
                }
                for split, counts in sorted(self.by_split.items())
            },
            "by_status": _named(total, "status"),
            "disputed": dict(self.disputed),
            "by_label": {
                label: {split: counts["label", label] for split, counts in self.by_split.items()}
                for label in labels
                if total["label", label]
            },
            "by_annotator": _named(self.annotations, "annotator"),
            "bio": {
                layer: {what: total["bio", layer, what] for what in ("lost", "widened")}
                for layer in ("entity", "event")
            },
            "cores": {
                "spans": total["entities",] + total["events",],
                "none": total["cores", "none"],
            },
            "sentences_lack": {
                "spans": total["sentences", "spans_cut"],
                "roles": total["sentences", "roles_cut"],
            },
        }


def _named(counts: Mapping[tuple[str, ...], int], kind: str) -> dict[str, int]:
    found = {key[1]: count for key, count in counts.items() if key[0] == kind and len(key) == 2}
    return dict(sorted(found.items()))
