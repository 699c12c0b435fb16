"""The statement of account as rows: opening, movements, closing, aging. One list for every spreadsheet format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from portal.domain.aging import BUCKETS
from portal.domain.money import to_decimal
from portal.domain.statement import Statement


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row. `section` is opening, movement, closing or aging; `cause` of aging is the bucket, "credit" or "net"."""

    section: str
    on: date
    cause: str
    currency: str
    issuer_tax_id: str
    customer_tax_id: str
    kind: str | None = None
    number: str | None = None
    debit: Decimal | None = None
    credit: Decimal | None = None
    balance: Decimal | None = None


def statement_rows(statement: Statement) -> Iterator[StatementRow]:
    """Opening balance, movements, closing balance with the sums, then the aging on the last day."""
    row = partial(
        StatementRow,
        currency=statement.currency,
        issuer_tax_id=statement.issuer_tax_id,
        customer_tax_id=statement.customer_tax_id,
    )

    def money(minor: int) -> Decimal:
        return to_decimal(minor, statement.currency)

    yield row("opening", statement.start, "opening_balance", balance=money(statement.opening))
    for movement in statement.movements:
        yield row(
            "movement",
            movement.on,
            movement.cause,
            kind=movement.kind,
            number=movement.number,
            debit=money(movement.debit),
            credit=money(movement.credit),
            balance=money(movement.balance),
        )
    yield row(
        "closing",
        statement.end,
        "closing_balance",
        debit=money(statement.debits),
        credit=money(statement.credits),
        balance=money(statement.closing),
    )
    for bucket in BUCKETS:
        yield row("aging", statement.end, bucket.value, debit=money(statement.aging.buckets.get(bucket, 0)))
    yield row("aging", statement.end, "credit", credit=money(statement.aging.credit))
    yield row("aging", statement.end, "net", balance=money(statement.aging.net))
