"""What is asked of the server about people: users, members, the link that invites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from annotate.labeling.connection import Connection

# A new user counts as seen at the moment of creation: sooner after it means never.
_AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may log in.

    Attributes:
        email: as the server has it; logins are in small letters.
        last_seen: None for who was never there.
        annotations: how many are theirs, drafts not counted.
    """

    user_id: int
    email: str
    last_seen: datetime | None
    annotations: int


class People(Connection):
    """The part of the client that asks about people."""

    def users(self) -> dict[int, str]:
        """E-mail address of each user by id."""
        with self._asking("listing users"):
            return {int(user.id): str(user.email) for user in self._sdk.users.list()}

    def create_user(self, email: str) -> int:
        """Creates a user who cannot log in yet, and returns the id."""
        with self._asking(f"creating user {email}"):
            return int(self._sdk.users.create(username=email, email=email).id)

    def members(self) -> list[Member]:
        """Everybody in the organisation of the token's user, in order of joining."""
        with self._asking("listing members"):
            organisation = int(self._sdk.users.whoami().active_organization)
            users = sorted(self._sdk.users.list(), key=lambda user: int(user.id))
            return [
                Member(
                    int(user.id),
                    str(user.email),
                    _last_seen(user),
                    int(
                        self._sdk.organizations.members.get(organisation, user.id).annotations_count
                    ),
                )
                for user in users
            ]

    def invite_url(self) -> str:
        """The link with which new people make themselves a login; it is a secret."""
        with self._asking("asking for the invitation"):
            return f"{self.url}{self._sdk.organizations.invites.get_invite_link().invite_url}"


def _last_seen(user: Any) -> datetime | None:
    seen, joined = user.last_activity, user.date_joined
    if not isinstance(seen, datetime):
        return None
    return None if isinstance(joined, datetime) and seen - joined < _AT_ONCE else seen
