"""Fixtures of the labeling tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.labeling.logins import new_password
from tests.browser import browser, chromium
from tests.conftest import Live
from tests.labeling.bench import bench
from tests.labeling.session import sign_up
from tests.postgres import migrated_postgres, postgres

__all__ = ["bench", "browser", "chromium", "migrated_postgres", "postgres"]
PasswordOf = Callable[[str], str]


@pytest.fixture(scope="session")
def password_of(live: Live) -> PasswordOf:
    """The password of an annotator on the session's server, who is invited when first named."""
    made: dict[str, str] = {}

    def password(email: str) -> str:
        if email not in made:
            made[email] = new_password()
            with live.client() as client:
                assert sign_up(live.running.url, client.invite_url(), email, made[email])
        return made[email]

    return password
