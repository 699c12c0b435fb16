"""Other sums than were asked, and money that goes back: told by each company's own code, booked once."""

from __future__ import annotations

import pytest

from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.domain.documents import Kind, Role
from portal.ledger.payments import Fact
from tests.app.payments.cases.shop import Shop, at
from tests.app.payments.till import Till
from tests.factories import bring, facts, pays
from tests.ledger.balances import balances, laws

WHOLE = 11_900_000  # FE-1, in minor units


@pytest.mark.parametrize(
    ("emulator", "paid"), [("payu", WHOLE - 1), ("wompi", 100), ("mercado_pago", WHOLE // 2)], indirect=["emulator"]
)
def test_case_16_less_than_was_asked_is_money_and_never_paid_in_full(shop: Shop, paid: int) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved", amount=paid)
    shop.deliver()
    shop.till.work()
    shop.asked(checkout)
    assert [(fact.amount, fact.trouble) for fact in shop.paid()] == [(paid, Trouble.LESS)]
    assert shop.balance("FE-1") == WHOLE - paid


@at("payu")
def test_case_17_more_than_was_asked_is_all_in_the_ledger_and_what_is_over_in_favour(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved", amount=WHOLE + 5_000_000)
    shop.asked(checkout)
    assert [(fact.amount, fact.trouble) for fact in shop.paid()] == [(WHOLE + 5_000_000, Trouble.MORE)]
    assert shop.till.bill("FE-2")[1].in_favour == 5_000_000
    assert shop.balance("FE-1") == 0


@at("payu", "wompi")
def test_case_18_another_currency_reaches_no_account(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved", currency="USD")
    assert shop.asked(checkout) is not State.APPROVED
    assert [(fact.currency, fact.trouble, fact.item_id) for fact in shop.paid()] == [("USD", Trouble.CURRENCY, None)]
    assert shop.balance("FE-1") == WHOLE


@at("wompi")
def test_case_19_a_hundred_times_more_is_cents_taken_for_pesos(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved", amount=WHOLE * 100)
    shop.asked(checkout)
    assert [(fact.trouble, fact.item_id) for fact in shop.paid()] == [(Trouble.UNIT, None)]
    assert shop.balance("FE-1") == WHOLE


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_case_31_a_credit_note_that_comes_meanwhile_leaves_the_surplus_in_favour(till: Till) -> None:
    checkout = till.start("FE-1")
    bring(till.portal, facts("NC-1", 400, Kind.CREDIT_NOTE, references=pays("FE-1", role=Role.CORRECTS)))
    till.approve(checkout)
    assert [(fact.amount, fact.trouble) for fact in till.payments()] == [(100_000, Trouble.NOT_OPEN)]
    assert (balances(till.portal)["FE-1"], till.bill("FE-2")[1].in_favour) == (0, 40_000)
    assert laws(till.portal) == []


def test_case_39_a_refund_is_taken_back_once_however_often_it_is_told(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    shop.asked(checkout)
    told = len(shop.sent())
    shop.emulator.refund(paid, checkout.amount)
    shop.deliver(shop.sent()[told:] * 2)
    for _ in range(3):
        shop.till.work()
        shop.forward(days=1.2)
        shop.till.look()
    assert [(fact.kind, fact.amount) for fact in shop.paid()] == [(Fact.PAYMENT, WHOLE), (Fact.REFUND, WHOLE)]
    assert shop.balance("FE-1") == WHOLE


@at("payu", "mercado_pago")
def test_case_40_parts_given_back_are_counted_in_all_and_not_twice(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1", "FE-2")
    paid = shop.emulator.pay(door, "approved")
    shop.asked(checkout)
    for part in (2_000_000, 3_000_000):
        shop.emulator.refund(paid, part)
        for _ in range(2):
            shop.forward(days=1.2)
            shop.till.look()
    assert shop.till.checkout(checkout.id).state is State.APPROVED
    assert [(fact.kind, fact.amount, fact.returned) for fact in shop.paid()][1:] == [
        (Fact.REFUND, 2_000_000, 2_000_000),
        (Fact.REFUND, 3_000_000, 5_000_000),
    ]
    assert shop.balance("FE-1") + shop.balance("FE-2") == 5_000_000


@at("mercado_pago")
def test_case_42_a_chargeback_that_is_won_stands_in_the_ledger_both_ways(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    shop.asked(checkout)
    payment = shop.emulator.payments[paid]  # type: ignore[attr-defined]
    balances = []
    for status, detail in (("in_mediation", "pending"), ("charged_back", "in_process"), ("charged_back", "reimbursed")):
        shop.emulator.change(payment, status, detail)  # type: ignore[attr-defined]
        shop.forward(days=1.2)
        shop.till.look()
        balances.append(shop.balance("FE-1"))
    assert balances == [0, WHOLE, 0]
    assert [fact.kind for fact in shop.paid()] == [Fact.PAYMENT, Fact.CHARGEBACK, Fact.REINSTATED]
