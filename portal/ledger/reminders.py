"""Reminders: rules, what went out, who wants none; and which documents of an issuer's customers are owed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, union, update

from portal.domain.contacts import Gets
from portal.domain.documents import Kind
from portal.domain.reminders import Against, Owed, Rules, folded
from portal.ledger import busy
from portal.ledger.contacts import mailbox_for
from portal.ledger.disputes import disputed_documents
from portal.ledger.payables import favours
from portal.ledger.people_tables import users
from portal.ledger.reminder_tables import reminder_rules, reminders
from portal.ledger.tables import allocations, customers, documents, entries, items
from portal.ledger.unit import Unit
from portal.ledger.withholdings import waiting_on


def rules_of(conn: Connection, issuer_id: int) -> Rules:
    """What the issuer decided, or what is usual, switched off."""
    c = reminder_rules.c
    row = conn.execute(select(c.enabled, c.hour, c.days, c.text).where(c.issuer_id == issuer_id)).one_or_none()
    if row is None:
        return Rules()
    return Rules(row.enabled, row.hour, tuple(map(int, row.days.split())), row.text)


def set_rules(unit: Unit, issuer_id: int, rules: Rules, next_at: datetime | None) -> None:
    told = {"enabled": rules.enabled, "hour": rules.hour, "days": " ".join(map(str, rules.days)), "text": rules.text,
            "next_at": next_at}  # fmt: skip
    changed = unit.conn.execute(update(reminder_rules).where(reminder_rules.c.issuer_id == issuer_id).values(**told))
    if not changed.rowcount:
        unit.conn.execute(insert(reminder_rules).values(issuer_id=issuer_id, **told))


def any_due(conn: Connection, now: datetime) -> bool:
    c = reminder_rules.c
    return conn.execute(select(c.issuer_id).where(c.next_at <= now).limit(1)).first() is not None


def take_due(unit: Unit) -> list[int]:
    """Issuers whose hour has come; nobody else takes them in this moment."""
    c = reminder_rules.c
    due = select(c.issuer_id).where(c.next_at <= unit.now).order_by(c.next_at)
    return list(unit.conn.execute(due.with_for_update(skip_locked=True)).scalars())


def set_next(unit: Unit, issuer_id: int, next_at: datetime) -> None:
    unit.conn.execute(
        update(reminder_rules).where(reminder_rules.c.issuer_id == issuer_id).values(next_at=next_at)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer that may be written to. `language`: that of the person who reads at its address, if one is known."""

    id: int
    name: str
    email: str
    language: str | None


def debtor_ids(conn: Connection, issuer_id: int, due_dates: Collection[date]) -> list[int]:
    """The issuer's customers that owe a document due on one of these days; «consumidor final» is none."""
    d, none = documents.c, documents.c.due_date.is_(None)
    owing = select(d.customer_id).where(d.issuer_id == issuer_id, *_debit(), _left() > 0)
    either = union(owing.where(d.due_date.in_(due_dates)), owing.where(none, d.issue_date.in_(due_dates)))  # by index
    wanted = select(customers.c.id).where(customers.c.id.in_(either), ~customers.c.anonymous)
    return list(conn.execute(wanted.order_by(customers.c.id)).scalars())


def debtors(conn: Connection, customer_ids: Collection[int], what: Gets = Gets.REMINDERS) -> list[Debtor]:
    """Where these customers are written to with mails of a kind, by id; «consumidor final» is none of them."""
    c = customers.c
    email = func.coalesce(mailbox_for(what), "")
    rows = conn.execute(select(c.id, c.name, email).where(c.id.in_(customer_ids), ~c.anonymous).order_by(c.id)).all()
    spoken = _languages(conn, {folded(row[2]) for row in rows if row[2]})
    return [Debtor(*row, spoken.get(folded(row[2]))) for row in rows]


def _languages(conn: Connection, emails: Collection[str]) -> dict[str, str]:
    """Of those who have an account with one of these folded addresses and chose a language."""
    c = users.c
    rows = conn.execute(select(c.email, c.language).where(c.email.in_(emails), c.language.is_not(None)))
    return {row[0]: row[1] for row in rows}


