"""Attempts that fail and attempts that are repeated: a refusal is no end, a repetition no second payment."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from portal.app.payments.opening import door_of
from portal.domain.checkouts import State
from portal.errors import Refused
from portal.ledger.payments import trail_of
from tests.app.payments.cases.shop import Shop, at
from tests.emulators.mercado_pago import MercadoPagoEmulator

COMPANIES = ("mercado_pago", "payu", "wompi")
FAULTS = ("500", "429", "html", "half", "odd", "bare")


def words(shop: Shop, checkout_id: int) -> list[tuple[str, str]]:
    """What the trail keeps of the company's words."""
    with shop.portal.ledger.read() as conn:
        told = [line.detail for line in trail_of(conn, checkout_id) if line.what == "told"]
    return [(one["transaction"], one["standing"]) for one in told]


def test_case_06_a_refused_attempt_and_an_approved_one_on_the_same_page_are_one_payment(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    first = shop.emulator.pay(door, "declined")
    second = shop.emulator.pay(door, "approved")
    shop.deliver()
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    assert words(shop, checkout.id) == [(first, "declined"), (second, "approved")]
    assert (len(shop.paid()), shop.balance("FE-1")) == (1, 0)


def test_case_07_a_refusal_of_an_earlier_attempt_that_is_told_late_unpays_nothing(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "declined")
    late = shop.sent()
    shop.emulator.pay(door, "approved")
    shop.deliver(shop.sent()[len(late) :])
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    shop.deliver(late)
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    assert (len(shop.paid()), shop.balance("FE-1")) == (1, 0)


@at("mercado_pago")
def test_case_34_an_answer_that_is_lost_after_the_page_was_made_makes_no_second_page(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = shop.emulator
    assert isinstance(emulator, MercadoPagoEmulator)
    once, lost = emulator.once, []

    def made_and_lost(*asked: Any) -> Response:
        made = once(*asked)
        lost.append(made)
        return made if len(lost) > 1 else JSONResponse({"message": "gateway timeout"}, 504)

    monkeypatch.setattr(emulator, "once", made_and_lost)
    checkout = shop.till.start("FE-1")
    shop.till.work()
    with pytest.raises(Exception, match="Preparamos"):
        door_of(shop.portal, shop.till.payer, checkout.id)
    shop.forward(minutes=1)
    shop.till.work()
    assert door_of(shop.portal, shop.till.payer, checkout.id)
    assert (len(lost), len(emulator.preferences)) == (2, 1)


@pytest.mark.parametrize(("emulator", "fault"), list(zip(cycle(COMPANIES), FAULTS)), indirect=["emulator"])
def test_case_35_an_answer_that_makes_no_sense_is_no_refusal(shop: Shop, fault: str) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "pending")
    before = shop.asked(checkout)
    assert before is State.PENDING
    shop.emulator.settle(paid, "approved")
    shop.emulator.faults.extend([fault] * 5)
    assert shop.asked(checkout) is State.PENDING
    shop.emulator.faults.clear()
    shop.forward(hours=1)
    shop.till.look()
    assert shop.till.checkout(checkout.id).state is State.APPROVED
    assert len(shop.paid()) == 1


def test_case_36_a_company_that_does_not_find_what_it_has_just_told_is_asked_again(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    shop.deliver()
    shop.emulator.faults.extend(["missing"] * 6)
    for _ in range(3):
        shop.till.work()
        shop.forward(seconds=30)
    row = shop.till.checkout(checkout.id)
    assert row.state is State.REDIRECTED and shop.paid() == []
    shop.emulator.faults.clear()
    for _ in range(2):
        shop.asked(checkout)
    assert shop.till.checkout(checkout.id).state is State.APPROVED
    assert len(shop.paid()) == 1


def test_case_38_a_reference_that_was_used_is_not_used_again_and_the_next_one_is_taken(shop: Shop) -> None:
    first, door = shop.begin("FE-1")
    shop.emulator.pay(door, "declined")
    shop.asked(first)
    with pytest.raises(Refused):
        door_of(shop.portal, shop.till.payer, first.id)
    second, other = shop.begin("FE-1")
    shop.emulator.pay(other, "approved")
    assert shop.asked(second) is State.APPROVED
    assert first.reference != second.reference
    assert (len(shop.paid()), shop.balance("FE-1")) == (1, 0)
