"""Who pays late, against an independent oracle over random histories."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.book import Cause, Side
from portal.domain.documents import Kind
from portal.domain.lateness import LateCustomer, Paid
from portal.domain.trends import Books
from portal.errors import NotFound
from portal.views.lateness import lateness
from portal.views.store import Views
from tests.views import oracle
from tests.views.build import TODAY, Doc, World
from tests.views.stories import FIRST, STEPS, Step
from tests.views.test_oracle import told
from tests.views.test_trends import books_of

ALL = Scope(everything=True)
pytestmark = pytest.mark.usefixtures("built_here")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS, STEPS, st.integers(0, 100), st.integers(0, 150))
def test_it_is_what_the_oracle_finds_paid(before: list[Step], after: list[Step], first: int, days: int) -> None:
    start, today = FIRST + timedelta(days=first), FIRST + timedelta(days=200)
    end = min(start + timedelta(days=days), today)
    with told(before, after) as (world, views):
        for books, mine in books_of(world):
            found = lateness(views, ALL, books, start, end, today)
            paid = [one for item in mine if (one := _paid(world, item, today)) and start <= one[1] <= end]
            expected: defaultdict[int, list[int]] = defaultdict(list)
            for item, on, amount in paid:
                expected[(on - oracle.due(world, item)).days].append(amount)
            assert found.days == {late: Paid(len(sums), sum(sums)) for late, sums in expected.items()}
            assert found.customer_count == len({world.items[item].customer_id for item, _, _ in paid})
            assert found.whole == Paid(
                sum(one.documents for one in found.customers), sum(one.amount for one in found.customers)
            )


def _paid(world: World, item: int, today: date) -> tuple[int, date, int] | None:
    """(item, day on which it was paid, what was paid), walked day by day."""
    rows = [w.row for w in oracle.known_rows(world.allocations, today, None) if w.row.debit_id == item]
    if world.items[item].side is not Side.DEBIT or oracle.left(world, item, today):
        return None
    whole = sum(row.amount for row in rows)
    notes = sum(row.amount for row in rows if oracle.cause(world, row.credit_id) is Cause.CREDIT_NOTE)
    if whole <= notes or whole <= 0:
        return None
    by_day = {day: sum(row.amount for row in rows if row.effective_on == day) for day in {r.effective_on for r in rows}}
    return item, max(day for day, amount in by_day.items() if amount > 0), whole


def of(views: Views, doc: Doc, customer: bool = True) -> tuple[dict[int, Paid], tuple[LateCustomer, ...]]:
    books = Books(doc.issuer_id, doc.customer_id if customer else None, doc.currency)
    found = lateness(views, ALL, books, date(2026, 1, 1), TODAY, TODAY)
    return dict(found.days), found.customers


def pay(world: World, doc: Doc, on: date, amount: int | None = None) -> int:
    """Pays a document; returns the allocation."""
    credit = world.payment(amount or doc.total, doc, on)
    world.allocate(credit, doc.item_id or 0, amount or doc.total)
    return max(world.applied)


def test_the_days_run_to_the_allocation_that_closed_it(world: World, views: Views) -> None:
    doc = world.document(total=1_000, due=date(2026, 2, 10))
    pay(world, doc, date(2026, 2, 5), 400)
    assert of(views, doc)[0] == {}
    pay(world, doc, date(2026, 2, 22), 600)
    assert of(views, doc)[0] == {12: Paid(1, 1_000)}
    assert of(views, doc)[1] == (LateCustomer(doc.customer_id, 1, 1_000, 12, 12),)


def test_what_was_undone_is_not_paid_until_it_is_paid_again(world: World, views: Views) -> None:
    doc = world.document(total=1_000, due=date(2026, 2, 10))
    done = pay(world, doc, date(2026, 2, 10))
    assert of(views, doc)[0] == {0: Paid(1, 1_000)}
    world.undo(done, 1_000, date(2026, 2, 15))
    assert of(views, doc)[0] == {}
    pay(world, doc, date(2026, 2, 20))
    assert of(views, doc)[0] == {10: Paid(1, 1_000)}


def test_annulled_withdrawn_written_off_and_credited_documents_were_never_paid(world: World, views: Views) -> None:
    docs = [world.document(total=1_000) for _ in range(4)]
    pay(world, docs[0], date(2026, 2, 5))
    world.void(docs[0], date(2026, 2, 6))
    pay(world, docs[1], date(2026, 2, 5))
    world.withdraw(docs[1])
    world.adjust(docs[2].item_id or 0, -1_000, date(2026, 2, 7))
    note = world.document(Kind.CREDIT_NOTE, total=1_000)
    world.allocate(note.item_id or 0, docs[3].item_id or 0, 1_000)
    assert of(views, docs[0], customer=False) == ({}, ())


def test_who_paid_latest_comes_first_by_half_of_the_money(world: World, views: Views) -> None:
    late = world.document(total=100, due=date(2026, 2, 1), customer="1")
    later = [world.document(total=sum_, due=date(2026, 2, 1), customer="2") for sum_ in (900, 100)]
    pay(world, late, date(2026, 2, 11))
    pay(world, later[0], date(2026, 2, 21))
    pay(world, later[1], date(2026, 2, 2))
    assert of(views, late, customer=False)[1] == (
        LateCustomer(later[0].customer_id, 2, 1_000, 20, 20),
        LateCustomer(late.customer_id, 1, 100, 10, 10),
    )


def test_nobody_reads_books_that_are_not_all_in_his_scope(world: World, views: Views) -> None:
    doc = world.document()
    with pytest.raises(NotFound):
        lateness(views, Scope(), Books(doc.issuer_id, None, "COP"), TODAY, TODAY, TODAY)
