"""A server that sends us elsewhere gets our token alone: it is not carried along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from annotate.errors import ServerError
from annotate.labeling.client import Client
from tests.labeling.flaky import Replying, served


@contextmanager
def listening(sends_to: str | None, asked: list[str]) -> Iterator[str]:
    """A server that answers every request with a redirection, or notes it."""

    class Handler(Replying):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            to = {"Location": f"{sends_to}{self.path}"} if sends_to else {}
            self.reply(302 if sends_to else 404, b"", to)

    with served(Handler) as address:
        yield address


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
