"""The statistical tagger: linear-chain conditional random fields over the words of a document.

Lafferty, McCallum and Pereira 2001, Conditional Random Fields; the code is CRFsuite (Okazaki 2007).
One model tags entities and one triggers, with IOB2 tags; both see the same features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from annotate.errors import InputError
from annotate.spans import LAYERS, Layer

if TYPE_CHECKING:
    from annotate.heuristics.document import Document

OUTSIDE = "O"
SUFFIX = "crfsuite"


class Tagged(NamedTuple):
    """A span that a model found.

    Attributes:
        layer: entity or event.
        start, end: words of the document, half open.
        label: code of the ontology.
        probability: the least marginal probability of its words' tags, 0..1.
    """

    layer: Layer
    start: int
    end: int
    label: str
    probability: float


class Tagging(NamedTuple):
    """What the models say of a text.

    Attributes:
        spans: in order, by layer; those of one layer do not overlap.
        certainty: of each layer, for each word the marginal probability of its tag.
    """

    spans: tuple[Tagged, ...]
    certainty: dict[Layer, list[float]]


class Tagger:
    """The models of a folder, opened once in a process."""

    def __init__(
        self,
        models: Mapping[Layer, Any],
        contents: Mapping[Layer, bytes],
        labels: Mapping[Layer, tuple[str, ...]],
    ) -> None:
        self._models = models
        self._contents = dict(contents)  # CRFsuite reads there as long as a model is open
        self.labels = labels

    def tag(self, document: Document, features: Sequence[Sequence[Sequence[str]]]) -> Tagging:
        """The likeliest tags of each sentence (Viterbi), as spans with their probabilities."""
        import pycrfsuite

        spans: list[Tagged] = []
        certainty: dict[Layer, list[float]] = {layer: [] for layer in self._models}
        for (first, _), sentence in zip(document.bounds, features, strict=True):
            items = pycrfsuite.ItemSequence(sentence)
            for layer, model in self._models.items():
                tags = model.tag(items)
                sure = [model.marginal(tag, place) for place, tag in enumerate(tags)]
                certainty[layer] += sure
                spans += [
                    Tagged(layer, first + start, first + end, label, min(sure[start:end]))
                    for start, end, label in chunks(tags)
                ]
        order = {layer: number for number, layer in enumerate(LAYERS)}
        return Tagging(tuple(sorted(spans, key=lambda s: (order[s.layer], s.start))), certainty)


def chunks(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first, after the last, label) of the spans that IOB2 tags say.

    An I that goes on with nothing begins a span, as conlleval has it.
    """
    found: list[tuple[int, int, str]] = []
    start, label = 0, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        mark, _, name = tag.partition("-")
        if label and (mark != "I" or name != label):
            found.append((start, place, label))
            label = ""
        if tag != OUTSIDE and not label:
            start, label = place, name
    return found


def tagger_of(models: Mapping[Layer, bytes], where: str | None = None) -> Tagger | None:
    """The tagger of models as bytes of their files; None where there is none.

    Raises:
        InputError: one is no model, or python-crfsuite is not installed.
    """
    if not models:
        return None
    pycrfsuite = crfsuite()
    opened: dict[Layer, Any] = {}
    for layer, content in models.items():
        opened[layer] = pycrfsuite.Tagger()
        try:
            opened[layer].open_inmemory(content)
        except ValueError:
            raise InputError(
                f"this is no model for the layer {layer}",
                where=where,
                fix="learn again: annotate learn",
            ) from None
    labels = {
        layer: tuple(sorted({tag[2:] for tag in model.labels() if tag != OUTSIDE}))
        for layer, model in opened.items()
    }
    return Tagger(opened, models, labels)


def open_tagger(folder: Path) -> Tagger | None:
    """The tagger of the models in a folder, `entity.crfsuite` and `event.crfsuite`, if any."""
    paths = {layer: folder / f"{layer}.{SUFFIX}" for layer in LAYERS}
    there: dict[Layer, bytes] = {
        layer: path.read_bytes() for layer, path in paths.items() if path.exists()
    }
    return tagger_of(there, str(folder))


def crfsuite() -> Any:
    """The library, which is optional.

    Raises:
        InputError: it is not installed.
    """
    try:
        import pycrfsuite
    except ImportError:
        raise InputError(
            "python-crfsuite is not installed", fix="install it: pip install 'annotate[learn]'"
        ) from None
    return pycrfsuite
