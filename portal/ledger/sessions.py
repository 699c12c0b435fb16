"""Sessions: a row per browser that opened a link, found by the hash of its cookie, and always read with its link."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.ledger.links import COLUMNS, WITH_PARTIES, Link
from portal.ledger.tables import links, sessions
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session and the link that it came by, as that link is now."""

    token_hash: str
    link_version: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    link: Link


_NAMES = tuple(Session.__dataclass_fields__)[:-1]
_OWN = tuple(sessions.c[name] for name in _NAMES)


def add_session(unit: Unit, token_hash: str, link: Link, address: str, agent: str, expires_at: datetime) -> None:
    unit.conn.execute(
        insert(sessions).values(
            token_hash=token_hash,
            link_id=link.id,
            link_version=link.version,
            address=address,
            agent=agent[:200],
            created_at=unit.now,
            seen_at=unit.now,
            expires_at=expires_at,
        )
    )


def find_sessions(conn: Connection, token_hashes: Collection[str]) -> list[Session]:
    """The rows of these sessions, alive or not."""
    rows = conn.execute(
        select(*_OWN, *COLUMNS)
        .select_from(WITH_PARTIES.join(sessions, sessions.c.link_id == links.c.id))
        .where(sessions.c.token_hash.in_(token_hashes))
    )
    return [_session(tuple(row)) for row in rows]


def _session(values: tuple[Any, ...]) -> Session:
    own: dict[str, Any] = dict(zip(_NAMES, values, strict=False))
    return Session(**own, link=Link(*values[len(_NAMES) :]))


def mark_seen(unit: Unit, token_hash: str) -> None:
    unit.conn.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=unit.now))


def revoke_session(unit: Unit, token_hash: str) -> None:
    """End a session; the first revocation keeps its time."""
    unit.conn.execute(
        update(sessions)
        .where(sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
