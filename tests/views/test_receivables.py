"""An issuer's receivables on any date, against an independent oracle and against its customers' statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.aging import Bucket
from portal.domain.book import Cause, Side
from portal.domain.documents import Kind
from portal.domain.receivables import Counted, Position
from portal.domain.statement import AgingRow
from portal.errors import NotFound
from portal.views.receivables import TOP, receivables
from portal.views.statements import statement
from portal.views.store import Views
from tests.views import oracle
from tests.views.build import TODAY, World
from tests.views.stories import FIRST, STEPS, Step
from tests.views.test_oracle import told

ALL = Scope(everything=True)
MONEY = (Cause.PAYMENT, Cause.RECEIPT, Cause.ADVANCE, Cause.CASH_SALE)
pytestmark = pytest.mark.usefixtures("built_here")
some_histories = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def by_currency(views: Views, issuer: int, on: date = TODAY) -> dict[str, Position]:
    return {one.currency: one for one in receivables(views, Scope(frozenset({issuer})), issuer, on)}


@some_histories
@given(STEPS, STEPS, st.integers(0, 150))
def test_on_any_date_it_is_what_the_oracle_adds_up_and_what_the_customers_statements_do(
    before: list[Step], after: list[Step], day: int
) -> None:
    with told(before, after) as (world, views):
        on = FIRST + timedelta(days=day)
        for issuer, currency in {(one.issuer_id, one.currency) for one in world.items.values()}:
            nothing = Position(currency, on, AgingRow(dict.fromkeys(Bucket, 0), 0))
            at = by_currency(views, issuer, on).get(currency) or nothing
            _assert_position(world, issuer, at)
            _assert_statements(world, views, issuer, at)
            _assert_standing(world, issuer, at)


def _assert_position(world: World, issuer: int, at: Position) -> None:
    mine = {i.id for i in world.items.values() if (i.issuer_id, i.currency) == (issuer, at.currency)}
    assert (at.aging.buckets, at.aging.credit) == oracle.aging(world, mine, at.on, end=at.on)
    owed = {i: oracle.left(world, i, at.on) for i in mine if world.items[i].side is Side.DEBIT}
    late = [i for i, left in owed.items() if left and oracle.due(world, i) < at.on]
    assert (at.open_count, at.overdue_count) == (sum(left > 0 for left in owed.values()), len(late))
    assert sum(at.due.values()) == at.outstanding == sum(owed.values())
    assert at.overdue == sum(owed[i] for i in late)
    customers: dict[int, int] = {}
    for item, left in owed.items():
        customers[world.items[item].customer_id] = customers.get(world.items[item].customer_id, 0) + left
    assert {one.customer_id: one.owed for one in at.debtors} == {one: left for one, left in customers.items() if left}
    assert all(sum(one.buckets.values()) == one.owed for one in at.debtors)
    assert at.debtor_count == len(at.debtors)
    assert (at.collected, at.billed) == (_collected(world, mine, at.on), _billed(world, mine, at.on))


def _collected(world: World, mine: set[int], on: date) -> int:
    money = {i for i in mine if world.about[i][0] in MONEY}
    moved = [w.row for w in oracle.known_rows(world.entries, on, None) if w.row.item_id in money]
    return -sum(row.amount for row in moved if row.effective_on >= on.replace(day=1))


def _billed(world: World, mine: set[int], on: date) -> int:
    since = on - timedelta(days=89)
    gone = {
        w.row.item_id
        for w in oracle.known_rows(world.entries, on, None)
        if w.row.cause in (Cause.VOID, Cause.WITHDRAWN)
    }
    issued = [d for d in world.docs.values() if d.item_id in mine - gone and d.kind.is_debit]
    return sum(doc.total for doc in issued if since <= doc.issue_date <= on)


def _assert_statements(world: World, views: Views, issuer: int, at: Position) -> None:
    whose = {i.customer_id for i in world.items.values() if (i.issuer_id, i.currency) == (issuer, at.currency)}
    rows = [statement(views, ALL, issuer, one, at.currency, at.on, at.on).aging for one in whose]
    assert at.aging.buckets == {bucket: sum(row.buckets[bucket] for row in rows) for bucket in Bucket}
    assert at.aging.credit == sum(row.credit for row in rows)


def _assert_standing(world: World, issuer: int, at: Position) -> None:
    """What waits and what nobody has opened is told of now, on any date."""
    rows = [
        (doc, oracle.row(world, doc))
        for doc in world.docs.values()
        if (doc.issuer_id, doc.currency) == (issuer, at.currency) and doc.state != "withdrawn"
    ]
    waiting = [row["reported"] for _, row in rows if row["reported"]]
    unseen = [row["outstanding"] for doc, row in rows if row["outstanding"] and not doc.opened]
    assert at.reported == Counted(len(waiting), sum(waiting))
    assert at.unopened == Counted(len(unseen), sum(unseen))
    assert at.reserved == sum(row["reserved"] for _, row in rows)


def test_only_who_sees_the_whole_issuer_is_told(world: World, views: Views) -> None:
    doc = world.document()
    other = world.document(issuer="B")
    for scope in (Scope(), Scope(customers=frozenset({doc.customer_id})), Scope(issuers=frozenset({other.issuer_id}))):
        with pytest.raises(NotFound):
            receivables(views, scope, doc.issuer_id, TODAY)
    assert by_currency(views, doc.issuer_id)["COP"].outstanding == doc.total


def test_a_bill_that_was_annulled_was_not_billed_though_a_part_had_been_written_off(world: World, views: Views) -> None:
    doc = world.document(total=1_000)
    world.adjust(doc.item_id or 0, -100, doc.issue_date)
    assert by_currency(views, doc.issuer_id)["COP"].billed == 1_000
    world.void(doc, TODAY)
    assert by_currency(views, doc.issuer_id)["COP"].billed == 0
    assert by_currency(views, doc.issuer_id, TODAY - timedelta(days=1))["COP"].billed == 1_000


def test_the_largest_debtors_come_first_and_their_share_of_the_whole_is_said(world: World, views: Views) -> None:
    docs = [world.document(total=100 * (n + 1), customer=str(n)) for n in range(TOP + 2)]
    at = by_currency(views, docs[0].issuer_id)["COP"]
    assert [one.owed for one in at.debtors] == [100 * (n + 1) for n in reversed(range(2, TOP + 2))]
    assert (at.debtor_count, at.largest_share()) == (TOP + 2, 7_500 * 100 // 7_800)


@pytest.mark.parametrize(("billed", "days"), [(0, None), (9_000, 30), (7, 38_571)])
def test_days_of_sales_are_what_is_owed_in_days_of_billing(billed: int, days: int | None) -> None:
    at = Position("COP", TODAY, AgingRow(dict.fromkeys(Bucket, 0) | {Bucket.OLDER: 3_000}, 0), billed=billed)
    assert at.days_of_sales == days


def test_a_delta_tells_that_a_document_was_opened(world: World, views: Views) -> None:
    doc = world.document(Kind.INVOICE)
    assert by_currency(views, doc.issuer_id)["COP"].unopened == Counted(1, doc.total)
    world.open(doc)
    assert by_currency(views, doc.issuer_id)["COP"].unopened == Counted()
