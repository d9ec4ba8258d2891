"""A server that sends us elsewhere gets our token alone: it is not carried along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from annotate.errors import ServerError
from annotate.labeling.client import Client


@contextmanager
def listening(sends_to: str | None, asked: list[str]) -> Iterator[str]:
    """A server that answers every request with a redirection, or notes it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            self.send_response(302 if sends_to else 404)
            if sends_to:
                self.send_header("Location", f"{sends_to}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_token_goes_to_no_other_server() -> None:
    first: list[str] = []
    second: list[str] = []
    with ExitStack() as stack:
        elsewhere = stack.enter_context(listening(None, second))
        url = stack.enter_context(listening(elsewhere, first))
        client = stack.enter_context(Client(url, "t" * 40))
        with pytest.raises(ServerError) as caught:
            client.check()
    assert first == [f"Token {'t' * 40}"]
    assert second == []
    assert "t" * 40 not in str(caught.value)
