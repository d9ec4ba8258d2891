"""The lexicons as one frozen value: tags of words, a trie of phrases, and word classes.

A tag is `file.section`, such as `time.months`; rules name tags rather than words. Everything is
in search form, and the order of lines in the files never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from annotate.errors import RulesError
from annotate.heuristics.conjugate import adjective_forms, verb_forms, with_article
from annotate.heuristics.forms import NO_EVENT, Row
from annotate.heuristics.own import ENTITIES, NOTHING, TAG, Own, own_classes
from annotate.heuristics.roots import resolved
from annotate.heuristics.sections import Entry, read_sections

FILES: Mapping[str, tuple[str, ...]] = {
    "gazetteer": ("territories", "cities", "latin"),
    "homonyms": ("media", "clubs", "city_clubs", "cues"),
    "names": ("given", "surnames"),
    "nations": ("adjectives", "peoples", "people_heads"),
    "numbers": (
        *("numerals", "weak_numerals", "multipliers", "vague", "modifiers", "currencies"),
        *("units", "dual_units", "dual_counted", "percent", "others", "people", "labels"),
        *("not_counted", "definite_numerals", "counting", "per", "in_waw"),
    ),
    "organisations": (
        *("ORG heads", "ORG weak heads", "ORG definite", "ORG bare", "ORG"),
        *("ARM heads", "ARM needs side", "ARM definite", "ARM units", "ARM bare", "ARM"),
        *("armed heads", "armed complements", "armed adjectives", "sides"),
        *("FAC heads", "FAC weak heads", "FAC", "CAMPAIGN heads", "CAMPAIGN"),
        *("movements", "fields", "purposes", "FAC definite", "seated heads"),
    ),
    "people": ("given", "foreign", "leaders", "compound_heads", "links", "ambiguous"),
    "places": (
        *("GPE", "LOC", "gpe_nouns", "gpe_plural_nouns", "loc_nouns", "loc_definite", "loc_bare"),
        *("directions", "direction_adjectives", "compound_heads", "ambiguous"),
    ),
    "time": (
        *("months", "ambiguous_months", "weekdays", "day_parts", "relative", "period_parts"),
        *("units", "dual_units", "definite_units", "time_adjectives", "year_words", "this"),
        *("clock_parts", "time_zones", "ordinals_hour", "vague", "after_relative"),
        *("english_months", "holidays"),
    ),
    "titles": (
        *("offices", "weak offices", "bare offices", "definite", "prefixes", "ranks"),
        *("bare ranks", "for_whom", "adjectives", "honorifics", "of places", "professions"),
    ),
    "weapons": ("plain", "in_conflict", "adjectives"),
}
WORDS = (
    "function",
    "verbs",
    "not_names",
    "common",
    "adjectives",
    "not_adjectives",
    "prepositions",
)
_GIVEN = frozenset({"names.given", "people.given", "people.foreign"})
_COMMON = ("words.", "titles.", "time.", "numbers.", "nations.", "organisations.", "weapons.")
NAMES = (*FILES, "words", "triggers")  # of the files
MODALITY = ("negation", "modal")
_DECLINED = {("weapons", "plain"), ("weapons", "in_conflict")}
_UNDECLINED = ("ه", "ا", "ات", "ين", "ون", "ء", "و", "يخ", "فع")  # no alef is written: صواريخ
_PHRASE = 3
TOPICS = ("sport", "conflict", "accident", "money", "recipe")


@dataclass(slots=True)
class Node:
    """A trie node: the next words, and the tags of the phrase that ends here."""

    next: dict[str, Node] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists.

    Attributes:
        words: search form of a word -> its tags.
        phrases: trie of phrases of two words and more.
        classes: name of a word class -> forms of its words (also the topics, negation, modality).
    """

    words: Mapping[str, frozenset[str]]
    phrases: Node
    classes: Mapping[str, frozenset[str]]

    def with_verbs(self, verbs: Iterable[str]) -> Lexicon:
        """The same, with further finite verbs: those that are triggers."""
        words = dict(self.words)
        for verb in verbs:
            tags = words.get(verb, frozenset())
            if not tags & _GIVEN:
                words[verb] = tags | {"words.verbs"}
        return replace(self, words=words)


