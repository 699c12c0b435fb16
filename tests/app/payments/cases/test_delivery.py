"""Notices that come twice, late, in another order, too early, not at all; and those that are not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.app.payments.accounts import set_account
from portal.app.payments.returning import come_back
from portal.domain.checkouts import State
from portal.domain.payments import Account, Door, Order
from portal.ledger.parties import issuer_by_tax_id
from portal.ledger.payments import Fact
from tests.app.payments.cases.shop import Shop, at
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.emulators.base import Sent
from tests.emulators.mercado_pago import MercadoPagoEmulator
from tests.emulators.payu import PayuEmulator
from tests.emulators.wompi import WompiEmulator
from tests.factories import OTRA, bring, facts


def test_case_01_the_same_bytes_five_times_are_one_payment_and_one_receipt(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    notice = shop.sent()[-1]
    assert shop.deliver([notice] * 5) == [200] * 5
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    assert shop.deliver([notice] * 2) == [200] * 2
    assert [row.times for row in shop.till.notices()] == [7]  # the bytes are kept once, and counted
    assert (len(shop.paid()), shop.till.vouchers(), shop.balance("FE-1")) == (1, [1], 0)


def test_case_03_another_event_about_the_same_transaction_is_no_other_payment(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    shop.deliver()
    shop.till.work()
    shop.asked(checkout)
    shop.forward(hours=2)
    assert shop.deliver([once_more(shop, paid)]) == [200]
    shop.till.work()
    assert (len(shop.paid()), shop.till.vouchers(), shop.balance("FE-1")) == (1, [1], 0)


def once_more(shop: Shop, transaction_id: str) -> Sent:
    """The company tells of a transaction again, as a new event where it knows such a thing."""
    emulator = shop.emulator
    if isinstance(emulator, WompiEmulator):
        return emulator.event(emulator.transactions[transaction_id])
    if isinstance(emulator, MercadoPagoEmulator):
        return emulator.again(transaction_id)
    assert isinstance(emulator, PayuEmulator)
    order, one = emulator.find(transaction_id)
    return emulator.as_sent(order, emulator.confirmation(order, one))


def test_case_04_a_pending_that_comes_after_the_approval_changes_nothing(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "pending")
    shop.emulator.settle(paid, "approved")
    shop.deliver(reversed(shop.sent()))
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    shop.till.work()
    assert (len(shop.paid()), shop.balance("FE-1")) == (1, 0)


def test_case_05_a_refund_told_before_its_approval_leaves_nothing_paid(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    shop.emulator.refund(paid, checkout.amount)
    shop.deliver(reversed(shop.sent()))
    shop.till.work()
    shop.asked(checkout)
    assert shop.balance("FE-1") == 11_900_000
    assert [(fact.kind, fact.amount, fact.item_id) for fact in shop.paid()] == [
        (Fact.PAYMENT, 11_900_000, None),
        (Fact.REFUND, 11_900_000, None),
    ]


def foreign_notice(shop: Shop) -> Sent:
    """A genuine notice about another program's payment at the same company."""
    emulator = shop.emulator
    if isinstance(emulator, WompiEmulator):
        emulator.foreign(5_000_000)
        return emulator.notices[-1]
    if isinstance(emulator, MercadoPagoEmulator):
        preference = {"external_reference": "POS-7001", "notification_url": shop.url}
        emulator.make_payment(preference, 50_000, "COP")  # type: ignore[arg-type]
        return emulator.notices[-1]
    assert isinstance(emulator, PayuEmulator)
    (order,) = [one for one in emulator.orders.values() if one.attempts] or [None]
    assert order is not None
    other = replace(order, form=order.form | {"referenceCode": "POS-7001"})
    return emulator.as_sent(other, emulator.confirmation(other, order.attempts[0]))


def test_case_20_a_payment_of_another_program_is_taken_and_does_nothing(shop: Shop) -> None:
    _, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    notice = foreign_notice(shop)
    assert shop.deliver([notice]) == [200]
    for _ in range(3):
        shop.till.work()
        shop.forward(minutes=1)
    assert [row.verdict for row in shop.till.notices()] == ["foreign"]
    assert shop.paid() == []


