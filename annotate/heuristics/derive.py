"""Principal parts of a verb from its root and form, unvocalised: هجم III is هاجم, يهاجم, مهاجم ...

A part is the pattern of its form with the radicals put in, vowels and all. What happens to weak,
doubled and hamzated radicals is applied to the sounds, and the result is spelled. Patterns and
changes are facts of grammar, as in W. Wright, A Grammar of the Arabic Language (3rd edition,
volume I: the forms of the verb, strong and weak verbs, verbal nouns and participles).

In sounds, consonants are Arabic letters, vowels are `a i u` and long `A I U`; `W` and `Y` are
radicals that change, و and ي those that stay. In patterns, digits are the radicals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from annotate.heuristics.orthography import spelled

CLASSES = ("a-u", "a-i", "a-a", "i-a", "i-i", "u-u")  # vowels of form I in past and present
_WEAK = "وي"
_STRONG = "ءبتثجحخدذرزسشصضطظعغفقكلمنه"
RADICALS = frozenset(_STRONG + _WEAK)
_C = f"[{_STRONG}{_WEAK}]"
_LATIN = str.maketrans({"'": "ء", "t": "ت", "n": "ن", "s": "س", "m": "م", "y": "ي", "T": "ة"})


class Verb(NamedTuple):
    """A verb.

    Attributes:
        root: its radicals, each of `RADICALS`: four for the forms QI and QII, otherwise three.
        form: a key of `FORMS`.
        vowels: of form I one of `CLASSES`, or nothing where `needs_vowels` says that the spelling
            is the same with all; otherwise nothing.
    """

    root: str
    form: str
    vowels: str = ""


class Parts(NamedTuple):
    """Principal parts of a verb, as they are spelled; participles with their final ī (نافي)."""

    past: str
    present: str
    passive_past: str
    passive_present: str
    active: str
    passive: str


class _Form(NamedTuple):
    """Patterns of a form: past, passive past, stem of the present (`V`: its vowel), verbal nouns.

    In form IX the fourth radical is the third once more, which only a weak one shows (ارعوى).
    `prefix` and `vowel` are those of the present in the active voice.
    """

    past: str
    passive: str
    stem: str
    prefix: str
    vowel: str
    nouns: tuple[str, ...] = ()


FORMS: Mapping[str, _Form] = {
    "I": _Form("1a2V3", "1u2i3", "12V3", "a", "V"),
    "II": _Form("1a22a3", "1u22i3", "1a22V3", "u", "i", ("ta12I3", "ta12i3aT")),
    "III": _Form("1A2a3", "1U2i3", "1A2V3", "u", "i", ("mu1A2a3aT", "1i2A3")),
    "IV": _Form("'a12a3", "'u12i3", "12V3", "u", "i", ("'i12A3",)),
    "V": _Form("ta1a22a3", "tu1u22i3", "ta1a22V3", "a", "a", ("ta1a22u3",)),
    "VI": _Form("ta1A2a3", "tu1U2i3", "ta1A2V3", "a", "a", ("ta1A2u3",)),
    "VII": _Form("in1a2a3", "un1u2i3", "n1a2V3", "a", "i", ("in1i2A3",)),
    "VIII": _Form("i1ta2a3", "u1tu2i3", "1ta2V3", "a", "i", ("i1ti2A3",)),
    "IX": _Form("i12a3a4", "u12u3i4", "12a3V4", "a", "i", ("i12i3A4",)),
    "X": _Form("ista12a3", "ustu12i3", "sta12V3", "a", "i", ("isti12A3",)),
    "QI": _Form("1a23a4", "1u23i4", "1a23V4", "u", "i", ("1a23a4aT", "1i23A4")),
    "QII": _Form("ta1a23a4", "tu1u23i4", "ta1a23V4", "a", "a", ("ta1a23u4",)),
}
# A weak second radical changes only here, and only before a third that is none (روى keeps its و).
_HOLLOW_FORMS = ("I", "IV", "VII", "VIII", "X")
# Form VIII: the first radical and the t after it become one another's like. Of hamza only أخذ does.
_JOINED = {
    **dict.fromkeys("ويت", ("ت", "ت")),
    **{letter: (letter, "ط") for letter in "صضط"},
    **{letter: (letter, letter) for letter in "ثظد"},
    "ذ": ("د", "د"),
    "ز": ("ز", "د"),
}

Rules = tuple[tuple[str, str], ...]
_DOUBLED: Rules = (
    (rf"({_C})(?!\1)({_C})([aiu])\2(?=[aiu])", r"\1\3\2\2"),  # yamdudu: yamuddu
    (rf"([aiuAU])({_C})[aiu]\2(?=[aiu])", r"\1\2\2"),  # madada: madda
)
_HOLLOW: Rules = (
    ("a[WY][aiu]", "A"),  # qawala: qāla; yanqawidu: yanqādu
    ("u[WY]i", "I"),  # quwila: qīla
    ("i[WY]A", "iيA"),  # inqiwād: inqiyād
    ("A[WY]i", "Aءi"),  # qāwil: qāʾil
    (rf"({_C})[WY]A({_C})u$", r"\1A\2aةu"),  # iqwām: iqāmat
    (rf"({_C})WU", r"\1U"),  # maqwūl: maqūl
    (rf"({_C})YU", r"\1I"),  # mabyūʿ: mabīʿ
    (rf"({_C})[WY]a", r"\1A"),  # yanwamu: yanāmu
    (rf"({_C})[WY]i", r"\1I"),  # yabyiʿu: yabīʿu
    (rf"({_C})[WY]u", r"\1U"),  # yaqwulu: yaqūlu
    ("ءiءu$", "ءI"),  # jāʾiʾ: jāʾī
)
_DEFECTIVE: Rules = (
    ("a[WY][au]$", "A"),  # ramaya: ramā; yarḍawu: yarḍā
    ("i[WY]a", "iيa"),  # raḍiwa: raḍiya; tasmiyat
    ("i[WY]u$", "I"),  # yarmiyu: yarmī
    ("u[WY]a$", "uوa"),  # saruwa
    ("a[WY]aة", "Aة"),  # munādayat: munādāt
    ("A[WY]u$", "Aءu"),  # ilqāy: ilqāʾ
    ("UWu$", "uوu"),  # madʿūw: madʿūww
    ("UYu$", "iيu"),  # marmūy: marmīy
)
_FIRST: Mapping[str, Rules] = {
    "و": ((rf"iو(?={_C})", "I"),),  # iwṣāl: īṣāl
    "ي": ((rf"uي(?={_C})(?!ي)", "U"),),  # muyqin: mūqin
    "ء": (  # aʾmana: āmana; iʾmān: īmān
        *((rf"ءaء(?={_C})", "ءA"), (rf"ءiء(?={_C})", "ءI"), (rf"ءuء(?={_C})", "ءU")),
    ),
}


def derive(verb: Verb) -> Parts:
    """The principal parts of a verb, also those that the language hardly uses (a passive of نام).

    Verbs that keep a weak radical against the rule (استحوذ) or have lost a letter (رأى يرى) come
    out wrong: their parts must be given.
    """
    form = FORMS[verb.form]
    past, _, present = (verb.vowels or CLASSES[0]).partition("-")
    prefix, vowel = form.prefix, form.vowel.replace("V", present)
    stem = form.stem
    finite = _without_first(verb, stem) if verb.form == "I" else stem
    active, passive = f"mu{stem.replace('V', 'i')}u", f"mu{stem.replace('V', 'a')}u"
    if verb.form == "I":
        active, passive = "1A2i3u", "ma12U3u"
    return Parts(
        _made(verb, form.past.replace("V", past) + "a"),
        _made(verb, f"y{prefix}{finite.replace('V', vowel)}u"),
        _made(verb, form.passive + "a"),
        _made(verb, f"yu{stem.replace('V', 'a')}u"),
        _made(verb, active),
        _made(verb, passive),
    )


def verbal_nouns(verb: Verb) -> tuple[str, ...]:
    """The verbal nouns that the form gives, the usual one first; form I gives none."""
    nouns = FORMS[verb.form].nouns
    if verb.form == "II" and verb.root[2] in _WEAK:
        nouns = nouns[1:]  # تسمية
    elif verb.form == "II" and verb.root[2] == "ء":
        nouns = nouns[::-1]  # تهنئة
    return tuple(_made(verb, noun + "u", noun=True) for noun in nouns)


def needs_vowels(verb: Verb) -> bool:
    """Whether the parts of a verb of form I are spelled differently in different classes."""
    if verb.form != "I" or verb.vowels:
        return False
    return len({derive(verb._replace(vowels=vowels)) for vowels in CLASSES}) > 1


def _without_first(verb: Verb, stem: str) -> str:
    """The stem of the present of form I, without a first و that falls out: يصل, يقع."""
    falls = verb.vowels.endswith("-i") or verb.vowels == "a-a"
    return stem[1:] if falls and verb.root[0] == "و" and not _doubled(verb) else stem


def _doubled(verb: Verb) -> bool:
    return len(verb.root) == 3 and verb.root[1] == verb.root[2] and verb.root[1] not in _WEAK


def _made(verb: Verb, pattern: str, *, noun: bool = False) -> str:
    """A pattern with the radicals put in, its sounds changed, as it is spelled."""
    radicals = [*verb.root, *verb.root[2:] * (verb.form == "IX")]
    rules = _FIRST.get(verb.root[0], ())
    sounds = pattern.translate(_LATIN)
    if radicals[-1] in _WEAK:
        radicals[-1] = _changing(radicals[-1])
        rules += _DEFECTIVE
        if verb.form == "I":
            rules = (("aWa$", "L"), *rules)  # daʿawa: daʿā, with alif
            if verb.vowels == "i-a":
                rules = (("U[WY]u$", "iيu"), *rules)  # marḍīy
        rules += (("u[WY]u$", "I" if noun else "U"),)  # tabannuy: tabannī; yadʿuwu: yadʿū
    elif radicals[1] in _WEAK and verb.form in _HOLLOW_FORMS:
        radicals[1] = _changing(radicals[1])
        rules += _HOLLOW
    elif verb.form == "IX" or _doubled(verb):
        rules += _DOUBLED
    if verb.form == "VIII":
        first, second = _joined(verb.root)
        sounds = sounds.replace("1ت", f"1{second}")
        radicals[0] = first
    for number, radical in enumerate(radicals, 1):
        sounds = sounds.replace(str(number), radical)
    for before, after in rules:
        sounds = re.sub(before, after, sounds)
    return spelled(sounds)


def _changing(radical: str) -> str:
    return "W" if radical == "و" else "Y"


def _joined(root: str) -> tuple[str, str]:
    """The first radical and the t of form VIII after it."""
    return ("ت", "ت") if root == "ءخذ" else _JOINED.get(root[0], (root[0], "ت"))
