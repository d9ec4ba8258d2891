"""A real PostgreSQL for the tests: a cluster of its own, with passwords, on 127.0.0.1.

Label Studio needs a minute to make its tables: they are made once, kept beside pytest's cache, and
put back into a new database in seconds.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filelock import FileLock

from annotate.database import Postgres
from annotate.labeling import server as embedded
from annotate.labeling.server import Credentials
from annotate.labeling.server_process import free_port
from annotate.workspace import Workspace
from tests.conftest import copy_of

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

    def restore(self, name: str, dump: Path) -> Postgres:
        """A new database with what was dumped."""
        made = self.create(name)
        options = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
        self._client("psql", *options, "--file", dump, "--dbname", name)
        return made

    def dump(self, name: str, to: Path) -> None:
        self._client("pg_dump", "--no-owner", "--file", to, "--dbname", name)

    def _client(self, program: str, *arguments: str | Path) -> None:
        place = ("--host", "127.0.0.1", "--port", str(self.port), "--username", USER)
        _run(program, *place, *arguments, env=os.environ | {"PGPASSWORD": self.password})

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
    data, password, port = folder / "data", secrets.token_urlsafe(16), free_port()
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The session's cluster. Tests make databases of their own in it."""
    with cluster() as made:
        yield made


@dataclass(frozen=True)
class Migrated:
    """A database with Label Studio's tables and one user, and that user's login."""

    folder: Path  # a server folder without a database
    dump: Path
    login: Credentials

    def copy_to(self, home: Path) -> Workspace:
        """A workspace that has no database yet, and the login."""
        workspace = copy_of(self.folder, home)
        (workspace.server / "database.json").unlink()
        return workspace


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Cluster, pytestconfig: pytest.Config) -> Migrated:
    """What the first start on PostgreSQL leaves: made once (60 s), then only copied (3 s)."""
    assert pytestconfig.cache is not None
    server = subprocess.run(["postgres", "--version"], capture_output=True, text=True, check=True)
    release = server.stdout.split()[2].partition(".")[0]
    name = f"label-studio-{version('label-studio')}-postgres-{release}"
    home = pytestconfig.cache.mkdir(name)
    done, dump, workspace = home / "migrated", home / "dump.sql", Workspace(home)
    with FileLock(home / "making.lock"):
        if not done.exists():
            shutil.rmtree(home / "server", ignore_errors=True)
            database = postgres.create("to_be_migrated")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PGPASSWORD", postgres.password)
                embedded.start(workspace, database=database)
                embedded.stop(workspace)
            postgres.dump(database.name, dump)
            done.touch()
    return Migrated(home / "server", dump, embedded.credentials(workspace))


def _run(program: str, *arguments: str | Path, **owner: Any) -> None:
    # Of several releases the one whose server is run: a newer pg_dump writes what this one refuses.
    beside = Path(shutil.which("postgres") or "").resolve().parent / program
    done = subprocess.run(
        [beside if beside.exists() else program, *map(str, arguments)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a file or nothing: the server keeps what it was given
        stderr=subprocess.DEVNULL,
        timeout=180,
        check=False,
        **owner,
    )
    assert done.returncode == 0, f"{program} failed with {done.returncode}"
