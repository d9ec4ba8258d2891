"""Where an annotator does one thing here and another thing elsewhere: a list to look through.

Nothing in it is an error for sure. First come the kinds that are mostly errors (a test measures
that on the seeds), and within a kind what the same annotator mostly does otherwise: a name marked
eleven times and left once comes before one that was marked once and left once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.labeling.finding import KINDS, Done, Finding, finding, sentence_of
from annotate.labeling.mentions import Form, Text, form_of, name_of
from annotate.ontology import Ontology
from annotate.spans import LAYERS, Layer, Span

# Over several articles one surface may well be two things: only what is rare is worth a look.
USUAL = 0.8  # share of the usual label, at least
LEAST = 5  # mentions in all
# What is annotated in a pass; the rest of what its tasks show was done before.
_PASSES: dict[str, tuple[Layer, ...]] = {"entities": ("entity",), "events": ("event",)}


def findings(tasks: Iterable[Done], ontology: Ontology) -> list[Finding]:
    """Everything that is worth a look, the most unusual first.

    What a label list did not offer is no omission: unmarked mentions are of labels marked in the
    same task, another label must have been there to choose, and roles need an entity to fill them.
    """
    by_annotator: dict[str, list[Done]] = defaultdict(list)
    for task in tasks:
        by_annotator[task.annotator].append(task)
    found: list[Finding] = []
    for _, own in sorted(by_annotator.items()):
        for task in own:
            found += _unmarked(task)
        found += _labels(own)
        found += _without_role(own, ontology)
    return sorted(found, key=_rank)


def _rank(found: Finding) -> tuple[object, ...]:
    kind = (KINDS.index(found.kind), found.layer == "event", -found.score)
    return (*kind, found.project_id, found.task_id, found.start, found.annotator)


# Mentions left unmarked


def _unmarked(task: Done) -> Iterator[Finding]:
    text = Text(task.text[task.start : task.end])
    for layer in _PASSES.get(task.layers, LAYERS):
        spans = [span for span in task.annotation.spans if span.layer == layer]
        # Nothing is marked inside of an entity; a trigger may be inside of no name, either.
        taken = task.annotation.entities if layer == "entity" else task.annotation.spans
        labels: dict[Form, Counter[str]] = defaultdict(Counter)
        for span in spans:
            form = text.form(span.start - task.start, span.end - task.start)
            if form is not None:
                labels[form][span.label] += 1
        marked = Counter({name_of(form, labels): 0 for form in labels})
        for form, counts in labels.items():
            marked[name_of(form, labels)] += counts.total()
        places = [(span.start - task.start, span.end - task.start) for span in taken]
        missed = [(m, name_of(m.name, labels)) for m in text.mentions(labels, places)]
        left = Counter(name for _, name in missed)
        for mention, name in missed:
            (usual, _), *_ = sorted(labels[name].items(), key=lambda item: (-item[1], item[0]))
            yield finding(
                "unmarked",
                layer,
                task,
                (mention.start + task.start, mention.end + task.start),
                label=usual,
                like=marked[name],
                unlike=left[name],
            )


# One surface, several labels


@dataclass(frozen=True, slots=True)
class _Mention:
    task: Done
    span: Span
    name: Form


def _labels(tasks: Sequence[Done]) -> Iterator[Finding]:
    for layer in LAYERS:
        mentions = _mentions(tasks, layer)
        everywhere = _counted(mentions, by_article=False)
        here = _counted(mentions, by_article=True)
        for mention in mentions:
            doc_id = mention.task.annotation.doc_id
            for counts, all_articles in (
                (here[mention.name, doc_id], False),
                (everywhere[mention.name, None], True),
            ):
                usual = _usual(mention, counts)
                if usual is None:
                    continue
                total = counts.total()
                if all_articles and (total < LEAST or counts[usual] < USUAL * total):
                    continue
                span = mention.span
                yield finding(
                    "label",
                    layer,
                    mention.task,
                    (span.start, span.end),
                    label=span.label,
                    usual=usual,
                    like=counts[usual],
                    unlike=counts[span.label],
                    everywhere=all_articles,
                )
                break  # one line for one span


def _mentions(tasks: Sequence[Done], layer: Layer) -> list[_Mention]:
    found = []
    for task in tasks:
        if layer not in _PASSES.get(task.layers, LAYERS):
            continue
        for span in task.annotation.spans:
            form = form_of(span.text)
            if span.layer == layer and form:
                found.append((task, span, form))
    names = {form for _, _, form in found}
    return [_Mention(task, span, name_of(form, names)) for task, span, form in found]


def _counted(
    mentions: Sequence[_Mention], *, by_article: bool
) -> Mapping[tuple[Form, str | None], Counter[str]]:
    counts: dict[tuple[Form, str | None], Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        article = mention.task.annotation.doc_id if by_article else None
        counts[mention.name, article][mention.span.label] += 1
    return counts


def _usual(mention: _Mention, counts: Counter[str]) -> str | None:
    """The label that this name has more often; of two as often, one mention each is shown."""
    label = mention.span.label
    best = max(counts.values())
    usual = min(code for code, count in counts.items() if count == best)
    covered = mention.task.annotation.labels_covered
    offered = covered is None or usual in covered
    return usual if label != usual and offered else None


# Events without any role


def _without_role(tasks: Sequence[Done], ontology: Ontology) -> Iterator[Finding]:
    fillers = _fillers(ontology)
    total: Counter[str] = Counter()
    bare: list[tuple[Done, Span]] = []
    for task in tasks:
        if task.layers == "entities":
            continue
        heads = {relation.head for relation in task.annotation.relations}
        for event in task.annotation.events:
            if not _can_have_role(task, event, fillers):
                continue
            total[event.label] += 1
            if event.id not in heads:
                bare.append((task, event))
    without = Counter(event.label for _, event in bare)
    for task, event in bare:
        yield finding(
            "no_role",
            "event",
            task,
            (event.start, event.end),
            label=event.label,
            like=total[event.label] - without[event.label],
            unlike=without[event.label],
        )


def _fillers(ontology: Ontology) -> dict[str, frozenset[str]]:
    """Event type -> the entity types that may play a role in it."""
    return {
        event: frozenset(
            entity
            for entity in ontology.entity_codes
            if any(ontology.admits(event, role, entity) for role in ontology.role_codes)
        )
        for event in ontology.event_codes
    }


def _can_have_role(task: Done, event: Span, fillers: Mapping[str, frozenset[str]]) -> bool:
    """Whether an entity that may play a role is in the event's sentence: roles stay in one."""
    start, end = sentence_of(task, event.start)
    return any(
        entity.label in fillers.get(event.label, frozenset())
        and start <= entity.start
        and entity.end <= end
        for entity in task.annotation.entities
    )
