"""A corpus in the form of CoNLL with made-up names, in two parts that share few of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

from annotate.resources import resource

LABELS = ("PER", "LOC", "ORG", "MISC")
_LETTERS, _LONG = "بتجحدرزسشصطعفقكمن", "اوي"
# Words of the frames; a name's type is in braces. Some frames have the words of others and no name.
_FRAMES = (
    "وصل {PER} الى مدينة {LOC} مساء امس .",
    "التقى {PER} وفدا من شركة {ORG} في {LOC} .",
    "اعلن حزب {ORG} فوز {PER} بجائزة {MISC} السنوية .",
    "تقع {LOC} شمال {LOC} على الطريق الدولي .",
    "وقال {PER} ان مهرجان {MISC} يبدا غدا .",
    "انتقل اللاعب {PER} من نادي {ORG} الى نادي {ORG} .",
    "وصل الوفد الى مقر الشركة مساء امس .",
    "ارتفعت اسعار النفط في الاسواق العالمية .",
    "يبدا الموسم الجديد على الطريق الدولي غدا .",
)
# Some of the package's own places: a lexicon knows them, whatever the training part holds.
_KNOWN = {
    "train": ("دمشق", "حلب", "القاهرة", "بغداد"),
    "test": ("عمان", "بيروت", "الرباط", "تونس", "طرابلس", "الخرطوم", "صنعاء", "الدوحة"),
}


def conll(part: str, sentences: int, seed: int = 1) -> str:
    """Token and tag on a line, a blank line after each sentence."""
    random = Random(f"{part}{seed}")  # noqa: S311 - no secret
    lines = []
    for _ in range(sentences):
        for word in random.choice(_FRAMES).split():
            if not word.startswith("{") and "{" not in word:
                lines.append(f"{word} O")
                continue
            label = word.strip("{}")
            for place, token in enumerate(_name(label, part, random)):
                lines.append(f"{token} {'I' if place else 'B'}-{label}")
        lines.append("")
    return "\n".join(lines)


def _name(label: str, part: str, random: Random) -> list[str]:
    if label == "LOC" and random.random() < 0.5:
        return [random.choice(_KNOWN[part])]
    first = _word(random)
    if label == "PER":
        return [first, f"ال{_word(random)}ي"]
    return [first] if random.random() < 0.7 else [first, _word(random)]


def _word(random: Random) -> str:
    syllables = range(random.randint(2, 3))
    return "".join(random.choice(_LETTERS) + random.choice(_LONG) for _ in syllables)


def write_corpus(folder: Path, train: int = 120, test: int = 60) -> tuple[Path, Path]:
    """The two parts as files."""
    paths = (folder / "train.txt", folder / "test.txt")
    for path, sentences in zip(paths, (train, test), strict=True):
        path.write_text(conll(path.stem, sentences), encoding="utf-8")
    return paths


def write_ontology(folder: Path) -> Path:
    """The ontology with the four types of such corpora."""
    path = folder / "ontology.yaml"
    path.write_bytes(resource("schemas", "ontology-conll.yaml").read_bytes())
    return path
