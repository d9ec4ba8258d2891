"""What the tests share: spans by their surface, random annotations, and the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from annotate.corpus.article import Article
from annotate.ontology import load_ontology
from annotate.spans import (
    DECISIONS,
    Annotation,
    Layer,
    Relation,
    Span,
    ordered,
    with_defaults,
)
from annotate.storage import text_sha256

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
ONTOLOGY = load_ontology()
# The share of the examples of properties: `make quick` tries some, `make nightly` more.
_SHARE = float(os.environ.get("TEST_EXAMPLES", "1"))
PROPERTY = settings(max_examples=max(5, round(100 * _SHARE)), deadline=None)
# Of files, or whole annotations.
SLOW_PROPERTY = settings(max_examples=max(5, round(40 * _SHARE)), deadline=None)

HEAD, VERB, TAIL = "أعلنت فصائل المعارضة ", "سيطرتها", " على دمشق"
TEXT = f"{HEAD}{VERB}{TAIL}"


def mark(
    text: str,
    surface: str,
    label: str,
    *,
    layer: Layer = "entity",
    span_id: str | None = None,
    score: float | None = None,
) -> Span:
    """The span of the first occurrence of a surface; an event has the default attributes."""
    start = text.index(surface)
    end = start + len(surface)
    attributes = with_defaults({}, ONTOLOGY) if layer == "event" else ()
    name = span_id or f"{layer}-{start}-{end}-{label}"
    return Span(name, layer, start, end, label, surface, attributes, score)


FORCE = mark(TEXT, "فصائل المعارضة", "ARM", span_id="e1")
CITY = mark(TEXT, "دمشق", "GPE", span_id="e2")
CAPTURE = mark(TEXT, VERB, "TAKEOVER", layer="event", span_id="t1")


def sample_article(text: str = TEXT, doc_id: str = "00000000000000aa") -> Article:
    return Article(doc_id, text, source="sample.txt")


def sample_annotation(text: str = TEXT) -> Annotation:
    """One event with two arguments over `TEXT`, with which the given text must begin."""
    return Annotation(
        text_sha256(text),
        ordered([FORCE, CITY, CAPTURE]),
        (Relation("t1", "e1", "AGENT"), Relation("t1", "e2", "TARGET")),
        annotator="anna",
        ontology_version=ONTOLOGY.version,
        guidelines_version=ONTOLOGY.guidelines_version,
    )


# Random values

ALPHABET = "ابتسك دَ\u0640é1.،\n😀"
texts = st.text(ALPHABET, min_size=1, max_size=40)
words = st.text(min_size=1, max_size=8)


@st.composite
def spans(draw: st.DrawFn, text: str, layer: Layer, span_id: str) -> Span:
    """A span that holds over the text."""
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    attributes = (
        {a.code: draw(st.sampled_from(ONTOLOGY.values(a.code))) for a in ONTOLOGY.attributes}
        if layer == "event"
        else {}
    )
    return Span(
        id=span_id,
        layer=layer,
        start=start,
        end=end,
        label=draw(st.sampled_from(ONTOLOGY.labels(layer))),
        text=text[start:end],
        attributes=with_defaults(attributes, ONTOLOGY) if layer == "event" else (),
        score=draw(st.none() | st.floats(0, 1)),
        origin=draw(st.none() | words),
        decision=draw(st.none() | st.sampled_from(DECISIONS)),
        unsure=draw(st.booleans()),
        note=draw(st.none() | words),
    )


@st.composite
def sound_annotations(draw: st.DrawFn, of: st.SearchStrategy[str] = texts) -> Annotation:
    """An annotation that holds over its text, with relations between its spans."""
    text = draw(of)
    entities = [draw(spans(text, "entity", f"e{n}")) for n in range(draw(st.integers(0, 5)))]
    events = [draw(spans(text, "event", f"t{n}")) for n in range(draw(st.integers(0, 4)))]
    pairs = [(event.id, entity.id) for event in events for entity in entities]
    arguments = st.tuples(st.sampled_from(pairs), st.sampled_from(ONTOLOGY.role_codes))
    chosen = draw(st.sets(arguments, max_size=6)) if pairs else set()
    relations = tuple(sorted(Relation(*ends, role) for ends, role in chosen))
    about = {
        name: draw(st.none() | words)
        for name in ("doc_id", "source", "source_id", "annotator", "ontology_version")
    }
    carried = draw(st.sampled_from((None, text)))
    return Annotation(
        text_sha256(text),
        ordered([*entities, *events]),
        relations,
        text=carried,
        comment=draw(st.none() | words),
        labels_covered=draw(st.none() | st.lists(words, max_size=3).map(tuple)),
        **about,
    )


# The command line, in a process of its own

OURS = ("ANNOTATE_HOME", "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_ALLOW_HTTP")


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what the tool reads, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, "PYTHONPATH": str(ROOT), **(extra or {})}


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def annotate(
    *arguments: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Ran:
    """Runs `python -m annotate` in a folder, as a user would; `timeout` in seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "annotate", *map(str, arguments)],
        cwd=folder,
        env=clean_environment(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: relative path -> bytes, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def write_lines(path: Path, values: Sequence[object]) -> Path:
    """Writes JSON lines."""
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path
