"""What `annotate doctor` finds, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from annotate.errors import AnnotateError

State = Literal["ok", "warning", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what it is.
        state: broken is what is needed and does not work.
        detail: what was found.
        fix: what to do; None where nothing is to be done.
    """

    check: str
    state: State
    detail: str
    fix: str | None = None


def of_error(check: str, problem: AnnotateError, state: State = "broken") -> Finding:
    """An error as a finding."""
    detail = f"{problem.where}: {problem.what}" if problem.where else problem.what
    return Finding(check, state, " ".join(detail.split()), problem.fix)
