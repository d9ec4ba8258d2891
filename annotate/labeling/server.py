"""The embedded Label Studio: started, found and stopped; on 127.0.0.1, no outbound calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec

from annotate.database import Postgres
from annotate.errors import ServerError
from annotate.labeling.server_database import refuse_another, settle
from annotate.labeling.server_environment import environment, own_variables
from annotate.labeling.server_process import (
    PortTaken,
    choose_port,
    end,
    free_port,
    launch,
    wait,
)
from annotate.labeling.server_state import (
    Credentials,
    Running,
    credentials,
    data_folder,
    identity,
    running,
    set_running,
)
from annotate.workspace import Workspace

__all__ = ["Credentials", "Running", "credentials", "identity", "running", "start", "stop"]


def start(
    workspace: Workspace,
    *,
    port: int | None = None,
    database: Postgres | None = None,
    on_wait: Callable[[float], None] = lambda _: None,
) -> Running:
    """Starts the embedded server, or finds it running, and waits until it answers.

    Args:
        port: where to listen; None takes 8080, or a free port if that is busy.
        database: where its data are; None keeps the workspace's own, which is SQLite at first.
        on_wait: called with the seconds waited so far.

    Raises:
        WorkspaceError: the workspace has another database.
        ServerError: label-studio is not installed, the port is busy, PostgreSQL cannot be used, or
            it did not come up (then nothing is left running).
    """
    with workspace.lock("server"):
        refuse_another(workspace, database)
        found = running(workspace)
        if found:
            if port is not None and port != found.port:
                raise ServerError(
                    f"it already runs on port {found.port}",
                    where=found.url,
                    fix="stop it first: annotate server stop",
                )
            wait(found, credentials(workspace).token, workspace, on_wait)
            return found
        if find_spec("label_studio") is None:
            raise ServerError(
                "the embedded server needs the package label-studio",
                fix="install it: pip install 'annotate[server]'",
            )
        chosen = choose_port(port)
        login = credentials(workspace)
        own = own_variables(data_folder(workspace), login, settle(workspace, database))
        variables = environment(own, os.environ)
        try:
            return launch(workspace, chosen, variables, login.token, on_wait)
        except PortTaken:
            if port is not None:
                raise
            return launch(workspace, free_port(), variables, login.token, on_wait)


def stop(workspace: Workspace) -> bool:
    """Stops the server that this workspace started; whether there was one."""
    if running(workspace) is None:
        return False
    with workspace.lock("server"):
        found = running(workspace)
        if found:
            end(found)
        set_running(workspace, None)
        return found is not None
