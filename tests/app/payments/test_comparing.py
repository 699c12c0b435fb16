"""A day at the provider beside the ledger: what is the same, what is not, what is put right; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.app.payments.comparing import compare_day
from portal.app.payments.settling import credit_to
from portal.domain.access import Actor
from portal.domain.comparing import Finding, Result
from portal.domain.crediting import Trouble
from portal.domain.payments import Account, Question, Standing, Transaction
from portal.ledger.payment_accounts import account_row
from tests.app.payments.mornings import DAY, compared, found, went
from tests.app.payments.till import Till
from tests.ledger.balances import balances, laws

# At a provider that lists what was paid on a day, and at one that is asked about each checkout.
pytestmark = pytest.mark.parametrize(
    ("portal", "lists"), [("sqlite", True), ("postgresql", False)], indirect=["portal"], ids=["list", "no list"]
)


@pytest.fixture(autouse=True)
def _lists(till: Till, lists: bool) -> None:
    till.provider.lists = lists


def test_a_day_on_which_both_hold_the_same_is_equal(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.approve(went(till, "FE-2"), id="t2", refunded=10_000)
    till.told(went(till, "FE-3"), Standing.DECLINED, id="t3")
    result = compared(till)
    assert (result.result, result.paid, result.sums) == (Result.EQUAL, 2, {"COP": 140_000})


def test_a_day_without_payments_is_equal(till: Till) -> None:
    went(till, "FE-1")
    result = compared(till)
    assert (result.result, result.paid, result.sums) == (Result.EQUAL, 0, {})


def test_a_payment_that_was_never_heard_of_is_named_and_credited_once(till: Till) -> None:
    checkout = went(till, "FE-1")
    till.told(checkout)
    result = compared(till)
    assert found(result) == [(Finding.MISSING, "t1", True)]
    (difference,) = result.differences
    assert (difference.there, difference.here, difference.reference) == (100_000, None, checkout.reference)
    (payment,) = till.payments()
    assert (payment.id, payment.effective_on) == (difference.payment_id, DAY)
    assert balances(till.portal)["FE-1"] == 0 and laws(till.portal) == []
    again = compared(till)
    assert (again.result, again.paid, len(till.payments())) == (Result.EQUAL, 1, 1)


def test_what_went_back_unheard_is_named_and_taken_back_once(till: Till) -> None:
    checkout = went(till, "FE-1")
    till.approve(checkout)
    till.told(checkout, refunded=30_000)
    result = compared(till)
    assert found(result) == [(Finding.RETURNED, "t1", True)]
    assert [(one.there_returned, one.here_returned) for one in result.differences] == [(30_000, 0)]
    assert result.sums == {"COP": 70_000}
    assert balances(till.portal)["FE-1"] == 30_000 and laws(till.portal) == []
    assert compared(till).result is Result.EQUAL


@pytest.mark.parametrize("change", [{"standing": Standing.DECLINED}, None])
def test_what_is_credited_and_the_provider_denies_is_named_and_stays_credited(
    till: Till, change: dict[str, Standing] | None
) -> None:
    checkout = went(till, "FE-1")
    till.approve(checkout)
    if change is None:
        till.provider.book.clear()
    else:
        till.told(checkout, **change)
    result = compared(till)
    assert found(result) == [(Finding.NOT_PAID if change else Finding.UNKNOWN_THERE, "t1", False)]
    (difference,) = result.differences
    assert (difference.there, difference.here) == (None, 100_000)
    assert balances(till.portal)["FE-1"] == 0
    assert found(compared(till)) == found(result)


@pytest.mark.parametrize("change", [{"amount": 90_000}, {"currency": "USD"}])
def test_another_amount_or_currency_than_was_credited_is_named(till: Till, change: dict[str, object]) -> None:
    checkout = went(till, "FE-1")
    till.approve(checkout)
    till.told(checkout, **change)
    assert found(compared(till)) == [(Finding.AMOUNT, "t1", False)]


def test_money_that_waits_for_a_decision_is_named_until_it_is_decided(till: Till, collector: Actor) -> None:
    till.approve(went(till, "FE-1"), receiver="otra")
    (difference,) = compared(till).differences
    assert (difference.finding, difference.there, difference.here) == (Finding.UNDECIDED, 100_000, 100_000)
    credit_to(till.portal, collector, till.payments()[0].id)
    assert compared(till).result is Result.EQUAL


def test_a_provider_that_does_not_answer_is_not_equal(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.provider.down = True
    result = compared(till)
    assert (result.result, "apagado" in str(result.trouble)) == (Result.INCOMPLETE, True)


def test_credentials_that_do_not_open_are_not_equal(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    locked = replace(till.portal, secret=b"another secret key of thirty-two", previous_secret=None)
    assert compared(replace(till, portal=locked)).result is Result.INCOMPLETE


def test_a_standing_that_says_nothing_is_not_equal(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = went(till, "FE-1")
    till.approve(checkout)
    till.told(checkout, Standing.UNKNOWN)
    assert compared(till).result is Result.INCOMPLETE


def test_a_day_that_is_not_over_is_not_equal_yet(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.clock.forward(minutes=1)
    with till.portal.ledger.read() as conn:
        row = account_row(conn, till.account_id)
    assert row is not None
    result = compare_day(till.portal, row, DAY, "test")
    assert (result.result, result.paid) == (Result.INCOMPLETE, 1)


def test_a_day_begins_and_ends_on_the_issuers_calendar(till: Till) -> None:
    """At 04:59 UTC it is still the day before in Bogotá."""
    till.clock.at = till.clock.at.replace(day=16, hour=4, minute=59)
    till.approve(went(till, "FE-1"))
    till.clock.forward(minutes=1)
    till.approve(went(till, "FE-2"), id="t2")
    till.clock.forward(days=1)
    assert [compared(till, day).sums for day in (DAY, date(2026, 3, 16))] == [{"COP": 100_000}, {"COP": 50_000}]


def test_a_providers_limits_hold_and_what_could_not_be_asked_is_not_equal(till: Till) -> None:
    checkout = went(till, "FE-1")
    till.clock.forward(days=1)
    till.told(checkout, at=till.clock.now() - timedelta(days=1))
    assert till.ask(checkout) is not None
    till.provider.patience, asked = timedelta(minutes=10), till.provider.asked
    result = compared(till)
    assert (result.result, till.provider.asked - asked) == (
        (Result.EQUAL, 0) if till.provider.lists else (Result.INCOMPLETE, 0)
    )
    till.clock.forward(minutes=10)
    assert compared(till).result is Result.EQUAL


def test_a_checkout_that_was_begun_before_and_is_open_is_asked_about(till: Till) -> None:
    """Cash that was paid days later."""
    checkout = went(till, "FE-1")
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    till.clock.forward(days=3)
    till.told(checkout)
    later = DAY + timedelta(days=3)
    assert found(compared(till, later)) == [(Finding.MISSING, "t1", True)]
    assert (compared(till, DAY).paid, compared(till, later).paid) == (0, 1)


def test_an_answer_about_another_reference_that_was_kept_apart_is_no_unknown_payment(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company that answers a question by id with a payment of something else."""
    checkout = went(till, "FE-1")
    odd = Transaction("o1", "OTRA", Standing.APPROVED, 100_000, "COP", True, receiver="tienda", at=till.clock.now())

    def answer(_account: Account, question: Question) -> list[Transaction]:
        return [odd]

    monkeypatch.setattr(till.provider, "transactions", answer)
    till.ask(checkout)
    assert [one.trouble for one in till.payments()] == [Trouble.REFERENCE]
    till.provider.book["OTRA"] = [odd]
    assert found(compared(till)) == [(Finding.UNDECIDED, "o1", False)]
