"""A proxy in front of the real server that loses or spoils what it is told to."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

# What happens to a request: nothing arrives and the line is cut; it arrives and the line is cut;
# it arrives, or does not, and the answer is an error; it arrives twice; half of the answer comes.
Fault = Literal["lost", "cut", "502 after", "500 before", "429 before", "twice", "short"]


@dataclass
class Faults:
    """The faults to come, each for one request of the method whose path holds the word."""

    coming: list[tuple[str, str, Fault]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def next(self, method: str, path: str) -> Fault | None:
        self.seen.append(f"{method} {path}")
        for fault in self.coming:
            if fault[0] == method and fault[1] in path:
                self.coming.remove(fault)
                return fault[2]
        return None


class Replying(BaseHTTPRequestHandler):
    """Answers as it is told, in silence."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def reply(
        self, status: int, body: bytes, headers: Mapping[str, str], *, whole: bool = True
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if whole else body[: len(body) // 2])
        self.close_connection = self.close_connection or not whole


@contextlib.contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address on this machine at which requests are handled."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def flaky(url: str) -> Iterator[tuple[str, Faults]]:
    """Address of the proxy, and what it is told."""
    faults = Faults()
    http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    class Handler(Replying):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            fault = faults.next(self.command, self.path)
            if fault == "lost":
                self.close_connection = True
                return
            if fault in ("500 before", "429 before"):
                self.reply(int(fault[:3]), b'{"detail": "not now"}', {"retry-after": "7"})
                return
            passed = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in ("authorization", "content-type", "accept")
            }
            if fault == "twice":
                http.request(self.command, self.path, content=body, headers=passed)
            answer = http.request(self.command, self.path, content=body, headers=passed)
            if fault == "cut":
                self.close_connection = True
            elif fault == "502 after":
                self.reply(502, b"<html>Bad Gateway</html>", {})
            else:
                kept = {"content-type": answer.headers.get("content-type", "")}
                kept |= {n: answer.headers[n] for n in ("date",) if n in answer.headers}
                self.reply(answer.status_code, answer.content, kept, whole=fault != "short")

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any

    with http, served(Handler) as address:
        yield address, faults
