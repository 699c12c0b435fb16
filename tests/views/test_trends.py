"""Books over time against the oracle, the receivables of each day and the statements, over random histories."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.aging import Bucket
from portal.domain.book import Cause
from portal.domain.trends import Books, Slot, slots
from portal.errors import NotFound
from portal.views import trends
from portal.views.receivables import receivables
from portal.views.statements import statement
from portal.views.store import Views
from tests.views import oracle
from tests.views.build import TODAY, World
from tests.views.stories import FIRST, STEPS, Step
from tests.views.test_oracle import told

ALL = Scope(everything=True)
MONEY = (Cause.PAYMENT, Cause.RECEIPT, Cause.ADVANCE, Cause.CASH_SALE)
PERIODS = st.tuples(st.integers(-20, 150), st.integers(0, 200))
pytestmark = pytest.mark.usefixtures("built_here")
some_histories = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def books_of(world: World) -> list[tuple[Books, set[int]]]:
    """Every issuer's and every customer's books, with their items."""
    found = {Books(i.issuer_id, one, i.currency) for i in world.items.values() for one in (None, i.customer_id)}
    return [
        (
            books,
            {
                i.id
                for i in world.items.values()
                if (i.issuer_id, i.currency) == (books.issuer_id, books.currency)
                and books.customer_id in (None, i.customer_id)
            },
        )
        for books in found
    ]


@some_histories
@given(STEPS, STEPS, PERIODS)
def test_what_stood_at_each_steps_end_is_what_the_oracle_the_receivables_and_the_statement_say_of_that_day(
    before: list[Step], after: list[Step], period: tuple[int, int]
) -> None:
    start = FIRST + timedelta(days=period[0])
    steps = slots(start, start + timedelta(days=period[1]))
    with told(before, after) as (world, views):
        for books, mine in books_of(world):
            found = trends.aged(views, ALL, books, steps)
            assert [(one.aging.buckets, one.aging.credit) for one in found] == [
                oracle.aging(world, mine, slot.last, end=slot.last) for slot in steps
            ]
            one = found[period[0] % len(found)]
            assert _elsewhere(views, books, one.slot.last) == (one.aging.buckets, one.aging.credit)


def _elsewhere(views: Views, books: Books, on: date) -> tuple[dict[Bucket, int], int]:
    """The same day's aging of the page Cartera, or of the statement."""
    if books.customer_id is not None:
        row = statement(views, ALL, books.issuer_id, books.customer_id, books.currency, on, on).aging
        return row.buckets, row.credit
    at = [one for one in receivables(views, ALL, books.issuer_id, on) if one.currency == books.currency]
    return (at[0].aging.buckets, at[0].aging.credit) if at else (dict.fromkeys(Bucket, 0), 0)


@some_histories
@given(STEPS, STEPS, PERIODS)
def test_money_by_method_is_the_oracles_and_of_a_month_what_the_receivables_call_collected(
    before: list[Step], after: list[Step], period: tuple[int, int]
) -> None:
    start = FIRST + timedelta(days=period[0])
    months = slots(start.replace(day=1), start.replace(day=1) + timedelta(days=200))
    with told(before, after) as (world, views):
        for books, mine in books_of(world):
            found = trends.received(views, ALL, books, months)
            assert [dict(one.methods) for one in found] == [_by_method(world, mine, slot) for slot in months]
            if books.customer_id is None:
                one = found[period[1] % len(found)]
                at = [p for p in receivables(views, ALL, books.issuer_id, one.slot.last)
                      if p.currency == books.currency]  # fmt: skip
                assert one.total == (at[0].collected if at else 0)


def _by_method(world: World, mine: set[int], slot: Slot) -> dict[str, int]:
    found: Counter[str] = Counter()
    for written in oracle.known_rows(world.entries, slot.last, None):
        item = written.row.item_id
        if item in mine and world.about[item][0] in MONEY and written.row.effective_on >= slot.first:
            found[oracle.method(world, item) or ""] -= written.row.amount
    return {method: amount for method, amount in found.items() if amount}


def test_currencies_come_with_the_most_used_first(world: World, views: Views) -> None:
    docs = [world.document(currency=one) for one in ("COP", "USD", "USD")]
    world.document(currency="EUR", customer="2")
    issuer, customer = docs[0].issuer_id, docs[0].customer_id
    assert trends.currencies(views, ALL, issuer, None) == ("USD", "COP", "EUR")
    assert trends.currencies(views, ALL, issuer, customer) == ("USD", "COP")


def test_nobody_reads_books_that_are_not_all_in_his_scope(world: World, views: Views) -> None:
    doc = world.document()
    mine = Scope(customers=frozenset({doc.customer_id}))
    steps = slots(TODAY, TODAY)
    for ask in (trends.aged, trends.received):
        with pytest.raises(NotFound):
            ask(views, mine, Books(doc.issuer_id, None, "COP"), steps)
        assert len(ask(views, mine, Books(doc.issuer_id, doc.customer_id, "COP"), steps)) == 1
    with pytest.raises(NotFound):
        trends.currencies(views, mine, doc.issuer_id, None)


def test_a_month_without_anything_keeps_what_stood_and_has_no_money(world: World, views: Views) -> None:
    doc = world.document(total=900, issued=date(2026, 1, 5), due=date(2026, 1, 20))
    books, steps = Books(doc.issuer_id, doc.customer_id, "COP"), slots(date(2025, 11, 1), date(2026, 3, 15))
    assert [one.aging.net for one in trends.aged(views, ALL, books, steps)] == [0, 0, 900, 900, 900]
    assert [one.total for one in trends.received(views, ALL, books, steps)] == [0] * 5


def test_a_customer_with_only_credits_has_a_balance_in_its_favour(world: World, views: Views) -> None:
    like = world.document(customer="1")
    world.payment(500, world.document(customer="2", total=0), date(2026, 2, 3), "47")
    other = world.customer("A", "2")
    steps = slots(date(2026, 1, 1), date(2026, 5, 31))
    stood = trends.aged(views, ALL, Books(like.issuer_id, other, "COP"), steps)
    assert [(one.aging.net, one.aging.credit) for one in stood] == [(0, 0), *[(-500, 500)] * 4]
    came = trends.received(views, ALL, Books(like.issuer_id, other, "COP"), steps)
    assert [dict(one.methods) for one in came] == [{}, {"47": 500}, {}, {}, {}]
