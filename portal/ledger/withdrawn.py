"""Documents that were withdrawn: listed by issuer, and what may stand in the way of their return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from portal.ledger.tables import customers, documents

GONE = "withdrawn"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`reason`: what whoever withdrew it wrote."""

    id: int
    kind: str
    number: str
    customer_name: str
    issue_date: date
    currency: str
    total: int
    reason: str | None


def withdrawn_at(conn: Connection, issuer_id: int, limit: int, offset: int = 0) -> list[Withdrawn]:
    """An issuer's, the newest first."""
    d = documents.c
    columns = d.id, d.kind, d.number, customers.c.name, d.issue_date, d.currency, d.total, d.state_reason
    wanted = select(*columns).select_from(documents.join(customers)).where(d.issuer_id == issuer_id, d.state == GONE)
    return [Withdrawn(*row) for row in conn.execute(wanted.order_by(d.id.desc()).limit(limit).offset(offset))]


def count_withdrawn(conn: Connection, issuer_id: int) -> int:
    mine = documents.c.issuer_id == issuer_id, documents.c.state == GONE
    return int(conn.execute(select(func.count()).where(*mine)).scalar_one())


def holder_of_number(conn: Connection, row: Any) -> int | None:
    """The document that has a withdrawn one's number, or its CUFE, now."""
    d = documents.c
    same = and_(d.kind == row.kind, d.folded_number == row.folded_number)
    if row.cufe:
        same = or_(same, d.cufe == row.cufe)
    found = select(d.id).where(d.issuer_id == row.issuer_id, same, d.state != GONE, d.id != row.id)
    return conn.execute(found.limit(1)).scalar()
