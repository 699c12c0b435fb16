"""Asking providers how checkouts stand: on a schedule, after a notice, when the payer is back. Only this counts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.crediting import lock_checkout, take_answer
from portal.app.payments.own import own_checkout
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.checkouts import ENDED, State
from portal.domain.payments import Method, ProviderDown, ProviderRefused, Question, Transaction
from portal.ledger import checkouts, payments
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import Job
from portal.ledger.payment_accounts import AccountRow, account_row
from portal.ledger.unit import Unit

_PERSON = "job:ask_provider"
LEASE = timedelta(minutes=5)  # until a look that was begun and never ended is due again
AT_ONCE = 100
AFTER_A_CROSSING = timedelta(seconds=5)
ON_ITS_WAY = timedelta(seconds=10)  # a question that was just posted is not posted again
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# After each look, how long until the next: while a payer waits, then while money may still come, then for refunds.
WAITING = (*(timedelta(seconds=s) for s in (10, 20, 40)), *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)), _HOUR)
ENDED_LOOKS = (_HOUR, 6 * _HOUR, *(_DAY,) * 30)
PAID_LOOKS = (*(_DAY,) * 30, *(7 * _DAY,) * 22)  # half a year: as long as a card's payment can be taken back


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


def ask_about(portal: Portal, checkout_id: int) -> State | None:
    """The checkout's state after its provider was asked; None when it may not be asked yet or did not answer."""
    with portal.ledger.read() as conn:
        checkout = checkouts.find_checkout(conn, checkout_id)
        row = account_row(conn, checkout.account_id) if checkout else None
        known = payments.of_checkout(conn, checkout_id)
    if checkout is None or row is None:
        return None
    now = portal.clock.now()
    earliest = may_ask_at(portal, checkout, row)
    if earliest > now:
        _plan(portal, checkout_id, earliest)
        return None
    ids = tuple(dict.fromkeys(fact.transaction_id for fact in known))
    question = Question(checkout.reference, checkout.session_id, ids)
    try:
        told = provider_named(portal, row.provider).transactions(opened(portal, row), question)
    except (ProviderDown, ProviderRefused) as error:
        _no_answer(portal, checkout_id, error.reason)
        return None
    return record(portal, checkout_id, told, now)


def record(portal: Portal, checkout_id: int, told: Sequence[Transaction], asked_at: datetime) -> State | None:
    """Take an answer and plan the next look, in one transaction.

    None when another answer was taken after this question went out: this one may be the older, and what it does not
    know yet (a refund) would look as if it had been undone. The provider is asked anew.
    """
    with portal.ledger.write(_PERSON) as unit:
        checkout = lock_checkout(unit, checkout_id)
        if checkout.looked_at is not None and asked_at < checkout.looked_at:
            checkouts.set_checkout(unit, checkout_id, next_look_at=unit.now + AFTER_A_CROSSING)
            unit.commit()
            return None
        state = take_answer(portal, unit, checkout, told)
        looked(unit, checkout_id)
        unit.commit()
    return state


def looked(unit: Unit, checkout_id: int, trouble: str | None = None) -> None:
    """Count a look, and say when the next one is due."""
    now = checkouts.find_checkout(unit.conn, checkout_id)
    if now is None:
        return
    values: dict[str, object] = {"looked_at": unit.now, "looks": now.looks + 1, "trouble": trouble}
    checkouts.set_checkout(unit, checkout_id, next_look_at=next_look(now, unit.now), **values)


def next_look(checkout: Checkout, now: datetime) -> datetime | None:
    """When a checkout's provider is asked again: often while somebody waits, rarely for what may still change."""
    gap = _gap(checkout, now)
    return None if gap is None else now + gap * random.uniform(0.9, 1.1)  # noqa: S311


def _gap(checkout: Checkout, now: datetime) -> timedelta | None:
    if checkout.state not in ENDED:
        since = max(checkout.redirected_at or checkout.created_at, checkout.created_at)
        return next((gap for gap in WAITING if now - since <= 4 * gap), WAITING[-1])
    plan = PAID_LOOKS if checkout.state is State.APPROVED else ENDED_LOOKS
    passed = now - checkout.created_at
    for gap in plan:
        passed -= gap
        if passed < timedelta():
            return gap
    return None


def may_ask_at(portal: Portal, checkout: Checkout, row: AccountRow) -> datetime:
    """From when on this checkout's provider may be asked again."""
    by_cash = checkout.claimed is None and checkout.state is State.PENDING and _counter(portal, checkout)
    return provider_named(portal, row.provider).may_ask_at(checkout.created_at, checkout.looked_at, by_cash)


def _counter(portal: Portal, checkout: Checkout) -> bool:
    with portal.ledger.read() as conn:
        methods = {fact.method for fact in payments.of_checkout(conn, checkout.id)}
    return bool(methods & {Method.CASH_POINT, Method.BANK_COUNTER})


def ask_again(portal: Portal, actor: Actor, checkout_id: int) -> datetime | None:
    """The payer wants to know now: the provider is asked by a job. Returns when, if that is later; else None."""
    with portal.ledger.write(actor.name) as unit:
        checkout = own_checkout(unit.conn, actor, checkout_id)
        row = account_row(unit.conn, checkout.account_id)
        earliest = may_ask_at(portal, checkout, row) if row else unit.now
        if _on_its_way(checkout, unit.now):
            return None
        if earliest <= unit.now:
            checkouts.set_checkout(unit, checkout_id, next_look_at=unit.now + LEASE)
            unit.job("payments", "ask_provider", {"checkout": checkout_id})
        else:
            checkouts.set_checkout(unit, checkout_id, next_look_at=earliest)
        unit.commit()
    return earliest if earliest > portal.clock.now() else None


def _on_its_way(checkout: Checkout, now: datetime) -> bool:
    """Whether a person asked a moment ago: `ask_again` leaves the next look just a lease away."""
    return checkout.next_look_at is not None and LEASE - ON_ITS_WAY < checkout.next_look_at - now <= LEASE


def _plan(portal: Portal, checkout_id: int, when: datetime) -> None:
    with portal.ledger.write(_PERSON) as unit:
        checkouts.set_checkout(unit, checkout_id, next_look_at=when)
        unit.commit()


def _no_answer(portal: Portal, checkout_id: int, reason: str) -> None:
    with portal.ledger.write(_PERSON) as unit:
        looked(unit, checkout_id, reason)
        unit.commit()
