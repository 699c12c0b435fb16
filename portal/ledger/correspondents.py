"""Correspondents: who is written to about a thread, under an address of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update

from portal.domain.roles import Role
from portal.domain.threads import Side
from portal.ledger.ids import new_id
from portal.ledger.people_tables import grants, users
from portal.ledger.thread_tables import correspondents
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who can be written to: `person` as entries and the audit call them, or "customer:2", "issuer:1"."""

    person: str
    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    id: int
    thread_id: int
    side: Side
    person: str
    email: str
    name: str
    language: str


_COLUMNS = tuple(correspondents.c[name] for name in Correspondent.__dataclass_fields__)


def note_correspondent(unit: Unit, thread_id: int, side: Side, reader: Reader, wrote: bool = False) -> Correspondent:
    """The one of this thread and person, with the address as it is now; `wrote`: one message more."""
    c = correspondents.c
    told = {"side": side, "email": reader.email, "name": reader.name, "language": reader.language}
    renewed = update(correspondents).where(c.thread_id == thread_id, c.person == reader.person)
    row = unit.conn.execute(renewed.values(told | {"wrote": c.wrote + int(wrote)}).returning(*_COLUMNS)).one_or_none()
    if row is None:
        values = told | {"id": new_id(), "thread_id": thread_id, "person": reader.person, "wrote": int(wrote)}
        row = unit.conn.execute(insert(correspondents).values(values).returning(*_COLUMNS)).one()
    return _made(row)


def find_correspondent(conn: Connection, correspondent_id: int) -> Correspondent | None:
    row = conn.execute(select(*_COLUMNS).where(correspondents.c.id == correspondent_id)).one_or_none()
    return _made(row) if row else None


def writers(conn: Connection, thread_id: int, side: Side) -> list[Correspondent]:
    """Those of a side who have written in a thread, the first one first."""
    c = correspondents.c
    wanted = select(*_COLUMNS).where(c.thread_id == thread_id, c.side == side, c.wrote > 0)
    return [_made(row) for row in conn.execute(wanted.order_by(c.id))]


def people_of_issuer(conn: Connection, issuer_id: int, roles: list[Role], language: str) -> list[Reader]:
    """The people of an issuer in these roles who can sign in; `language`: of who has chosen none."""
    mine = grants.c.issuer_id == issuer_id, grants.c.customer_id.is_(None), grants.c.role.in_(roles)
    return _readers(conn, mine, language)


def people_of_customer(conn: Connection, customer_id: int, right: str, language: str) -> list[Reader]:
    """The people of a customer who hold a right and can sign in."""
    c = grants.c
    mine = c.customer_id == customer_id, c.role == Role.CUSTOMER, (" " + c.rights + " ").contains(f" {right} ")
    return _readers(conn, mine, language)


def _readers(conn: Connection, which: tuple[ColumnElement[bool], ...], language: str) -> list[Reader]:
    may = grants.c.ended_at.is_(None), users.c.disabled_at.is_(None), users.c.deleted_at.is_(None)
    wanted = select(users.c.id, users.c.email, users.c.name, users.c.language)
    rows = conn.execute(wanted.join(grants, grants.c.user_id == users.c.id).where(*which, *may).order_by(grants.c.id))
    return [Reader(f"user:{row[0]}", row[1], row[2], row[3] or language) for row in rows]


def _made(row: object) -> Correspondent:
    told = dict(zip(Correspondent.__dataclass_fields__, row, strict=True))  # type: ignore[call-overload]
    return Correspondent(**told | {"side": Side(told["side"])})
