"""A payment outlives the death of every process at every step: nothing is lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from sqlalchemy import select

from portal.app.payments.accounts import set_account
from portal.app.payments.opening import door_of
from portal.app.payments.quoting import bills_of, fill_basket
from portal.app.payments.sandboxing import Outcome, play
from portal.app.payments.starting import Wish
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.payments import Standing, Transaction
from portal.errors import NotFound, Refused
from portal.ledger import checkouts
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import dead_letters
from portal.ledger.payment_tables import checkouts as checkout_table
from portal.ledger.payment_tables import vouchers
from portal.ledger.payments import Fact, Payment, payments_in
from portal.ledger.sandbox import sandbox_transactions
from portal.ledger.tables import documents
from portal.providers.sandbox import SIGNATURE, notice_body, sign
from tests.app.payments.till import visitor
from tests.app.people import BOSS
from tests.durability.conftest import ROOT, House
from tests.factories import bring, facts
from tests.ledger.balances import balances, laws

SECRET = "of the notices"
TOTAL = 1_000
AT_ONCE = 50  # deliveries of one event


class Mortals:
    """Sends orders to the process that forks for them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.kills = process, 0

    def do(self, what: str, told: list[dict[str, Any]], at: int = 0) -> int:
        """How many points it passed; 0 when it was killed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, "told": told, "at": at}) + "\n")
        self.process.stdin.flush()
        code, passed = json.loads(self.process.stdout.readline())
        assert code in ((0, -signal.SIGKILL) if at else (0,))
        self.kills += code != 0
        return int(passed)


@contextmanager
def mortals(house: House) -> Iterator[Mortals]:
    command = [sys.executable, "-m", "tests.durability.mortals"]
    with (
        (house.portal.settings.home / "mortals.log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | house.environment, text=True, stderr=log,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as process,
    ):  # fmt: skip
        try:
            yield Mortals(process)
        finally:
            process.kill()


@dataclass
class Street:
    """A shop at the sandbox, two payers of one customer, and how many points each part of a payment has."""

    portal: Portal
    account_id: int
    payers: list[tuple[Actor, str]]
    points: dict[str, int]

    def wish(self, number: str, payer: int, key: str) -> dict[str, Any]:
        actor, session = self.payers[payer]
        with self.portal.ledger.read() as conn:
            document = conn.execute(select(documents.c.id).where(documents.c.number == number)).scalar_one()
        basket = fill_basket(self.portal, actor, [document])
        (bill,) = bills_of(self.portal, actor, basket)
        whose = (bill.issuer_id, bill.customer_id, bill.currency)
        return {
            "session": session,
            "wish": asdict(Wish(basket, key, *whose, self.account_id, bill.outstanding, {}, False, True)),
        }

    def begun(self) -> list[Checkout]:
        with self.portal.ledger.read() as conn:
            ids = conn.execute(select(checkout_table.c.id).order_by(checkout_table.c.id)).scalars().all()
            return [found for one in ids if (found := checkouts.find_checkout(conn, one)) is not None]

    def paid(self) -> list[Transaction]:
        """What the company took."""
        with self.portal.ledger.read() as conn:
            told = sandbox_transactions(conn, self.account_id, "", self.portal.clock.now())
        return [one for one in told if one.standing is Standing.APPROVED]

    def payments(self) -> list[Payment]:
        with self.portal.ledger.read() as conn:
            return payments_in(conn, BOSS.scope(), False, 100_000)


def open_street(house: House) -> Street:
    portal = house.portal
    bring(portal, facts("FE-0", TOTAL))
    with portal.ledger.read() as conn:
        row = conn.execute(select(documents)).one()
    account = set_account(portal, BOSS, row.issuer_id, "sandbox", {"secret": SECRET}).row.id
    return Street(portal, account, [visitor(portal, row.customer_id) for _ in range(2)], {})


def a_payment(street: Street, dying: Mortals, number: str, chance: random.Random | None) -> None:
    """Two tabs of one payer and another payer press, pay, and it is told fifty times; each part is killed first."""
    bring(street.portal, facts(number, TOTAL))
    before = {one.id for one in street.begun()}
    wishes = [street.wish(number, payer, key) for payer, key in ((0, "one tab"), (0, "other tab"), (1, "other payer"))]
    part(street, dying, chance, "press", [*wishes, *wishes])
    part(street, dying, chance, "work", [])
    go_and_pay(street, [one for one in street.begun() if one.id not in before and one.open])
    fresh = [one for one in street.paid() if one.id not in {fact.transaction_id for fact in street.payments()}]
    assert fresh
    part(street, dying, chance, "deliver", [told(street, one) for one in [*fresh, *[fresh[0]] * (AT_ONCE - 1)]])
    part(street, dying, chance, "work", [], "credit")
    nothing_is_lost_or_doubled(street)
    assert balances(street.portal)[number] == 0


def part(
    street: Street, dying: Mortals, chance: random.Random | None, what: str, more: list[dict[str, Any]], name: str = ""
) -> None:
    """A process does it and is killed in the middle; then it is done again, as people, companies and relays do."""
    name = name or what
    if chance is not None:
        dying.do(what, more, chance.randint(1, street.points[name]))
    street.points.setdefault(name, dying.do(what, more))


def go_and_pay(street: Street, open_ones: list[Checkout]) -> None:
    """Whoever has a way to the company goes it and pays."""
    assert open_ones
    for one in open_ones:
        for actor, _ in street.payers:
            try:
                door_of(street.portal, actor, one.id)
            except (NotFound, Refused):
                continue
            play(street.portal, actor, one.id, Outcome.APPROVED)


def told(street: Street, one: Transaction) -> dict[str, Any]:
    body = notice_body(one)
    path, headers = f"/webhooks/sandbox/{street.account_id}", {SIGNATURE: sign(SECRET, body)}
    return {"path": path, "body": body.decode(), "headers": headers}


def nothing_is_lost_or_doubled(street: Street) -> None:
    assert laws(street.portal) == []
    found = street.payments()
    assert sorted(one.id for one in street.paid()) == sorted(one.transaction_id for one in found)
    assert all(one.kind is Fact.PAYMENT and one.item_id and one.amount == TOTAL * 100 for one in found)
    with street.portal.ledger.read() as conn:
        numbers = conn.execute(select(vouchers.c.number)).scalars().all()
        assert dead_letters(conn) == []
    assert sorted(numbers) == list(range(1, len(found) + 1))


@pytest.mark.parametrize("payments", [1, pytest.param(60, marks=pytest.mark.nightly)])
def test_payments_outlive_the_death_of_any_process_at_any_step(
    redis_house: House, payments: int, seed: int, figure: Callable[[str], None]
) -> None:
    street, chance = open_street(redis_house), random.Random(seed)
    with mortals(redis_house) as dying:
        a_payment(street, dying, "FE-1", None)
        for n in range(payments):
            a_payment(street, dying, f"FE-{n + 2}", chance)
    dialect = redis_house.portal.ledger.engine.dialect.name
    figure(
        f"{len(street.paid())} payments of two tabs and two payers, an event told {AT_ONCE} times at once, "
        f"{dying.kills} kills of web and worker ({dialect}, Redis): 0 lost, 0 doubled"
    )
