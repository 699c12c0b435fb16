"""Customers and their other spellings: which one a spelling stands for, and what may still be joined."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, or_, select

from portal.domain.checkouts import ENDED
from portal.domain.same_party import Spelling
from portal.ledger.join_tables import customer_joins
from portal.ledger.payment_tables import checkouts
from portal.ledger.tables import customers, documents


def present_customer(conn: Connection, customer_id: int) -> int:
    """The customer itself, or the one that it was joined into."""
    wanted = select(customer_joins.c.into_id).where(customer_joins.c.from_id == customer_id)
    return int(conn.execute(wanted).scalar_one_or_none() or customer_id)


def gone(conn: Connection, customer_ids: Collection[int]) -> bool:
    """Whether one of these was joined into another."""
    wanted = select(customer_joins.c.id).where(customer_joins.c.from_id.in_(customer_ids))
    return conn.execute(wanted.limit(1)).first() is not None


def is_present() -> ColumnElement[bool]:
    """A condition on customers: not joined into another."""
    return ~select(customer_joins.c.id).where(customer_joins.c.from_id == customers.c.id).correlate(customers).exists()


def joined_into(conn: Connection, customer_id: int) -> list[int]:
    """The other spellings of a customer."""
    wanted = select(customer_joins.c.from_id).where(customer_joins.c.into_id == customer_id)
    return list(conn.execute(wanted.order_by(customer_joins.c.id)).scalars())


def counted(conn: Connection, customer_ids: Collection[int]) -> dict[int, int]:
    """How many documents each of these customers has, those that were withdrawn left out."""
    c = documents.c
    wanted = select(c.customer_id, func.count()).where(c.customer_id.in_(customer_ids), c.state != "withdrawn")
    return {int(row[0]): int(row[1]) for row in map(tuple, conn.execute(wanted.group_by(c.customer_id)))}


def under_way(conn: Connection, customer_ids: Collection[int]) -> bool:
    """Whether one of these customers has begun to pay and not ended, or holds credit for it."""
    c = checkouts.c
    open_ = or_(c.state.not_in(ENDED), c.held)
    return conn.execute(select(c.id).where(c.customer_id.in_(customer_ids), open_).limit(1)).first() is not None


_SPELLING = (customers.c.id, customers.c.country, customers.c.id_type, customers.c.tax_id, customers.c.name)


def spellings_at(conn: Connection, issuer_id: int) -> list[Spelling]:
    """An issuer's customers, by id; without «consumidor final» and those that are joined already."""
    mine = customers.c.issuer_id == issuer_id, ~customers.c.anonymous, is_present()
    return [Spelling(*row) for row in conn.execute(select(*_SPELLING).where(*mine).order_by(customers.c.id))]


def spellings_of(conn: Connection, customer_ids: Collection[int]) -> list[tuple[int, Spelling]]:
    """(issuer, customer) of these that are not joined."""
    wanted = select(customers.c.issuer_id, *_SPELLING).where(customers.c.id.in_(customer_ids), is_present())
    return [(row[0], Spelling(*row[1:])) for row in map(tuple, conn.execute(wanted))]
