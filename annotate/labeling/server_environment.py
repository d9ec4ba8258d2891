"""The variables that Label Studio is run with; compose.yaml sets the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from annotate.database import Postgres
from annotate.labeling.server_state import Credentials

# Nobody signs up without an invitation, scripts may use plain tokens, and nothing calls out: no
# telemetry, no version check, no error reports.
CLOSED = {
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
}
# Label Studio reads each of its settings from three names: LABEL_STUDIO_X, HEARTEX_X and X.
_PREFIXES = (
    *("LABEL_STUDIO_", "HEARTEX_", "DJANGO_", "POSTGRE_", "SENTRY_", "MYSQL_"),
    *("STORAGE_", "MINIO_", "REDIS_", "CSRF_", "SESSION_COOKIE_", "FEATURE_FLAGS_"),
)
_NAMES = ("BASE_DATA_DIR", "DATABASE_NAME", "HOST", "PORT", "DEBUG", "LOG_LEVEL", "EDITOR_KEYMAP")


def database_variables(database: Postgres | None) -> dict[str, str]:
    """The variables that choose the database; None is SQLite in the data folder.

    The password is empty on purpose: PostgreSQL's own library then looks at PGPASSWORD and at its
    password file.
    """
    if database is None:
        return {"DJANGO_DB": "sqlite"}
    return {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": database.host,
        "POSTGRE_PORT": str(database.port),
        "POSTGRE_NAME": database.name,
        "POSTGRE_USER": database.user,
        "POSTGRE_PASSWORD": "",
    }


def own_variables(data: Path, login: Credentials, database: Postgres | None) -> dict[str, str]:
    """Every variable of Label Studio that we set."""
    return {
        "LABEL_STUDIO_BASE_DATA_DIR": str(data.resolve()),
        "LABEL_STUDIO_USERNAME": login.email,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
        **database_variables(database),
        **CLOSED,
    }


def environment(own: Mapping[str, str], users: Mapping[str, str]) -> dict[str, str]:
    """The user's environment with our variables: what it says of Label Studio does not count."""
    kept = {
        name: value
        for name, value in users.items()
        if not name.startswith(_PREFIXES) and name not in _NAMES
    }
    return kept | dict(own) | {"PYTHONWARNINGS": "ignore"}
