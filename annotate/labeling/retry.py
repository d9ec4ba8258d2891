"""Repeating what is safe to repeat, with back-off; what is not is left to who can settle it.

Reading, and setting a field to a value, may be done twice. What makes something new (POST) is never
repeated here: the server does not deduplicate, and a lost answer says nothing about the request.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from annotate.labeling.connection import BUSY
from annotate.logfile import log

_REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS", "PATCH"))
_LONGEST_WAIT = 60.0  # seconds, whatever a server asks for


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often something is tried, and how long is waited in between.

    Attributes:
        tries: at most.
        first: seconds before the second try; each further wait is twice as long.
        sleep: waits; tests pass another.
    """

    tries: int = 5
    first: float = 1.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, failed: int, asked: float | None = None) -> None:
        """Waits after so many failures, at least as long as the server asked for."""
        self.sleep(min(max(self.first * 2 ** (failed - 1), asked or 0.0), _LONGEST_WAIT))


class PatientClient(httpx.Client):
    """An HTTP client that repeats what is safe to repeat when the server is busy or cut off."""

    def __init__(self, backoff: Backoff, **options: Any) -> None:
        """`options` are those of httpx.Client."""
        super().__init__(**options)
        self._backoff = backoff
        self._patient = True

    @contextlib.contextmanager
    def impatient(self) -> Iterator[None]:
        """Nothing is repeated: who waits for a server that is down is told at once."""
        self._patient = False
        try:
            yield
        finally:
            self._patient = True

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Sends a request; again, with back-off, if that is safe and may help."""
        tries = self._backoff.tries if self._patient and request.method in _REPEATABLE else 1
        for failed in range(1, tries):
            try:
                response = super().send(request, **options)
            except httpx.TransportError as problem:
                _note(request, failed, type(problem).__name__)
                self._backoff.wait(failed)
                continue
            if response.status_code not in BUSY:
                return response
            response.close()
            _note(request, failed, f"status {response.status_code}")
            self._backoff.wait(failed, _seconds(response.headers.get("retry-after")))
        return super().send(request, **options)


def _note(request: httpx.Request, failed: int, why: str) -> None:
    """A line in the log for each try that failed."""
    about = {"method": request.method, "path": request.url.path, "tries": failed}
    log.warning("trying again: %s", why, extra=about)


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.strip().isdigit() else None
