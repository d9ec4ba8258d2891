"""annotators add and list: who may log in."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from annotate.cli.connect import connect
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    say,
    settings_of,
    table,
)
from annotate.cli.pseudonyms import names_for
from annotate.errors import ServerError
from annotate.labeling.logins import Login, add_logins, addresses, passwords, passwords_file
from annotate.settings import Settings

_STATES = {
    "added": "can log in now",
    "reset": "has another password",
    "kept": "could log in before; nothing was changed",
}


@click.group(
    epilog=examples("annotate annotators add anna@example.org", "annotate annotators list")
)
def annotators() -> None:
    """Give annotators their logins, and see who has one."""


@annotators.command(
    epilog=examples(
        "annotate annotators add anna@example.org omar@example.org",
        "annotate annotators add anna@example.org --reset-password",
    )
)
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...")
@click.option(
    "--reset-password", is_flag=True, help="Give another password to who could log in before."
)
@dry_run_option
@json_option
@click.pass_context
def add(
    context: click.Context,
    emails: tuple[str, ...],
    reset_password: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make logins on the embedded server, each with a password.

    The passwords are shown now, and kept in a file that only you can read. An address that can log
    in already is left as it is. On an external server nothing is made: the invitation is printed,
    with which people choose a password of their own.
    """
    settings = settings_of(context)
    wanted = addresses(emails)
    if settings.server.url:
        _invite(settings, wanted, reset_password, as_json=as_json)
        return
    with connect(settings) as client:
        url = client.url
        there = {email.lower() for email in client.users().values()}
    if dry_run:
        for email in wanted:
            say(f"{email}: {'is there already' if email in there else 'would be added'}")
        next_step(f"annotate annotators add {' '.join(wanted)}")
        return
    done = add_logins(settings.workspace, wanted, reset=reset_password)
    path = passwords_file(settings.workspace)
    if as_json:
        print_json({"url": url, "file": str(path), "logins": [_as_json(login) for login in done]})
    else:
        rows = [(login.email, login.password or "-", _STATES[login.state]) for login in done]
        table(f"log in at {url}", ("address", "password", ""), rows, texts=4)
    say(f"the passwords are in {path}")
    next_step("annotate push", "annotate annotators list")


def _as_json(login: Login) -> dict[str, str | None]:
    return {"email": login.email, "state": login.state, "password": login.password}


def _invite(settings: Settings, wanted: list[str], reset: bool, *, as_json: bool) -> None:
    """What can be done on a server whose own code we cannot run.

    A user made through its API would have no password, and could not get one: the invitation
    refuses an address that has a user.
    """
    with connect(settings) as client:
        if reset:
            raise ServerError(
                "a password can be reset on the server itself only",
                where=client.url,
                fix="run there: label-studio reset_password",
            )
        there = {email.lower() for email in client.users().values()}
        invitation = client.invite_url()
    states = {email: "there" if email in there else "to invite" for email in wanted}
    if as_json:
        entries = [{"email": email, "state": state} for email, state in states.items()]
        print_json({"url": settings.server.url, "invitation": invitation, "annotators": entries})
        return
    for email, state in states.items():
        click.echo(f"{email}: {'is there already' if state == 'there' else 'not there yet'}")
    if "to invite" in states.values():
        say("send them this link, with which they choose their own password:")
        click.echo(invitation)
    next_step("annotate annotators list")


@annotators.command(
    "list", epilog=examples("annotate annotators list", "annotate annotators list --json")
)
@json_option
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List who may log in, when they were last seen, and how many annotations are theirs.

    The pseudonym is what datasets and reports call somebody who has annotated.
    """
    settings = settings_of(context)
    with connect(settings) as client:
        members = client.members()
    known = {} if settings.server.url else passwords(settings.workspace)
    shown = names_for(settings)
    if as_json:
        print_json(
            [
                {
                    "email": member.email,
                    "pseudonym": shown.get(member.email),
                    "password_in_file": member.email in known,
                    "last_seen": _utc(member.last_seen) if member.last_seen else None,
                    "annotations": member.annotations,
                }
                for member in members
            ]
        )
        return
    rows = [
        (
            member.email,
            shown.get(member.email, "-"),
            "in the file" if member.email in known else "-",
            _utc(member.last_seen) if member.last_seen else "never",
            str(member.annotations),
        )
        for member in members
    ]
    table("", ("address", "pseudonym", "password", "last seen (UTC)", "annotations"), rows, texts=4)
    if known:
        say(f"the passwords are in {passwords_file(settings.workspace)}")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
