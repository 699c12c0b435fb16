"""The list of what came in: whose it is to read, what it is filtered by, and that it adds up to the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from portal.app.payments.inspecting import open_payment, strange_notices
from portal.app.payments.listing import list_payments, payments_file, waiting_payments
from portal.app.payments.settling import credit_to, leave_out
from portal.domain.access import Actor
from portal.domain.collected import Booked, Wanted
from portal.domain.payments import RawNotice, Standing
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.ledger.books import load_book
from portal.ledger.payments import Payment
from tests.app.payments.till import Till
from tests.app.people import BOSS, add_party, give, issuer_of, person, staff
from tests.app.people import acting as acting_as
from tests.factories import OTRA, XYZ


@pytest.fixture
def told(till: Till) -> list[Payment]:
    """A payment with a refund, one in another currency, one of less."""
    checkout = till.start("FE-1", "FE-2")
    till.approve(checkout, id="t1")
    till.approve(checkout, id="t1", refunded=20_000)
    till.approve(till.start("FE-3"), id="usd-7", currency="USD")
    till.clock.forward(days=2)
    till.approve(till.start("FE-3", anyway=True), id="fin-9", amount=10_000)
    return till.payments()


def numbers(rows: object) -> list[tuple[str, str]]:
    return [(one.transaction, one.kind) for one in rows]  # type: ignore[attr-defined]


def test_the_newest_comes_first_with_all_that_is_needed_to_read_it(
    till: Till, collector: Actor, told: list[Payment]
) -> None:
    page = list_payments(till.portal, collector, Wanted(), 10)
    assert numbers(page.rows) == [("fin-9", "payment"), ("usd-7", "payment"), ("t1", "refund"), ("t1", "payment")]
    one = page.rows[-1]
    assert [(paid.number, paid.amount) for paid in one.documents] == [("FE-1", 100_000), ("FE-2", 30_000)]
    assert (one.customer_name, one.provider, one.voucher) == ("Empresa ABC S.A.S.", "fake", 1)
    assert {row.payment_id for row in page.rows if row.transaction == "t1"} == {one.id}
    assert (page.total, page.sums) == (4, {"COP": 140_000, "USD": 0})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(kinds=("refund",)), [("t1", "refund")]),
        (Wanted(waiting=True), [("fin-9", "payment"), ("usd-7", "payment")]),
        (Wanted(search="usd-7"), [("usd-7", "payment")]),
        (Wanted(search="abc fe-2"), [("t1", "refund"), ("t1", "payment")]),
        (Wanted(search="900555666 fe3"), [("fin-9", "payment"), ("usd-7", "payment")]),
        (Wanted(search="nadie"), []),
        (Wanted(search="%"), []),
        (Wanted(providers=("wompi",)), []),
        (Wanted(providers=("fake",), kinds=("payment",), search="fin-9"), [("fin-9", "payment")]),
    ],
)
def test_what_is_asked_for_is_listed_counted_and_added_up(
    till: Till, collector: Actor, told: list[Payment], wanted: Wanted, found: list[tuple[str, str]]
) -> None:
    page = list_payments(till.portal, collector, wanted, 10)
    assert (numbers(page.rows), page.total) == (found, len(found))
    assert sum(page.sums.values()) == sum(row.booked for row in page.rows)


def test_days_are_the_issuers_and_both_are_included(till: Till, collector: Actor, told: list[Payment]) -> None:
    last = told[-1].effective_on
    assert numbers(list_payments(till.portal, collector, Wanted(start=last), 10).rows) == [("fin-9", "payment")]
    first = told[0].effective_on
    assert list_payments(till.portal, collector, Wanted(start=first, end=first), 10).total == 3


def test_whose_it_is_to_read(till: Till, told: list[Payment], issuer: int) -> None:
    (stranger,) = add_party(till.portal, OTRA.tax_id, "800555777")
    analyst = person(till.portal, "ana@lista.example")
    give(till.portal, analyst, issuer, told[0].customer_id, Role.ANALYST)
    readers = [staff(till.portal, issuer, role) for role in (Role.OWNER, Role.COLLECTOR, Role.READER)]
    for actor in (*readers, acting_as(till.portal, analyst), BOSS):
        assert list_payments(till.portal, actor, Wanted(), 10).total == 4
        assert len(waiting_payments(till.portal, actor, 10)) == 2
        assert open_payment(till.portal, actor, told[0].id).payment.id == told[0].id
    for actor in (till.payer, staff(till.portal, issuer_of(till.portal, stranger), Role.OWNER)):
        assert list_payments(till.portal, actor, Wanted(), 10).total == 0
        assert waiting_payments(till.portal, actor, 10) == []
        for act in (
            lambda who=actor: open_payment(till.portal, who, told[0].id),
            lambda who=actor: open_payment(till.portal, who, 1),
            lambda who=actor: payments_file(till.portal, who, issuer, Wanted(), None),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_page_of_one_payment_tells_all_that_happened_to_it(till: Till, collector: Actor, told: list[Payment]) -> None:
    page = open_payment(till.portal, collector, told[1].id)  # by its refund
    assert [fact.kind for fact in page.facts] == ["payment", "refund"]
    assert [(document.number, asked) for document, asked in page.asked] == [("FE-1", 100_000), ("FE-2", 50_000)]
    assert [line.what for line in page.trail] == ["created", "told", "credited", "state", "told", "refund"]
    assert (page.waiting, page.decides) == (None, True)
    odd = open_payment(till.portal, staff(till.portal, page.payment.issuer_id, Role.READER), told[2].id)
    assert odd.waiting is not None and not odd.decides


def test_notices_stand_beside_what_they_led_to(till: Till, collector: Actor) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    for _ in range(2):
        till.notice(checkout)
    till.work()
    page = open_payment(till.portal, collector, till.payments()[0].id)
    assert [(one.verdict, one.claimed, one.times) for one in page.notices] == [("genuine", "approved", 2)]


def test_genuine_notices_about_nothing_of_ours_are_listed_for_the_issuer(
    till: Till, collector: Actor, issuer: int
) -> None:
    from portal.app.payments.noticing import receive_notice

    body = b'{"key": "k", "id": "x-1", "reference": "TIENDA-9X", "standing": "approved"}'
    receive_notice(till.portal, "fake", till.account_id, RawNotice(body), "203.0.113.5")
    till.work()
    assert [(one.transaction_id, one.reference) for one in strange_notices(till.portal, collector)] == [
        ("x-1", "TIENDA-9X")
    ]
    assert strange_notices(till.portal, till.payer) == []


def test_the_file_holds_the_whole_list_whatever_its_length(
    till: Till, collector: Actor, told: list[Payment], issuer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.app.payments.listing._CHUNK", 2)
    file = payments_file(till.portal, collector, issuer, Wanted(), None)
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [int(row["id"]) for row in rows] == sorted((one.id for one in told), reverse=True)
    assert {row["payment_id"] for row in rows if row["transaction"] == "t1"} == {str(told[0].id)}


def _settled(till: Till, actor: Actor) -> None:
    checkout = till.start("FE-1", anyway=True)
    till.approve(checkout, id="a", receiver="otra")
    till.approve(checkout, id="a", receiver="otra", refunded=30_000)
    credit_to(till.portal, actor, till.payments()[0].id)
    till.approve(checkout, id="a", receiver="otra", refunded=50_000)


def _left_out(till: Till, actor: Actor) -> None:
    till.approve(till.start("FE-1", anyway=True), id="b", receiver="otra")
    leave_out(till.portal, actor, till.payments()[0].id, "no es nuestro")


def _came_and_went_and_came(till: Till, _actor: Actor) -> None:
    checkout = till.start("FE-1", anyway=True)
    till.told(checkout, Standing.VOIDED, id="c")
    till.ask(checkout)
    till.told(checkout, id="c", charged_back=60_000)
    till.ask(checkout)


def _won(till: Till, _actor: Actor) -> None:
    checkout = till.start("FE-1", anyway=True)
    for told in ({}, {"charged_back": 100_000}, {}):
        till.approve(checkout, id="d", **told)


@pytest.mark.parametrize("story", [_settled, _left_out, _came_and_went_and_came, _won])
def test_what_is_booked_adds_up_to_the_ledger(
    till: Till, collector: Actor, story: Callable[[Till, Actor], None]
) -> None:
    story(till, collector)
    page = list_payments(till.portal, collector, Wanted(), 100)
    items = {row.item_id for row in page.rows if row.item_id is not None}
    with till.portal.ledger.read() as conn:
        held = -sum(item.entered for item in load_book(conn, items).items.values()) if items else 0
    assert sum(row.booked for row in page.rows) == held == sum(page.sums.values())
    assert all(row.state is not Booked.APART for row in page.rows)


def test_a_customer_without_payments_has_none(till: Till, issuer: int) -> None:
    from tests.factories import bring, facts

    bring(till.portal, facts("FE-9", customer=XYZ))
    assert list_payments(till.portal, BOSS, Wanted(search="Peña"), 10).rows == []
