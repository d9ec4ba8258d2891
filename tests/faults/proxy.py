"""A proxy in front of the real server that does harm at random, by a seed, and counts it.

What the tool is protected against by asking again, and what it can only say, is documented in
docs/reliability.md; `KINDS` names every fault.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from tests.labeling.flaky import Replying, served

KINDS: Mapping[str, str] = {
    "lost": "the line is cut before the server has the request",
    "cut": "the server has it; the line is cut before the answer",
    "gone": "the line is cut at once, while the server goes on working on it",
    "short": "the answer ends in the middle, and the line with it",
    "half": "half of the answer comes as if it were all",
    "late": "the answer comes late",
    "twice": "the server gets the request twice",
    "500 before": "500 in place of the server",
    "502 before": "502 in place of the server",
    "502 after": "the server has it, and the answer is a 502",
    "429 before": "429 with Retry-After in place of the server",
    "401 before": "401 in place of the server",
}
_LATE = 0.05  # seconds
_PASSED = ("authorization", "content-type", "accept")


@dataclass
class Harm:
    """What the proxy does, and has done.

    Attributes:
        upstream: address of the server; it may change.
        share: of the requests that something happens to.
        kinds: what may happen, each as often as the others.
        seed: the n-th request always meets the same.
        at: number of a request -> what is done once the server has it (as: kill it).
        requests, done: requests, and faults by kind.
        repeated: requests that were sent twice, by method and path.
    """

    upstream: str
    share: float = 0.0
    kinds: tuple[str, ...] = tuple(KINDS)
    seed: int = 0
    at: dict[int, Callable[[], None]] = field(default_factory=dict)
    requests: int = 0
    done: Counter[str] = field(default_factory=Counter)
    repeated: list[str] = field(default_factory=list)
    down: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _under_way: int = 0
    _idle: threading.Condition = field(default_factory=threading.Condition)

    @property
    def faults(self) -> int:
        """How many there were, of all kinds, and requests that met no server."""
        return sum(self.done.values()) + self.down

    def next(self) -> tuple[str | None, Callable[[], None] | None]:
        """What happens to the next request."""
        with self._lock:
            self.requests += 1
            chance = random.Random(f"{self.seed} {self.requests}")  # noqa: S311 - no secret
            fault = chance.choice(self.kinds) if chance.random() < self.share else None
            if fault is not None:
                self.done[fault] += 1
            return fault, self.at.pop(self.requests, None)

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """Around each request that the server works on."""
        with self._idle:
            self._under_way += 1
        try:
            yield
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def settled(self, seconds: float = 120.0) -> None:
        """Waits until the server works on nothing that came through here."""
        with self._idle:
            assert self._idle.wait_for(lambda: self._under_way == 0, seconds)


class _Cut(Exception):
    """The line ends here."""


@contextlib.contextmanager
def proxied(harm: Harm) -> Iterator[str]:
    """The address of a proxy that does such harm."""
    http = httpx.Client(timeout=120, trust_env=False)

    class Handler(Replying):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            fault, act = harm.next()
            try:
                self.meet(fault, body, act)
            except (_Cut, httpx.TransportError) as problem:
                if not isinstance(problem, _Cut):
                    with harm._lock:
                        harm.down += 1  # the server is not there
                self.close_connection = True

        def meet(self, fault: str | None, body: bytes, act: Callable[[], None] | None) -> None:
            if fault == "lost":
                raise _Cut
            if fault and fault.endswith("before"):
                answer = b'{"detail": "Invalid token."}' if fault[0] == "4" else b"<html>"
                self.reply(int(fault[:3]), answer, {"retry-after": "1"})
                return
            if fault == "gone":
                threading.Thread(target=self.forward, args=(body, act)).start()
                raise _Cut
            if fault == "twice":
                harm.repeated.append(f"{self.command} {self.path.partition('?')[0]}")
                self.forward(body, None)
            found = self.forward(body, act)
            if fault == "cut":
                raise _Cut
            if fault == "502 after":
                self.reply(502, b"<html>Bad Gateway</html>", {})
                return
            if fault == "late":
                time.sleep(_LATE)
            kept = {"content-type": found.headers.get("content-type", "")}
            kept |= {n: found.headers[n] for n in ("date",) if n in found.headers}
            content = found.content
            if fault == "half":
                content = content[: len(content) // 2]
            self.reply(found.status_code, content, kept, whole=fault != "short")

        def forward(self, body: bytes, act: Callable[[], None] | None) -> httpx.Response:
            headers = {n: v for n, v in self.headers.items() if n.lower() in _PASSED}
            with harm.under_way():
                if act is not None:
                    threading.Timer(0.02, act).start()
                return http.request(
                    self.command, f"{harm.upstream}{self.path}", content=body, headers=headers
                )

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any

    with http, served(Handler) as address:
        try:
            yield address
        finally:
            harm.settled()
