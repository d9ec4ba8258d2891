"""The address of a PostgreSQL database, which never holds a password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

EXAMPLE = "postgresql://labels@127.0.0.1:5432/labels"
PORT = 5432
_SCHEMES = ("postgresql", "postgres")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")  # names and addresses; a socket's folder is none


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database on a PostgreSQL server; `str` gives its address."""

    user: str
    host: str
    port: int
    name: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        user, name = quote(self.user, safe=""), quote(self.name, safe="")
        return f"postgresql://{user}@{host}:{self.port}/{name}"


def parse_postgres(address: str) -> Postgres:
    """The database that an address such as `EXAMPLE` names.

    Raises:
        ValueError: why it names none. The message never repeats the address, which may hold a
            password.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", PORT if parts.port is None else parts.port
    except ValueError:
        raise ValueError(f"this is no address such as {EXAMPLE}") from None
    if parts.scheme not in _SCHEMES:
        raise ValueError(f"this is no address such as {EXAMPLE}")
    if parts.password is not None:
        raise ValueError(
            "the address must hold no password: set PGPASSWORD, or use PostgreSQL's password file "
            "~/.pgpass"
        )
    if parts.query or parts.fragment:
        raise ValueError(
            "the address must end after the database's name; set PostgreSQL's own variables, as "
            "PGSSLMODE, for anything else"
        )
    user, name = unquote(parts.username or ""), unquote(parts.path.removeprefix("/"))
    if not user or not name or not port or not _HOST.fullmatch(host):
        raise ValueError(f"the address must name user, host and database, as {EXAMPLE}")
    if not (user + name).isprintable() or "/" in name:
        raise ValueError("the name of the user or of the database cannot be one")
    return Postgres(user, host, port, name)
