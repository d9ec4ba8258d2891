"""Logins of annotators on the embedded server: made, given a password, kept in a private file."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from annotate.errors import InputError, ServerDown, ServerError
from annotate.labeling.server_process import environment_of
from annotate.labeling.server_state import credentials, running
from annotate.logfile import keep_out_of_logs
from annotate.storage import write_text
from annotate.workspace import Workspace

SECONDS = 120  # Label Studio's own code takes about 5 s to load
State = Literal["added", "reset", "kept"]
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}"
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike: people type them


@dataclass(frozen=True, slots=True)
class Login:
    """What was done for an address.

    Attributes:
        state: added (can log in from now on), reset (another password) or kept (could log in
            before; nothing was changed).
        password: None where it was kept.
    """

    email: str
    state: State
    password: str | None = None


def addresses(given: Iterable[str]) -> list[str]:
    """E-mail addresses as logins, which are in small letters; each once.

    Raises:
        InputError: one is no address.
    """
    found = []
    for text in given:
        email = text.strip().lower()
        if len(email) > 254 or not _EMAIL.fullmatch(email):
            raise InputError("this is no e-mail address", where=text, fix="write name@example.org")
        found.append(email)
    return list(dict.fromkeys(found))


def new_password() -> str:
    """Four groups of four letters and digits, 79 bits, that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def passwords_file(workspace: Workspace) -> Path:
    """Where the passwords are (mode 0600)."""
    return workspace.server / "logins.json"


def passwords(workspace: Workspace) -> dict[str, str]:
    """The password of each login that was made here.

    Raises:
        ServerError: the file cannot be read.
    """
    path = passwords_file(workspace)
    try:
        found = json.loads(path.read_text("utf-8"))
        keep_out_of_logs(*(str(password) for password in found.values()))
        return {str(email): str(password) for email, password in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError):
        raise ServerError(
            "the passwords cannot be read",
            where=str(path),
            fix="move the file away, and give new ones: annotate annotators add EMAIL "
            "--reset-password",
        ) from None


def add_logins(workspace: Workspace, emails: Sequence[str], *, reset: bool = False) -> list[Login]:
    """Gives everybody a login on the running embedded server, in one go: all or none.

    Args:
        emails: as `addresses` gives them.
        reset: whether who could log in before gets another password.

    Raises:
        ServerDown: the server is not running.
        ServerError: it did not take them, or one is the administrator's.
    """
    state = running(workspace)
    if state is None:
        raise ServerDown(
            "the embedded server is not running",
            where=str(workspace.home),
            fix="start it: annotate server start",
        )
    administrator = credentials(workspace).email
    if administrator in emails:
        raise ServerError(
            f"{administrator} is the administrator's login",
            where=str(workspace.server / "credentials.json"),
            fix="leave it out",
        )
    with workspace.lock("logins"):
        known = passwords(workspace)
        made = {email: new_password() for email in emails}
        keep_out_of_logs(*made.values())
        wanted = {
            "logins": [{"email": e, "password": p} for e, p in made.items()],
            "reset": reset,
        }
        states = _inside(json.dumps(wanted), environment_of(state), workspace.server)
        done = [Login(e, states[e], None if states[e] == "kept" else made[e]) for e in emails]
        known |= {login.email: login.password for login in done if login.password}
        write_text(passwords_file(workspace), json.dumps(known, indent=2) + "\n", mode=0o600)
    return done


def _inside(wanted: str, environment: dict[str, str], folder: Path) -> dict[str, State]:
    """Runs `logins_inside`; what it writes on stderr may be shown, for no password is in it."""
    command = [sys.executable, "-m", "annotate.labeling.logins_inside"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            command,
            input=wanted,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=folder,  # where no module of the user's can be taken for one of the server's
            timeout=SECONDS,
            check=False,
        )
        answer: dict[str, State] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise ServerError(f"the logins were not made within {SECONDS} s") from None
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ServerError(f"the logins could not be made: {last[:300]}") from None
    return answer
