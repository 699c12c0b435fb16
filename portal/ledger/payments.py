"""Facts about money at providers, each once: what came, what went back; and the trail of what was decided and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.domain.crediting import Trouble
from portal.domain.payments import Standing
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import payment_events, payments
from portal.ledger.tables import allocations
from portal.ledger.unit import Unit


class Fact(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class Payment:
    """One fact. `serial`: 0 of the payment itself, then counted within the transaction: nobody writes one twice.

    `returned`: what of the transaction had been taken back, in all, after it. `item_id`: the credit it is in the
    ledger; None while the money is in nobody's account.
    """

    id: int
    issuer_id: int
    customer_id: int | None
    account_id: int
    transaction_id: str
    kind: Fact
    serial: int
    returned: int
    currency: str
    amount: int
    method: str
    checkout_id: int | None
    item_id: int | None
    effective_on: date
    recorded_at: datetime
    trouble: Trouble | None
    settled_at: datetime | None
    settled_by: str | None
    settled_note: str | None


_COLUMNS = tuple(payments.c[name] for name in Payment.__dataclass_fields__)


def add_payment(unit: Unit, **told: Any) -> Payment:
    """Record a fact; the database refuses the same one twice."""
    made = insert(payments).values(id=new_id(), seq=unit.seq(), recorded_at=unit.now, **told).returning(*_COLUMNS)
    return _payment(unit.conn.execute(made).one())


def facts_of(conn: Connection, account_id: int, transaction_id: str) -> list[Payment]:
    """All that is recorded of one transaction, the oldest first."""
    mine = payments.c.account_id == account_id, payments.c.transaction_id == transaction_id
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(payments.c.serial))


def applied_by(conn: Connection, checkout_id: int) -> dict[int, int]:
    """What the money of a checkout pays now, by debit."""
    a = allocations.c
    mine = select(payments.c.item_id).where(payments.c.checkout_id == checkout_id, payments.c.item_id.is_not(None))
    rows = conn.execute(select(a.debit_id, func.sum(a.amount)).where(a.credit_id.in_(mine)).group_by(a.debit_id))
    return {row[0]: int(row[1]) for row in rows}


def of_checkout(conn: Connection, checkout_id: int) -> list[Payment]:
    """All facts about a checkout, the oldest first."""
    return _found(conn, select(*_COLUMNS).where(payments.c.checkout_id == checkout_id).order_by(payments.c.id))


def find_payment(conn: Connection, payment_id: int, lock: bool = False) -> Payment | None:
    wanted = select(*_COLUMNS).where(payments.c.id == payment_id)
    found = _found(conn, wanted.with_for_update() if lock else wanted)
    return found[0] if found else None


def payments_in(conn: Connection, scope: Scope, troubled: bool, limit: int, offset: int = 0) -> list[Payment]:
    """The newest first; `troubled`: only those that wait for somebody."""
    wanted = select(*_COLUMNS).order_by(payments.c.id.desc()).limit(limit).offset(offset)
    if not scope.everything:
        wanted = wanted.where(payments.c.issuer_id.in_(scope.issuers) | payments.c.customer_id.in_(scope.customers))
    if troubled:
        wanted = wanted.where(payments.c.trouble.is_not(None), payments.c.settled_at.is_(None))
    return _found(conn, wanted)


def set_payment(unit: Unit, payment_id: int, **values: Any) -> None:
    """Say more about a fact; who reads payments in the order of their changes meets it again."""
    unit.conn.execute(update(payments).where(payments.c.id == payment_id).values(seq=unit.seq(), **values))


def book_facts(unit: Unit, payment: Payment, item_id: int, customer_id: int | None) -> None:
    """All that is recorded of a transaction is in the ledger now, as one item: what came, less what had gone back."""
    c = payments.c
    mine = c.account_id == payment.account_id, c.transaction_id == payment.transaction_id, c.item_id.is_(None)
    told = {"item_id": item_id, "customer_id": customer_id, "seq": unit.seq()}
    unit.conn.execute(update(payments).where(*mine).values(**told))


def settle_payment(unit: Unit, payment_id: int, note: str) -> None:
    """Somebody decided about an odd payment."""
    set_payment(unit, payment_id, settled_at=unit.now, settled_by=unit.person, settled_note=note)


def returned_of(conn: Connection, payment: Payment) -> int:
    """What of a payment has been taken back by now, in all."""
    return facts_of(conn, payment.account_id, payment.transaction_id)[-1].returned


def customers_paid(conn: Connection, checkout_id: int) -> set[int]:
    """Whose accounts hold money of a checkout: somebody may have given it to another customer than its own."""
    mine = payments.c.checkout_id == checkout_id, payments.c.customer_id.is_not(None)
    return set(conn.execute(select(payments.c.customer_id).where(*mine).distinct()).scalars())


def note_event(unit: Unit, issuer_id: int, checkout_id: int | None, what: str, **detail: Any) -> None:
    """One line of the trail; `detail` holds no secrets."""
    unit.conn.execute(
        insert(payment_events).values(
            id=new_id(),
            issuer_id=issuer_id,
            checkout_id=checkout_id,
            at=unit.now,
            person=unit.person,
            what=what,
            detail=json.dumps(detail, ensure_ascii=False, default=str),
        )
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider said last of a transaction, as far as anything depends on it."""

    standing: Standing
    returned: int
    method: str


def said_of(conn: Connection, checkout_id: int) -> dict[str, Said]:
    """A provider's last word on each transaction of a checkout, whether it was money or not."""
    c = payment_events.c
    rows = conn.execute(select(c.detail).where(c.checkout_id == checkout_id, c.what == "told").order_by(c.at, c.id))
    told = [json.loads(row.detail) for row in rows]
    return {one["transaction"]: Said(Standing(one["standing"]), one["returned"], one["method"]) for one in told}


@dataclass(frozen=True, slots=True)
class TrailLine:
    at: datetime
    person: str
    what: str
    detail: dict[str, Any]


def trail_of(conn: Connection, checkout_id: int) -> list[TrailLine]:
    """What happened to a checkout, in order."""
    c = payment_events.c
    rows = conn.execute(select(c.at, c.person, c.what, c.detail).where(c.checkout_id == checkout_id).order_by(c.id))
    return [TrailLine(row.at, row.person, row.what, json.loads(row.detail)) for row in rows]


def _found(conn: Connection, wanted: Any) -> list[Payment]:
    return [_payment(row) for row in conn.execute(wanted)]


def _payment(row: Sequence[Any]) -> Payment:
    told = dict(zip(Payment.__dataclass_fields__, row, strict=True))
    told["trouble"] = Trouble(told["trouble"]) if told["trouble"] else None
    return Payment(**told | {"kind": Fact(told["kind"])})
