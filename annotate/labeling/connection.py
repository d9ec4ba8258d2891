"""The way to a Label Studio server: every request passes here, and failures become our errors."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Self, TypeVar
from urllib.parse import urlsplit

from annotate.errors import AccessDenied, ServerDown, ServerError

OLDEST_SERVER = (1, 23)  # older ones have known cross-site scripting holes (CVE-2026-22033)
# Answers that another try may change, and that do not say whether anything was done.
BUSY = frozenset((408, 429, 500, 502, 503, 504))
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What is raised where an answer has another shape than the SDK and we expect.
_MALFORMED = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError, RecursionError)
# Where things are added between two pages, one may be on both; on more than so many it is a circle.
_MOST_PAGES = 5


Sleep = Callable[[float], None]
Item = TypeVar("Item")


class Connection:
    """The SDK, and how its failures are told."""

    def __init__(
        self, url: str, token: str, *, timeout: float = 300.0, sleep: Sleep | None = None
    ) -> None:
        """Prepares a client; nothing is sent yet.

        Args:
            timeout: seconds for each request.
            sleep: waits before something is tried again; tests pass another.
        """
        from label_studio_sdk import LabelStudio

        from annotate.labeling.retry import Backoff, PatientClient

        self.url = url.rstrip("/")
        # A proxy from the environment must not come between us and a server on this machine.
        direct = urlsplit(self.url).hostname in _LOOPBACK
        backoff = Backoff(sleep=sleep) if sleep else Backoff()
        self._http = PatientClient(backoff, timeout=timeout, trust_env=not direct)
        # The SDK would repeat also what must not be repeated: it leaves that to the client.
        self._sdk = LabelStudio(
            base_url=self.url, api_key=token, httpx_client=self._http, max_retries=0
        )

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Turns what the SDK raises into one clear error; the token is in none of them."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except ApiError as problem:
            if problem.status_code in (401, 403):
                raise AccessDenied(
                    f"the server does not accept the token ({what})",
                    where=self.url,
                    fix="copy the token from Account & Settings, Access Token",
                ) from None
            kind = ServerDown if problem.status_code in BUSY else ServerError
            raise kind(
                f"{what} failed with status {problem.status_code}: {_detail(problem.body)}",
                where=self.url,
            ) from None
        except _MALFORMED as problem:
            # The SDK reads answers into models: what does not fit is no Label Studio's answer.
            raise ServerError(
                f"this is not the answer of a Label Studio ({what}: {type(problem).__name__})",
                where=self.url,
                fix="check the address",
            ) from None
        except httpx.TimeoutException:
            raise ServerDown(f"{what} got no answer in time", where=self.url) from None
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise ServerDown(
                f"no Label Studio answers ({what}: {type(problem).__name__})",
                where=self.url,
                fix="check the address, or run: annotate server start",
            ) from None

    def _ended(self, items: Iterable[Item]) -> Iterator[Item]:
        """What the server lists page by page, if it ever ends.

        Raises:
            ServerError: the same is listed again and again.
        """
        seen: Counter[str] = Counter()
        for item in items:
            name = str(getattr(item, "id", None))
            seen[name] += 1
            if seen[name] > _MOST_PAGES:
                raise ServerError(f"the server lists {name} again and again", where=self.url)
            yield item

    def _request(self, method: str, path: str, content: bytes | None = None) -> bytes:
        """Sends JSON as it is, or nothing; the body of the answer.

        Raises:
            ApiError: the server refuses (see `_asking`).
        """
        from label_studio_sdk.core.api_error import ApiError

        response = self._sdk._client_wrapper.httpx_client.request(
            path, method=method, content=content, headers={"content-type": "application/json"}
        )
        if not 200 <= response.status_code < 300:
            raise ApiError(status_code=response.status_code, body=response.text)
        body: bytes = response.content
        return body

    def release(self) -> str:
        """The server's version, as it says itself; asked once, without patience."""
        with self._asking("asking for its version"), self._http.impatient():
            return str(self._sdk.versions.get().release)

    def check(self) -> str:
        """E-mail address of the token's user, on a server new enough.

        Raises:
            ServerDown, AccessDenied: it cannot be used.
            ServerError: it is older than `OLDEST_SERVER`.
        """
        with self._asking("asking who we are"):
            # At once: who waits for a server that is down is told so.
            with self._http.impatient():
                email = str(self._sdk.users.whoami().email)
            release = str(self._sdk.versions.get().release)
        if "@" not in email:
            raise ServerError("this is no Label Studio", where=self.url, fix="check the address")
        numbers = tuple(int(part) for part in release.split(".")[:2] if part.isdigit())
        if numbers and numbers < OLDEST_SERVER:
            oldest = ".".join(str(number) for number in OLDEST_SERVER)
            raise ServerError(
                f"the server is Label Studio {release}, which has known security holes",
                where=self.url,
                fix=f"upgrade it to {oldest} or newer",
            )
        return email


def _detail(body: object) -> str:
    """The part of an error's body that a person can use."""
    if isinstance(body, Mapping):
        detail = body.get("validation_errors") or body.get("detail") or body
        return json.dumps(detail, ensure_ascii=False, default=str)[:500]
    return str(body)[:500]
