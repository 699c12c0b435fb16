"""Holds: decisions about the same thing are taken one after the other, though its row may not be there yet."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from portal.ledger.unit import Unit


def hold_person(unit: Unit, email: str) -> None:
    """The hold of whoever makes, lets in or changes the person of a folded address: taken before any of their rows."""
    hold(unit, f"user {email}")


def hold(unit: Unit, *names: str) -> None:
    """Until this unit ends no other one gets past a hold of the same names.

    SQLite lets one unit write at a time anyway; PostgreSQL locks a number made of each name, in one order.
    """
    if unit.conn.dialect.name == "sqlite":
        return
    for name in sorted(names):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        unit.conn.execute(select(func.pg_advisory_xact_lock(number)))
