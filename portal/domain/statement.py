"""The statement of account: opening balance, movements, running and closing balance, aging on a date.

The shapes only; the views answer them by SQL, and every rendering reads these same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.aging import Bucket


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry. `debit` and `credit` are positive minor units, one of them zero; `balance` is running."""

    on: date
    cause: str
    kind: str | None
    number: str | None
    document_id: int | None
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True)
class AgingRow:
    """Gross outstanding by bucket, credit in its own column; net = Σ buckets − credit = closing balance."""

    buckets: dict[Bucket, int]
    credit: int

    @property
    def gross(self) -> int:
        return sum(self.buckets.values())

    @property
    def net(self) -> int:
        return self.gross - self.credit


@dataclass(frozen=True, slots=True)
class Statement:
    """One customer at one issuer in one currency, from `start` to `end`, as known at `known_at`.

    `count` movements make the period; `movements` may be one page of them. `seq`: the ledger's last change when it was
    read (0: not said).
    """

    issuer_name: str
    issuer_tax_id: str
    customer_name: str
    customer_tax_id: str
    currency: str
    start: date
    end: date
    known_at: datetime
    opening: int
    closing: int
    debits: int
    credits: int
    count: int
    movements: tuple[Movement, ...]
    aging: AgingRow
    seq: int = 0
