"""What Label Studio is told, whatever the user's environment says."""

from __future__ import annotations

from pathlib import Path

from annotate.database import Postgres
from annotate.labeling.server_environment import CLOSED, environment, own_variables
from annotate.labeling.server_state import Credentials

LOGIN = Credentials("a@example.org", "secret", "t" * 40)


def test_the_users_variables_of_label_studio_do_not_count(tmp_path: Path) -> None:
    own = own_variables(tmp_path, LOGIN, None)
    users = {
        "PATH": "/bin",
        "PGPASSWORD": "pg",
        "LABEL_STUDIO_SENTRY_DSN": "https://x",
        "HEARTEX_DATABASE_NAME": "/elsewhere",
        "DATABASE_NAME": "/elsewhere",
        "POSTGRE_PASSWORD": "other",
        "COLLECT_ANALYTICS": "true",
        "STORAGE_TYPE": "s3",
        "HOST": "https://elsewhere",
        "DEBUG": "true",
    }
    found = environment(own, users)
    assert found == own | {"PATH": "/bin", "PGPASSWORD": "pg", "PYTHONWARNINGS": "ignore"}
    assert CLOSED.items() <= found.items()


def test_postgresql_gets_its_password_from_its_own_library(tmp_path: Path) -> None:
    own = own_variables(tmp_path, LOGIN, Postgres("me", "db", 5433, "labels"))
    assert own["DJANGO_DB"] == "default"
    assert (own["POSTGRE_USER"], own["POSTGRE_PORT"]) == ("me", "5433")
    assert own["POSTGRE_PASSWORD"] == ""
    assert "POSTGRE_HOST" not in own_variables(tmp_path, LOGIN, None)
