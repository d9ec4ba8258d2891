"""Logins: annotators can really log in, and no password goes where others can read it."""

from __future__ import annotations

import json
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate.errors import InputError, ServerDown, ServerError
from annotate.labeling.client import Client
from annotate.labeling.interface import labeling_interface
from annotate.labeling.logins import (
    Login,
    add_logins,
    addresses,
    new_password,
    passwords,
    passwords_file,
)
from annotate.ontology import Ontology
from annotate.workspace import Workspace
from tests.browser import Annotator
from tests.conftest import Live
from tests.labeling.builders import SENTENCE
from tests.labeling.session import log_in, sign_up


def test_addresses_become_logins_in_small_letters_each_once() -> None:
    given = [" Anna.B+x@Example.ORG", "omar@news.example.org", "anna.b+x@example.org"]
    assert addresses(given) == ["anna.b+x@example.org", "omar@news.example.org"]


@pytest.mark.parametrize(
    "text",
    [
        *("anna", "anna@localhost", "a b@example.org", "anna@-x.org", "@x.org", "--reset@"),
        *("ann@x.org;b@x.org", "عمر@example.org", "a" * 250 + "@x.org", "anna@x.org\nbcc@x.org"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="this is no e-mail address"):
        addresses(["good@example.org", text])


def test_passwords_differ_and_can_be_typed() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 19 and password.isascii() for password in made)
    assert not set("".join(made)) & set("0o1liIO")


def test_without_a_running_server_there_are_no_logins(tmp_path: Path) -> None:
    with pytest.raises(ServerDown, match="annotate server start"):
        add_logins(Workspace(tmp_path / "home"), ["anna@example.org"])
    assert not passwords_file(Workspace(tmp_path / "home")).exists()


def test_a_damaged_file_of_passwords_is_one_clear_error(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    assert passwords(workspace) == {}
    workspace.server.mkdir(parents=True)
    passwords_file(workspace).write_text("[]")
    with pytest.raises(ServerError, match="the passwords cannot be read; move the file away"):
        passwords(workspace)


@dataclass(frozen=True)
class Team:
    """Logins that were made in one go, and what was run for it."""

    logins: dict[str, Login]
    commands: str

    def password(self, email: str) -> str:
        password = self.logins[email].password
        assert password is not None
        return password


# At a place of their own: other tests know an Anna on this server, too.
ANNA, OMAR, HUDA = "anna@logins.example.org", "omar@logins.example.org", "huda@logins.example.org"


@pytest.fixture(scope="module")
def team(live: Live) -> Team:
    """Anna and Omar are new; Huda was made through the API, in other letters."""
    seen: list[list[str]] = []
    real = subprocess.run

    def recorded(command: list[str], **options: Any) -> Any:
        seen.append(command)
        return real(command, **options)

    with live.client() as client:
        client.create_user("Huda@Logins.Example.org")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "run", recorded)
        done = add_logins(live.workspace, [ANNA, OMAR, HUDA])
    return Team({login.email: login for login in done}, json.dumps(seen))


@pytest.mark.server
def test_new_logins_work(live: Live, team: Team) -> None:
    assert {email: login.state for email, login in team.logins.items()} == dict.fromkeys(
        [ANNA, OMAR, HUDA], "added"
    )
    for email in team.logins:
        who = log_in(live.running.url, email, team.password(email))
        assert who is not None
        assert who["email"] == email
        assert log_in(live.running.url, email, f"{team.password(email)}x") is None


@pytest.mark.server
def test_passwords_are_in_the_private_file_only(live: Live, team: Team) -> None:
    path = passwords_file(live.workspace)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    others = [p for p in live.workspace.home.rglob("*") if p.is_file() and p != path]
    assert "annotate.labeling.logins_inside" in team.commands
    for email in team.logins:
        assert passwords(live.workspace)[email] == team.password(email)
        assert team.password(email) not in team.commands
        assert [p for p in others if team.password(email).encode() in p.read_bytes()] == []


@pytest.mark.server
def test_adding_again_keeps_the_password_unless_it_is_reset(live: Live, team: Team) -> None:
    kept, added = add_logins(live.workspace, [OMAR, "sami@example.org"])
    assert (kept.state, kept.password) == ("kept", None)
    assert added.state == "added"
    assert passwords(live.workspace)[OMAR] == team.password(OMAR)
    assert log_in(live.running.url, OMAR, team.password(OMAR)) is not None
    (reset,) = add_logins(live.workspace, ["sami@example.org"], reset=True)
    assert reset.state == "reset"
    assert reset.password is not None
    assert added.password is not None
    assert reset.password != added.password
    assert passwords(live.workspace)["sami@example.org"] == reset.password
    assert log_in(live.running.url, "sami@example.org", added.password) is None
    assert log_in(live.running.url, "sami@example.org", reset.password) is not None


@pytest.mark.server
def test_an_invitation_refuses_who_was_made_through_the_api(live: Live, client: Client) -> None:
    """Why no user is made on an external server: they could never get a password."""
    client.create_user("late@example.org")
    assert {m.email: m.last_seen for m in client.members()}["late@example.org"] is None
    invitation = client.invite_url()
    assert not sign_up(live.running.url, invitation, "late@example.org", new_password())
    assert sign_up(live.running.url, invitation, "soon@example.org", new_password())


@pytest.mark.server
def test_the_administrators_password_is_not_touched(live: Live) -> None:
    with pytest.raises(ServerError, match="is the administrator's login; leave it out"):
        add_logins(live.workspace, ["x@example.org", live.login.email], reset=True)
    assert log_in(live.running.url, live.login.email, live.login.password) is not None
    assert "x@example.org" not in passwords(live.workspace)


@pytest.mark.server
@pytest.mark.browser
def test_an_annotator_logs_in_with_a_browser_and_annotates(
    client: Client, ontology: Ontology, team: Team, browser: Annotator
) -> None:
    project_id = client.create_project("logins", labeling_interface(ontology), "")
    (task_id,) = client.import_tasks(project_id, [{"data": {"text": SENTENCE}}])
    before = {member.email: member for member in client.members()}
    assert before[ANNA].annotations == 0
    browser.sign_in(ANNA, team.password(ANNA))
    assert browser.open_label_stream(project_id, regions=0) == task_id
    browser.submit()
    browser.until(lambda: client.export_tasks(project_id, [task_id])[0]["annotations"])
    (member,) = (member for member in client.members() if member.email == ANNA)
    (annotation,) = client.export_tasks(project_id, [task_id])[0]["annotations"]
    assert annotation["completed_by"] == member.user_id
    assert member.annotations == 1
    assert member.last_seen is not None
