"""Bills that saldo a favor alone settled, each press of the button once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from portal.ledger.ids import new_id
from portal.ledger.payment_tables import credit_uses
from portal.ledger.unit import Unit


def used_by(conn: Connection, start_key: str) -> bool:
    """Whether this press has had its effect."""
    mine = select(credit_uses.c.id).where(credit_uses.c.start_key == start_key)
    return conn.execute(mine).first() is not None


def add_use(unit: Unit, start_key: str, basket_id: int, amount: int, **whose: Any) -> None:
    """Say what a press settled, in minor units, and whose it was."""
    what = {"start_key": start_key, "basket_id": basket_id, "amount": amount, "person": unit.person}
    unit.conn.execute(insert(credit_uses).values(id=new_id(), used_at=unit.now, **what, **whose))
