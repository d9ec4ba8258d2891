"""The served page: on this machine only, drawn again when its state changes."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from annotate.errors import AnnotateError, WorkspaceError
from annotate.show.serving import Page, server_of


@contextmanager
def served(page: Page) -> Iterator[int]:
    server = server_of(page, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        assert server.server_address[0] == "127.0.0.1"
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(
    port: int, path: str = "/", host: str | None = None, method: str = "GET"
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_is_drawn_again_only_when_something_changed() -> None:
    state: list[str] = ["one"]
    drawn: list[str] = []
    troubles: list[AnnotateError] = []

    def draw() -> str:
        drawn.append(state[0])
        if state[0] == "bad":
            raise WorkspaceError("locked")
        return f"page {state[0]} \u0635"

    page = Page(draw, lambda: state[0], troubles.append)
    with served(page) as port:
        assert [asked(port)[1] for _ in range(2)] == ["page one \u0635"] * 2
        assert asked(port, method="HEAD") == (200, "")
        state[0] = "two"
        assert asked(port, "/?x")[1] == "page two \u0635"
        assert drawn == ["one", "two"]
        state[0] = "bad"  # what cannot be drawn is said, and tried again; the old page stays
        assert asked(port)[1] == "page two \u0635"
        assert [type(trouble) for trouble in troubles] == [WorkspaceError]
        state[0] = "three"
        assert asked(port)[1] == "page three \u0635"


def test_other_names_and_paths_get_nothing() -> None:
    page = Page(lambda: "secret", lambda: 1, lambda _: None)
    with served(page) as port:
        assert asked(port, host=f"localhost:{port}") == (200, "secret")
        for host in ("example.org", f"example.org:{port}", "127.0.0.1", "localhost:1"):
            status, body = asked(port, host=host)
            assert status == 421
            assert "secret" not in body
        assert asked(port, "/etc/passwd")[0] == 404
        assert asked(port, method="POST")[0] == 501


def test_a_port_that_is_taken_is_said() -> None:
    page = Page(lambda: "x", lambda: 1, lambda _: None)
    with served(page) as port, pytest.raises(AnnotateError, match=f"port {port}.*--port"):
        server_of(page, port)