def owed_by(
    conn: Connection, customer_ids: Collection[int], until: date, due_dates: Collection[date], now: datetime
) -> dict[int, list[Owed]]:
    """By customer, what is owed of documents due before a day or on one of these, with what speaks against each."""
    d = documents.c
    soon = (_payable_on() < until) | _payable_on().in_(due_dates)
    wanted = select(d.customer_id, d.id, d.number, d.currency, _payable_on(), _left())
    rows = conn.execute(wanted.where(d.customer_id.in_(customer_ids), *_debit(), soon, _left() > 0)).all()
    against = _against(conn, [row[1] for row in rows], now)
    found: dict[int, list[Owed]] = {}
    for customer_id, document_id, number, currency, on, left in rows:
        day = on if isinstance(on, date) else date.fromisoformat(on)
        one = Owed(document_id, number, currency, day, int(left), against.get(document_id))
        found.setdefault(customer_id, []).append(one)
    return found


def _against(conn: Connection, document_ids: Sequence[int], now: datetime) -> dict[int, Against]:
    found = dict.fromkeys(waiting_on(conn, document_ids), Against.REVIEW)
    found |= dict.fromkeys(busy.in_review(conn, document_ids), Against.REVIEW)
    found |= dict.fromkeys(disputed_documents(conn, document_ids), Against.DISPUTED)
    return found | dict.fromkeys(busy.being_paid(conn, document_ids, now), Against.PAYING)


def free_credits(conn: Connection, customer_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """By customer and currency, what is in its favour and can be used."""
    i, a = items.c, allocations.c
    posted = select(func.sum(entries.c.amount)).where(entries.c.item_id == i.id).scalar_subquery()
    spent = select(func.sum(a.amount)).where(a.credit_id == i.id).scalar_subquery()
    left = -func.coalesce(posted, 0) - func.coalesce(spent, 0) > 0
    mine = i.customer_id.in_(customer_ids), i.side == "credit", left
    found: dict[int, dict[str, int]] = {}
    for customer_id, currency in conn.execute(select(i.customer_id, i.currency).where(*mine).distinct()).all():
        free = sum(one.available for one in favours(conn, customer_id, currency))
        found.setdefault(customer_id, {})[currency] = free
    return found


def reminded_on(conn: Connection, customer_ids: Collection[int], day: date) -> frozenset[int]:
    """Which of these customers have had their mail of a day."""
    c = reminders.c
    return frozenset(conn.execute(select(c.customer_id).where(c.customer_id.in_(customer_ids), c.day == day)).scalars())


def add_reminder(unit: Unit, reminder_id: int, issuer_id: int, customer_id: int, day: date, **told: Any) -> None:
    """Say that a customer's mail of a day is posted: once."""
    whose = {"issuer_id": issuer_id, "customer_id": customer_id, "day": day}
    unit.conn.execute(insert(reminders).values(id=reminder_id, posted_at=unit.now, **whose, **told))


def drop_reminder(unit: Unit, mail_id: int) -> None:
    """Its mail did not go out: the customer, whoever that is by now, has had none that day."""
    unit.conn.execute(delete(reminders).where(reminders.c.mail_id == mail_id))


def addressee(conn: Connection, reminder_id: int) -> tuple[int, str] | None:
    """In whose name (issuer) and to which address a reminder went."""
    c = reminders.c
    row = conn.execute(select(c.issuer_id, c.email).where(c.id == reminder_id)).one_or_none()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that was posted."""

    customer_name: str
    day: date
    email: str
    documents: int
    posted_at: datetime


def sent_in(conn: Connection, issuer_id: int, limit: int, offset: int = 0) -> list[Sent]:
    """An issuer's reminders, the newest first."""
    c = reminders.c
    wanted = select(customers.c.name, c.day, c.email, c.documents, c.posted_at)
    mine = wanted.join(customers, customers.c.id == c.customer_id).where(c.issuer_id == issuer_id)
    return [Sent(*row) for row in conn.execute(mine.order_by(c.id.desc()).limit(limit).offset(offset))]


def _payable_on() -> Any:
    return func.coalesce(documents.c.due_date, documents.c.issue_date)


def _debit() -> tuple[Any, ...]:
    d = documents.c
    return d.state == "active", d.kind.in_([Kind.INVOICE, Kind.DEBIT_NOTE]), d.item_id.is_not(None), ~d.test


def _left() -> Any:
    """What is outstanding on a debit."""
    e, a, item = entries.c, allocations.c, documents.c.item_id
    entered: Select[Any] = select(func.coalesce(func.sum(e.amount), 0)).where(e.item_id == item)
    applied: Select[Any] = select(func.coalesce(func.sum(a.amount), 0)).where(a.debit_id == item)
    return entered.scalar_subquery() - applied.scalar_subquery()
