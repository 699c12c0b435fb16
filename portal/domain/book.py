"""The open items of customers and what may be done to them: post, allocate, undo, give back, void.

A `Book` holds the items that one change touches, decides in memory, and collects the new
append-only rows; the ledger writes them in one transaction. It never lets a law be broken:

- outstanding(debit) = Σ entries − Σ allocations to it ≥ 0
- available(credit) = −Σ entries − Σ allocations from it ≥ 0
- an allocation stays inside one issuer, customer and currency

and they hold on every past date too, because an allocation takes effect on the later of its two
ends, never before an undo that touched either of them or an entry that raised it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.errors import LedgerBroken
from portal.text import Text


class Side(StrEnum):
    DEBIT = "debit"
    CREDIT = "credit"


class Cause(StrEnum):
    """Why an entry or an allocation exists."""

    INVOICE = "invoice"
    DEBIT_NOTE = "debit_note"
    CREDIT_NOTE = "credit_note"
    ADVANCE = "advance"
    RECEIPT = "receipt"
    PAYMENT = "payment"
    CASH_SALE = "cash_sale"  # contado counted as paid on issue
    PREPAID = "prepaid"  # an advance used up by an invoice that is already net of it
    STATED_BALANCE = "stated_balance"  # saldo informado por el emisor
    OPENING = "opening"
    WITHHOLDING = "withholding"
    ROUNDING = "rounding"
    WRITE_OFF = "write_off"
    ADJUSTMENT = "adjustment"  # ± by the issuer's people, with their reason
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    REINSTATED = "reinstated"  # a chargeback that the issuer won
    VOID = "void"
    WITHDRAWN = "withdrawn"
    REFERENCE = "reference"  # a document named the other
    APPLIED = "applied"  # somebody chose to use saldo a favor
    UNDO = "undo"


@dataclass(slots=True)
class Item:
    """One open item (partida). `entered` is Σ entries, signed: what is owed goes up with plus."""

    id: int
    issuer_id: int
    customer_id: int
    currency: str
    side: Side
    effective_on: date
    entered: int = 0
    allocated: int = 0
    floor: date = date.min

    @property
    def balance(self) -> int:
        """Outstanding of a debit, available of a credit; never negative."""
        return (self.entered if self.side is Side.DEBIT else -self.entered) - self.allocated

    @property
    def earliest(self) -> date:
        return max(self.effective_on, self.floor)


@dataclass(frozen=True, slots=True)
class Entry:
    """A signed change of what a customer owes: `amount` minor units, on `item_id`."""

    id: int
    item_id: int
    amount: int
    cause: Cause
    effective_on: date
    document_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Part of a credit set against a debit; a negative one takes back `undoes`."""

    id: int
    credit_id: int
    debit_id: int
    amount: int
    cause: Cause
    effective_on: date
    undoes: int | None = None
    document_id: int | None = None


