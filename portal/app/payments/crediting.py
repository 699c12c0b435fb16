"""The one place where a provider's answer becomes money in the ledger, whoever brought it: once, under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from portal.app.payments.applying import share_out
from portal.app.payments.telling import tell_of_payment, tell_of_trouble
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.book import Book, Cause, Item, Side
from portal.domain.checkouts import ENDED, Rules, State, next_state
from portal.domain.crediting import Asked, Trouble, judge
from portal.domain.payments import Standing, Transaction
from portal.errors import NotFound
from portal.ledger import checkouts, payments
from portal.ledger.books import load_book, lock_customers
from portal.ledger.checkouts import Checkout, CheckoutLine
from portal.ledger.ids import new_id
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import AccountRow, account_row, rules_of
from portal.ledger.payments import Fact, Payment, note_event
from portal.ledger.unit import Unit

LONGEST_PENDING = timedelta(days=30)  # then nobody waits any more; money that comes later is still credited


def lock_checkout(unit: Unit, checkout_id: int) -> Checkout:
    """A checkout that nobody else changes until the commit, nor its customer's balances. Raises NotFound."""
    found = checkouts.find_checkout(unit.conn, checkout_id)
    if found is None:
        raise NotFound()
    _lock(unit, found)
    return checkouts.find_checkout(unit.conn, checkout_id, lock=True) or found


def take_answer(portal: Portal, unit: Unit, checkout: Checkout, told: Sequence[Transaction]) -> State:
    """Record what a provider says of a locked checkout's transactions and do what follows, in the caller's unit.

    Each approved transaction is credited exactly once; what was returned of it is taken back exactly once; the
    checkout moves on and never back. Returns its state then.
    """
    account = account_row(unit.conn, checkout.account_id)
    if account is None:
        raise NotFound()
    desk = _Desk(portal, unit, checkout, account)
    for one in told:
        desk.take(one)
    return desk.move_on([one.standing for one in told if _fits(checkout, account, one)])


def _lock(unit: Unit, checkout: Checkout) -> None:
    """Lock the checkout's customer, and those to whom somebody gave money of it; who decides so holds the first too.

    One decided in between is locked out of order: should two wait for each other then, the job is tried again.
    """
    known = payments.customers_paid(unit.conn, checkout.id) | {checkout.customer_id}
    lock_customers(unit.conn, known)
    if late := payments.customers_paid(unit.conn, checkout.id) - known:
        lock_customers(unit.conn, late)


def _fits(checkout: Checkout, account: AccountRow, told: Transaction) -> bool:
    """Whether a transaction's standing says anything about the checkout."""
    trouble = judge(_asked(checkout, account, paid=False), told)
    return trouble is None or not trouble.apart


def _asked(checkout: Checkout, account: AccountRow, paid: bool) -> Asked:
    return Asked(
        checkout.reference, account.receiver, account.live, checkout.currency, checkout.amount, checkout.state, paid
    )


def _apart(fact: Payment) -> bool:
    """Whether this money was not credited for its checkout, though a person may have credited it since."""
    return fact.trouble is not None and fact.trouble.apart


