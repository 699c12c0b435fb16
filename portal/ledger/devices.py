"""Devices on which somebody proved, by a mailed code, that a personal link is theirs."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from portal.ledger.ids import new_id
from portal.ledger.people_tables import devices
from portal.ledger.unit import Unit


def is_proven(conn: Connection, token_hash: str) -> bool:
    """`token_hash` is of the device and the link together: one browser may prove several links."""
    return conn.execute(select(devices.c.id).where(devices.c.token_hash == token_hash)).first() is not None


def add_device(unit: Unit, link_id: int, token_hash: str, agent: str) -> None:
    if not is_proven(unit.conn, token_hash):
        unit.conn.execute(
            insert(devices).values(
                id=new_id(), link_id=link_id, token_hash=token_hash, agent=agent[:200], proven_at=unit.now
            )
        )
