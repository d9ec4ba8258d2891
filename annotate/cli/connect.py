"""Which server a command talks to: the settings' URL, or the embedded one."""

from __future__ import annotations

from annotate.errors import ServerDown, WorkspaceError
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import KnownProject, campaigns, projects_of
from annotate.labeling.client import Client
from annotate.labeling.ledger import Ledger
from annotate.settings import Settings, token


def server_key(settings: Settings) -> str:
    """What the ledger knows the server by: its URL, or the embedded one's own name."""
    if settings.server.url:
        return settings.server.url.rstrip("/")
    return embedded.identity(settings.workspace)


def server_url(settings: Settings) -> str | None:
    """Address of the server for links, without asking it; None if the embedded one is not up."""
    if settings.server.url:
        return settings.server.url.rstrip("/")
    state = embedded.running(settings.workspace)
    return state.url if state else None


def connect(settings: Settings, *, timeout: float = 300.0) -> Client:
    """A client whose server answers and accepts our token; `timeout` in seconds a request.

    Raises:
        ServerDown, AccessDenied, ServerError, SettingsError: why it cannot be used.
    """
    if settings.server.url:
        client = Client(settings.server.url, token(settings), timeout=timeout)
    else:
        state = embedded.running(settings.workspace)
        if state is None:
            raise ServerDown(
                "the embedded server is not running",
                where=str(settings.home),
                fix="start it: annotate server start; or set server.url in annotate.toml",
            )
        login = embedded.credentials(settings.workspace)
        client = Client(state.url, login.token, timeout=timeout)
    try:
        client.check()
    except BaseException:
        client.close()
        raise
    return client


def open_ledger(settings: Settings) -> Ledger:
    """The workspace's ledger, where there is one: reading must not make an empty one.

    Raises:
        WorkspaceError: nothing was pushed from here.
    """
    if not settings.workspace.ledger.exists():
        raise WorkspaceError(
            "nothing was pushed from here yet", where=str(settings.home), fix="run: annotate push"
        )
    return Ledger(settings.workspace.ledger)


def pushed_projects(settings: Settings, ledger: Ledger) -> list[KnownProject]:
    """The projects of the settings' campaign on their server, oldest first; at least one.

    Raises:
        WorkspaceError: nothing was pushed to it from here.
    """
    server, title = server_key(settings), settings.project.title
    found = projects_of(ledger, server, title)
    if not found:
        known = " or ".join(f"--project {t!r}" for t in campaigns(ledger, server))
        raise WorkspaceError(
            f"nothing was pushed to the project {settings.project.title!r} yet",
            where=str(settings.home),
            fix="run: annotate push" + (f"; or name another with {known}" if known else ""),
        )
    return found
