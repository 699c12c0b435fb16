"""How many days beyond its due date a debt was paid: not only the mean, but the spread, weighted by what was paid.

A quantile is the fewest days by which that part of the money had come in; so at least half of it was `median` days or
more beyond its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Delay(StrEnum):
    EARLY = "early"
    ON_TIME = "on_time"
    D7 = "1-7"
    D15 = "8-15"
    D30 = "16-30"
    D60 = "31-60"
    D90 = "61-90"
    OLDER = "91+"


_LIMITS = ((Delay.EARLY, -1), (Delay.ON_TIME, 0), (Delay.D7, 7), (Delay.D15, 15), (Delay.D30, 30), (Delay.D60, 60),
           (Delay.D90, 90))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paid:
    """Some documents and what was paid of them, in minor units."""

    documents: int = 0
    amount: int = 0

    def with_more(self, other: Paid) -> Paid:
        return Paid(self.documents + other.documents, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class LateCustomer:
    """What one customer paid of the period's documents, with the days of half and of 90 % of it."""

    customer_id: int
    documents: int
    amount: int
    median: int
    ninth: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """What was paid by days beyond its due date (negative: before), and who paid latest, of `customer_count`."""

    days: Mapping[int, Paid]
    customers: tuple[LateCustomer, ...] = ()
    customer_count: int = 0

    @property
    def whole(self) -> Paid:
        found = Paid()
        for one in self.days.values():
            found = found.with_more(one)
        return found

    def spread(self) -> dict[Delay, Paid]:
        """Every class of delay, also those of nothing."""
        found = dict.fromkeys(Delay, Paid())
        for days, paid in self.days.items():
            found[delay(days)] = found[delay(days)].with_more(paid)
        return found

    def quantile(self, percent: int) -> int:
        """The fewest days by which so much of the money had come in; 0 of nothing."""
        wanted, so_far = self.whole.amount * percent, 0
        for days in sorted(self.days):
            so_far += self.days[days].amount * 100
            if so_far >= wanted:
                return days
        return 0

    def mean_tenths(self) -> int:
        """The mean in tenths of a day, the nearest one; 0 of nothing."""
        amount = self.whole.amount
        tenths = 10 * sum(days * paid.amount for days, paid in self.days.items())
        return (2 * tenths + amount) // (2 * amount) if amount else 0


def delay(days: int) -> Delay:
    """The class of so many days beyond the due date."""
    return next((one for one, limit in _LIMITS if days <= limit), Delay.OLDER)
