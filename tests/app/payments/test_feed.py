"""Payments for the billing system: each row once until it changes, none missed, by cursor or from a day on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.app.api_tokens import make_token, token_actor
from portal.app.payments.feed import payments_since
from portal.app.payments.settling import credit_to
from portal.domain.access import Actor
from portal.domain.collected import Collected
from portal.errors import NotFound, Refused
from portal.ledger.payments import add_payment
from tests.app.payments.till import Till
from tests.app.people import BOSS


@pytest.fixture
def system(till: Till, issuer: int) -> Actor:
    return token_actor(till.portal, make_token(till.portal, BOSS, issuer, "Siigo"))


def pages(till: Till, system: Actor, since: str = "", limit: int = 2) -> Iterator[Collected]:
    more = True
    while more:
        feed = payments_since(till.portal, system, since, limit)
        yield from feed.rows
        since, more = feed.next, feed.more


def some(till: Till) -> None:
    """Two payments, one of them with a refund, and one kept apart."""
    checkout = till.start("FE-1")
    till.approve(checkout, id="one")
    till.approve(checkout, id="one", refunded=10_000)
    till.approve(till.start("FE-2"), id="two")
    till.approve(till.start("FE-3"), id="odd", receiver="otra")


def test_page_by_page_every_row_comes_once_in_order(till: Till, system: Actor) -> None:
    some(till)
    for limit in (1, 2, 3, 100):
        told = [(row.transaction, row.kind) for row in pages(till, system, limit=limit)]
        assert told == [("one", "payment"), ("one", "refund"), ("two", "payment"), ("odd", "payment")]


def test_who_comes_again_gets_what_is_new_and_nothing_twice(till: Till, system: Actor) -> None:
    first = payments_since(till.portal, system)
    assert (first.rows, first.more, first.next) == ([], False, "0.0")
    some(till)
    then = payments_since(till.portal, system, first.next)
    assert len(then.rows) == 4
    assert payments_since(till.portal, system, then.next).rows == []
    till.approve(till.start("FE-1"), id="late")
    assert [row.transaction for row in payments_since(till.portal, system, then.next).rows] == ["late"]


def test_a_decision_brings_a_row_again_under_its_id(till: Till, system: Actor) -> None:
    some(till)
    before = payments_since(till.portal, system)
    odd = before.rows[-1]
    assert (odd.state, odd.booked) == ("apart", 0)
    credit_to(till.portal, BOSS, odd.id)
    (again,) = payments_since(till.portal, system, before.next).rows
    assert (again.id, again.state, again.booked) == (odd.id, "booked", odd.amount)


def test_what_commits_later_comes_later_whatever_its_id(till: Till, system: Actor, issuer: int) -> None:
    """A row's id is made before its transaction ends; the order in which rows are read is made as it ends."""
    some(till)
    seen = payments_since(till.portal, system)
    with till.portal.ledger.write("test") as unit:
        late = add_payment(
            unit, issuer_id=issuer, customer_id=None, account_id=till.account_id, transaction_id="slow", kind="payment",
            serial=0, returned=0, currency="COP", amount=5, method="pse", effective_on=till.clock.at.date(),
        )  # fmt: skip
        from sqlalchemy import update

        from portal.ledger.payment_tables import payments

        unit.conn.execute(update(payments).where(payments.c.id == late.id).values(id=7))
        unit.commit()
    assert [row.id for row in payments_since(till.portal, system, seen.next).rows] == [7]


def test_a_day_or_an_instant_to_begin_at(till: Till, system: Actor) -> None:
    till.approve(till.start("FE-1"), id="old")
    till.clock.forward(days=3)
    till.approve(till.start("FE-2"), id="new")
    day = till.clock.at.date().isoformat()
    for since in (day, f"{day}T00:00:00Z", f"{day}T00:00:00-05:00", till.clock.at.isoformat()):
        assert [row.transaction for row in payments_since(till.portal, system, since).rows] == ["new"], since
    assert payments_since(till.portal, system, "2030-01-01").rows == []


@pytest.mark.parametrize("since", ["ayer", "1", "1.x", "-1.2", "1.2.3", "9" * 30, "1." + "9" * 20, "2026-13-01"])
def test_what_is_no_cursor_and_no_day_is_refused(till: Till, system: Actor, since: str) -> None:
    with pytest.raises(Refused, match="next"):
        payments_since(till.portal, system, since)


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_its_limits(till: Till, system: Actor, limit: int) -> None:
    with pytest.raises(Refused, match="limit"):
        payments_since(till.portal, system, "", limit)


def test_only_an_issuers_own_system_reads_it(till: Till) -> None:
    for actor in (BOSS, till.payer):
        with pytest.raises(NotFound):
            payments_since(till.portal, actor)
