"""Random annotations of any text, with labels and origins that try to be markup."""

from __future__ import annotations

from hypothesis import strategies as st

from annotate.spans import LAYERS, Annotation, Layer, Relation, Span, ordered
from annotate.storage import text_sha256
from tests.support import ONTOLOGY, sound_annotations, texts

MARKUP = (
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style>", "{{ 7*7 }}"),
    *("&lt;b&gt;", "' onmouseover='alert(1)", "<!--", "]]>", "\x1b[31m", "\r\n", "\x00", "\u202e"),
)
hostile = st.one_of(
    st.text(max_size=12),
    st.sampled_from(MARKUP),
    st.lists(st.sampled_from((*MARKUP, "دمشق", " ", ".\n")), max_size=5).map("".join),
)


@st.composite
def any_annotations(draw: st.DrawFn) -> tuple[Annotation, str]:
    """An annotation and its text: offsets hold, but text, labels and origins may be anything."""
    text = draw(hostile.filter(bool))
    found: list[Span] = []
    for number in range(draw(st.integers(0, 7))):
        layer: Layer = draw(st.sampled_from(LAYERS))
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        span = Span(
            f"s{number}",
            layer,
            start,
            end,
            draw(st.sampled_from(ONTOLOGY.labels(layer)) | hostile),
            text[start:end],
            attributes=((draw(hostile), draw(hostile)),) if layer == "event" else (),
            score=draw(st.none() | st.floats(0, 1)),
            origin=draw(st.none() | hostile),
        )
        found.append(span)
    events = [span.id for span in found if span.layer == "event"]
    entities = [span.id for span in found if span.layer == "entity"]
    roles = st.sampled_from(ONTOLOGY.role_codes) | hostile
    relations = (
        draw(
            st.sets(
                st.builds(Relation, st.sampled_from(events), st.sampled_from(entities), roles),
                max_size=5,
            )
        )
        if events and entities
        else set()
    )
    annotation = Annotation(
        text_sha256(text),
        ordered(found),
        tuple(sorted(relations)),
        doc_id=draw(st.none() | hostile),
        source=draw(st.none() | hostile),
        annotator=draw(st.none() | hostile),
    )
    return annotation, text


@st.composite
def two_readings(draw: st.DrawFn) -> tuple[Annotation, Annotation, str]:
    """Two sound annotations of one text, often alike."""
    text = draw(texts)
    a = draw(sound_annotations(st.just(text)))
    b = draw(st.just(a) | sound_annotations(st.just(text)))
    return a, b, text
