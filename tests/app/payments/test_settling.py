"""What people decide about odd payments: once, with a trace; and what the provider tells later of money settled so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from portal.app.mailing import Template
from portal.app.payments.settling import acknowledge, credit_to, leave_out
from portal.app.payments.starting import start_checkout
from portal.domain.access import Actor
from portal.domain.book import Cause
from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.checkouts import Checkout
from portal.ledger.details import item_of
from portal.ledger.payments import Fact, Payment, trail_of
from portal.ledger.tables import entries, items
from portal.ledger.vouchers import voucher_of
from tests.app.payments.till import Till
from tests.app.people import add_party, issuer_of, mailed, noted, staff
from tests.factories import OTRA, XYZ, bring, facts
from tests.ledger.balances import balances, laws

APART = [
    ({"currency": "USD"}, Trouble.CURRENCY),
    ({"receiver": "otra"}, Trouble.RECEIVER),
    ({"amount": 10_000_000}, Trouble.UNIT),
    ({"reference": "FE1-OTRAX"}, Trouble.REFERENCE),
]


def odd(till: Till, **told: object) -> tuple[Checkout, Payment]:
    """A payment for FE-1 that somebody has to look at."""
    checkout = till.start("FE-1")
    till.approve(checkout, **told)
    return checkout, till.payments(troubled=True)[0]


def fact(till: Till) -> Payment:
    return till.payments()[0]


def customer_of(till: Till, number: str) -> int:
    return till.bill(number)[1].customer_id


def available(till: Till, item_id: int | None) -> int:
    assert item_id is not None
    with till.portal.ledger.read() as conn:
        return item_of(conn, item_id).balance


@pytest.mark.parametrize(("told", "trouble"), APART)
def test_money_kept_apart_becomes_saldo_a_favor_in_its_own_currency(
    till: Till, collector: Actor, told: Mapping[str, object], trouble: Trouble
) -> None:
    _, payment = odd(till, **told)
    item_id = credit_to(till.portal, collector, payment.id, said="Era suyo")
    with till.portal.ledger.read() as conn:
        item = conn.execute(select(items).where(items.c.id == item_id)).one()
        entry = conn.execute(select(entries).where(entries.c.item_id == item_id)).one()
    assert (item.currency, item.side, item.cause) == (payment.currency, "credit", Cause.PAYMENT)
    assert (entry.amount, entry.person, entry.note) == (-payment.amount, collector.name, "Era suyo")
    assert (fact(till).item_id, fact(till).settled_by, fact(till).trouble) == (item_id, collector.name, trouble)
    assert till.payments(troubled=True) == [] and balances(till.portal)["FE-1"] == 100_000
    assert laws(till.portal) == []


def test_the_payer_gets_the_comprobante_and_the_trail_and_the_audit_say_who_decided(
    till: Till, collector: Actor
) -> None:
    checkout, payment = odd(till, receiver="otra")
    credit_to(till.portal, collector, payment.id, said="Era suyo")
    with till.portal.ledger.read() as conn:
        assert voucher_of(conn, payment.id) is not None
        last = trail_of(conn, checkout.id)[-1]
    assert (last.what, last.person) == ("decided", collector.name)
    assert (last.detail["how"], last.detail["note"]) == ("credited", "Era suyo")
    (entry,) = noted(till.portal, Event.PAYMENT_SETTLED)
    assert json.loads(entry.detail or "") == {"decision": "credited", "note": "Era suyo"}
    assert [one for one, *_ in mailed(till.portal) if one is Template.PAYMENT_CAME] == []


def test_it_may_go_to_another_customer_of_the_issuer_and_of_no_other_one(till: Till, collector: Actor) -> None:
    bring(till.portal, facts("FE-9", customer=XYZ))
    (stranger,) = add_party(till.portal, OTRA.tax_id, "800555777")
    checkout, payment = odd(till, receiver="otra")
    for nobody in (stranger, 1):
        with pytest.raises(NotFound):
            credit_to(till.portal, collector, payment.id, nobody)
    with till.portal.ledger.read() as conn:
        other = conn.execute(select(items.c.customer_id).where(items.c.customer_id != payment.customer_id)).scalar_one()
    item_id = credit_to(till.portal, collector, payment.id, other)
    assert (fact(till).customer_id, available(till, item_id)) == (other, 100_000)
    with till.portal.ledger.read() as conn:
        assert voucher_of(conn, payment.id) is None  # the payer is not told of somebody else's account
    for _ in range(2):
        till.approve(checkout, receiver="otra", refunded=30_000)
        assert available(till, item_id) == 70_000
    assert {one.customer_id for one in till.payments()} == {other}
    assert laws(till.portal) == []


def test_what_went_back_before_is_not_credited_and_what_goes_back_later_is_taken(till: Till, collector: Actor) -> None:
    checkout, payment = odd(till, receiver="otra")
    till.approve(checkout, receiver="otra", refunded=30_000)
    item_id = credit_to(till.portal, collector, payment.id)
    assert available(till, item_id) == 70_000
    till.approve(checkout, receiver="otra", refunded=50_000)
    assert available(till, item_id) == 50_000
    till.approve(checkout, receiver="otra", refunded=100_000)
    assert available(till, item_id) == 0
    assert [(one.kind, one.amount) for one in till.payments()] == [
        (Fact.PAYMENT, 100_000), (Fact.REFUND, 30_000), (Fact.REFUND, 20_000), (Fact.REFUND, 50_000),
    ]  # fmt: skip
    assert laws(till.portal) == []


def test_what_was_spent_of_it_is_owed_again_when_it_goes_back(till: Till, collector: Actor) -> None:
    checkout, payment = odd(till, receiver="otra")
    credit_to(till.portal, collector, payment.id)
    wish = till.wish("FE-1", expected=0, use_credit=True)
    assert start_checkout(till.portal, till.payer, wish) is None and balances(till.portal)["FE-1"] == 0
    till.approve(checkout, receiver="otra", charged_back=100_000)
    assert balances(till.portal)["FE-1"] == 100_000
    assert laws(till.portal) == []


@pytest.mark.parametrize("told", [{"currency": "USD"}, {"receiver": "otra"}])
def test_a_chargeback_that_is_won_is_saldo_a_favor_again(
    till: Till, collector: Actor, told: Mapping[str, object]
) -> None:
    """Never set against the checkout's documents, which may be another customer's or of another currency."""
    checkout, payment = odd(till, **told)
    item_id = credit_to(till.portal, collector, payment.id)
    for _ in range(2):
        till.approve(checkout, charged_back=100_000, **told)
        assert available(till, item_id) == 0
        till.approve(checkout, **told)
        assert available(till, item_id) == 100_000
    assert balances(till.portal)["FE-1"] == 100_000
    assert laws(till.portal) == []


def test_money_that_was_settled_so_is_no_first_payment_of_the_checkout(till: Till, collector: Actor) -> None:
    """What comes as it was asked is just what was asked, and uses the credits that were chosen."""
    checkout, payment = odd(till, currency="USD")
    credit_to(till.portal, collector, payment.id)
    assert till.approve(checkout, id="t2") is State.APPROVED
    assert [one.trouble for one in till.payments()] == [Trouble.CURRENCY, None]
    assert balances(till.portal)["FE-1"] == 0


def test_test_money_is_credited_to_nobody(till: Till, collector: Actor) -> None:
    _, payment = odd(till, live=False)
    with pytest.raises(Refused, match="dinero de prueba"):
        credit_to(till.portal, collector, payment.id)
    leave_out(till.portal, collector, payment.id, "Era una prueba")
    assert (fact(till).item_id, fact(till).settled_note) == (None, "Era una prueba")


def test_money_that_is_all_gone_again_is_left_out_only(till: Till, collector: Actor) -> None:
    checkout, payment = odd(till, receiver="otra")
    till.approve(checkout, receiver="otra", refunded=100_000)
    with pytest.raises(Refused, match="ya fue devuelto"):
        credit_to(till.portal, collector, payment.id)
    leave_out(till.portal, collector, payment.id, "La devolvimos")


def test_what_is_left_out_needs_a_reason_and_stays_out_whatever_is_told_of_it(till: Till, collector: Actor) -> None:
    checkout, payment = odd(till, receiver="otra")
    with pytest.raises(Refused, match="Escribe por qué"):
        leave_out(till.portal, collector, payment.id, " ")
    leave_out(till.portal, collector, payment.id, "No es nuestro")
    for told in ({"refunded": 100_000}, {}):
        till.approve(checkout, receiver="otra", **told)
    assert {one.item_id for one in till.payments()} == {None}
    assert balances(till.portal)["FE-1"] == 100_000
    with pytest.raises(Refused, match="nada por decidir"):
        credit_to(till.portal, collector, payment.id)


@pytest.mark.parametrize(("paid", "trouble"), [(60_000, Trouble.LESS), (130_000, Trouble.MORE)])
def test_money_in_the_ledger_is_acknowledged_and_nothing_moves(
    till: Till, collector: Actor, paid: int, trouble: Trouble
) -> None:
    _, payment = odd(till, amount=paid)
    assert payment.trouble is trouble
    before = balances(till.portal)
    for other in (
        lambda: credit_to(till.portal, collector, payment.id),
        lambda: leave_out(till.portal, collector, payment.id, "x"),
    ):
        with pytest.raises(Refused, match="darlo por revisado"):
            other()
    acknowledge(till.portal, collector, payment.id, "Llamé al cliente")
    assert balances(till.portal) == before and till.payments(troubled=True) == []
    with pytest.raises(Refused, match="nada por decidir"):
        acknowledge(till.portal, collector, payment.id, "")


def test_money_kept_apart_is_not_just_acknowledged(till: Till, collector: Actor) -> None:
    _, payment = odd(till, receiver="otra")
    with pytest.raises(Refused, match="no está en ninguna cuenta"):
        acknowledge(till.portal, collector, payment.id, "")


def test_what_is_as_it_was_asked_is_no_matter_of_decision(till: Till, collector: Actor) -> None:
    till.approve(till.start("FE-1"))
    with pytest.raises(Refused, match="nada por decidir"):
        acknowledge(till.portal, collector, fact(till).id, "")


def test_only_who_books_for_the_issuer_decides(till: Till) -> None:
    _, payment = odd(till, receiver="otra")
    (stranger,) = add_party(till.portal, OTRA.tax_id, "800555777")
    other = issuer_of(till.portal, stranger)
    reader = staff(till.portal, payment.issuer_id, Role.READER)
    for actor in (reader, staff(till.portal, other, Role.OWNER), till.payer):
        for act in decisions(till, actor, payment):
            with pytest.raises(NotFound):
                act()


def decisions(till: Till, actor: Actor, payment: Payment) -> list[Callable[[], object]]:
    return [
        lambda: acknowledge(till.portal, actor, payment.id, "x"),
        lambda: leave_out(till.portal, actor, payment.id, "x"),
        lambda: credit_to(till.portal, actor, payment.id),
        lambda: credit_to(till.portal, actor, 1),
    ]


def test_of_many_at_once_one_decides(till: Till, collector: Actor) -> None:
    _, payment = odd(till, receiver="otra")
    acts = decisions(till, collector, payment)[1:3] * 4

    def decide(act: Callable[[], object]) -> bool:
        try:
            act()
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, acts)) == 1
    with till.portal.ledger.read() as conn:
        assert len(conn.execute(select(items).where(items.c.cause == Cause.PAYMENT)).all()) <= 1
    assert len(noted(till.portal, Event.PAYMENT_SETTLED)) == 1
    assert laws(till.portal) == []


def test_a_decision_and_a_refund_at_once_leave_what_is_right(till: Till, collector: Actor) -> None:
    for number in range(4):
        checkout = till.start("FE-1", anyway=True)
        till.approve(checkout, id=f"r{number}", receiver="otra")
        payment = till.payments()[-1]
        till.told(checkout, id=f"r{number}", receiver="otra", refunded=40_000)
        with ThreadPoolExecutor(2) as pool:
            decided = pool.submit(credit_to, till.portal, collector, payment.id)
            pool.submit(till.ask, checkout).result()
            item_id = decided.result()
        till.ask(checkout)
        assert available(till, item_id) == 60_000
    assert laws(till.portal) == []
