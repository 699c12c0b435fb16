"""Where an issuer stands: what its customers owe it, how late, who, what came in. The shapes; the views answer them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portal.domain.aging import Bucket
from portal.domain.statement import AgingRow

BILLED_DAYS = 90


@dataclass(frozen=True, slots=True)
class Debtor:
    """What one customer owes in one currency, by bucket; `oldest`: the first due date of what it owes."""

    customer_id: int
    owed: int
    items: int
    oldest: date
    buckets: dict[Bucket, int]

    @property
    def overdue(self) -> int:
        return self.owed - self.buckets[Bucket.CURRENT]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many documents, and their sum."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """Where an issuer stands in one currency; amounts are minor units.

    `due`: what is outstanding by due date. `collected`: in the month of the date, up to it. `billed`: invoices and
    debit notes of the last 90 days, without what was annulled. `reported` and `unopened` are always as of now:
    what payers say and the issuer has not decided on, and what is owed and its customer has never opened; so is
    `reserved`, the part of the credit that waits for a document.
    """

    currency: str
    on: date
    aging: AgingRow
    open_count: int = 0
    overdue_count: int = 0
    due: dict[date, int] = field(default_factory=dict)
    debtors: tuple[Debtor, ...] = ()  # the largest
    debtor_count: int = 0
    collected: int = 0
    billed: int = 0
    reserved: int = 0
    reported: Counted = field(default_factory=Counted)
    unopened: Counted = field(default_factory=Counted)

    @property
    def outstanding(self) -> int:
        return self.aging.gross

    @property
    def overdue(self) -> int:
        return self.outstanding - self.aging.buckets[Bucket.CURRENT]

    @property
    def available(self) -> int:
        """Saldo a favor."""
        return self.aging.credit

    @property
    def days_of_sales(self) -> int | None:
        """DSO, in whole days; None when nothing was billed in the last 90 days."""
        if self.billed <= 0:
            return None
        return (2 * self.outstanding * BILLED_DAYS + self.billed) // (2 * self.billed)

    def largest_share(self) -> int:
        """How much of the whole the largest debtors owe, in hundredths, rounded down."""
        return sum(one.owed for one in self.debtors) * 100 // self.outstanding if self.outstanding else 0
