"""Days of accounts as they were compared with their providers: written once, never changed; and what to compare."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from portal.domain.checkouts import ENDED
from portal.domain.comparing import Compared, Difference, Finding
from portal.domain.payments import Standing
from portal.ledger.comparison_tables import comparisons
from portal.ledger.ids import new_id
from portal.ledger.payment_accounts import AccountRow, account_row
from portal.ledger.payment_tables import checkouts, payment_accounts, payments
from portal.ledger.unit import Unit
from portal.text import dump_text, load_text


@dataclass(frozen=True, slots=True)
class Comparison:
    """One time that a day was compared. `provider`, `receiver`: of the account."""

    id: int
    account_id: int
    provider: str
    receiver: str
    made_at: datetime
    person: str
    mailed: bool
    compared: Compared


def add_comparison(unit: Unit, row: AccountRow, compared: Compared, mailed: bool) -> int:
    """Keep what was found; returns its id."""
    row_id = new_id()
    unit.conn.execute(
        insert(comparisons).values(
            id=row_id,
            issuer_id=row.issuer_id,
            account_id=row.id,
            day=compared.day,
            made_at=unit.now,
            person=unit.person,
            paid=compared.paid,
            sums=json.dumps(dict(compared.sums or {})),
            elsewhere=compared.elsewhere,
            differences=json.dumps([asdict(one) for one in compared.differences]),
            trouble=dump_text(compared.trouble) if compared.trouble else None,
            mailed=mailed,
        )
    )
    return row_id


def comparisons_of(conn: Connection, account_id: int, day: date) -> list[Comparison]:
    """Each time that this day was compared, the newest first."""
    return _read(conn, comparisons.c.account_id == account_id, comparisons.c.day == day)


def comparisons_at(conn: Connection, issuer_id: int, since: date) -> list[Comparison]:
    """Of all accounts of an issuer, the newest first."""
    return _read(conn, comparisons.c.issuer_id == issuer_id, comparisons.c.day >= since)


def whole_days(conn: Connection, account_id: int, since: date) -> set[date]:
    """The days of which the newest comparison was of all there was."""
    c = comparisons.c
    newest = select(func.max(c.id)).where(c.account_id == account_id, c.day >= since).group_by(c.day)
    return set(conn.execute(select(c.day).where(c.id.in_(newest), c.trouble.is_(None))).scalars())


def whole_at(conn: Connection, account_id: int) -> datetime | None:
    """When a day of an account was last compared whole."""
    c = comparisons.c
    mine = select(c.made_at).where(c.account_id == account_id, c.trouble.is_(None))
    found: datetime | None = conn.execute(mine.order_by(c.id.desc()).limit(1)).scalar_one_or_none()
    return found


def checkouts_to_ask(conn: Connection, account_id: int, day: date, span: tuple[datetime, datetime]) -> list[int]:
    """Of an account: those whose payer went to the provider on that day, those that have not ended since, and those
    with money of that day.
    """
    (start, end), c, p = span, checkouts.c, payments.c
    paid = select(p.checkout_id).where(p.account_id == account_id, p.effective_on == day)
    went = c.redirected_at.is_not(None) & (c.created_at < end)
    mine = or_(went & (c.created_at >= start), went & c.state.not_in(sorted(ENDED)), c.id.in_(paid))
    return list(conn.execute(select(c.id).where(c.account_id == account_id, mine).order_by(c.id)).scalars())


def paid_on(conn: Connection, account_id: int, day: date) -> list[tuple[str, int | None]]:
    """The account's transactions of a day, each with its checkout."""
    p = payments.c
    mine = p.account_id == account_id, p.effective_on == day, p.serial == 0
    rows = conn.execute(select(p.transaction_id, p.checkout_id).where(*mine).order_by(p.id))
    return [(row.transaction_id, row.checkout_id) for row in rows]


def any_account_due(conn: Connection, now: datetime) -> bool:
    return conn.execute(select(payment_accounts.c.id).where(*_due(now)).limit(1)).first() is not None


def take_due_accounts(unit: Unit, until: datetime) -> list[AccountRow]:
    """Accounts whose days are to be compared now; none is due again before `until`."""
    c = payment_accounts.c
    chosen = select(c.id).where(*_due(unit.now)).order_by(c.id)
    rows = [
        account_row(unit.conn, one) for one in unit.conn.execute(chosen.with_for_update(skip_locked=True)).scalars()
    ]
    found = [row for row in rows if row is not None]
    if found:
        unit.conn.execute(
            update(payment_accounts).where(c.id.in_([row.id for row in found])).values(next_compared_at=until)
        )
    return found


def _due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    c = payment_accounts.c
    return c.removed_at.is_(None), or_(c.next_compared_at.is_(None), c.next_compared_at <= now)


def _read(conn: Connection, *mine: ColumnElement[bool]) -> list[Comparison]:
    c, a = comparisons.c, payment_accounts.c
    wanted = select(comparisons, a.provider, a.receiver).join(payment_accounts, a.id == c.account_id).where(*mine)
    return [_comparison(row) for row in conn.execute(wanted.order_by(c.id.desc()))]


def _comparison(row: Any) -> Comparison:
    compared = Compared(
        day=row.day,
        paid=row.paid,
        sums=json.loads(row.sums),
        elsewhere=row.elsewhere,
        differences=tuple(_difference(one) for one in json.loads(row.differences)),
        trouble=load_text(row.trouble) if row.trouble else None,
    )
    return Comparison(
        row.id, row.account_id, row.provider, row.receiver, row.made_at, row.person, row.mailed, compared
    )  # fmt: skip


def _difference(told: dict[str, Any]) -> Difference:
    standing = Standing(told["standing"]) if told["standing"] else None
    return Difference(**told | {"finding": Finding(told["finding"]), "standing": standing})
