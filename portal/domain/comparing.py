"""A day's transactions at a provider against the ledger: what is the same, and the name of each difference.

All amounts are minor units of the transaction's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.domain.payments import Standing, Transaction
from portal.text import Text


class Finding(StrEnum):
    """What one transaction shows when both sides are laid beside each other."""

    MISSING = "missing"  # paid there for a checkout of ours, and not recorded here
    STRAY = "stray"  # paid there under a reference that only we make, and that no checkout here has
    UNKNOWN_THERE = "unknown_there"  # recorded here, and the provider knows it no more
    NOT_PAID = "not_paid"  # recorded here, and the provider says now that it was never paid
    AMOUNT = "amount"  # another amount or currency
    RETURNED = "returned"  # what was given back or taken back differs
    UNDECIDED = "undecided"  # the same, but kept apart here until somebody decides


@dataclass(frozen=True, slots=True)
class Here:
    """What the ledger holds of a transaction. `undecided`: it waits for somebody, outside the customer's account."""

    payment_id: int
    amount: int
    currency: str
    returned: int
    undecided: bool


def find(here: Here | None, there: Transaction | None) -> Finding | None:
    """How the two differ; None when they are the same, and for what was never paid and is not recorded."""
    if here is None:
        return Finding.MISSING if there is not None and there.paid else None
    if there is None:
        return Finding.UNKNOWN_THERE
    if not there.paid:
        return Finding.NOT_PAID
    if (there.amount, there.currency) != (here.amount, here.currency):
        return Finding.AMOUNT
    if there.returned != here.returned:
        return Finding.RETURNED
    return Finding.UNDECIDED if here.undecided else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One transaction that is not the same on both sides. `there`, `here`: its amount, None where it is unknown.

    `recorded`: what was found went through the crediting function, and both sides are the same now; `undecided`: kept
    apart, for somebody to decide. `payment_id`: of the ledger's row.
    """

    finding: Finding
    transaction: str
    reference: str
    currency: str
    there: int | None
    here: int | None
    there_returned: int = 0
    here_returned: int = 0
    standing: Standing | None = None
    payment_id: int | None = None
    recorded: bool = False
    undecided: bool = False


class Result(StrEnum):
    EQUAL = "equal"
    DIFFERENT = "different"
    INCOMPLETE = "incomplete"  # nothing differs in what could be compared, and not all could be


@dataclass(frozen=True, slots=True)
class Compared:
    """One account's day. `paid`: transactions that were laid beside each other; `sums`: what the provider holds of them
    by currency, less what went back. `elsewhere`: the account's sales that are not the portal's. `trouble`: why not all
    could be compared.
    """

    day: date
    paid: int = 0
    sums: Mapping[str, int] | None = None
    elsewhere: int = 0
    differences: tuple[Difference, ...] = ()
    trouble: Text | None = None

    @property
    def result(self) -> Result:
        if self.differences:
            return Result.DIFFERENT
        return Result.EQUAL if self.trouble is None else Result.INCOMPLETE


def span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which a calendar day begins, and at which the next one does."""
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = date.fromordinal(day.toordinal() + 1)
    return first, datetime(after.year, after.month, after.day, tzinfo=zone)
