"""Sessions: a row per browser that opened a link or signed in, found by the hash of its cookie, read with its owner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from portal.ledger.links import COLUMNS, Link
from portal.ledger.people_tables import users
from portal.ledger.tables import customers, issuers, links, sessions
from portal.ledger.unit import Unit
from portal.ledger.users import COLUMNS as USER_COLUMNS
from portal.ledger.users import User


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session with the link that it came by or the person who signed in, as these are now."""

    token_hash: str
    link_version: int | None
    second_factor_at: datetime | None
    address: str | None
    agent: str | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    link: Link | None
    user: User | None


_NAMES = tuple(Session.__dataclass_fields__)[:-2]
_OWN = tuple(sessions.c[name] for name in _NAMES)
_JOINED = (
    sessions.outerjoin(links, links.c.id == sessions.c.link_id)
    .outerjoin(issuers, issuers.c.id == links.c.issuer_id)
    .outerjoin(customers, customers.c.id == links.c.customer_id)
    .outerjoin(users, users.c.id == sessions.c.user_id)
)


def add_session(unit: Unit, token_hash: str, link: Link, address: str, agent: str, expires_at: datetime) -> None:
    """A visit by a personal link."""
    _add(unit, token_hash, address, agent, expires_at, link_id=link.id, link_version=link.version)


def add_user_session(
    unit: Unit,
    token_hash: str,
    user_id: int,
    address: str,
    agent: str,
    expires_at: datetime,
    second_factor_done: bool = False,
) -> None:
    """Somebody signed in; who has a second factor on is let no further than to it until it is done."""
    done = unit.now if second_factor_done else None
    _add(unit, token_hash, address, agent, expires_at, user_id=user_id, second_factor_at=done)


def pass_second_factor(unit: Unit, token_hash: str) -> None:
    """From now on the session is good for all that its person may do."""
    unit.conn.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(second_factor_at=unit.now))


def find_sessions(conn: Connection, token_hashes: Collection[str]) -> list[Session]:
    """The rows of these sessions, alive or not."""
    return _found(conn, sessions.c.token_hash.in_(token_hashes))


def sessions_of_user(conn: Connection, user_id: int, now: datetime) -> list[Session]:
    """A person's sessions that have not ended, the one seen last first (idle ones included)."""
    open_ = sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > now)
    found = _found(conn, (sessions.c.user_id == user_id) & open_)
    return sorted(found, key=lambda session: session.seen_at, reverse=True)


def mark_seen(unit: Unit, token_hash: str) -> None:
    unit.conn.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=unit.now))


def revoke_session(unit: Unit, token_hash: str) -> None:
    """End a session; the first revocation keeps its time."""
    _revoke(unit, sessions.c.token_hash == token_hash)


def revoke_sessions_of_user(unit: Unit, user_id: int, but: str | None = None) -> None:
    """End all of a person's sessions, `but` the one with this hash."""
    mine = sessions.c.user_id == user_id
    _revoke(unit, mine if but is None else mine & (sessions.c.token_hash != but))


def purge_sessions(unit: Unit, before: datetime) -> None:
    """Forget sessions that expired before this."""
    unit.conn.execute(delete(sessions).where(sessions.c.expires_at < before))


def _revoke(unit: Unit, where: ColumnElement[bool]) -> None:
    unit.conn.execute(update(sessions).where(where, sessions.c.revoked_at.is_(None)).values(revoked_at=unit.now))


def _add(unit: Unit, token_hash: str, address: str, agent: str, expires_at: datetime, **owner: Any) -> None:
    unit.conn.execute(
        insert(sessions).values(
            token_hash=token_hash,
            address=address,
            agent=agent[:200],
            created_at=unit.now,
            seen_at=unit.now,
            expires_at=expires_at,
            **owner,
        )
    )


def _found(conn: Connection, where: ColumnElement[bool]) -> list[Session]:
    rows = conn.execute(select(*_OWN, *COLUMNS, *USER_COLUMNS).select_from(_JOINED).where(where))
    return [_session(tuple(row)) for row in rows]


def _session(values: tuple[Any, ...]) -> Session:
    first, last = len(_NAMES), len(_NAMES) + len(COLUMNS)
    own: dict[str, Any] = dict(zip(_NAMES, values, strict=False))
    link = Link(*values[first:last]) if values[first] is not None else None
    return Session(**own, link=link, user=User(*values[last:]) if values[last] is not None else None)
