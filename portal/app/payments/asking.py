"""Asking providers how checkouts stand: on a schedule, after a notice, when the payer is back. Only this counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.crediting import lock_checkout, take_answer
from portal.app.payments.own import own_checkout
from portal.app.payments.schedule import LEASE, next_look
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.checkouts import State
from portal.domain.payments import Method, ProviderDown, ProviderRefused, Question, Standing, Transaction
from portal.errors import Refused
from portal.ledger import checkouts, notices, payments
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import Job
from portal.ledger.payment_accounts import AccountRow, account_row
from portal.ledger.unit import Connection

_PERSON = "job:ask_provider"
AT_ONCE = 100
ON_ITS_WAY = timedelta(seconds=10)  # a question that was just posted is not posted again
_CASH = frozenset({Method.CASH_POINT, Method.BANK_COUNTER})


@dataclass(frozen=True, slots=True)
class Look:
    """A question that may go out now. `number`: only while it is the checkout's last one its answer counts."""

    checkout_id: int
    number: int
    row: AccountRow
    question: Question


def look_due(portal: Portal) -> int:
    """Post a job for each checkout whose provider should be asked now; returns how many. Several may run at once."""
    with portal.ledger.read() as conn:
        if not checkouts.any_due(conn, portal.clock.now()):
            return 0
    with portal.ledger.write(_PERSON) as unit:
        due = checkouts.take_due(unit, unit.now + LEASE, AT_ONCE)
        for checkout_id in due:
            unit.job("payments", "ask_provider", {"checkout": checkout_id})
        unit.commit()
    return len(due)


def ask_provider(portal: Portal, job: Job) -> None:
    """Ask about a checkout, if the provider's limits allow it now, and do what follows from the answer."""
    ask_about(portal, int(job.payload["checkout"]))


def ask_about(portal: Portal, checkout_id: int, named: str | None = None) -> State | None:
    """The checkout's state after its provider was asked; None when it may not be asked yet or did not answer.

    `named`: a transaction that somebody says is the checkout's.
    """
    look = begin_look(portal, checkout_id, named)
    told = answer_to(portal, look) if look else None
    return None if look is None or told is None else record(portal, look, told)


def answer_to(portal: Portal, look: Look) -> Sequence[Transaction] | None:
    """What the provider says to a question that was begun; None when it says nothing: the checkout's trouble is why."""
    try:
        return provider_named(portal, look.row.provider).transactions(opened(portal, look.row), look.question)
    except ProviderDown as down:
        _no_answer(portal, look, down.reason, silent=True)
    except (ProviderRefused, Refused) as refused:  # the credentials don't open, or open nothing any more
        _no_answer(portal, look, str(refused.text), silent=False)
    return None


def begin_look(portal: Portal, checkout_id: int, named: str | None = None) -> Look | None:
    """Count a question before it goes out, so that two at once keep the provider's limits; None when it is too early.

    Should its answer never come, because whoever asks dies, the next one is due after a lease.
    """
    with portal.ledger.write(_PERSON) as unit:
        checkout = checkouts.find_checkout(unit.conn, checkout_id, lock=True)
        row = account_row(unit.conn, checkout.account_id) if checkout else None
        if checkout is None or row is None:
            return None
        earliest, number = may_ask_at(portal, unit.conn, checkout, row), checkout.looks + 1
        look = Look(checkout_id, number, row, _question(unit.conn, checkout, named))
        if earliest > unit.now:
            checkouts.set_checkout(unit, checkout_id, next_look_at=earliest)
        else:
            again = {"next_look_at": unit.now + LEASE}
            checkouts.set_checkout(unit, checkout_id, looks=number, looked_at=unit.now, **again)
        unit.commit()
    return None if earliest > unit.now else look


def record(portal: Portal, look: Look, told: Sequence[Transaction]) -> State | None:
    """Take an answer and plan the next look, in one transaction.

    None when another question has gone out since: this answer may be the older one, and what it does not know yet (a
    refund) would look as if it had been undone. The other one's answer counts, or the one after it.
    """
    with portal.ledger.write(_PERSON) as unit:
        checkout = lock_checkout(unit, look.checkout_id)
        if checkout.looks != look.number:
            return None
        state = take_answer(portal, unit, checkout, told)
        notices.bear_out(unit, checkout.id, [one.id for one in told])
        after = checkouts.find_checkout(unit.conn, checkout.id) or checkout
        checkouts.set_checkout(unit, checkout.id, trouble=None, next_look_at=next_look(after, unit.now))
        unit.commit()
    return state


def may_ask_at(portal: Portal, conn: Connection, checkout: Checkout, row: AccountRow) -> datetime:
    """From when on this checkout's provider may be asked again."""
    by_cash = checkout.claimed is None and checkout.state is State.PENDING and _by_cash(conn, checkout.id)
    return provider_named(portal, row.provider).may_ask_at(checkout.created_at, checkout.looked_at, by_cash)


def _by_cash(conn: Connection, checkout_id: int) -> bool:
    said = payments.said_of(conn, checkout_id).values()
    return any(one.standing is Standing.PENDING and one.method in _CASH for one in said)


def _question(conn: Connection, checkout: Checkout, named: str | None) -> Question:
    known = [*payments.said_of(conn, checkout.id), *([named] if named else [])]
    return Question(checkout.reference, checkout.session_id, tuple(dict.fromkeys(known)))


def ask_again(portal: Portal, actor: Actor, checkout_id: int) -> datetime | None:
    """The payer wants to know now: the provider is asked by a job. Returns when, if that is later; else None."""
    with portal.ledger.write(actor.name) as unit:
        checkout = own_checkout(unit.conn, actor, checkout_id)
        row = account_row(unit.conn, checkout.account_id)
        earliest = may_ask_at(portal, unit.conn, checkout, row) if row else unit.now
        if _on_its_way(checkout, unit.now):
            return None
        if earliest <= unit.now:
            checkouts.set_checkout(unit, checkout_id, next_look_at=unit.now + LEASE)
            unit.job("payments", "ask_provider", {"checkout": checkout_id})
        else:
            checkouts.set_checkout(unit, checkout_id, next_look_at=earliest)
        unit.commit()
    return earliest if earliest > unit.now else None


def _on_its_way(checkout: Checkout, now: datetime) -> bool:
    """Whether a person asked a moment ago: `ask_again` leaves the next look just a lease away."""
    return checkout.next_look_at is not None and LEASE - ON_ITS_WAY < checkout.next_look_at - now <= LEASE


def _no_answer(portal: Portal, look: Look, reason: str, silent: bool) -> None:
    with portal.ledger.write(_PERSON) as unit:
        checkout = checkouts.find_checkout(unit.conn, look.checkout_id, lock=True)
        if checkout is None or checkout.looks != look.number:
            return
        when = next_look(checkout, unit.now, silent)
        checkouts.set_checkout(unit, checkout.id, trouble=reason, next_look_at=when)
        unit.commit()
