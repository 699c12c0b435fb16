"""Signs that paying does not work as it should: accounts that hear nothing, questions and jobs that wait too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from portal.domain.checkouts import ENDED
from portal.ledger.comparisons import whole_at
from portal.ledger.payment_accounts import AccountRow, accounts_at
from portal.ledger.payment_tables import checkouts, payment_accounts
from portal.ledger.tables import issuers, outbox

_QUEUE = "payments"


@dataclass(frozen=True, slots=True)
class UsedAccount:
    """An account that was not removed. `used`: somebody went to pay through it before the moment asked for.

    `compared_at`: when a day of it was last compared whole with the provider.
    """

    row: AccountRow
    issuer: str
    used: bool
    compared_at: datetime | None


def used_accounts(conn: Connection, before: datetime) -> list[UsedAccount]:
    """All accounts, the oldest first."""
    c = payment_accounts.c
    names = dict(conn.execute(select(issuers.c.id, issuers.c.name).where(issuers.c.id.in_(select(c.issuer_id)))).all())
    went = checkouts.c.redirected_at < before
    used = set(conn.execute(select(checkouts.c.account_id).where(went).distinct()).scalars())
    found = accounts_at(conn, list(names))
    return [UsedAccount(row, names[row.issuer_id], row.id in used, whole_at(conn, row.id)) for row in found]


def open_since(conn: Connection, before: datetime) -> int:
    """How many checkouts were begun before this and have not ended."""
    return _count(conn, checkouts, checkouts.c.state.not_in(sorted(ENDED)), checkouts.c.created_at < before)


def unasked_since(conn: Connection, before: datetime) -> int:
    """How many checkouts should have been asked about before this."""
    return _count(conn, checkouts, checkouts.c.next_look_at < before)


def waiting_since(conn: Connection, before: datetime) -> int:
    """How many jobs of paying were written before this, and are neither done nor given up."""
    c = outbox.c
    return _count(conn, outbox, c.queue == _QUEUE, c.done_at.is_(None), c.failed_at.is_(None), c.created_at < before)


def given_up(conn: Connection) -> int:
    """How many jobs of paying were given up."""
    return _count(conn, outbox, outbox.c.queue == _QUEUE, outbox.c.failed_at.is_not(None))


def _count(conn: Connection, table: Table, *chosen: ColumnElement[Any]) -> int:
    return int(conn.execute(select(func.count()).select_from(table).where(*chosen)).scalar_one())
