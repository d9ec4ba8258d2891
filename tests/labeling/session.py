"""Logging in to Label Studio as a browser does."""

from __future__ import annotations

from typing import Any

import httpx


def log_in(url: str, email: str, password: str, **headers: str) -> dict[str, Any] | None:
    """Who the server says that this is after logging in; None if it does not let them in."""
    with httpx.Client(base_url=url, trust_env=False, headers=headers) as session:
        session.get("/user/login")
        form = {"email": email, "password": password}
        form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        answer = session.post("/user/login", data=form, headers={"Referer": f"{url}/user/login"})
        if answer.status_code != 302:
            return None
        found: dict[str, Any] = session.get("/api/current-user/whoami").json()
        return found


def sign_up(url: str, invitation: str, email: str, password: str) -> bool:
    """Whether an invitation gave this address a login."""
    with httpx.Client(base_url=url, trust_env=False) as session:
        session.get(invitation)
        form = {"email": email, "password": password}
        form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        return session.post(invitation, data=form, headers={"Referer": url}).status_code == 302
