"""Runs inside of Label Studio's own code, as a process of its own: users who can log in.

`python -m annotate.labeling.logins_inside` with the running server's environment reads the wanted
logins from its standard input, so that no password is among its arguments, and answers on its
standard output. The server's API makes users without a password, and the invitation refuses an
address that has a user already: this way serves both, and gives a forgotten password anew.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TRIES = 5  # SQLite lets one write at a time, and the server writes too


def main() -> None:
    """Reads `{"logins": [{"email", "password"}], "reset": bool}`; answers `{email: state}`."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        os.dup2(2, 1)  # whatever else is written is for the log
        wanted = json.loads(sys.stdin.read())
        _set_up()
        json.dump(_with_patience(wanted["logins"], reset=wanted["reset"]), answer)


def _set_up() -> None:
    spec = find_spec("label_studio")
    assert spec is not None  # noqa: S101 - the server runs
    assert spec.origin is not None  # noqa: S101 - it is a package with a file
    sys.path.insert(0, str(Path(spec.origin).parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "label_studio.core.settings.label_studio")
    import_module("django").setup()


def _with_patience(logins: Sequence[Mapping[str, str]], *, reset: bool) -> dict[str, str]:
    busy = import_module("django.db").OperationalError
    for left in reversed(range(TRIES)):
        try:
            with import_module("django.db.transaction").atomic():
                return {login["email"]: _login(**login, reset=reset) for login in logins}
        except busy:
            if not left:
                raise
            time.sleep(1)
    raise AssertionError


def _login(email: str, password: str, *, reset: bool) -> str:
    """Makes or finds a user; the password is given to who has none, and with `reset` to all."""
    users: Any = import_module("users.models").User.objects
    organisation = import_module("organizations.models").Organization.objects.first()
    # The login page asks for small letters; the API may have made the user with others.
    user = users.filter(email=email).first() or users.filter(email__iexact=email).first()
    if user is None:
        user, state = users.create_user(email, password, username=email.partition("@")[0]), "added"
    elif not user.password or not user.has_usable_password():
        state = "added"
    else:
        state = "reset" if reset else "kept"
    if state != "kept":
        user.set_password(password)
        user.email, user.is_active = email, True
    organisation.add_user(user)
    user.active_organization = user.active_organization or organisation
    user.save()
    return state


if __name__ == "__main__":
    main()
