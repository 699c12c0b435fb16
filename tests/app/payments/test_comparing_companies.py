"""Each company's emulator over HTTP, its notices lost: the morning's comparison finds and books what was paid."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.payments.accounts import set_account
from portal.app.payments.comparing import compare_day
from portal.app.payments.opening import door_of
from portal.app.portal import Portal
from portal.domain.comparing import Finding, Result
from portal.ledger.payment_accounts import account_row
from tests.app.payments.mornings import DAY
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.emulators.base import Emulator, Stage
from tests.emulators.registry import EMULATORS
from tests.factories import bring, facts
from tests.ledger.balances import laws

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.fixture(params=sorted(EMULATORS))
def emulator(request: pytest.FixtureRequest, stage: Stage, till: Till) -> Emulator:
    emulator = stage.play(EMULATORS[request.param]())
    emulator.now = till.clock.now()
    return emulator


@pytest.fixture
def account(till: Till, emulator: Emulator, issuer: int) -> int:
    name, urls = emulator.provider.name, {"api_url": emulator.url, "checkout_url": emulator.url}
    return set_account(till.portal, BOSS, issuer, name, emulator.credentials(), **urls).row.id


def pay(till: Till, emulator: Emulator, account: int, number: str, outcome: str = "approved") -> str:
    """Somebody pays a document on the company's page; the transaction's id."""
    till.account_id = account
    checkout = till.start(number)
    till.work()
    return emulator.pay(door_of(till.portal, till.payer, checkout.id), outcome)


def compared(portal: Portal, account: int) -> tuple[Result, set[tuple[Finding, str, bool]], int, int]:
    with portal.ledger.read() as conn:
        row = account_row(conn, account)
    assert row is not None
    found = compare_day(portal, row, DAY, "test")
    differences = {(one.finding, one.transaction, one.recorded) for one in found.differences}
    return found.result, differences, found.paid, (found.sums or {}).get("COP", 0)


def next_morning(till: Till, emulator: Emulator) -> None:
    till.clock.forward(hours=20)
    emulator.now = till.clock.now()


@pytest.fixture
def bills(till: Till) -> None:
    """Sums that every company takes."""
    bring(till.portal, *(facts(f"G-{n}", 10_000 * n, due_date=date(2026, 3, 20)) for n in (1, 2, 3)))


def test_what_was_paid_without_a_word_is_found_booked_once_and_then_equal(
    till: Till, emulator: Emulator, account: int, bills: None
) -> None:
    first, second = (pay(till, emulator, account, number) for number in ("G-1", "G-2"))
    pay(till, emulator, account, "G-3", "declined")
    next_morning(till, emulator)
    missing = {(Finding.MISSING, first, True), (Finding.MISSING, second, True)}
    assert compared(till.portal, account) == (Result.DIFFERENT, missing, 2, 3_000_000)
    till.clock.forward(minutes=11)
    assert compared(till.portal, account) == (Result.EQUAL, set(), 2, 3_000_000)
    booked = {one.transaction_id: one.amount for one in till.payments()}
    assert booked == {first: 1_000_000, second: 2_000_000}
    assert sum(emulator.approved_by_reference().values()) == sum(booked.values())
    assert laws(till.portal) == []


def test_money_that_went_back_without_a_word_is_found(
    till: Till, emulator: Emulator, account: int, bills: None
) -> None:
    transaction_id = pay(till, emulator, account, "G-1")
    till.clock.forward(minutes=10)
    assert till.ask(till.checkouts()[-1]) is not None
    next_morning(till, emulator)
    emulator.refund(transaction_id, 1_000_000)
    assert compared(till.portal, account) == (Result.DIFFERENT, {(Finding.RETURNED, transaction_id, True)}, 1, 0)
    till.clock.forward(minutes=11)
    assert compared(till.portal, account) == (Result.EQUAL, set(), 1, 0)


def test_a_company_that_fails_once_while_it_is_asked_is_not_equal(
    till: Till, emulator: Emulator, account: int, bills: None
) -> None:
    pay(till, emulator, account, "G-1")
    next_morning(till, emulator)
    emulator.faults.append("500")
    assert compared(till.portal, account)[0] is Result.INCOMPLETE
    till.clock.forward(minutes=11)
    assert compared(till.portal, account)[0] is Result.DIFFERENT