@at("wompi")
def test_case_21_a_reference_of_another_issuer_is_nobodys_here(shop: Shop) -> None:
    """The issuer comes from the address that its notices go to, and from its keys; never from what a notice says."""
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    bring(shop.portal, facts("OT-1", 10, issuer=OTRA))
    with shop.portal.ledger.read() as conn:
        other = issuer_by_tax_id(conn, OTRA.tax_id)
    assert other is not None
    urls = {"api_url": shop.emulator.url, "checkout_url": shop.emulator.url}
    name, keys = shop.emulator.provider.name, shop.emulator.credentials()
    theirs = set_account(shop.portal, BOSS, other.id, name, keys, **urls)
    notice = shop.sent()[-1]
    assert shop.deliver([replace(notice, url=notice.url.replace(shop.url, theirs.webhook))]) == [200]
    for _ in range(3):
        shop.till.work()
        shop.forward(minutes=1)
    assert [row.verdict for row in shop.till.notices()] == ["foreign"]
    assert shop.paid() == [] and shop.till.checkout(checkout.id).open


def test_case_22_a_notice_a_year_old_is_taken_and_changes_nothing(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    notice = shop.sent()[-1]
    shop.deliver([notice])
    shop.till.work()
    shop.asked(checkout)
    before = shop.till.rows()
    shop.forward(days=366)
    assert shop.deliver([notice]) == [200]
    shop.till.work()
    assert shop.till.rows() == before


@pytest.mark.parametrize(("emulator", "minutes"), [("payu", -10), ("mercado_pago", 10)], indirect=["emulator"])
def test_case_24_ten_minutes_of_difference_between_two_clocks_do_no_harm(shop: Shop, minutes: int) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.now = shop.till.clock.at + timedelta(minutes=minutes)
    shop.emulator.pay(door, "approved")
    assert shop.deliver() == [200] * len(shop.sent())
    shop.till.work()
    shop.forward(minutes=20)
    assert shop.asked(checkout) is State.APPROVED
    assert [fact.effective_on for fact in shop.paid()] == [shop.till.clock.at.date()]


def test_case_25_a_notice_that_is_quicker_than_the_answer_that_opened_the_page_finds_its_checkout(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkout was committed before anything was asked of its provider."""
    open_ = till.provider.open

    def paid_at_once(account: Account, order: Order) -> Door:
        (checkout,) = [one for one in till.checkouts() if one.reference == order.reference]
        till.told(checkout)
        till.notice(checkout)
        return open_(account, order)

    monkeypatch.setattr(till.provider, "open", paid_at_once)
    checkout = till.start("FE-1")
    till.work()
    till.work()
    assert till.checkout(checkout.id).state is State.APPROVED
    assert (len(till.payments()), [row.verdict for row in till.notices()]) == (1, ["genuine"])


def test_case_26_without_any_notice_the_payer_who_is_back_is_seen_to_within_minutes(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    come_back(shop.portal, shop.till.payer, checkout.id)
    assert shop.till.checkout(checkout.id).state is not State.APPROVED
    began = shop.till.clock.at
    while shop.till.checkout(checkout.id).state is not State.APPROVED:
        shop.forward(seconds=10)
        shop.till.look()
        assert shop.till.clock.at - began < timedelta(minutes=20)
    assert (len(shop.paid()), shop.balance("FE-1")) == (1, 0)


@at("payu")
def test_case_27_two_hours_without_notice_or_answer_cost_time_and_no_money(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    shop.emulator.faults.extend(["500", "429", "html", "half"] * 100)
    for _ in range(24):
        shop.forward(minutes=5)
        shop.till.look()
    row = shop.till.checkout(checkout.id)
    assert row.state is State.REDIRECTED and row.trouble
    shop.emulator.faults.clear()
    shop.forward(hours=1)
    shop.till.look()
    assert shop.till.checkout(checkout.id).state is State.APPROVED
    assert [(fact.amount, fact.trouble) for fact in shop.paid()] == [(11_900_000, None)]
