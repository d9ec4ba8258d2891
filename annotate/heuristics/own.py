"""The user's own lexicons: files with the names and sections of the shipped ones, that add to them.

A lexicon is a folder, or one file of it. What the files say is added to what ships; nothing of that
is taken away. Neither their order nor that of their lines matters. One more file, entities.yaml,
has the ontology's entity codes as its sections, and under them names in full.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from annotate.errors import RulesError
from annotate.heuristics.sections import compose
from annotate.ontology import Ontology
from annotate.storage import canonical_json

ENTITIES = "entities"
TAG = "own."  # tags of entries of entities.yaml: own.GPE
_NOTES = (".md", ".txt")  # beside the lexicon
_DIGITS = 6  # of the fingerprint
_DEEPEST = 8  # lists in lists; an alias to itself has no end


class Own(NamedTuple):
    """The user's lexicons, and the ontology's labels that they may name.

    Attributes:
        files: (name without .yaml, files of this name), sorted.
        entities: codes of entity types: sections of entities.yaml, names in conditions.
        events: codes of event types: sections of triggers.yaml.
        fingerprint: a few digits that tell lexicons apart, nothing where there are none.
    """

    files: tuple[tuple[str, tuple[Path, ...]], ...] = ()
    entities: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    fingerprint: str = ""

    def named(self, name: str) -> tuple[Path, ...]:
        """The files of a name."""
        return dict(self.files).get(name, ())


NOTHING = Own()


def own_lexicons(lexicons: Sequence[Path], ontology: Ontology, names: Collection[str]) -> Own:
    """The user's lexicons; beside entities.yaml their files have one of the shipped `names`.

    Raises:
        RulesError: a lexicon is not there or holds nothing, a file has another name or is not YAML.
    """
    if not lexicons:
        return NOTHING
    found = _named(lexicons, {*names, ENTITIES})
    files = tuple((name, tuple(sorted(paths))) for name, paths in sorted(found.items()))
    return Own(files, ontology.entity_codes, ontology.event_codes, _fingerprint(files))


def _named(lexicons: Iterable[Path], names: Collection[str]) -> dict[str, set[Path]]:
    """The files of the lexicons by their names."""
    found: dict[str, set[Path]] = {}
    for lexicon in lexicons:
        files = list(_files(lexicon))
        if not files:
            raise RulesError(
                "the folder holds no lexicon",
                where=str(lexicon),
                fix=f"put files of these names there: {_listed(names)}",
            )
        for file in files:
            if file.suffix != ".yaml" or file.stem not in names:
                raise RulesError(
                    f"no lexicon has the name {file.name}",
                    where=str(file),
                    fix=f"name it after what it adds to: {_listed(names)}",
                )
            found.setdefault(file.stem, set()).add(file.resolve())
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{name}.yaml" for name in sorted(names))


def _files(lexicon: Path) -> Iterator[Path]:
    if not lexicon.exists():
        raise RulesError(
            "there is no such file or folder",
            where=str(lexicon),
            fix="correct preannotate.lexicons in annotate.toml",
        )
    if not lexicon.is_dir():
        yield lexicon
        return
    for path in lexicon.iterdir():
        if not path.name.startswith(".") and path.suffix not in _NOTES:
            yield path


def _fingerprint(files: Iterable[tuple[str, tuple[Path, ...]]]) -> str:
    """Digits of what the files say, not of how it is ordered."""
    said = {name: sorted({_canonical(compose(f), f) for f in paths}) for name, paths in files}
    return hashlib.sha256(canonical_json(said).encode("utf-8")).hexdigest()[:_DIGITS]


def _canonical(node: yaml.Node, path: Path, depth: int = 0) -> str:
    """The same text for the same words, whatever their order."""
    if depth > _DEEPEST:
        line = node.start_mark.line + 1
        raise RulesError("nested too deeply", where=f"{path}:{line}")
    if isinstance(node, yaml.MappingNode):
        parts = [[_canonical(part, path, depth + 1) for part in pair] for pair in node.value]
        return canonical_json(sorted(parts))
    if isinstance(node, yaml.SequenceNode):
        return canonical_json(sorted(_canonical(item, path, depth + 1) for item in node.value))
    return str(node.value)


def own_classes(own: Own) -> set[str]:
    """What the conditions of the user's triggers name: classes that words.yaml may define."""
    found: set[str] = set()
    for path in own.named("triggers"):
        for _, groups in compose(path).value:
            for group in _items(groups, yaml.SequenceNode):
                for key, value in _items(group, yaml.MappingNode):
                    if key.value == "when":
                        tests = (
                            str(test.value).split() for test in _items(value, yaml.SequenceNode)
                        )
                        found.update(test[-1] for test in tests if test)
    return {name for name in found if name.islower()}  # labels are in capitals


def _items(node: yaml.Node, kind: type[yaml.Node]) -> Any:
    return node.value if isinstance(node, kind) else ()
