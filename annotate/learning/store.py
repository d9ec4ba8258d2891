"""Writes what was learned into a folder of its own, and says which folder is in use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.heuristics import support, training
from annotate.heuristics.learned import FORMAT, INSTALLED, MANIFEST
from annotate.heuristics.pipeline import VERSION
from annotate.heuristics.tagger import SUFFIX
from annotate.heuristics.training import Settings
from annotate.learning import lexicon
from annotate.learning.examples import digest
from annotate.learning.lexicon import Addition, Demotion, Threshold
from annotate.learning.material import Material, Taught, outcomes, teach
from annotate.learning.review import NOTHING, Refused, rows
from annotate.ontology import Ontology
from annotate.storage import atomic_writer, canonical_json, write_text

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned from some examples, not yet written.

    Attributes:
        files: name in the folder -> bytes.
        about: the manifest, but for scores.
    """

    files: Mapping[str, bytes]
    about: Mapping[str, Any]
    added: Sequence[Addition]
    demoted: Sequence[Demotion]

    @property
    def version(self) -> str:
        """The name of the folder: a fingerprint of all that is in it, scores aside."""
        return hashlib.sha256(canonical_json(self.about).encode()).hexdigest()[:_DIGITS]


def learn(
    materials: Sequence[Material],
    ontology: Ontology,
    settings: Settings = training.DEFAULT,
    threshold: Threshold = lexicon.DEFAULT,
    refused: Refused = NOTHING,
) -> Lesson:
    """Learns from examples: the same from the same ones, whatever their order.

    Args:
        refused: what reviewers took out of the lexicon before; it stays out.
    """
    materials = sorted(materials, key=lambda m: (m.example.doc_id, m.example.gold.text_sha256))
    taught = teach(materials, ontology, settings)
    counts = support.rows_of(outcomes(materials, ontology, settings))
    added = [a for a in lexicon.additions(materials, threshold) if a[:3] not in refused.added]
    demoted = [d for d in lexicon.demotions(materials, threshold) if d[:3] not in refused.demoted]
    files = {f"{layer}.{SUFFIX}": model for layer, model in taught.models.items()}
    files[support.FILE] = support.table(counts).encode()
    files |= {name: text.encode() for name, text in lexicon.files(added, demoted).items()}
    listed = {
        "count": threshold.count,
        "share": threshold.share,
        "added": rows(a[:3] for a in added),
        "demoted": rows(d[:3] for d in demoted),
        "refused": refused.to_json(),
    }
    about = _about(materials, taught, files, ontology, settings)
    return Lesson(files, about | {"lexicon": listed}, added, demoted)


def _about(
    materials: Sequence[Material],
    taught: Taught,
    files: Mapping[str, bytes],
    ontology: Ontology,
    settings: Settings,
) -> dict[str, Any]:
    examples = [material.example for material in materials]
    return {
        "format": FORMAT,
        "heuristics": VERSION,
        "ontology": ontology.version,
        "data": {
            "sha256": digest(examples),
            "articles": len(examples),
            "stories": len({example.group for example in examples}),
            "spans": sum(len(example.gold.spans) for example in examples),
            "texts": sorted({example.gold.text_sha256 for example in examples}),
        },
        "settings": settings.to_json(),
        "labels": {layer: list(codes) for layer, codes in taught.labels.items()},
        "files": {n: hashlib.sha256(b).hexdigest() for n, b in sorted(files.items())},
    }


def write(folder: Path, lesson: Lesson, scores: Mapping[str, Any] | None = None) -> Path:
    """Writes a lesson into a folder named after it, below `folder`; the manifest comes last."""
    place = folder / lesson.version
    for name, content in lesson.files.items():
        with atomic_writer(place / name) as file:
            file.write(content)
    manifest = {**lesson.about, "scores": scores}
    write_text(place / MANIFEST, canonical_json(manifest, indent=2) + "\n")
    return place


def versions(folder: Path) -> list[Path]:
    """The folders of what was learned, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def use(folder: Path, version: str | None) -> None:
    """Says which of the folders is in use from now on; None: no one."""
    write_text(folder / INSTALLED, f"{version or ''}\n")
