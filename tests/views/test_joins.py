"""Two customers become one: on no date does any sum change, the ledger's laws hold, and the copy follows by delta."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.aging import Bucket
from portal.domain.statement import Statement
from portal.errors import NotFound
from portal.ledger.customer_joins import join
from portal.ledger.spellings import joined_into, present_customer
from portal.ledger.verify import broken_laws
from portal.views.filters import DocumentFilter, SortKey
from portal.views.pages import page
from portal.views.receivables import receivables
from portal.views.statements import statement
from portal.views.store import Views
from tests.views.build import NOW, World, contents
from tests.views.stories import FIRST, STEPS, Step
from tests.views.test_oracle import told

ALL = Scope(everything=True)
pytestmark = pytest.mark.usefixtures("built_here")


def account(views: Views, issuer: int, customer: int, currency: str, day: int) -> Statement | None:
    on = FIRST + timedelta(days=day)
    try:
        return statement(views, ALL, issuer, customer, currency, on, on + timedelta(days=40))
    except NotFound:
        return None


def figures(*accounts: Statement | None) -> tuple[object, ...]:
    held = [one for one in accounts if one is not None]
    sums = [sum(getattr(one, name) for one in held) for name in ("opening", "closing", "debits", "credits", "count")]
    aged = {bucket: sum(one.aging.buckets[bucket] for one in held) for bucket in Bucket}
    return (*sums, aged, sum(one.aging.credit for one in held))


def whole(views: Views, issuer: int, day: int) -> list[tuple[object, ...]]:
    """What the issuer's people see of it, but for how many debtors there are."""
    found = receivables(views, ALL, issuer, FIRST + timedelta(days=day))
    return [
        (at.currency, at.aging, at.open_count, at.due, at.collected, at.billed, at.reported, at.unopened, at.reserved)
        for at in found
        if at.outstanding or at.available or at.collected or at.billed
    ]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS, STEPS, st.integers(0, 150))
def test_no_sum_changes_on_any_date_and_all_of_both_is_the_ones(
    before: list[Step], after: list[Step], day: int
) -> None:
    with told(before, after) as (world, views):
        issuer, goes, stays = world.issuer("A"), world.customer("A", "1"), world.customer("A", "2")
        currencies = ("COP", "USD")
        earlier = {c: figures(*(account(views, issuer, one, c, day) for one in (goes, stays))) for c in currencies}
        seen, owed = listed(views, goes, stays), whole(views, issuer, day)
        with world.ledger.write("test") as unit:
            join(unit, issuer, goes, stays)
            unit.commit()
        with world.ledger.read() as conn:
            assert list(broken_laws(conn)) == []
            assert (present_customer(conn, goes), joined_into(conn, stays)) == (stays, [goes])
        assert {c: figures(account(views, issuer, stays, c, day)) for c in currencies} == earlier
        assert whole(views, issuer, day) == owed
        assert listed(views, goes, stays) == listed(views, stays) == seen
        assert all(figures(account(views, issuer, goes, c, day)) == figures(None) for c in currencies)
        assert views.check() == []
        refreshed = contents(views)
        views.rebuild()
        assert contents(views) == refreshed


def listed(views: Views, *customers: int) -> list[tuple[object, ...]]:
    scope = Scope(customers=frozenset(customers))
    found = page(views, scope, DocumentFilter(), SortKey.NUMBER, False, 500, 0, NOW).rows
    return [(row.id, row.outstanding, row.available, row.paid, row.reserved, row.settlement, row.withheld, row.method)
            for row in found]  # fmt: skip


def test_what_was_known_before_still_reads_as_it_did(world: World, views: Views) -> None:
    """A statement that was issued freezes the instant at which it was known."""
    doc = world.document(customer="1")
    world.document(customer="2", total=5)
    known = world.at
    world.at += timedelta(hours=1)
    goes, stays = doc.customer_id, world.customer("A", "2")
    with world.ledger.write("test") as unit:
        join(unit, doc.issuer_id, goes, stays)
        unit.commit()
    then = [statement(views, ALL, doc.issuer_id, one, "COP", doc.issue_date, doc.issue_date, known).closing
            for one in (goes, stays)]  # fmt: skip
    now = [statement(views, ALL, doc.issuer_id, one, "COP", doc.issue_date, doc.issue_date, world.at).closing
           for one in (goes, stays)]  # fmt: skip
    assert (then, now) == ([doc.total, 5], [0, doc.total + 5])
