"""annotators: what the terminal and --json show, and what they never show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.labeling.logins import passwords, passwords_file
from tests.cli.conftest import Run
from tests.conftest import Live
from tests.labeling.session import log_in

EMAIL = "layla@example.org"


@pytest.fixture
def embedded(folder: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The commands find the session's server as their embedded one."""
    monkeypatch.setenv("ANNOTATE_HOME", str(live.workspace.home))
    return live


@pytest.fixture
def external(folder: Path, live: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The commands know the session's server by its address only."""
    monkeypatch.setenv("LABEL_STUDIO_URL", live.running.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", live.login.token)
    return live


def test_without_a_server_there_is_one_clear_error(run: Run) -> None:
    done = run("annotators", "add", EMAIL)
    assert done.code == 1
    assert "the embedded server is not running; start it: annotate server start" in done.err


def test_a_wrong_address_is_told_before_anything_is_asked(run: Run) -> None:
    done = run("annotators", "add", EMAIL, "layla")
    assert (done.code, done.out) == (1, "")
    assert "layla: this is no e-mail address; write name@example.org" in done.err


@pytest.mark.server
def test_a_dry_run_adds_nobody(run: Run, embedded: Live) -> None:
    done = run("annotators", "add", "nobody@example.org", embedded.login.email, "--dry-run")
    assert done.code == 0
    assert "nobody@example.org: would be added" in done.err
    assert f"{embedded.login.email}: is there already" in done.err
    with embedded.client() as client:
        assert "nobody@example.org" not in client.users().values()


@pytest.mark.server
def test_the_password_is_shown_once_and_never_again(run: Run, embedded: Live) -> None:
    added = run("annotators", "add", EMAIL.upper())
    assert added.code == 0, added.err
    password = passwords(embedded.workspace)[EMAIL]
    assert f"{EMAIL}" in added.out
    assert password in added.out
    assert str(passwords_file(embedded.workspace)) in added.err
    assert log_in(embedded.running.url, EMAIL, password) is not None
    for words in (
        ("annotators", "list"),
        ("annotators", "list", "--json"),
        ("server", "status", "--json"),
        ("server", "start"),
        ("doctor", "--json"),
    ):
        done = run(*words)
        assert done.code == 0, done.err
        assert password not in done.out + done.err
        assert embedded.login.password not in done.out + done.err
    listed = {
        entry["email"]: entry for entry in json.loads(run("annotators", "list", "--json").out)
    }
    assert listed[EMAIL]["password_in_file"] is True
    assert listed[EMAIL]["annotations"] == 0
    assert listed[embedded.login.email]["password_in_file"] is False
    assert str(passwords_file(embedded.workspace)) in run("annotators", "list").err


@pytest.mark.server
def test_on_an_external_server_the_invitation_is_printed(run: Run, external: Live) -> None:
    with external.client() as client:
        before = set(client.users().values())
    done = run("annotators", "add", "far@example.org", external.login.email, "--json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert answer["invitation"].startswith(f"{external.running.url}/user/signup/?token=")
    assert [entry["state"] for entry in answer["annotators"]] == ["to invite", "there"]
    plain = run("annotators", "add", "far@example.org")
    assert answer["invitation"] in plain.out
    assert "they choose their own password" in plain.err
    with external.client() as client:
        assert set(client.users().values()) == before


@pytest.mark.server
def test_on_an_external_server_no_password_can_be_reset(run: Run, external: Live) -> None:
    done = run("annotators", "add", external.login.email, "--reset-password")
    assert (done.code, done.out) == (1, "")
    assert "run there: label-studio reset_password" in done.err
