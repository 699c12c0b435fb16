"""A process that dies between any two steps of a payment: what it was at is done again, and counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.app.jobs import relay, run_job
from portal.app.payments.asking import look_due
from portal.app.payments.noticing import receive_notice
from portal.app.payments.opening import NotOpenYet, door_of
from portal.app.payments.quoting import bills_of, fill_basket
from portal.app.payments.starting import Wish, start_checkout
from portal.domain.checkouts import State
from portal.domain.payments import RawNotice, Standing, Transaction
from portal.ledger import checkouts
from portal.ledger.outbox import dead_letters
from portal.ledger.payment_tables import vouchers
from portal.ledger.payments import payments_in
from portal.ledger.tables import documents, outbox
from tests.app.payments.machine import Town, build_town
from tests.app.people import BOSS
from tests.ledger.balances import balances, laws

STRIDE = 8
TOTAL = 100_000  # FE-1


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    built = build_town(tmp_path_factory.mktemp("town"))
    yield built
    built.portal.close()


class Payment:
    """One payment of FE-1 in four parts, each of which may be done again."""

    def __init__(self, town: Town) -> None:
        town.begin()
        self.town, self.portal, self.payer = town, town.portal, town.payers[0]
        with self.portal.ledger.read() as conn:
            document = conn.execute(select(documents.c.id).where(documents.c.number == "FE-1")).scalar_one()
        basket = fill_basket(self.portal, self.payer, [document])
        (bill,) = bills_of(self.portal, self.payer, basket)
        self.account = town.accounts[bill.issuer_id]
        whose = (bill.issuer_id, bill.customer_id, bill.currency)
        self.wish = Wish(basket, "one press", *whose, self.account, bill.outstanding)
        self.parts: list[Callable[[], None]] = [self.press, self.work, self.go, self.tell, self.work, self.refund]

    def press(self) -> None:
        self.checkout_id = start_checkout(self.portal, self.payer, self.wish) or 0

    def go(self) -> None:
        """To the provider's page, where the payer pays."""
        door_of(self.portal, self.payer, self.checkout_id)
        with self.town.faults.spared(), self.portal.ledger.read() as conn:
            checkout = checkouts.find_checkout(conn, self.checkout_id)
        assert checkout is not None
        told = (checkout.amount, "COP", True, "tienda")
        self.town.company.tell(Transaction("t1", checkout.reference, Standing.APPROVED, *told))

    def tell(self) -> None:
        body = b'{"key": "k1", "id": "t1", "reference": null, "standing": "approved"}'
        receive_notice(self.portal, "fake", self.account, RawNotice(body), "203.0.113.5")

    def refund(self) -> None:
        """A part goes back, and somebody looks."""
        (one,) = self.town.company.all()
        self.town.company.tell(replace(one, refunded=40_000))
        self.town.clock.forward(days=2)
        self.work()

    def work(self) -> None:
        look_due(self.portal)
        relay(self.portal)
        waiting = select(outbox.c.id).where(outbox.c.queue == "payments", outbox.c.done_at.is_(None))
        with self.town.faults.spared(), self.portal.ledger.read() as conn:
            jobs = list(conn.execute(waiting).scalars())
        for job_id in jobs:
            run_job(self.portal, job_id)

    def all_of_it(self, dies_in: int | None, point: int | None) -> list[int]:
        """Do it; the process dies at a point of one part, which is done again later. How many points each part has."""
        passed = []
        for n, part in enumerate(self.parts):
            if n == dies_in:
                with self.town.faults.at(point):
                    part()
                self.town.clock.forward(minutes=6)
            with suppress(NotOpenYet):
                passed.append(self.town.faults.points_of(part))
        for _ in range(3):
            self.town.clock.forward(minutes=6)
            self.work()
        return passed

    def is_right(self) -> None:
        assert laws(self.portal) == []
        with self.portal.ledger.read() as conn:
            facts = payments_in(conn, BOSS.scope(), False, 100)[::-1]
            assert [(one.kind, one.amount, one.trouble) for one in facts] == [
                ("payment", TOTAL, None),
                ("refund", 40_000, None),
            ]
            assert conn.execute(select(vouchers.c.number)).scalars().all() == [1]
            assert dead_letters(conn) == []
            checkout = checkouts.find_checkout(conn, self.checkout_id)
        assert checkout is not None and checkout.state is State.APPROVED
        assert balances(self.portal)["FE-1"] == 40_000


@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.nightly)])
def test_a_process_that_dies_between_any_two_steps_loses_and_doubles_nothing(
    town: Town, stride: int, seed: int, figure: Callable[[str], None]
) -> None:
    whole = Payment(town)
    points = whole.all_of_it(None, None)
    whole.is_right()
    steps = [(part, point) for part, passed in enumerate(points) for point in range(1, passed + 1)]
    last = set(enumerate(points))  # after the last commit, before anybody heard of it
    chosen = sorted({*steps[seed % stride :: stride], *last})
    for part, point in chosen:
        payment = Payment(town)
        payment.all_of_it(part, point)
        payment.is_right()
    figure(f"a payment killed at {len(chosen)} of its {len(steps)} steps: done once each time")
