"""The one place where a provider's answer becomes money in the ledger, whoever brought it: once, under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from portal.app.payments.applying import share_out
from portal.app.payments.telling import tell_of_payment, tell_of_trouble
from portal.app.payments.withheld_posting import bring_in
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.book import Cause, Item, Side
from portal.domain.checkouts import ENDED, CheckoutLine, Rules, State, next_state
from portal.domain.crediting import Asked, Trouble, judge
from portal.domain.payments import Standing, Transaction
from portal.domain.settling import complete, settle, take_back
from portal.errors import LedgerBroken, NotFound
from portal.ledger import checkouts, payments, withholdings
from portal.ledger.books import load_book, lock_customers
from portal.ledger.checkouts import Checkout
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import AccountRow, account_row, rules_of
from portal.ledger.payments import Fact, Payment, note_event
from portal.ledger.unit import Unit

LONGEST_PENDING = timedelta(days=30)  # then nobody waits any more; money that comes later is still credited
UNTIL_KNOWN = timedelta(minutes=15)  # after the time to pay: who began in its last minute may still be at the bank
LONGEST_CLAIM = timedelta(days=1)  # after the time to pay: how long a notice's word keeps it open


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


def take_stray(unit: Unit, account: AccountRow, told: Transaction, zone: ZoneInfo) -> None:
    """Record money that came under a reference which only the portal makes, though no checkout here has it: the ledger
    may be an older copy. It is kept apart, in nobody's account, until somebody decides; each transaction once.
    """
    hold(unit, f"stray {account.id} {told.id}")
    if not told.paid or payments.facts_of(unit.conn, account.id, told.id):
        return
    fits = told.live == account.live and told.receiver in (None, account.receiver)
    trouble = Trouble.UNKNOWN if fits else Trouble.RECEIVER if told.live == account.live else Trouble.TEST_MONEY
    day = min(unit.now.astimezone(zone).date(), (told.at or unit.now).astimezone(zone).date())
    made: dict[str, Any] = {
        "issuer_id": account.issuer_id,
        "customer_id": None,
        "account_id": account.id,
        "transaction_id": told.id,
        "currency": told.currency,
        "method": told.method,
        "checkout_id": None,
        "item_id": None,
        "effective_on": day,
    }
    payments.add_payment(unit, kind=Fact.PAYMENT, serial=0, returned=0, amount=told.amount, trouble=trouble, **made)
    if told.returned:
        kind, back = Fact.CHARGEBACK if told.charged_back else Fact.REFUND, told.returned
        payments.add_payment(unit, kind=kind, serial=1, returned=back, amount=back, trouble=None, **made)
    detail = {"transaction": told.id, "amount": told.amount, "currency": told.currency, "reference": told.reference}
    note_event(unit, account.issuer_id, None, "kept_apart", trouble=trouble, **detail)


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
        self.heard = payments.said_of(unit.conn, checkout.id)

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.unit.conn, self.checkout.issuer_id, self.checkout.currency)

    def take(self, told: Transaction) -> None:
        """First the money that came, then what went back of it.

        Only a return lowers what was paid: an answer that calls it pending or declined again is an old or a wrong one.
        """
        if self._is_of_another(told):
            return
        self._hear(told)
        known = payments.facts_of(self.unit.conn, self.account.id, told.id)
        if not known and told.paid:
            known = [self._came(told)]
        if known and told.paid and told.currency == known[0].currency:
            self._went_back(known, told)

    def _is_of_another(self, told: Transaction) -> bool:
        """Whether it pays another checkout of ours, which is asked about soon: only there it is credited."""
        if told.reference == self.checkout.reference:
            return False
        other = checkouts.by_reference(self.unit.conn, self.account.id, told.reference)
        if other is not None and (other.next_look_at is None or other.next_look_at > self.unit.now):
            checkouts.set_checkout(self.unit, other.id, next_look_at=self.unit.now)
        return other is not None

    def _hear(self, told: Transaction) -> None:
        """The provider's word stays in the trail, whatever becomes of it; each once."""
        said = payments.Said(told.standing, told.returned, told.method)
        if self.heard.get(told.id) != said:
            self.heard[told.id] = said
            more = {"returned": told.returned, "method": told.method, "said": told.said}
            self._event("told", told, **more)

    def _came(self, told: Transaction) -> Payment:
        """The payment, recorded; in the ledger unless it is kept apart, or is gone again already."""
        paid, item_id = self._paid_before(), None
        trouble = judge(_asked(self.checkout, self.account, paid), told)
        gone = told.returned >= told.amount
        if gone and trouble is not None and not trouble.apart:
            trouble = None
        if not gone and (trouble is None or not trouble.apart):
            item_id, odd = self._credit(told, told.amount, paid)
            trouble = trouble or odd
        payment = self._record(told, Fact.PAYMENT, told.amount, item_id, 0, 0, trouble)
        self._event("credited" if item_id else "came_and_went" if gone else "kept_apart", told, trouble=trouble)
        if trouble is not None:
            tell_of_trouble(self.portal, self.unit, self.checkout, payment)
        if item_id is not None:
            tell_of_payment(self.portal, self.unit, self.checkout, payment, item_id)
        return payment

    def _paid_before(self, besides: str = "") -> bool:
        """Whether another transaction of the checkout was credited for it."""
        others = payments.of_checkout(self.unit.conn, self.checkout.id)
        paid = (fact for fact in others if fact.kind is Fact.PAYMENT and fact.item_id is not None and not _apart(fact))
        return any(fact.transaction_id != besides for fact in paid)

    def _credit(self, told: Transaction, amount: int, paid: bool) -> tuple[int, Trouble | None]:
        """Post money and set it against the checkout's documents; returns its item and what did not come out even."""
        checkout, conn = self.checkout, self.unit.conn
        if not paid:
            bring_in(self.portal, self.unit, withholdings.held_by(conn, checkout.id), self._value_date(told))
        lines, kept = self._lines(), self._kept()
        shares = checkouts.credits_of(conn, checkout.id) if checkout.held and not paid else []
        book = load_book(conn, {line.debit_id for line in lines} | {share.credit_id for share in shares})
        whose = (checkout.issuer_id, checkout.customer_id, checkout.currency)
        credit = book.open(Item(new_id(), *whose, Side.CREDIT, self._value_date(told)), amount, Cause.PAYMENT)
        missing = share_out(book, shares)
        if missing:
            self._event("credit_gone", told, missing=missing)
        settle(book, credit.id, lines, payments.applied_by(conn, checkout.id), kept)
        if amount >= checkout.amount and not paid:
            complete(book, credit.id, lines, self.rules.tolerance, kept)
        self.unit.book(book, {credit.id: {"cause": Cause.PAYMENT, "method": told.method, "reference": told.id}})
        if credit.balance > self.rules.tolerance:
            return credit.id, Trouble.NOT_OPEN
        return credit.id, Trouble.CREDIT_GONE if missing > self.rules.tolerance else None

    def _lines(self) -> Sequence[CheckoutLine]:
        return checkouts.lines_of(self.unit.conn, self.checkout.id)

    def _kept(self) -> dict[int, int]:
        return withholdings.kept_on(self.unit.conn, [line.document_id for line in self._lines()])

    def _value_date(self, told: Transaction) -> date:
        """The provider's day of approval in the issuer's zone: never after today, nor before the checkout was made."""
        first, day = (at and at.astimezone(self.zone).date() for at in (self.checkout.created_at, told.at))
        return self.today if day is None or first is None else max(first, min(self.today, day))

    def _went_back(self, known: Sequence[Payment], told: Transaction) -> None:
        """What was returned beyond what is recorded; less than that is a chargeback that the issuer won."""
        payment, returned = known[0], min(told.returned, known[0].amount)
        delta = returned - known[-1].returned
        if delta == 0:
            return
        kind = Fact.REINSTATED if delta < 0 else Fact.CHARGEBACK if told.charged_back else Fact.REFUND
        item_id, trouble, fresh = payment.item_id, None, None
        if item_id is not None and not self._moved(known, kind, delta):
            item_id, trouble = None, Trouble.OVERDRAWN
        elif item_id is None and payment.trouble is None and delta < 0:  # gone before it ever reached the ledger
            item_id, _ = self._credit(told, -delta, self._paid_before())
            payments.book_facts(self.unit, payment, item_id, payment.customer_id)
            fresh = replace(payment, item_id=item_id, amount=-delta)
        fact = self._record(told, kind, abs(delta), item_id, len(known), returned, trouble, payment.customer_id)
        self._event(kind, told, moved=abs(delta), trouble=trouble)
        if trouble is not None:
            tell_of_trouble(self.portal, self.unit, self.checkout, fact)
        if fresh is not None and item_id is not None:
            tell_of_payment(self.portal, self.unit, self.checkout, fresh, item_id)

    def _moved(self, known: Sequence[Payment], kind: Fact, delta: int) -> bool:
        """Take a return back from the account, or pay again what the issuer won.

        False when the account does not hold so much of it: the fact is recorded all the same, and a person decides.
        """
        if any(one.trouble is Trouble.OVERDRAWN and one.settled_at is None for one in known):
            return False
        try:
            self._move(known[0], kind, delta)
        except LedgerBroken:
            return False
        return True

    def _move(self, payment: Payment, kind: Fact, delta: int) -> None:
        conn, item_id = self.unit.conn, payment.item_id or 0
        lines = () if _apart(payment) else self._lines()
        paid = payments.applied_by(conn, self.checkout.id)
        book = load_book(conn, {item_id} | {line.debit_id for line in lines}, with_rows=True)
        if delta > 0:
            cause = Cause.CHARGEBACK if kind is Fact.CHARGEBACK else Cause.REFUND
            take_back(book, item_id, delta, cause, self.today)
        else:
            book.enter(item_id, delta, Cause.REINSTATED, max(self.today, book.items[item_id].earliest))
            settle(book, item_id, lines, paid, self._kept())
            if payment.amount >= self.checkout.amount and not self._paid_before(payment.transaction_id):
                complete(book, item_id, lines, self.rules.tolerance, self._kept())
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
        more = {name: value for name, value in more.items() if value is not None}
        note_event(self.unit, self.checkout.issuer_id, self.checkout.id, what, **detail | more)

    def move_on(self, standings: Sequence[Standing]) -> State:
        """The checkout's next state; at its end its credits are free, and a claim that was answered is forgotten."""
        stale = self.checkout.created_at + LONGEST_PENDING <= self.unit.now
        told = [one for one in standings if not (stale and one in (Standing.PENDING, Standing.UNKNOWN))]
        now = next_state(self.checkout.state, told, stale or self._is_over(standings))
        values: dict[str, object] = {"claimed": None} if standings else {}
        if now is not self.checkout.state:
            values |= {"state": now}
            note_event(self.unit, self.checkout.issuer_id, self.checkout.id, "state", to=now)
        if now in ENDED and self.checkout.held:
            values["held"] = False
        if values:
            checkouts.set_checkout(self.unit, self.checkout.id, **values)
        return now

    def _is_over(self, standings: Sequence[Standing]) -> bool:
        """Whether nobody will pay any more. That a provider knows nothing of what was pending, or of what its notice
        told, says nothing yet.
        """
        if not standings and self.checkout.state is State.PENDING:
            return False
        patience = LONGEST_CLAIM if self.checkout.claimed and not standings else UNTIL_KNOWN
        return self.checkout.expires_at + patience <= self.unit.now
