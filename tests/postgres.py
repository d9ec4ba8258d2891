"""A real PostgreSQL for the tests: a cluster of its own, with passwords, on 127.0.0.1."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from annotate.database import Postgres

USER = "labels"


@dataclass(frozen=True)
class Cluster:
    """A running cluster; every database of it is reached with the same user and password."""

    port: int
    password: str

    def database(self, name: str) -> Postgres:
        return Postgres(USER, "127.0.0.1", self.port, name)

    def run(self, command: str) -> None:
        """One command as the owner of everything, outside of a transaction."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self.password,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(command.encode())

    def create(self, name: str, encoding: str = "UTF8") -> Postgres:
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
        return self.database(name)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Makes a cluster, starts it, and stops it in the end; root lends the work to somebody else."""
    owner: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="annotate-postgres-"))  # pytest's are root's alone
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        name = "postgres" if "postgres" in names else "nobody"
        owner = {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
        shutil.chown(folder, name)
    data, password, port = folder / "data", secrets.token_urlsafe(16), _free_port()
    try:
        _run("initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8", **owner)
        options = f"-p {port} -h 127.0.0.1 -k '' -c fsync=off -c full_page_writes=off"
        start = ("-w", "-t", "120", "-l", folder / "log", "-o", options, "start")
        _run("pg_ctl", "-D", data, *start, **owner)
        try:
            made = Cluster(port, password)
            made.run(f"ALTER USER {USER} PASSWORD '{password}'")
            rules = "host all all 127.0.0.1/32 scram-sha-256\n"
            (data / "pg_hba.conf").write_text(rules)
            _run("pg_ctl", "-D", data, "reload", **owner)
            yield made
        finally:
            _run("pg_ctl", "-D", data, "-w", "-t", "120", "-m", "fast", "stop", **owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str | Path, **owner: Any) -> None:
    done = subprocess.run(
        [program, *map(str, arguments)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a file or nothing: the server keeps what it was given
        stderr=subprocess.DEVNULL,
        timeout=180,
        check=False,
        **owner,
    )
    assert done.returncode == 0, f"{program} failed with {done.returncode}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
