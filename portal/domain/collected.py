"""Payments as others read them (the issuer's list, its file, the API): one row for each fact about money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlencode

from portal.domain.crediting import Trouble
from portal.errors import Refused
from portal.text import Text

KINDS = ("payment", "refund", "chargeback", "reinstated")
_TAKES = frozenset({"refund", "chargeback"})


class Booked(StrEnum):
    """Where the money of a fact is in the books."""

    BOOKED = "booked"  # in the customer's account
    APART = "apart"  # in nobody's account: somebody has to decide
    LEFT_OUT = "left_out"  # somebody decided that it is not to be in any
    NEVER = "never_booked"  # it came and went before it reached an account, or went back while it was kept apart
    OVERDRAWN = "overdrawn"  # it went back, and the account no longer held it: not taken from it


@dataclass(frozen=True, slots=True)
class PaidDocument:
    """`amount` of a payment that is set against a document now."""

    kind: str
    number: str
    amount: int


@dataclass(frozen=True, slots=True)
class Collected:
    """One fact. Amounts are minor units, never negative; `payment_id` is the row of the payment that it is about.

    `reference`: ours at the provider. `documents`: what a payment is set against as it stands now. `seq`: of the last
    change of the row, for who reads in that order.
    """

    id: int
    payment_id: int
    kind: str
    issuer_id: int
    issuer_tax_id: str
    customer_id: int | None
    customer_tax_id: str | None
    customer_name: str | None
    account_id: int
    provider: str
    transaction: str
    checkout_id: int | None
    reference: str | None
    method: str
    currency: str
    amount: int
    effective_on: date
    recorded_at: datetime
    item_id: int | None
    trouble: Trouble | None
    settled_at: datetime | None
    settled_by: str | None
    settled_note: str | None
    voucher: int | None
    seq: int
    documents: tuple[PaidDocument, ...] = ()

    @property
    def state(self) -> Booked:
        if self.trouble is Trouble.OVERDRAWN:
            return Booked.OVERDRAWN
        if self.item_id is not None:
            return Booked.BOOKED
        if self.trouble is None or not self.trouble.apart:
            return Booked.NEVER
        return Booked.APART if self.settled_at is None else Booked.LEFT_OUT

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide about it."""
        return self.trouble is not None and self.settled_at is None

    @property
    def booked(self) -> int:
        """What it adds to what was collected: less than nothing if it went back, 0 for what is in no account."""
        if self.state is not Booked.BOOKED:
            return 0
        return -self.amount if self.kind in _TAKES else self.amount


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which facts to list; what is empty asks for nothing. Both days are included."""

    start: date | None = None
    end: date | None = None
    kinds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    waiting: bool = False
    search: str = ""


def to_query(wanted: Wanted) -> str:
    """A list as a query string; `from_query` reads it."""
    told = {
        "from": wanted.start.isoformat() if wanted.start else "",
        "to": wanted.end.isoformat() if wanted.end else "",
        "kind": ",".join(wanted.kinds),
        "provider": ",".join(wanted.providers),
        "waiting": "1" if wanted.waiting else "",
        "search": wanted.search,
    }
    return urlencode({name: value for name, value in told.items() if value})


def from_query(told: Mapping[str, str]) -> Wanted:
    """The list that a query string asks for. Raises Refused for what is no date or no kind."""
    kinds = _parts(told.get("kind", ""))
    if not set(kinds) <= set(KINDS):
        raise Refused(Text("«kind» es una o varias de: {kinds}.", kinds=", ".join(KINDS)))
    return Wanted(
        start=_day(told.get("from", "")),
        end=_day(told.get("to", "")),
        kinds=kinds,
        providers=_parts(told.get("provider", "")),
        waiting=told.get("waiting", "") == "1",
        search=told.get("search", "")[:200],
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(Text("«{day}» no es una fecha: escríbela como 2026-12-31.", day=text[:40])) from None
