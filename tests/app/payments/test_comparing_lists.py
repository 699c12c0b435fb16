"""What only a provider's list of a whole day can show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app.payments.accounts import remove_account, set_account
from portal.app.payments.settling import credit_to
from portal.domain.access import Actor
from portal.domain.comparing import Finding, Result
from portal.domain.crediting import Trouble
from portal.domain.payments import Standing, Transaction
from tests.app.payments.mornings import DAY, compared, found, went
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.ledger.balances import laws

pytestmark = pytest.mark.parametrize("portal", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _lists(till: Till) -> None:
    till.provider.lists = True


def strange(till: Till, reference: str, id: str = "x1", **more: object) -> None:
    told = Transaction(id, reference, Standing.APPROVED, 70_000, "COP", True, receiver="tienda", at=till.clock.now())
    till.provider.book.setdefault(reference, []).append(replace(told, **more))  # type: ignore[arg-type]


def test_sales_of_the_same_account_elsewhere_are_counted_and_differ_from_nothing(till: Till) -> None:
    strange(till, "POS 7001")
    result = compared(till)
    assert (result.result, result.paid, result.elsewhere) == (Result.EQUAL, 0, 1)
    assert till.payments() == []


def test_money_under_a_reference_that_only_the_portal_makes_is_kept_apart_once(till: Till, collector: Actor) -> None:
    """The ledger may be an older copy: somebody decides whose it is."""
    strange(till, "FE9-23456789ABCDX", refunded=20_000)
    assert found(compared(till)) == [(Finding.STRAY, "x1", True)]
    payment, refund = till.payments()
    assert (payment.trouble, payment.item_id, payment.customer_id) == (Trouble.UNKNOWN, None, None)
    assert (payment.effective_on, refund.amount) == (DAY, 20_000)
    assert found(compared(till)) == [(Finding.UNDECIDED, "x1", False)]
    assert len(till.payments()) == 2
    customer = till.start("FE-1").customer_id
    credit_to(till.portal, collector, payment.id, customer)
    assert compared(till).result is Result.EQUAL
    assert laws(till.portal) == []


@pytest.mark.parametrize(
    ("more", "trouble"), [({"live": False}, Trouble.TEST_MONEY), ({"receiver": "otra"}, Trouble.RECEIVER)]
)
def test_what_is_wrong_with_such_money_is_told(till: Till, more: dict[str, object], trouble: Trouble) -> None:
    strange(till, "FE9-23456789ABCDX", **more)
    compared(till)
    assert [one.trouble for one in till.payments()] == [trouble]


def test_a_payment_of_no_checkout_is_asked_about_by_its_id(till: Till) -> None:
    strange(till, "FE9-23456789ABCDX")
    compared(till)
    till.provider.book.clear()
    assert found(compared(till)) == [(Finding.UNKNOWN_THERE, "x1", False)]


def test_a_checkout_of_the_account_that_was_taken_away_and_set_up_again_is_ours(till: Till, issuer: int) -> None:
    till.approve(went(till, "FE-1"))
    checkout = went(till, "FE-2")
    remove_account(till.portal, BOSS, till.account_id)
    again = set_account(till.portal, BOSS, issuer, "fake", {"receiver": "tienda", "key": "s3cr3t"}).row.id
    till.told(checkout, id="t2")
    result = compared(till, account_id=again)
    assert (found(result), result.paid, result.elsewhere) == ([(Finding.MISSING, "t2", True)], 2, 0)
    assert len(till.payments()) == 2


def test_only_what_the_list_leaves_open_is_asked_about(till: Till) -> None:
    for number, name in (("FE-1", "t1"), ("FE-2", "t2")):
        till.approve(went(till, number), id=name)
    asked = till.provider.asked
    assert compared(till).result is Result.EQUAL
    assert till.provider.asked == asked
