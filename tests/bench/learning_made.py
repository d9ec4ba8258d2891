"""A corpus in CoNLL columns whose names are not told apart by their context alone.

Half of the slots are open to names of every type, as in news ("said", "visited"): which type a name
is of has to be known from elsewhere. The two parts share no name. Some of the names, `known`, are
of the package's lexicons, the others are made of random syllables, which no lexicon has; names of
the type MISC are always made up. What a tagger gains by lexicons depends on that share, and is not
to be taken for what it gains on news.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from random import Random

from annotate.heuristics.sections import read_sections
from annotate.resources import resource
from tests.learning.made import LABELS

SENTENCES = 20  # of an article
_LETTERS, _LONG = "بتجحدرزسشصطعفقكمن", "اوي"
_SECTIONS = {
    "PER": (("names", "given"),),
    "LOC": (("gazetteer", "cities"), ("gazetteer", "territories")),
    "ORG": (("organisations", "ORG"),),
}
_FRAMES = (
    "وقال {ANY} في وقت سابق ان الوضع تغير كثيرا .",
    "اعرب {ANY} عن امله في حل قريب للازمة .",
    "جاء ذلك بعد زيارة الوفد {ANY} مساء امس .",
    "وتحدث الحاضرون عن {ANY} و {ANY} دون تفاصيل .",
    "اشاد البيان بدور {ANY} في العام الماضي .",
    "وكان {ANY} موضوع النقاش بين {PER} و {PER} .",
    "وصل {PER} الى {LOC} مساء امس برفقة وفد كبير .",
    "تقع {LOC} على الطريق الدولي قرب {LOC} .",
    "وقع {PER} عقدا مع {ORG} لمدة عامين .",
    "يشارك {ORG} في {MISC} للمرة الثانية .",
    "ارتفعت اسعار النفط في الاسواق العالمية بنسبة قليلة .",
    "يبدا الموسم الجديد غدا وسط اجراءات مشددة .",
    "واضاف ان الامر لم يحسم بعد وان النقاش مستمر .",
)


def write_made(folder: Path, train: int, test: int, known: float) -> tuple[Path, Path]:
    """The two parts, of so many sentences, as files."""
    lists = _lists()
    paths = (folder / "train.txt", folder / "test.txt")
    for path, sentences in zip(paths, (train, test), strict=True):
        path.write_text(_part(path.stem, sentences, known, lists), encoding="utf-8")
    return paths


def _part(part: str, sentences: int, known: float, lists: Mapping[str, list[str]]) -> str:
    random = Random(f"{part}{known}")  # noqa: S311 - no secret
    lines: list[str] = []
    for _ in range(sentences):
        for word in random.choice(_FRAMES).split():
            if not word.startswith("{"):
                lines.append(f"{word} O")
                continue
            label = word.strip("{}")
            label = random.choice(LABELS) if label == "ANY" else label
            for place, token in enumerate(_name(label, part, known, lists, random)):
                lines.append(f"{token} {'I' if place else 'B'}-{label}")
        lines.append("")
    return "\n".join(lines)


def _name(
    label: str, part: str, known: float, lists: Mapping[str, list[str]], random: Random
) -> list[str]:
    """A name of this part: every fifth one is of the test part, by chance that stays the same."""
    while True:
        if label in lists and random.random() < known:
            words = random.choice(lists[label]).split()
        else:
            words = [_word(random) for _ in range(random.choice((1, 1, 2)))]
        drawn = hashlib.sha256(" ".join(words).encode()).digest()[0]
        if (drawn % 5 == 0) == (part == "test"):
            return words


def _word(random: Random) -> str:
    syllables = range(random.randint(2, 3))
    return "".join(random.choice(_LETTERS) + random.choice(_LONG) for _ in syllables)


def _lists() -> dict[str, list[str]]:
    """Label -> names of the package's lexicons."""
    return {
        label: [
            entry.text
            for name, section in sections
            for entry in read_sections(resource("schemas", "lexicon", f"{name}.yaml"), None)[
                section
            ]
            if entry.text.replace(" ", "").isalpha()
        ]
        for label, sections in _SECTIONS.items()
    }
