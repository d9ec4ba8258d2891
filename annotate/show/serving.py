"""Serves one page on this machine, drawn again whenever what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from annotate.errors import AnnotateError, WorkspaceError

HOST = "127.0.0.1"
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",  # the page's own one forbids the rest
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Page:
    """A page and the state that it was drawn from.

    Args:
        draw: draws the page.
        state: changes whenever the page would be another one; cheap.
        trouble: is told why the page could not be drawn again; the old one stays.
    """

    def __init__(
        self,
        draw: Callable[[], str],
        state: Callable[[], object],
        trouble: Callable[[AnnotateError], None],
    ) -> None:
        self._draw, self._state, self._trouble = draw, state, trouble
        self._lock = Lock()
        # What is read before the page is drawn may be too old, and then it is drawn once more.
        self._drawn_from = state()
        self._html = draw().encode("utf-8")

    def html(self) -> bytes:
        """The page of now."""
        with self._lock:
            try:
                state = self._state()
                if state != self._drawn_from:
                    self._html = self._draw().encode("utf-8")
                    self._drawn_from = state
            except AnnotateError as error:
                self._trouble(error)
            return self._html


def server_of(page: Page, port: int) -> ThreadingHTTPServer:
    """A server of one page, on 127.0.0.1 only; `serve_forever` runs it.

    Whoever asks by another name than this machine's is refused: a web page elsewhere could give
    its own name this address (DNS rebinding), and read the texts.

    Args:
        port: 0 for any that is free.

    Raises:
        WorkspaceError: the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        server_version = "annotate"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            own = self.connection.getsockname()[1]
            if self.headers.get("Host") not in (f"{HOST}:{own}", f"localhost:{own}"):
                self.send_error(421)
                return
            if self.path.partition("?")[0] != "/":
                self.send_error(404)
                return
            content = page.html()
            self.send_response(200)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Says nothing: the terminal is for what went wrong."""

    try:
        return ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise WorkspaceError(
            f"port {port} cannot be used: {error.strerror}", fix="name another one: --port"
        ) from error
