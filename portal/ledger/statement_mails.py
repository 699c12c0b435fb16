"""Statements by mail: each issuer's rule, when its month comes next, and what went to whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from portal.domain.contacts import Silent
from portal.domain.mail_state import MailState
from portal.domain.monthly import MonthlyRules
from portal.ledger.ids import new_id
from portal.ledger.mail_lists import state_of
from portal.ledger.people_tables import mails
from portal.ledger.statement_tables import statement_mails, statement_rules
from portal.ledger.tables import customers, outbox
from portal.ledger.unit import Unit

_r = statement_rules.c


def monthly_rules(conn: Connection, issuer_id: int) -> MonthlyRules:
    """What the issuer decided, or what is usual, switched off."""
    wanted = select(_r.enabled, _r.day, _r.hour, _r.owing, _r.text).where(_r.issuer_id == issuer_id)
    row = conn.execute(wanted).one_or_none()
    return MonthlyRules(*row) if row else MonthlyRules()


def set_monthly_rules(unit: Unit, issuer_id: int, rules: MonthlyRules, next_at: datetime | None) -> None:
    told = {"enabled": rules.enabled, "day": rules.day, "hour": rules.hour, "owing": rules.owing, "text": rules.text,
            "next_at": next_at}  # fmt: skip
    changed = unit.conn.execute(update(statement_rules).where(_r.issuer_id == issuer_id).values(**told))
    if not changed.rowcount:
        unit.conn.execute(insert(statement_rules).values(issuer_id=issuer_id, **told))


def any_month_due(conn: Connection, now: datetime) -> bool:
    return conn.execute(select(_r.issuer_id).where(_r.next_at <= now).limit(1)).first() is not None


def take_due_months(unit: Unit) -> list[tuple[int, datetime]]:
    """(issuer, the moment that came); nobody else takes them at this time."""
    due = select(_r.issuer_id, _r.next_at).where(_r.next_at <= unit.now).order_by(_r.next_at)
    return [(row[0], row[1]) for row in unit.conn.execute(due.with_for_update(skip_locked=True))]


def set_next_month(unit: Unit, issuer_id: int, next_at: datetime) -> None:
    unit.conn.execute(update(statement_rules).where(_r.issuer_id == issuer_id).values(next_at=next_at))


def mailed_in(conn: Connection, customer_ids: Collection[int], month: str) -> frozenset[int]:
    """Which of these customers have had their statement of a month: not one that was left out, or cancelled unsent."""
    c = statement_mails.c
    mine = c.customer_id.in_(customer_ids), c.month == month, ~_unsent()
    return frozenset(conn.execute(select(c.customer_id).where(*mine)).scalars())


def add_statement_mail(
    unit: Unit, issuer_id: int, customer_id: int, month: str | None, mail_id: int, email: str
) -> None:  # fmt: skip
    """Say that it is posted: of a month once, in place of one that was not sent after all."""
    c = statement_mails.c
    if month:
        before = c.customer_id == customer_id, c.month == month, _unsent()
        unit.conn.execute(delete(statement_mails).where(*before))
    whose = {"issuer_id": issuer_id, "customer_id": customer_id, "month": month}
    told = {"id": new_id(), "mail_id": mail_id, "email": email, "posted_at": unit.now}
    unit.conn.execute(insert(statement_mails).values(**whose, **told))


def _unsent() -> ColumnElement[bool]:
    cancelled = select(mails.c.id).where(
        mails.c.id == statement_mails.c.mail_id, mails.c.cancelled_at.is_not(None), mails.c.sent_at.is_(None),
        mails.c.sends == 0,
    )  # fmt: skip
    return or_(statement_mails.c.left_out.is_not(None), cancelled.exists())


@dataclass(frozen=True, slots=True)
class WaitingStatement:
    """One whose mail has not gone out. `month`: of a monthly one; `bounced_at`: the server refused that very mail."""

    issuer_id: int
    customer_id: int
    month: str | None
    email: str
    bounced_at: datetime | None


def waiting_statement(conn: Connection, mail_id: int) -> WaitingStatement | None:
    """By its mail; None once that has gone out, or is not to."""
    c = statement_mails.c
    columns = c.issuer_id, c.customer_id, c.month, c.email, mails.c.bounced_at
    waits = select(*columns).join(mails, mails.c.id == c.mail_id).where(c.mail_id == mail_id)
    row = conn.execute(waits.where(mails.c.sent_at.is_(None), mails.c.sealed.is_not(None))).one_or_none()
    return WaitingStatement(*row) if row else None


def leave_out(unit: Unit, mail_id: int, why: Silent) -> None:
    """It was posted, and is not sent after all."""
    unit.conn.execute(update(statement_mails).where(statement_mails.c.mail_id == mail_id).values(left_out=why))


@dataclass(frozen=True, slots=True)
class SentStatement:
    """A statement that was posted, and how its mail stands. `month`: of a monthly one; `left_out`: why it was not sent
    after all.
    """

    customer_name: str
    month: str | None
    email: str
    posted_at: datetime
    state: MailState
    left_out: Silent | None = None


def statements_sent(
    conn: Connection, issuer_id: int, now: datetime, limit: int, offset: int = 0
) -> list[SentStatement]:  # fmt: skip
    """An issuer's, the newest first."""
    c = statement_mails.c
    wanted = select(customers.c.name, c.month, c.email, c.posted_at, state_of(now), c.left_out)
    mine = (
        wanted.join(customers, customers.c.id == c.customer_id)
        .join(mails, mails.c.id == c.mail_id)
        .join(outbox, outbox.c.id == c.mail_id, isouter=True)
        .where(c.issuer_id == issuer_id)
        .order_by(c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        SentStatement(name, month, email, at, MailState(mail_state), Silent(why) if why else None)
        for name, month, email, at, mail_state, why in conn.execute(mine)
    ]
