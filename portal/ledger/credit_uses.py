"""Bills that saldo a favor alone settled, each press of the button once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select

from portal.ledger.ids import new_id
from portal.ledger.payment_tables import credit_uses
from portal.ledger.unit import Unit


def used_by(conn: Connection, start_key: str) -> bool:
    """Whether this press has had its effect."""
    mine = select(credit_uses.c.id).where(credit_uses.c.start_key == start_key)
    return conn.execute(mine).first() is not None


def uses_of(conn: Connection, basket_id: int) -> dict[tuple[int, int, str], int]:
    """What of a basket's bills credit alone has settled, by issuer, customer and currency."""
    c = credit_uses.c
    whose = c.issuer_id, c.customer_id, c.currency
    found = select(*whose, func.sum(c.amount)).where(c.basket_id == basket_id).group_by(*whose)
    return {(row[0], row[1], row[2]): int(row[3]) for row in conn.execute(found)}


def add_use(unit: Unit, start_key: str, basket_id: int, amount: int, **whose: Any) -> None:
    """Say what a press settled, in minor units, and whose it was."""
    what = {"start_key": start_key, "basket_id": basket_id, "amount": amount, "person": unit.person}
    unit.conn.execute(insert(credit_uses).values(id=new_id(), used_at=unit.now, **what, **whose))