class _Desk:
    """One checkout under lock, while its transactions are looked at one by one."""

    def __init__(self, portal: Portal, unit: Unit, checkout: Checkout, account: AccountRow) -> None:
        self.portal, self.unit, self.checkout, self.account = portal, unit, checkout, account
        issuer = issuer_by_id(unit.conn, checkout.issuer_id)
        self.today = today(portal.clock, issuer.timezone)
        self.zone = ZoneInfo(issuer.timezone)

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.unit.conn, self.checkout.issuer_id, self.checkout.currency)

    def take(self, told: Transaction) -> None:
        """First the money that came, then what went back of it."""
        known = payments.facts_of(self.unit.conn, self.account.id, told.id)
        if not known and told.paid:
            known = [self._came(told)]
        if known and told.standing is not Standing.UNKNOWN:
            self._went_back(known, told)

    def _came(self, told: Transaction) -> Payment:
        """The payment, recorded; in the ledger unless it is kept apart, or is gone again already."""
        paid, item_id = self._paid_before(), None
        trouble = judge(_asked(self.checkout, self.account, paid), told)
        gone = told.returned >= told.amount
        if gone and trouble is not None and not trouble.apart:
            trouble = None
        if not gone and (trouble is None or not trouble.apart):
            item_id, left = self._credit(told, told.amount, paid)
            if trouble is None and left > self.rules.tolerance:
                trouble = Trouble.NOT_OPEN
        payment = self._record(told, Fact.PAYMENT, told.amount, item_id, 0, 0, trouble)
        self._event("credited" if item_id else "came_and_went" if gone else "kept_apart", told, trouble=trouble)
        if trouble is not None:
            tell_of_trouble(self.portal, self.unit, self.checkout, payment)
        if item_id is not None:
            tell_of_payment(self.portal, self.unit, self.checkout, payment, item_id)
        return payment

    def _paid_before(self) -> bool:
        others = payments.of_checkout(self.unit.conn, self.checkout.id)
        return any(fact.kind is Fact.PAYMENT and fact.item_id is not None and not _apart(fact) for fact in others)

    def _credit(self, told: Transaction, amount: int, paid: bool) -> tuple[int, int]:
        """Post money and set it against the checkout's documents; returns its item and what was left over."""
        checkout, conn = self.checkout, self.unit.conn
        lines = self._lines()
        shares = checkouts.credits_of(conn, checkout.id) if checkout.held and not paid else []
        book = load_book(conn, {line.debit_id for line in lines} | {share.credit_id for share in shares})
        whose = (checkout.issuer_id, checkout.customer_id, checkout.currency)
        credit = book.open(Item(new_id(), *whose, Side.CREDIT, self._value_date(told)), amount, Cause.PAYMENT)
        missing = share_out(book, shares)
        if missing:
            self._event("credit_gone", told, missing=missing)
        self._allocate(book, credit, lines)
        self.unit.book(book, {credit.id: {"cause": Cause.PAYMENT, "method": told.method, "reference": told.id}})
        return credit.id, credit.balance

    def _allocate(self, book: Book, credit: Item, lines: Sequence[CheckoutLine]) -> None:
        """As planned; then up to the whole of what was to be settled; a small residue is rounded away."""
        for line in lines:
            fits = min(line.amount, book.items[line.debit_id].balance, credit.balance)
            book.allocate(credit.id, line.debit_id, fits, Cause.PAYMENT)
        for line in [line for line in lines if line.whole]:
            debit = book.items[line.debit_id]
            book.allocate(credit.id, debit.id, min(debit.balance, credit.balance), Cause.PAYMENT)
            if 0 < debit.balance <= self.rules.tolerance:
                book.enter(debit.id, -debit.balance, Cause.ROUNDING, max(debit.earliest, credit.earliest))

    def _value_date(self, told: Transaction) -> date:
        """The provider's day of approval in the issuer's zone; never after today."""
        return min(self.today, told.at.astimezone(self.zone).date()) if told.at else self.today

    def _went_back(self, known: Sequence[Payment], told: Transaction) -> None:
        """What was returned beyond what is recorded; less than that is a chargeback that the issuer won."""
        payment, delta = known[0], told.returned - known[-1].returned
        if delta == 0:
            return
        kind = Fact.REINSTATED if delta < 0 else Fact.CHARGEBACK if told.charged_back else Fact.REFUND
        item_id = payment.item_id
        if item_id is not None:
            self._give_back(item_id, delta, kind, () if _apart(payment) else self._lines())
        elif payment.trouble is None and delta < 0:  # it was gone before it ever reached the ledger
            item_id, _ = self._credit(told, -delta, self._paid_before())
            payments.set_payment(self.unit, payment.id, item_id=item_id)
        self._record(told, kind, abs(delta), item_id, len(known), told.returned, None, payment.customer_id)
        self._event(kind, told, moved=abs(delta))

    def _lines(self) -> Sequence[CheckoutLine]:
        return checkouts.lines_of(self.unit.conn, self.checkout.id)

    def _give_back(self, item_id: int, delta: int, kind: Fact, lines: Sequence[CheckoutLine]) -> None:
        book = load_book(self.unit.conn, [item_id], with_rows=True)
        if delta > 0:
            book.give_back(item_id, delta, Cause.CHARGEBACK if kind is Fact.CHARGEBACK else Cause.REFUND, self.today)
        else:
            fresh = load_book(self.unit.conn, {line.debit_id for line in lines})
            book.items = fresh.items | book.items
            book.enter(item_id, delta, Cause.REINSTATED, max(self.today, book.items[item_id].earliest))
            self._allocate(book, book.items[item_id], lines)
        self.unit.book(book)

    def _record(
        self,
        told: Transaction,
        kind: Fact,
        amount: int,
        item_id: int | None,
        serial: int,
        returned: int,
        trouble: Trouble | None,
        customer_id: int | None = None,
    ) -> Payment:
        return payments.add_payment(
            self.unit,
            issuer_id=self.checkout.issuer_id,
            customer_id=customer_id or self.checkout.customer_id,
            account_id=self.account.id,
            transaction_id=told.id,
            kind=kind,
            serial=serial,
            returned=returned,
            currency=told.currency,
            amount=amount,
            method=told.method,
            checkout_id=self.checkout.id,
            item_id=item_id,
            effective_on=self._value_date(told) if kind is Fact.PAYMENT else self.today,
            trouble=trouble,
        )

    def _event(self, what: str, told: Transaction, **more: object) -> None:
        detail = {"transaction": told.id, "standing": told.standing, "amount": told.amount, "currency": told.currency}
        note_event(self.unit, self.checkout.issuer_id, self.checkout.id, what, **detail | more)

    def move_on(self, standings: Sequence[Standing]) -> State:
        """The checkout's next state; at its end its credits are free, and a claim that was answered is forgotten."""
        stale = self.checkout.created_at + LONGEST_PENDING <= self.unit.now
        told = [one for one in standings if not (stale and one in (Standing.PENDING, Standing.UNKNOWN))]
        now = next_state(self.checkout.state, told, self.checkout.expires_at <= self.unit.now)
        values: dict[str, object] = {"claimed": None} if standings else {}
        if now is not self.checkout.state:
            values |= {"state": now}
            note_event(self.unit, self.checkout.issuer_id, self.checkout.id, "state", to=now)
        if now in ENDED and self.checkout.held:
            values["held"] = False
        if values:
            checkouts.set_checkout(self.unit, self.checkout.id, **values)
        return now
