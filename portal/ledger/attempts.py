"""Attempts: what is counted for a while, so that nobody guesses for long. Keys are hashes; rows expire by their age."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.people_tables import attempts
from portal.ledger.unit import Unit

KNOWN = "known"  # the kind of rows that say where an account has signed in before


@dataclass(frozen=True, slots=True)
class Counter:
    """At most `most` attempts of a kind under one key in any stretch of `within`."""

    kind: str
    key_hash: str
    most: int
    within: timedelta


def key_hash(*parts: str) -> str:
    """A counter's key: 64 hex digits that tell nobody whose it is at a glance."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def room(conn: Connection, counters: list[Counter], now: datetime) -> bool:
    """Whether every one of these counters would take another attempt."""
    return all(_count(conn, counter, now) < counter.most for counter in counters)


def take_room(unit: Unit, counters: list[Counter]) -> bool:
    """Count an attempt in every counter if all have room; else in none, so that refusals don't lengthen the wait."""
    hold(unit, *(f"{counter.kind} {counter.key_hash}" for counter in counters))
    if not room(unit.conn, counters, unit.now):
        return False
    rows = [{"id": new_id(), "kind": one.kind, "key_hash": one.key_hash, "made_at": unit.now} for one in counters]
    unit.conn.execute(insert(attempts), rows)
    return True


def give_back(unit: Unit, counters: list[Counter]) -> None:
    """Take the newest attempt off each counter: it was none of a guesser."""
    for one in counters:
        newest = select(func.max(attempts.c.id)).where(attempts.c.kind == one.kind, attempts.c.key_hash == one.key_hash)
        unit.conn.execute(delete(attempts).where(attempts.c.id == newest.scalar_subquery()))


def is_known(conn: Connection, key: str, since: datetime) -> bool:
    found = select(attempts.c.id).where(
        attempts.c.kind == KNOWN, attempts.c.key_hash == key, attempts.c.made_at >= since
    )
    return conn.execute(found.limit(1)).first() is not None


def make_known(unit: Unit, key: str) -> None:
    """From now on, and counted from today, this place is known."""
    unit.conn.execute(delete(attempts).where(attempts.c.kind == KNOWN, attempts.c.key_hash == key))
    unit.conn.execute(insert(attempts).values(id=new_id(), kind=KNOWN, key_hash=key, made_at=unit.now))


def purge_attempts(unit: Unit, before: datetime, known_before: datetime) -> None:
    """Forget attempts, and known places, made before these instants."""
    known = attempts.c.kind == KNOWN
    unit.conn.execute(delete(attempts).where(~known, attempts.c.made_at < before))
    unit.conn.execute(delete(attempts).where(known, attempts.c.made_at < known_before))


def _count(conn: Connection, counter: Counter, now: datetime) -> int:
    counted = select(func.count()).where(
        attempts.c.kind == counter.kind,
        attempts.c.key_hash == counter.key_hash,
        attempts.c.made_at > now - counter.within,
    )
    return int(conn.execute(counted).scalar_one())
