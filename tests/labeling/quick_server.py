"""A Label Studio that is up at once: what of it the start of the embedded server is about.

`python -m label_studio.server start --port PORT` runs it where `install` has put it. As the real
one, it looks whether its port is busy, and takes the next one then, or (where that happens a
moment later, which MOVES=no stands for) ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from annotate.labeling import server_process
from tests.support import ROOT

HOST = "127.0.0.1"


def serve(port: int, *, token: str, is_label_studio: bool = True) -> ThreadingHTTPServer:
    """Listens; whoever comes with another token is refused."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            knows = self.headers.get("Authorization") in (None, f"Token {token}")
            body = json.dumps({"status": "UP"}).encode()
            self.send_response((200 if knows else 401) if is_label_studio else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((HOST, port), Handler)


@contextlib.contextmanager
def other_server(token: str, *, is_label_studio: bool) -> Iterator[int]:
    """The port of somebody else's server."""
    server = serve(0, token=token, is_label_studio=is_label_studio)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, *, moves: bool) -> None:
    """Puts it where `python -m label_studio.server` finds it."""
    package = folder / "label_studio"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "server.py").write_text("from tests.labeling.quick_server import main\nmain()\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), str(ROOT))))
    monkeypatch.setenv("MOVES", "yes" if moves else "no")


def seems_free(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The port is the one that is taken by default, and is found free once: then it is taken."""
    is_free, first = server_process._is_free, iter([True])
    monkeypatch.setattr(server_process, "DEFAULT_PORT", port)
    monkeypatch.setattr(server_process, "_is_free", lambda at: next(first, False) or is_free(at))


def main() -> None:
    port = int(sys.argv[sys.argv.index("--port") + 1])
    with socket.socket() as probe:
        busy = probe.connect_ex((HOST, port)) == 0
    if busy and os.environ["MOVES"] == "no":
        sys.exit("Error: That port is already in use.")
    token = os.environ["LABEL_STUDIO_USER_TOKEN"]
    serve(0 if busy else port, token=token).serve_forever()
