"""Known advisories of Label Studio, by version: what `annotate doctor` warns of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from annotate.errors import RulesError
from annotate.resources import resource
from annotate.yamlfile import YamlFile

Text = Annotated[str, StringConstraints(min_length=1)]


class Advisory(BaseModel):
    """One advisory.

    Attributes:
        id: as it is published.
        package: the distribution's name.
        affected: the range of versions, `< 1.2.3` or `<= 1.2.3`.
        about: what it lets happen, in a few words.
        source: address of the record.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    package: Literal["label-studio", "label-studio-sdk"]
    affected: Annotated[str, StringConstraints(pattern=r"^<=? [0-9][0-9a-z.]*$")]
    about: Text
    source: Annotated[str, StringConstraints(pattern=r"^https://")]

    def holds_for(self, version: str) -> bool:
        """Whether a version of the package is affected."""
        operator, limit = self.affected.split(" ")
        found, bound = numbers(version), numbers(limit)
        return found < bound or (operator == "<=" and found == bound)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    advisories: tuple[Advisory, ...]


def load_advisories(path: Path | None = None) -> tuple[Advisory, ...]:
    """The advisories that ship with this version.

    Raises:
        RulesError: the file is not valid.
    """
    file = YamlFile(path or resource("schemas", "advisories.yaml"), RulesError)
    try:
        return _File.model_validate(file.data).advisories
    except ValidationError as problem:
        raise file.fail([(e["loc"], e["msg"]) for e in problem.errors()]) from None


def affecting(advisories: Iterable[Advisory], package: str, version: str) -> list[Advisory]:
    """Those that hold for a version of a package; none where the version cannot be read."""
    if not numbers(version):
        return []
    return [a for a in advisories if a.package == package and a.holds_for(version)]


def numbers(version: str) -> tuple[int, ...]:
    """What versions are compared by; what stands behind + does not count.

    A version's zeros at the end make no difference, and a post-release comes after its version.
    """
    found = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
    if "post" in version:
        found[-1] += 1  # post0 is later than nothing
    while found and not found[-1]:
        found.pop()
    return tuple(found)