@dataclass
class Book:
    """The items of one change, and the rows that it adds. `new_id` gives unused row ids."""

    new_id: Callable[[], int]
    items: dict[int, Item] = field(default_factory=dict)
    applied: dict[int, Allocation] = field(default_factory=dict)  # existing and new, needed only to undo
    entered: dict[int, list[Entry]] = field(default_factory=dict)  # by item, needed only to withdraw
    opened: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def open(
        self, item: Item, amount: int, cause: Cause, document_id: int | None = None, note: str | None = None
    ) -> Item:
        """A new item of `amount` (positive minor units), posted on its side."""
        if amount < 0:
            raise LedgerBroken(Text("Un documento no puede tener valor negativo."))
        self.items[item.id] = item
        self.opened.append(item)
        self.enter(item.id, amount if item.side is Side.DEBIT else -amount, cause, item.effective_on, document_id, note)
        return item

    def enter(
        self, item_id: int, amount: int, cause: Cause, on: date, document_id: int | None = None, note: str | None = None
    ) -> Entry:
        """A signed entry on an item; refused when the item's balance would fall below zero.

        What raises the balance later than the item began is there to be allocated from then on.
        """
        item = self.items[item_id]
        if (amount > 0) is (item.side is Side.DEBIT):
            item.floor = max(item.floor, on)
        item.entered += amount
        entry = Entry(self.new_id(), item_id, amount, cause, on, document_id, note)
        self.entries.append(entry)
        self.entered.setdefault(item_id, []).append(entry)
        self._check(item)
        return entry

    def allocate(
        self, credit_id: int, debit_id: int, amount: int, cause: Cause, document_id: int | None = None
    ) -> Allocation | None:
        """Set `amount` of a credit against a debit, from the later of their two dates; zero does nothing."""
        if amount == 0:
            return None
        credit, debit = self.items[credit_id], self.items[debit_id]
        if amount < 0:
            raise LedgerBroken(Text("Un documento no puede tener valor negativo."))
        if credit.side is not Side.CREDIT or debit.side is not Side.DEBIT or not _same_book(credit, debit):
            raise LedgerBroken(Text("Un abono solo se aplica a una deuda del mismo emisor, cliente y moneda."))
        on = max(credit.earliest, debit.earliest)
        return self._allocate(Allocation(self.new_id(), credit_id, debit_id, amount, cause, on, None, document_id))

    def undo(self, allocation_id: int, amount: int, on: date, cause: Cause = Cause.UNDO) -> Allocation:
        """Take back part of an allocation from `on` (not before it took effect)."""
        done = self.applied[allocation_id]
        left = done.amount + sum(a.amount for a in self.applied.values() if a.undoes == allocation_id)
        if not 0 < amount <= left:
            raise LedgerBroken(Text("No se puede deshacer más de lo aplicado."))
        back = Allocation(
            self.new_id(), done.credit_id, done.debit_id, -amount, cause, max(on, done.effective_on), allocation_id
        )
        for item in (self.items[done.credit_id], self.items[done.debit_id]):
            item.floor = max(item.floor, back.effective_on)
        return self._allocate(back)

    def give_back(self, credit_id: int, amount: int, cause: Cause, on: date) -> None:
        """A refund or chargeback: takes the unapplied part first, then the allocations, the last one first."""
        credit = self.items[credit_id]
        missing = amount - credit.balance
        for done in sorted(self.standing(credit_id), key=lambda a: a.id, reverse=True):
            if missing <= 0:
                break
            part = min(missing, self.left(done))
            self.undo(done.id, part, on, cause)
            missing -= part
        self.enter(credit_id, amount, cause, max(on, credit.floor, credit.effective_on))

    def void(self, item_id: int, on: date) -> None:
        """Annul from `on`: frees every allocation, then enters the reverse of what stands."""
        for done in self.standing(item_id):
            self.undo(done.id, self.left(done), on, Cause.VOID)
        item = self.items[item_id]
        if item.entered:
            self.enter(item_id, -item.entered, Cause.VOID, max(on, item.earliest))

    def withdraw(self, item_id: int) -> None:
        """As if it had never come: every row is mirrored on its own date."""
        for done in [a for a in self.applied.values() if item_id in (a.credit_id, a.debit_id)]:
            undoes = done.id if done.undoes is None else done.undoes
            mirror = Allocation(
                self.new_id(), done.credit_id, done.debit_id, -done.amount, Cause.WITHDRAWN, done.effective_on, undoes
            )
            self._allocate(mirror, check=False)
        item = self.items[item_id]
        for entry in list(self.entered.get(item_id, ())):
            item.entered -= entry.amount
            cause = Cause.PREPAID if entry.cause is Cause.PREPAID else Cause.WITHDRAWN  # prepaid sums stay whole
            self.entries.append(
                Entry(self.new_id(), item_id, -entry.amount, cause, entry.effective_on, entry.document_id)
            )
        self.entered[item_id] = []
        self.touched.add(item_id)
        for touched in {item_id} | {i for a in self.allocations for i in (a.credit_id, a.debit_id)}:
            self._check(self.items[touched])

    def standing(self, item_id: int) -> list[Allocation]:
        """The allocations from or to an item of which something stands."""
        mine = [a for a in self.applied.values() if a.undoes is None and item_id in (a.credit_id, a.debit_id)]
        return [a for a in mine if self.left(a) > 0]

    def left(self, done: Allocation) -> int:
        """What of an allocation stands, after what was taken back of it."""
        return done.amount + sum(a.amount for a in self.applied.values() if a.undoes == done.id)

    def _allocate(self, allocation: Allocation, check: bool = True) -> Allocation:
        ends = (self.items[allocation.credit_id], self.items[allocation.debit_id])
        self.allocations.append(allocation)
        self.applied[allocation.id] = allocation
        for item in ends:
            item.allocated += allocation.amount
            if check:
                self._check(item)
        return allocation

    def _check(self, item: Item) -> None:
        self.touched.add(item.id)
        if item.balance < 0:
            raise LedgerBroken(Text("El saldo de una partida no puede quedar por debajo de cero."))


def _same_book(one: Item, other: Item) -> bool:
    return (one.issuer_id, one.customer_id, one.currency) == (other.issuer_id, other.customer_id, other.currency)
