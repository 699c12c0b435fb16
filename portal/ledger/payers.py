"""Who pays: the name and mailbox that a provider and a comprobante are told."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from portal.ledger.parties import customer_by_id
from portal.ledger.people_tables import users


@dataclass(frozen=True, slots=True)
class Payer:
    name: str
    email: str | None


def payer_of(conn: Connection, user_id: int | None, customer_id: int) -> Payer:
    """The person who signed in; by a link, the customer itself."""
    if user_id is not None:
        row = conn.execute(select(users.c.name, users.c.email).where(users.c.id == user_id)).one()
        return Payer(row.name, row.email)
    customer = customer_by_id(conn, customer_id)
    return Payer(customer.name, customer.email)
