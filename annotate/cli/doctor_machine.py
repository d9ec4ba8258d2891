"""What `annotate doctor` looks at on this machine: packages, room, fonts, who can read secrets."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from annotate.cli.doctor_server import advisories_of
from annotate.cli.findings import Finding, State
from annotate.labeling.server_database import sqlite_file
from annotate.settings import Settings
from annotate.show.fonts import arabic_font, font_folders
from annotate.workspace import Workspace

LEAST_FREE = 1 << 30  # bytes; with less than a tenth of it nothing works
NEEDED = ("label-studio-sdk", "pandas", "pyarrow", "camel-tools", "click")


def installation() -> Iterator[Finding]:
    """Versions of Python and of the packages, and what is known against them."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    detail = f"{version}, needs 3.11 to 3.13"
    yield Finding("python", "ok" if fits else "broken", detail, None if fits else "use another one")
    for name in NEEDED:
        found = _version(name)
        if found:
            yield Finding(name, "ok", found)
        else:
            yield Finding(name, "broken", "missing", "pip install annotate")
    sdk = _version("label-studio-sdk")
    if sdk:
        yield from (f for f in advisories_of("label-studio-sdk", sdk, "this") if f.state != "ok")
    there = _version("label-studio") if find_spec("label_studio") else None
    if there:
        yield Finding("label-studio (embedded)", "ok", there)
        yield from (f for f in advisories_of("label-studio", there, "this") if f.state != "ok")
    else:
        detail = "missing: only an external server can be used"
        fix = "pip install 'annotate[server]', if you want one here"
        yield Finding("label-studio (embedded)", "ok", detail, fix)
    yield _compiled()
    driver = _version("psycopg")
    detail = f"psycopg {driver}" if driver else "no psycopg: SQLite only"
    yield Finding("PostgreSQL driver", "ok", detail)


def _compiled() -> Finding:
    """Whether pre-annotation is compiled (see hatch_build.py): it does the same, only faster."""
    found = find_spec("annotate.heuristics.document")
    if found is not None and found.origin is not None and not found.origin.endswith(".py"):
        return Finding("pre-annotation", "ok", "compiled")
    fix = "pip install . (or make compile), if it must be faster: 3 minutes, a C compiler"
    return Finding("pre-annotation", "ok", "pure Python", fix)


def machine(settings: Settings) -> Iterator[Finding]:
    """Room on the disk, a font for Arabic, and files that only their user should read."""
    yield _room(settings.workspace)
    yield _fonts()
    yield _private(settings)
    if settings.workspace.interrupted_restore.exists():
        yield Finding(
            "workspace",
            "broken",
            f"{settings.home}: a backup was being put in place, and that was killed",
            "run it again, which puts back what was there before: annotate server restore FILE",
        )
    else:
        yield Finding("workspace", "ok", str(settings.home))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _room(workspace: Workspace) -> Finding:
    """A backup needs twice the database for a while."""
    there = next(path for path in (workspace.home, *workspace.home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    database = sqlite_file(workspace)
    wanted = LEAST_FREE + (2 * database.stat().st_size if database.exists() else 0)
    detail = f"{free / 1e9:.1f} GB free at {there}"
    if free >= wanted:
        return Finding("disk", "ok", detail)
    state: State = "warning" if free >= LEAST_FREE // 10 else "broken"
    what = f"make room: {wanted / 1e9:.1f} GB should be free, for the server's data and a backup"
    return Finding("disk", state, detail, what)


def _fonts() -> Finding:
    found = arabic_font(font_folders())
    if found:
        return Finding("fonts", "ok", f"Arabic: {found.name}")
    return Finding(
        "fonts",
        "warning",
        "no font with Arabic letters was found on this machine",
        "install one, as Noto Naskh Arabic (Debian: fonts-noto-core), if texts are read here",
    )


def _private(settings: Settings) -> Finding:
    exposed = [str(path) for path in secret_files(settings) if is_exposed(path, settings.home)]
    token_file = settings.server.token_file
    if token_file and token_file.exists() and token_file.stat().st_mode & 0o077:
        exposed.append(str(token_file))
    if os.name != "posix" or not exposed:
        return Finding("secrets", "ok", "only you can read the files that hold them")
    return Finding(
        "secrets",
        "broken",
        f"others can read {', '.join(exposed)}",
        f"run: chmod 600 {' '.join(exposed)}",
    )


def secret_files(settings: Settings) -> list[Path]:
    """Files of the workspace that hold passwords, tokens or all that people did."""
    workspace = settings.workspace
    names = ("credentials.json", "logins.json", "data/.env", "data/label_studio.sqlite3")
    places = [workspace.server / name for name in names]
    places += [workspace.ledger, *sorted(workspace.history.glob("*.parquet"))]
    places += sorted((workspace.home / "backups").glob("*.tar.gz"))
    return [path for path in places if path.is_file()]


def is_exposed(path: Path, home: Path) -> bool:
    """Whether others can read a file: by its own mode, and that of the folders it is in."""
    if not path.stat().st_mode & 0o044:
        return False
    folders = [folder for folder in path.parents if folder == home or home in folder.parents]
    return all(folder.stat().st_mode & 0o011 for folder in folders)