def read_lexicon(folder: Path, own: Own = NOTHING, table: Iterable[Row] | None = None) -> Lexicon:
    """Reads every lexicon file of a folder, and the user's own that add to them.

    With the `table` of word forms of the folder, its verbs are not conjugated.

    Raises:
        RulesError: with file and line of the first thing that is wrong.
    """
    words: dict[str, set[str]] = {}
    phrases = Node()
    for name, sections in FILES.items():
        read = [read_sections(folder / f"{name}.yaml", sections)]
        read += [read_sections(path, sections, whole=False) for path in own.named(name)]
        for section, listed in chain.from_iterable(found.items() for found in read):
            if (name, section) == ("nations", "adjectives"):
                _add_nations(listed, words)
                continue
            for entry in listed:
                _add(entry.form, f"{name}.{section}", words, phrases)
                if (name, section) in _DECLINED:
                    _add(_accusative(entry.form), f"{name}.{section}", words, phrases)
    for path in own.named(ENTITIES):
        for code, listed in read_sections(path, own.entities, whole=False).items():
            for entry in listed:
                _add(entry.form, f"{TAG}{code}", words, phrases)
    verbs = None
    if table is not None:
        verbs = [form for row in table if row.event == NO_EVENT for form in row.forms]
    classes = _read_classes(folder / "words.yaml", own, verbs, words, phrases)
    _settle(words)
    return Lexicon(
        words={form: frozenset(tags) for form, tags in words.items()},
        phrases=phrases,
        classes=classes,
    )


def _accusative(form: str) -> str:
    """An indefinite noun with its adjectives as an object: صاروخا باليستيا; else the form."""
    parts = form.split(" ")
    if any(part.startswith("ال") or part.endswith(_UNDECLINED) for part in parts):
        return form
    if any(not part.isalpha() or part.isascii() for part in parts):
        return form
    return " ".join(f"{part}ا" for part in parts) if len(parts) < _PHRASE else form


def _add(form: str, tag: str, words: dict[str, set[str]], phrases: Node) -> None:
    """Tags a word, or a phrase in the trie."""
    if " " not in form:
        words.setdefault(form, set()).add(tag)
        return
    node = phrases
    for word in form.split(" "):
        node = node.next.setdefault(word, Node())
    node.tags |= {tag}


def _add_nations(adjectives: tuple[Entry, ...], words: dict[str, set[str]]) -> None:
    for entry in adjectives:
        singular, plural = adjective_forms(entry.form)
        for form in with_article(singular):
            words.setdefault(form, set()).add("nations.adjective")
        for form in with_article(plural):
            words.setdefault(form, set()).add("nations.plural")


def _read_classes(
    path: Path,
    own: Own,
    verbs: Iterable[str] | None,
    words: dict[str, set[str]],
    phrases: Node,
) -> dict[str, frozenset[str]]:
    """words.yaml: its first sections are tags, the others are classes.

    `verbs` are the forms of the shipped verbs, where they are known.
    """
    shipped = read_sections(path, None)
    for name in (*WORDS, *MODALITY, *TOPICS):
        if name not in shipped:
            raise RulesError(f"section {name!r} is missing", where=str(path))
    files = [(path, shipped)]
    if own.named("words"):
        names = {**shipped, **dict.fromkeys(sorted(own_classes(own)))}
        files += [(f, read_sections(f, names, whole=False)) for f in own.named("words")]
    classes: dict[str, set[str]] = {}
    for file, sections in files:
        for name, listed in sections.items():
            if name == "verbs":
                known = verbs if file is path else None
                for form in _verb_forms(listed, file) if known is None else known:
                    words.setdefault(form, set()).add("words.verbs")
            elif name in WORDS:
                for entry in listed:
                    _add(entry.form, f"words.{name}", words, phrases)
            else:
                classes.setdefault(name, set()).update(entry.form for entry in listed)
                if name in TOPICS:
                    for entry in listed:
                        _add(entry.form, f"topic.{name}", words, phrases)
    return {name: frozenset(forms) for name, forms in classes.items()}


def _verb_forms(listed: Iterable[Entry], path: Path) -> Iterator[str]:
    for entry in listed:
        verb, _ = resolved("verb", entry, path)
        parts = verb.form.split(" ")
        if len(parts) != 2:
            raise RulesError(
                f"{entry.text!r} is not a past and a present", where=f"{path}:{entry.line}"
            )
        yield from verb_forms(*parts)


def _settle(words: dict[str, set[str]]) -> None:
    """Decides what the lists say twice: a place by hand is sure, an ambiguous one is not."""
    for tags in words.values():
        if "places.ambiguous" in tags and not tags & {"places.GPE", "places.LOC"}:
            if "gazetteer.territories" in tags:
                tags.add("places.ambiguous_country")
            tags -= {"gazetteer.cities", "gazetteer.territories"}
        if "gazetteer.cities" in tags and any(
            tag.startswith(_COMMON) for tag in tags - {"words.verbs", "time.time_zones"}
        ):
            tags.discard("gazetteer.cities")
            tags.add("places.ambiguous")
        if tags & {"places.loc_bare", "places.loc_definite", "places.gpe_nouns"}:
            tags -= {"gazetteer.cities", "places.ambiguous"}
        if tags & _GIVEN and any(tag.startswith(_COMMON) for tag in tags):
            tags.add("people.ambiguous")
        if "words.not_adjectives" in tags:
            tags.discard("words.adjectives")
