"""Whoever asked for something that a job does later: kept with the request, and looked at again before the work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from portal.app.sessions import link_actor, person_actor
from portal.domain.access import Actor, By, Right
from portal.ledger.api_tokens import token_row
from portal.ledger.links import Link, find_link
from portal.ledger.unit import Connection
from portal.ledger.users import user_by_id


@dataclass(frozen=True, slots=True)
class Requester:
    """An actor as it was when it asked; `link_version` of a personal link, which a rotation ends."""

    actor: Actor
    link_version: int | None = None

    def to_json(self) -> str:
        return _STORED.dump_json(self).decode()

    @classmethod
    def from_json(cls, stored: str) -> Requester:
        return _STORED.validate_json(stored)

    def may_take(self, actor: Actor) -> bool:
        """Whether `actor` is the same one, and may still download all that the requester could when it asked."""
        same = (actor.by, actor.name) == (self.actor.by, self.actor.name)
        scope = actor.scope(Right.DOWNLOAD)
        held = [grant for grant in self.actor.grants if Right.DOWNLOAD in grant.rights]
        return same and all(scope.covers(grant.issuer_id, grant.customer_id or 0) for grant in held)


_STORED = TypeAdapter(Requester)
_TOKEN = "token:"  # noqa: S105


def requester_of(conn: Connection, actor: Actor) -> Requester:
    """An actor to be kept with its request."""
    link = _link(conn, actor)
    return Requester(actor, link.version if link else None)


def present_actor(conn: Connection, requester: Requester, now: datetime) -> Actor | None:
    """The requester with the rights that it has now; None when its link was revoked, rotated or has expired, or the
    person is no longer welcome. Ways in that have no rule here have no access.

    Whoever had narrowed the view to one account gets a file of that account only.
    """
    actor = requester.actor
    if actor.by is By.LINK:
        link = _link(conn, actor)
        opens = link is not None and requester.link_version is not None and link.opens(requester.link_version, now)
        return link_actor(link) if link is not None and opens else None
    if actor.user_id is not None:
        user = user_by_id(conn, actor.user_id)
        return _as_narrow(person_actor(conn, user, now), actor) if user and user.may_enter else None
    if actor.name.startswith(_TOKEN):
        token = token_row(conn, int(actor.name.removeprefix(_TOKEN)))
        return actor if token is not None and token.revoked_at is None else None
    return actor if actor.by in (By.OPERATOR, By.ISSUER) else None


def _as_narrow(now: Actor, asked: Actor) -> Actor:
    held = [grant for one in asked.grants for grant in now.narrowed(one.issuer_id, one.customer_id).grants]
    return replace(now, grants=tuple(held))


def _link(conn: Connection, actor: Actor) -> Link | None:
    return find_link(conn, int(actor.name.removeprefix("link:"))) if actor.by is By.LINK else None
