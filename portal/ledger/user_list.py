"""Every account with what it holds: the operator's list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from portal.domain.access import Right
from portal.domain.roles import Role, rights_of
from portal.ledger.grants import standing
from portal.ledger.people_tables import grants, users
from portal.ledger.tables import customers, issuers, links


@dataclass(frozen=True, slots=True)
class ListedGrant:
    """What is held where, by tax ids; no customer means all of the issuer's."""

    role: Role
    rights: frozenset[Right]
    issuer_tax_id: str
    customer_tax_id: str | None


@dataclass(frozen=True, slots=True)
class ListedUser:
    id: int
    email: str
    name: str
    operator: bool
    disabled_at: datetime | None
    held: tuple[ListedGrant, ...]


def all_users(conn: Connection, now: datetime) -> list[ListedUser]:
    """Those who have not left, by address, with what they hold now."""
    held = _held(conn, now)
    columns = (users.c.id, users.c.email, users.c.name, users.c.operator, users.c.disabled_at)
    rows = conn.execute(select(*columns).where(users.c.deleted_at.is_(None)).order_by(users.c.email))
    return [ListedUser(*row, held=tuple(held[row[0]])) for row in rows]


def _held(conn: Connection, now: datetime) -> dict[int, list[ListedGrant]]:
    rows = conn.execute(
        select(grants.c.user_id, grants.c.role, grants.c.rights, issuers.c.tax_id, customers.c.tax_id)
        .join(issuers, issuers.c.id == grants.c.issuer_id)
        .outerjoin(customers, customers.c.id == grants.c.customer_id)
        .outerjoin(links, links.c.id == grants.c.link_id)
        .where(standing(now))
        .order_by(grants.c.id)
    )
    found: dict[int, list[ListedGrant]] = defaultdict(list)
    for user_id, role, rights, issuer, customer in rows:
        given = rights_of(Role(role), frozenset(map(Right, rights.split())))
        found[user_id].append(ListedGrant(Role(role), given, issuer, customer))
    return found
