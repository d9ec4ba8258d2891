"""Annotation and dataset building for Arabic news.

    import annotate
    for annotation in annotate.preannotate(["..."]):
        print([(span.text, span.label) for span in annotation.spans])

The public names are loaded when they are first used, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from annotate.agreement.evaluate import evaluate
    from annotate.annotation_files import read_annotations, write_annotations
    from annotate.dataset.load import load_dataset
    from annotate.errors import AnnotateError
    from annotate.heuristics.engines import preannotate
    from annotate.ontology import Ontology, load_ontology
    from annotate.spans import Annotation, Relation, Span

__all__ = [
    "AnnotateError",
    "Annotation",
    "Ontology",
    "Relation",
    "Span",
    "__version__",
    "evaluate",
    "load_dataset",
    "load_ontology",
    "preannotate",
    "read_annotations",
    "write_annotations",
]

_HOMES = {
    "AnnotateError": "annotate.errors",
    "Annotation": "annotate.spans",
    "Ontology": "annotate.ontology",
    "Relation": "annotate.spans",
    "Span": "annotate.spans",
    "evaluate": "annotate.agreement.evaluate",
    "load_dataset": "annotate.dataset.load",
    "load_ontology": "annotate.ontology",
    "preannotate": "annotate.heuristics.engines",
    "read_annotations": "annotate.annotation_files",
    "write_annotations": "annotate.annotation_files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'annotate' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
