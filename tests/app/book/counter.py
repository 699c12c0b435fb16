"""A bookkeeper at the desk, in few words. Amounts are minor units; documents are named by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import select

from portal.app.book.applying import apply_credit, free_application, release_credit
from portal.app.book.desk import Whose, Wish
from portal.app.book.lowering import adjust, write_off
from portal.app.book.paying import Receipt, register_payment
from portal.app.book.undoing import undo_act
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.acts import Money
from portal.ledger.acts import DeskAct, acts_in
from portal.ledger.applications import applications_of
from portal.ledger.tables import documents
from tests.app.people import BOSS, staff

TODAY = date(2026, 3, 15)
KEYS = count(1)


@dataclass
class Counter:
    portal: Portal
    actor: Actor
    whose: Whose

    def id(self, number: str) -> int:
        with self.portal.ledger.read() as conn:
            return int(conn.execute(select(documents.c.id).where(documents.c.number == number)).scalar_one())

    def wish(self, key: str = "") -> Wish:
        return Wish(self.whose, key or f"form {next(KEYS)}")

    def pay(
        self,
        amount: int,
        *numbers: str,
        on: date = TODAY,
        parts: Mapping[str, int] | None = None,
        key: str = "",
        other: bool = True,
        receipt: Receipt | None = None,
        reference: str = "",
        method: str = "47",
    ) -> int:
        told = {self.id(number): sum_ for number, sum_ in parts.items()} if parts is not None else None
        money = Money(amount, on, method, reference, "", told)
        ids = [self.id(number) for number in numbers]
        return register_payment(self.portal, self.actor, self.wish(key), ids, money, other, receipt)

    def apply(self, *numbers: str, amount: int | None = None, key: str = "") -> int:
        ids = [self.id(number) for number in numbers]
        return apply_credit(self.portal, self.actor, self.wish(key), ids, amount)

    def free(self, number: str, amount: int | None = None, place: int = 0, key: str = "") -> int:
        """Take back so much of what was applied last to a document, by default all of it."""
        with self.portal.ledger.read() as conn:
            of = self.whose.customer_id, self.whose.currency
            one = applications_of(conn, *of, 50, document_id=self.id(number))[place]
        sum_ = one.amount if amount is None else amount
        return free_application(
            self.portal, self.actor, self.wish(key), one.document_id, one.credit_id, sum_, "Era de otra factura"
        )

    def write_off(self, *numbers: str, amount: int | None = None, key: str = "", on: date | None = None) -> int:
        ids = [self.id(number) for number in numbers]
        return write_off(self.portal, self.actor, self.wish(key), ids, "Incobrable", amount, on)

    def adjust(self, number: str, amount: int, on: date | None = None, key: str = "") -> int:
        return adjust(self.portal, self.actor, self.wish(key), self.id(number), amount, "Error de digitación", on)

    def release(self, number: str) -> int:
        return release_credit(self.portal, self.actor, self.wish(), self.id(number), "No va a llegar")

    def undo(self, act_id: int, reason: str = "Me equivoqué") -> None:
        undo_act(self.portal, self.actor, act_id, reason)

    def acts(self) -> list[DeskAct]:
        """The newest first."""
        with self.portal.ledger.read() as conn:
            return [one.act for one in acts_in(conn, self.actor.scope(), 1_000)]


def open_counter(portal: Portal, number: str = "FE-1") -> Counter:
    """At the issuer of a document, for the account that it is of."""
    with portal.ledger.read() as conn:
        row = conn.execute(select(documents).where(documents.c.number == number)).one()
    return Counter(portal, staff(portal, row.issuer_id), Whose(row.issuer_id, row.customer_id, row.currency))


__all__ = ["BOSS", "TODAY", "Counter", "open_counter"]
