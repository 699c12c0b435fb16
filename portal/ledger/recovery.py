"""Recovery codes: ten at a time, each good once in place of the second factor."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, update

from portal.ledger.ids import new_id
from portal.ledger.people_tables import recovery_codes
from portal.ledger.unit import Connection, Unit


def replace_recovery(unit: Unit, user_id: int, hashes: Collection[str]) -> None:
    """The hashes of a person's new codes; none of the old ones is good any more."""
    unit.conn.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    if hashes:
        rows = [{"id": new_id(), "user_id": user_id, "code_hash": code_hash} for code_hash in hashes]
        unit.conn.execute(insert(recovery_codes), rows)


def use_recovery_code(unit: Unit, user_id: int, code_hash: str) -> bool:
    """Whether the code was one of the person's and unused; of several at once one gets it."""
    mine = (recovery_codes.c.user_id == user_id) & (recovery_codes.c.code_hash == code_hash)
    used = update(recovery_codes).where(mine, recovery_codes.c.used_at.is_(None)).values(used_at=unit.now)
    return unit.conn.execute(used).rowcount == 1


def recovery_left(conn: Connection, user_id: int) -> int:
    """How many of a person's codes are still good."""
    left = (recovery_codes.c.user_id == user_id) & recovery_codes.c.used_at.is_(None)
    return int(conn.execute(select(func.count()).where(left)).scalar_one())
