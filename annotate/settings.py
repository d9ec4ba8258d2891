"""Settings: one annotate.toml, and the environment, become one frozen value."""

from __future__ import annotations

import glob
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from annotate.errors import SettingsError
from annotate.logfile import keep_out_of_logs
from annotate.settings_values import (
    CorpusSettings,
    DatasetSettings,
    OntologySettings,
    PreannotateSettings,
    ProjectSettings,
    SamplingSettings,
    ServerSettings,
    Settings,
    Split,
)

__all__ = [
    "FILE",
    "CorpusSettings",
    "DatasetSettings",
    "OntologySettings",
    "PreannotateSettings",
    "ProjectSettings",
    "SamplingSettings",
    "ServerSettings",
    "Settings",
    "Split",
    "load_settings",
    "token",
    "with_sampling",
    "with_title",
]

FILE = "annotate.toml"


def load_settings(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from a file (default: annotate.toml in the working folder, if there is one).

    Paths in the file are relative to it. ANNOTATE_HOME moves the workspace; LABEL_STUDIO_URL wins
    over the file's server.url, and the file's token is then for another server;
    LABEL_STUDIO_ALLOW_HTTP wins over server.allow_http.

    Raises:
        SettingsError: naming the file and every key that is wrong.
    """
    environment = os.environ if environment is None else environment
    file = Path(path or FILE)
    if path is not None and not file.is_file():
        raise SettingsError("no such file", where=str(path), fix="write one: annotate init")
    base = file.resolve().parent  # what relative paths in the file are relative to
    allow_http = environment.get("LABEL_STUDIO_ALLOW_HTTP")
    settings = _read(file, allow_http) if file.is_file() else Settings()
    home = Path(environment.get("ANNOTATE_HOME") or base / ".annotate")
    server = settings.server
    if environment.get("LABEL_STUDIO_URL"):
        url = environment["LABEL_STUDIO_URL"]
        token_file = server.token_file if server.url in (None, url) else None
        given = {"port": server.port, "database": server.database, "token_file": token_file}
        server = _server({"url": url, **given, "allow_http": allow_http or server.allow_http})
    return settings.model_copy(
        update={
            "home": home.absolute(),
            "server": server.model_copy(
                update={"token_file": _absolute(server.token_file, base)},
            ),
            "corpus": settings.corpus.model_copy(
                update={
                    "sources": tuple(_source(source, base) for source in settings.corpus.sources),
                    "cleaning": _absolute(settings.corpus.cleaning, base),
                }
            ),
            "ontology": settings.ontology.model_copy(
                update={"path": _absolute(settings.ontology.path, base)}
            ),
            "preannotate": settings.preannotate.model_copy(
                update={
                    "lexicons": tuple(base / path for path in settings.preannotate.lexicons),
                    "learned": base / settings.preannotate.learned,
                }
            ),
            "dataset": settings.dataset.model_copy(
                update={"folder": (base / settings.dataset.folder).resolve()}
            ),
        }
    )


def with_title(project: ProjectSettings, title: str) -> ProjectSettings:
    """The project's settings with another title, under the same rules.

    Raises:
        SettingsError: the server would refuse this title.
    """
    try:
        return ProjectSettings.model_validate(project.model_dump() | {"title": title})
    except ValidationError as problem:
        raise SettingsError(_explain(problem), where="--project") from None


def with_sampling(
    settings: Settings, overlap: int | None = None, overlap_share: float | None = None
) -> Settings:
    """The settings with another overlap, where one is given."""
    given = {"overlap": overlap, "overlap_share": overlap_share}
    update = {name: value for name, value in given.items() if value is not None}
    return settings.model_copy(update={"sampling": settings.sampling.model_copy(update=update)})


def token(settings: Settings, environment: Mapping[str, str] | None = None) -> str:
    """The external server's token: LABEL_STUDIO_API_KEY, else the file that the settings name.

    Raises:
        SettingsError: there is none, it is no token, or others can read the file.
    """
    environment = os.environ if environment is None else environment
    given = environment.get("LABEL_STUDIO_API_KEY", "").strip()
    if given:
        return _sound(given, "LABEL_STUDIO_API_KEY")
    path = settings.server.token_file
    if path is None:
        raise SettingsError(
            f"there is no token for {settings.server.url}",
            fix="set LABEL_STUDIO_API_KEY, or server.token_file in annotate.toml",
        )
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SettingsError(
                "others can read the token file", where=str(path), fix=f"run: chmod 600 {path}"
            )
        return _sound(path.read_bytes().decode("utf-8", "replace").strip(), str(path))
    except OSError as problem:
        raise SettingsError(
            f"the token file cannot be read ({problem.strerror})", where=str(path)
        ) from None


def _sound(found: str, where: str) -> str:
    """A token that can be sent; what it is stays out of the message."""
    if not found:
        raise SettingsError("the token file is empty", where=where)
    if not found.isascii() or not found.isprintable() or " " in found:
        raise SettingsError(
            "this is no token: it holds blanks, line breaks or characters beyond ASCII",
            where=where,
            fix="copy the token again",
        )
    keep_out_of_logs(found)
    return found


def _read(file: Path, allow_http: str | None) -> Settings:
    try:
        values = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise SettingsError(f"not UTF-8 at byte {problem.start}", where=str(file)) from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"not valid TOML: {problem}", where=str(file)) from None
    except RecursionError:
        raise SettingsError("not valid TOML: nested too deeply", where=str(file)) from None
    if "home" in values:
        raise SettingsError(
            "unknown key home", where=str(file), fix="the variable ANNOTATE_HOME moves it"
        )
    server = values.get("server")
    if allow_http and isinstance(server, dict):
        server["allow_http"] = allow_http
    try:
        return Settings.model_validate(values)
    except ValidationError as problem:
        raise SettingsError(_explain(problem), where=str(file)) from None


def _server(values: dict[str, object]) -> ServerSettings:
    try:
        return ServerSettings.model_validate(values)
    except ValidationError as problem:
        raise SettingsError(_explain(problem), where="LABEL_STUDIO_URL") from None


def _explain(problem: ValidationError) -> str:
    parts = []
    for error in problem.errors():
        name = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            known = ", ".join(_known(error["loc"][:-1]))
            parts.append(f"unknown key {name} (there are {known})")
        else:
            message = error["msg"].removeprefix("Value error, ")
            parts.append(f"{name}: {message[0].lower()}{message[1:]}")
    return "; ".join(parts)


def _known(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in location:
        annotation = model.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return [name for name in model.model_fields if name != "home"]


def _source(source: str, base: Path) -> str:
    """A source below the settings' folder, whose own name is no pattern."""
    return str((Path(glob.escape(str(base))) if glob.has_magic(source) else base) / source)


def _absolute(path: Path | None, base: Path) -> Path | None:
    return None if path is None else base / path
