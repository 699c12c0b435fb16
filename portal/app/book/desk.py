"""What every act at the book begins and ends with: who may, whose account, which documents; the act and its trace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.acts import Act
from portal.domain.book import Book
from portal.domain.money import plain
from portal.errors import NotFound, Refused
from portal.ledger import acts, audit, busy
from portal.ledger.acts import ActRow
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.links import owner_of
from portal.ledger.parties import issuer_by_id
from portal.ledger.payables import Payable, payables
from portal.ledger.spellings import gone
from portal.ledger.unit import Connection, Unit
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Whose:
    """The account that an act is about: one customer of an issuer, in one currency."""

    issuer_id: int
    customer_id: int
    currency: str


@dataclass(frozen=True, slots=True)
class Wish:
    """An act as somebody asks for it. `key` is the same when one form arrives twice."""

    whose: Whose
    key: str
    where: Where | None = None

    def part(self, name: str) -> Wish:
        """A part of it, which happens once as well."""
        return replace(self, key=f"{self.key}/{name}")


@dataclass(frozen=True, slots=True)
class Desk:
    """An account under its customer's lock. `again`: the act that this form made before."""

    unit: Unit
    wish: Wish
    start_key: str
    today: date
    again: int | None

    @property
    def whose(self) -> Whose:
        return self.wish.whose

    def lines(self, document_ids: Collection[int]) -> list[Payable]:
        """The documents that were chosen, the oldest first, if they may be booked. Raises NotFound, Refused."""
        found = payables(self.unit.conn, list(document_ids))
        if len(found) != len(set(document_ids)) or any(whose_of(one) != self.whose for one in found):
            raise NotFound()
        for one in found:
            if why := reasons_against(self.unit.conn, [one], self.unit.now).get(one.document_id):
                raise Refused(Text("{number}: {why}", number=one.number, why=why))
        return sorted(found, key=lambda one: (one.payable_on, one.document_id))

    def keep(self, kind: Act, amount: int, rows: Sequence[ActRow], **told: Any) -> int:
        """Write the act down, and tell the audit; returns its id."""
        told = {"effective_on": self.today, "reason": "", **told}
        whose = {"issuer_id": self.whose.issuer_id, "customer_id": self.whose.customer_id}
        key = {"start_key": self.start_key, "currency": self.whose.currency}
        act_id = acts.add_act(self.unit, rows, kind=kind, amount=amount, **whose, **key, **told)
        note(self.unit, Event.BOOKED, act_id, self.whose, kind, amount, told["reason"], self.wish.where)
        return act_id


@contextmanager
def at_desk(portal: Portal, actor: Actor, wish: Wish) -> Iterator[Desk]:
    """A unit of work at an account's book. Raises NotFound for who may not book there."""
    with portal.ledger.write(actor.name) as unit:
        check_owner(unit.conn, actor, wish.whose)
        lock_customers(unit.conn, {wish.whose.customer_id})
        check_owner(unit.conn, actor, wish.whose)  # it may have been joined into another while we waited
        yield desk_of(portal, unit, actor, wish)


def check_owner(conn: Connection, actor: Actor, whose: Whose) -> None:
    """Raises NotFound unless the actor books for this issuer, and the customer is that issuer's and still one."""
    actor.require(Right.BOOK, whose.issuer_id, whose.customer_id)
    if (owner_of(conn, whose.customer_id) or (0,))[0] != whose.issuer_id or gone(conn, [whose.customer_id]):
        raise NotFound()


def desk_of(portal: Portal, unit: Unit, actor: Actor, wish: Wish) -> Desk:
    """The desk of who may book there, under the customer's lock."""
    key = sha256(repr((actor.name, wish.whose, wish.key)).encode()).hexdigest()
    now = today(portal.clock, issuer_by_id(unit.conn, wish.whose.issuer_id).timezone)
    return Desk(unit, wish, key, now, acts.act_by(unit.conn, key))


def whose_of(one: Payable) -> Whose:
    return Whose(one.issuer_id, one.customer_id, one.currency)


def reasons_against(conn: Connection, lines: Collection[Payable], now: datetime) -> dict[int, Text]:
    """By document, why it may not be booked by hand now."""
    ids = [one.document_id for one in lines]
    review = Text("hay un pago avisado sin responder; acéptalo o recházalo en Solicitudes.")
    found = dict.fromkeys(busy.in_review(conn, ids), review)
    for document_id, until in busy.being_paid(conn, ids, now).items():
        found[document_id] = Text("alguien lo está pagando en el portal; espera a que el cobro termine.")
        if until is None:
            found[document_id] = Text("hay un pago en proceso; espera a que el proveedor responda.")
    return found


def rows_made(book: Book, documents: Mapping[int, int]) -> list[ActRow]:
    """What a book has added, as an act keeps it. `documents`: by debit, the document."""
    entered = [ActRow(documents.get(one.item_id), one.amount, entry_id=one.id) for one in book.entries]
    applied = [ActRow(documents.get(one.debit_id), one.amount, allocation_id=one.id) for one in book.allocations]
    return [*entered, *applied]


def by_debit(lines: Collection[Payable]) -> dict[int, int]:
    """The document of each debit."""
    return {one.item_id: one.document_id for one in lines}


def note(
    unit: Unit, event: Event, act_id: int, whose: Whose, kind: Act, amount: int, reason: str, where: Where | None
) -> None:
    told = {"act": kind.value, "amount": f"{plain(amount, whose.currency)} {whose.currency}"}
    told |= {"reason": reason} if reason else {}
    audit.note(unit, event, f"act:{act_id}", whose.issuer_id, whose.customer_id, where, **told)
