"""The Arabic system message of an instruction: what to mark, and how to answer."""

from __future__ import annotations

from collections.abc import Iterable

from annotate.errors import DatasetError
from annotate.ontology import Label, Ontology
from annotate.spans import Annotation

_TASK = "أنت خبير في استخراج المعلومات من نصوص الأخبار العربية. استخرج من نص المستخدم {what}."
_WHAT = {
    (True, True): "الكيانات المسماة والأحداث وأدوار الكيانات في الأحداث",
    (True, False): "الكيانات المسماة",
    (False, True): "الأحداث",
}
_HOW = """\
أجب بصيغة JSON فقط، دون أي شرح. لكل عنصر:
- "text": اقتباس حرفي من النص كما ورد، دون تغيير أي حرف أو علامة.
- "n": رقم ورود هذا الاقتباس في النص كلماتٍ كاملة، بدءا من 1 لأول ورود.
- "type": رمز النوع من القائمة."""
_ATTRIBUTES = "لكل حدث أيضا: {listed}."
_ARGUMENTS = (
    'ولكل حدث "arguments": قائمة بأدواره، لكل منها "role" (رمز الدور) و"text" و"n" و"type" '
    "لكيان من قائمة الكيانات."
)
_SHAPES = {
    (True, True): '{"entities": [...], "events": [...]}',
    (True, False): '{"entities": [...]}',
    (False, True): '{"events": [...]}',
}


def system_prompt(
    annotation: Annotation, ontology: Ontology, *, entities: bool, events: bool
) -> str:
    """The message for one article: only labels that its annotators could choose are listed.

    Raises:
        DatasetError: the annotation has a label, role or attribute that the ontology lacks.
    """
    _check(annotation, ontology)
    covered = annotation.labels_covered
    layers = (entities, events)
    parts = [_TASK.format(what=_WHAT[layers])]
    if entities:
        parts.append(_listed("أنواع الكيانات", _covered(ontology.entities, covered)))
    if events:
        parts.append(_listed("أنواع الأحداث", _covered(ontology.events, covered)))
    if entities and events and ontology.roles:
        roles = [f"- {role.code} ({role.ar}): {role.definition_ar}" for role in ontology.roles]
        parts.append("\n".join(["الأدوار:", *roles]))
    parts.append(_HOW)
    if events and ontology.attributes:
        listed = "، و".join(
            f'"{a.code}" ({a.ar}: '
            + "، ".join(f"{value.code} {value.ar}" for value in a.values)
            + ")"
            for a in ontology.attributes
        )
        parts.append(_ATTRIBUTES.format(listed=listed))
    if entities and events:
        parts.append(_ARGUMENTS)
    parts.append(f"شكل الجواب: {_SHAPES[layers]}")
    return "\n\n".join(parts)


def _check(annotation: Annotation, ontology: Ontology) -> None:
    labels = {*ontology.entity_codes, *ontology.event_codes}
    used = {span.label for span in annotation.spans} | set(annotation.labels_covered or ())
    attributes = {name for span in annotation.events for name, _ in span.attributes}
    unknown = [
        *sorted(used - labels),
        *sorted({r.role for r in annotation.relations} - set(ontology.role_codes)),
        *sorted(attributes - {a.code for a in ontology.attributes}),
    ]
    if unknown:
        raise DatasetError(
            f"the ontology {ontology.name} {ontology.version} lacks {', '.join(unknown[:5])}",
            where=f"article {annotation.doc_id}",
            fix="name the version's own ontology in annotate.toml (ontology.path)",
        )


def _covered(labels: Iterable[Label], covered: tuple[str, ...] | None) -> list[Label]:
    return [label for label in labels if covered is None or label.code in covered]


def _listed(title: str, labels: Iterable[Label]) -> str:
    lines = [f"- {label.code} ({label.ar}): {label.definition_ar}" for label in labels]
    return "\n".join([f"{title}:", *lines])
