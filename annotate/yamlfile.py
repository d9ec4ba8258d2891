"""Reads a YAML file of rules into a checked model; every problem names its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from annotate.errors import AnnotateError

Model = TypeVar("Model", bound=BaseModel)
Location = Sequence[str | int]


class YamlFile:
    """A parsed YAML file that knows on which line each of its values stands."""

    def __init__(self, path: Path, error: type[AnnotateError]) -> None:
        """Reads and parses `path`.

        Raises `error` if it is missing, not UTF-8 or not YAML, or has a key twice, of which YAML
        itself would silently drop the first.
        """
        self.path = path
        self.error = error
        try:
            text = path.read_bytes().decode("utf-8-sig")
            loader = yaml.SafeLoader(text)
            self._root = loader.get_single_node()
            self.data = loader.construct_document(self._root) if self._root else None
        except FileNotFoundError:
            raise error("there is no such file", where=str(path)) from None
        except OSError as problem:
            raise error(f"cannot be read ({problem.strerror})", where=str(path)) from None
        except UnicodeDecodeError as problem:
            raise error(
                f"not UTF-8 at byte {problem.start}", where=str(path), fix="save it as UTF-8"
            ) from None
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            where = f"{path}:{mark.line + 1}" if mark else str(path)
            what = getattr(problem, "problem", None) or str(problem)
            raise error(f"not valid YAML: {what}", where=where) from None
        except ValueError as problem:  # such as a date in a thirteenth month
            raise error(f"not valid YAML: {problem}", where=str(path)) from None
        except RecursionError:
            raise error("not valid YAML: nested too deeply", where=str(path)) from None
        repeated = [(mark.line + 1, key) for key, mark in _repeated_keys(self._root)]
        if repeated:
            raise self._error((line, f"key {key} is there twice") for line, key in repeated)

    def line(self, location: Location) -> int:
        """Line (1-based) of the value at a location such as ("entities", 3, "code")."""
        node = self._root
        found = 1
        for key in location:
            if node is None:
                break
            found = node.start_mark.line + 1
            if isinstance(node, yaml.MappingNode):
                pairs = [(k, v) for k, v in node.value if k.value == str(key)]
                if not pairs:
                    break
                found = pairs[0][0].start_mark.line + 1
                node = pairs[0][1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                if key >= len(node.value):
                    break
                node = node.value[key]
                found = node.start_mark.line + 1
            else:
                break
        return found

    def fail(self, problems: Sequence[tuple[Location, str]]) -> AnnotateError:
        """One error for all problems: the first with its line, the others after it."""
        return self._error((self.line(location), what) for location, what in problems)

    def _error(self, problems: Iterable[tuple[int, str]]) -> AnnotateError:
        first, *others = sorted(set(problems))
        what = "; ".join([first[1], *(f"line {line}: {text}" for line, text in others)])
        return self.error(what, where=f"{self.path}:{first[0]}")

    def parse(self, model: type[Model]) -> Model:
        """The file's content as a model; raises this file's error with all problems."""
        try:
            return model.model_validate(self.data)
        except ValidationError as problem:
            found = [(e["loc"], e["type"], e["msg"]) for e in problem.errors()]
        # A list whose items are all wrong is not "too short" as well.
        outer = {location[:n] for location, _, _ in found for n in range(len(location))}
        raise self.fail(
            [
                _readable(location, kind, message)
                for location, kind, message in found
                if kind != "too_short" or location not in outer
            ]
        )


def _repeated_keys(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Mark]]:
    """Keys that stand in one mapping more than once, each with the place of the repetition."""
    queue, seen = [root], set()
    while queue:
        node = queue.pop()
        if node is None or id(node) in seen:  # an alias leads to the same node again
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            queue.extend(node.value)
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                queue.append(value)
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        yield key.value, key.start_mark
                    keys.add(key.value)


def _readable(location: Location, kind: str, message: str) -> tuple[Location, str]:
    name = ".".join(str(part) for part in location) or "the file"
    if kind == "extra_forbidden":
        return location, f"unknown key {name}"
    if kind == "model_type":
        return location, f"{name} holds no keys and values"
    if kind == "missing":
        return location, f"{name} is missing"
    return location, f"{name}: {message[0].lower()}{message[1:]}"
