"""Grants: who may do what for which customer or issuer, and why. A grant ends; it is never deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from portal.domain.access import Grant, Right
from portal.domain.roles import Role, rights_of
from portal.ledger.ids import new_id
from portal.ledger.people_tables import grants, users
from portal.ledger.spellings import present_customer
from portal.ledger.tables import customers, issuers, links
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """One grant with the names of its parties. `link_id`: the link that it ends with, until `confirmed_at`."""

    id: int
    user_id: int
    issuer_id: int
    customer_id: int | None
    role: Role
    rights: frozenset[Right]
    source: str
    link_id: int | None
    made_by: str
    made_at: datetime
    confirmed_at: datetime | None
    email: str
    user_name: str
    issuer_name: str
    customer_name: str | None

    @property
    def grant(self) -> Grant:
        return Grant(self.issuer_id, self.customer_id, rights_of(self.role, self.rights))


_OWN = ("id", "user_id", "issuer_id", "customer_id", "role", "rights", "source", "link_id", "made_by", "made_at",
        "confirmed_at")  # fmt: skip
_COLUMNS = (*(grants.c[name] for name in _OWN), users.c.email, users.c.name, issuers.c.name, customers.c.name)
_JOINED = (
    grants.join(users, users.c.id == grants.c.user_id)
    .join(issuers, issuers.c.id == grants.c.issuer_id)
    .outerjoin(customers, customers.c.id == grants.c.customer_id)
    .outerjoin(links, links.c.id == grants.c.link_id)
)


def standing(now: datetime) -> ColumnElement[bool]:
    """A grant that holds now: not ended, and its link, if it hangs on one, still open."""
    open_link = and_(links.c.revoked_at.is_(None), links.c.expires_at > now)
    return and_(
        grants.c.ended_at.is_(None), or_(grants.c.link_id.is_(None), grants.c.confirmed_at.is_not(None), open_link)
    )


def grants_of(conn: Connection, user_id: int, now: datetime) -> list[HeldGrant]:
    """What a person holds now, by issuer and customer."""
    return _held(conn, and_(grants.c.user_id == user_id, standing(now)))


def grants_at(conn: Connection, issuer_id: int, now: datetime, customer_id: int | None = None) -> list[HeldGrant]:
    """Who holds something at an issuer now, or for one of its customers."""
    where = grants.c.issuer_id == issuer_id
    if customer_id is not None:
        where = and_(where, grants.c.customer_id == customer_id)
    return _held(conn, and_(where, standing(now)))


def grant_by_id(conn: Connection, grant_id: int) -> HeldGrant | None:
    """A grant that has not ended, whatever became of its link."""
    found = _held(conn, and_(grants.c.id == grant_id, grants.c.ended_at.is_(None)))
    return found[0] if found else None


def add_grant(
    unit: Unit,
    user_id: int,
    issuer_id: int,
    customer_id: int | None,
    role: Role,
    rights: Collection[Right],
    source: str,
    link_id: int | None = None,
) -> int:
    """Give; what the person held there in this role before ends. Returns the id."""
    customer_id = present_customer(unit.conn, customer_id) if customer_id is not None else None
    same = grants.c.customer_id == customer_id if customer_id is not None else grants.c.customer_id.is_(None)
    where = and_(grants.c.user_id == user_id, grants.c.issuer_id == issuer_id, same)
    _end(unit, where if customer_id is None else and_(where, grants.c.role == role))
    grant_id = new_id()
    unit.conn.execute(
        insert(grants).values(
            id=grant_id,
            user_id=user_id,
            issuer_id=issuer_id,
            customer_id=customer_id,
            role=role,
            rights=" ".join(sorted(rights)),
            source=source,
            link_id=link_id,
            made_by=unit.person,
            made_at=unit.now,
        )
    )
    return grant_id


def confirm_grant(unit: Unit, grant_id: int) -> None:
    """The issuer's word: it no longer ends with its link."""
    unit.conn.execute(update(grants).where(grants.c.id == grant_id).values(confirmed_at=unit.now))


def end_grant(unit: Unit, grant_id: int) -> None:
    _end(unit, grants.c.id == grant_id)


def end_grants_of(unit: Unit, user_id: int) -> None:
    """All that a person holds."""
    _end(unit, grants.c.user_id == user_id)


def _end(unit: Unit, where: ColumnElement[bool]) -> None:
    unit.conn.execute(
        update(grants).where(where, grants.c.ended_at.is_(None)).values(ended_at=unit.now, ended_by=unit.person)
    )


def _held(conn: Connection, where: ColumnElement[bool]) -> list[HeldGrant]:
    rows = conn.execute(
        select(*_COLUMNS).select_from(_JOINED).where(where).order_by(issuers.c.name, customers.c.name, grants.c.id)
    )
    return [
        HeldGrant(*row[:4], Role(row[4]), frozenset(map(Right, row[5].split())), *row[6:])  # type: ignore[call-arg]
        for row in map(tuple, rows)
    ]
