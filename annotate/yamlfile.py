"""Reads a YAML file of rules into a checked model; every problem names its file and line."""

from __future__ import annotations

from collections.abc import Sequence
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
        """Reads and parses `path`; raises `error` if it is missing, not UTF-8 or not YAML."""
        self.path = path
        self.error = error
        try:
            text = path.read_bytes().decode("utf-8-sig")
            self.data = yaml.safe_load(text)
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
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
        lines = [(self.line(location), what) for location, what in problems]
        first, *others = sorted(set(lines))
        what = "; ".join([first[1], *(f"line {line}: {text}" for line, text in others)])
        return self.error(what, where=f"{self.path}:{first[0]}")

    def parse(self, model: type[Model]) -> Model:
        """The file's content as a model; raises this file's error with all problems."""
        try:
            return model.model_validate(self.data)
        except ValidationError as problem:
            raise self.fail([_readable(e["loc"], e["type"], e["msg"]) for e in problem.errors()])  # noqa: B904


def _readable(location: Location, kind: str, message: str) -> tuple[Location, str]:
    name = ".".join(str(part) for part in location) or "the file"
    if kind == "extra_forbidden":
        return location, f"unknown key {name}"
    if kind == "missing":
        return location, f"{name} is missing"
    return location, f"{name}: {message[0].lower()}{message[1:]}"
