"""The sandbox provider's book: what people did on its page. It is the company's memory, not the ledger's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.clock import Clock
from portal.domain.payments import Method, Standing, Transaction
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import sandbox_payments
from portal.ledger.unit import Ledger, Unit


def pay_sandbox(
    unit: Unit, account_id: int, reference: str, currency: str, amount: int, becomes: Standing, turns_at: datetime
) -> int:
    """Somebody paid: pending until `turns_at`, then `becomes`. Returns the transaction's id."""
    payment_id = new_id()
    told = {"account_id": account_id, "reference": reference, "currency": currency, "amount": amount, "returned": 0}
    course = {"standing": Standing.PENDING, "becomes": becomes, "turns_at": turns_at, "made_at": unit.now}
    unit.conn.execute(insert(sandbox_payments).values(id=payment_id, **told, **course))
    return payment_id


def return_sandbox(unit: Unit, transaction_id: int, returned: int) -> None:
    """Money went back to the payer: `returned` in all."""
    mine = sandbox_payments.c.id == transaction_id
    unit.conn.execute(update(sandbox_payments).where(mine).values(returned=returned))


def sandbox_transactions(conn: Connection, account_id: int, reference: str, now: datetime) -> list[Transaction]:
    """What the sandbox knows now under a reference ("": all of the account's)."""
    c = sandbox_payments.c
    wanted = select(sandbox_payments).where(c.account_id == account_id).order_by(c.id)
    if reference:
        wanted = wanted.where(c.reference == reference)
    return [_transaction(row, now) for row in conn.execute(wanted)]


def _transaction(row: Any, now: datetime) -> Transaction:
    standing = Standing(row.becomes if row.turns_at <= now else row.standing)
    return Transaction(
        id=str(row.id),
        reference=row.reference,
        standing=standing,
        amount=row.amount,
        currency=row.currency,
        live=False,
        refunded=row.returned,
        method=Method.PSE,
        at=row.turns_at,
    )


def sandbox_book(ledger: Ledger, clock: Clock) -> Callable[[int, str], Sequence[Transaction]]:
    """The book as the sandbox's code asks for it."""

    def found(account_id: int, reference: str) -> Sequence[Transaction]:
        with ledger.read() as conn:
            return sandbox_transactions(conn, account_id, reference, clock.now())

    return found
