"""Baskets: what somebody ticked to pay."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from portal.ledger.ids import new_id
from portal.ledger.payment_tables import baskets
from portal.ledger.unit import Unit


def add_basket(unit: Unit, document_ids: Sequence[int]) -> int:
    """Keep what the unit's person wants to pay; returns its id."""
    basket_id = new_id()
    told = json.dumps(list(document_ids))
    unit.conn.execute(insert(baskets).values(id=basket_id, person=unit.person, documents=told, created_at=unit.now))
    return basket_id


def basket_of(conn: Connection, basket_id: int, person: str) -> list[int] | None:
    """The documents in a basket of this person; None when it is not theirs, or not there."""
    wanted = select(baskets.c.documents).where(baskets.c.id == basket_id, baskets.c.person == person)
    told = conn.execute(wanted).scalar_one_or_none()
    return None if told is None else [int(one) for one in json.loads(told)]
