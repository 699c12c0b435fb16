"""What companies approved less what they gave back is what the ledger holds, whatever was tried in between."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from portal.app.payments.comparing import compare_day
from portal.domain.comparing import Result
from portal.ledger.checkouts import Checkout
from portal.ledger.payment_accounts import account_row
from tests.app.payments.cases.shop import ASKED, Shop
from tests.factories import bring, facts

BOGOTA = ZoneInfo("America/Bogota")
SHORT, LONG = 4, int(os.environ.get("PORTAL_RECONCILIATIONS", "340"))  # a company: 1,000 and some for the three


def booked(shop: Shop) -> dict[str, int]:
    """By reference, what the ledger holds of it."""
    query = """SELECT c.reference, -SUM(e.amount) AS sum FROM entries e
               JOIN (SELECT DISTINCT item_id, checkout_id FROM payments WHERE kind = 'payment') p
                 ON p.item_id = e.item_id
               JOIN checkouts c ON c.id = p.checkout_id GROUP BY c.reference"""
    with shop.portal.ledger.read() as conn:
        return {row.reference: int(row.sum) for row in conn.execute(text(query))}


@pytest.mark.parametrize("scenarios", [SHORT, pytest.param(LONG, marks=pytest.mark.nightly)])
def test_case_65_what_was_approved_less_what_went_back_is_in_the_ledger(
    shop: Shop, scenarios: int, seed: int, figure: Callable[[str], None]
) -> None:
    chance, begun, first = random.Random(seed), list[Checkout](), shop.till.clock.at.astimezone(BOGOTA).date()
    for _ in range(scenarios):
        scenario(shop, chance, begun)
    settle_all(shop, begun)
    told = {reference: sum_ for reference, sum_ in shop.emulator.approved_by_reference().items() if sum_}
    assert {reference: sum_ for reference, sum_ in booked(shop).items() if sum_} == told
    assert shop.balance("FE-1") == 11_900_000  # the laws hold, and nobody paid it
    assert compared(shop, first) == sum(told.values())
    name = shop.emulator.provider.name
    figure(f"{scenarios:,} scenarios at {name}, {len(shop.sent()):,} notices: provider = ledger")


def scenario(shop: Shop, chance: random.Random, begun: list[Checkout]) -> None:
    """Somebody begins, pays or not, perhaps twice; notices are lost, doubled and mixed up; some of it goes back."""
    number = f"FE-{100 + len(begun)}"
    bring(shop.portal, facts(number, chance.choice([20_000, 119_000])))
    checkout, door = shop.begin(number)
    begun.append(checkout)
    before, emulator = len(shop.sent()), shop.emulator
    odd = checkout.amount + chance.choice([0, 0, 0, 0, -100_000, 700_000])
    for outcome in chance.choice([["approved"], ["pending"], ["declined", "approved"], ["declined"], []]):
        paid = emulator.pay(door, outcome, amount=odd)
        if outcome == "pending" and chance.random() < 0.7:
            emulator.settle(paid, chance.choice(["approved", "declined"]))
            outcome = "approved" if emulator.approved_by_reference().get(checkout.reference) else "declined"
        if outcome == "approved" and chance.random() < 0.4:
            give_back(shop, chance, paid, odd)
    news = [one for one in shop.sent()[before:] for _ in range(chance.choice([0, 1, 2]))]
    chance.shuffle(news)
    shop.deliver(news)
    if chance.random() < 0.5:
        emulator.faults.append(chance.choice(["500", "429", "html", "half", "missing"]))
    shop.till.work()
    shop.forward(minutes=chance.choice([1, 11, 90]))
    shop.till.look()


def give_back(shop: Shop, chance: random.Random, paid: str, amount: int) -> None:
    if chance.random() < 0.3:
        shop.emulator.charge_back(paid)
    elif shop.emulator.partial_refunds:
        shop.emulator.refund(paid, chance.choice([amount, 500_000]))
    else:
        shop.emulator.refund(paid, amount)


def compared(shop: Shop, first: date) -> int:
    """What the company holds of all days, each of which is equal on the morning after."""
    shop.forward(days=1)
    last, sums = shop.till.clock.at.astimezone(BOGOTA).date(), 0
    with shop.portal.ledger.read() as conn:
        row = account_row(conn, shop.till.account_id)
    assert row is not None
    for day in (first + timedelta(days=n) for n in range((last - first).days)):
        found = compare_day(shop.portal, row, day, "test")
        assert (found.result, found.differences) == (Result.EQUAL, ())
        sums += (found.sums or {}).get("COP", 0)
        shop.forward(seconds=ASKED.total_seconds())
    return sums


def settle_all(shop: Shop, begun: list[Checkout]) -> None:
    """Everybody has been asked since the last thing that happened."""
    shop.emulator.faults.clear()
    for _ in range(3):
        shop.forward(hours=1)
        shop.till.work()
        for checkout in begun:
            shop.till.ask(checkout)
