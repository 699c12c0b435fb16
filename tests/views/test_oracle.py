"""Lists, summaries and statements against an independent oracle, over random histories, built and refreshed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.book import Side
from portal.domain.documents import Kind
from portal.render.columns import document_columns
from portal.render.labels import Labels
from portal.views import listing
from portal.views.facets import facets
from portal.views.filters import DocumentFilter, Owed, Settled, SortKey
from portal.views.many_statements import accounts_of, statements_of
from portal.views.pages import page
from portal.views.statements import statement, statement_currencies
from portal.views.store import Views
from portal.views.summary import summary
from tests.views import oracle
from tests.views.build import NOW, TODAY, Doc, World, contents, sqlite_world
from tests.views.stories import FIRST, STEPS, Step, tell

ALL = Scope(everything=True)
some_histories = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LISTED = tuple(column.name for column in document_columns(Labels()))
pytestmark = pytest.mark.usefixtures("built_here")


@contextmanager
def told(before: list[Step], after: list[Step]) -> Iterator[tuple[World, Views]]:
    """A ledger and a copy that was opened between two parts of its history."""
    with TemporaryDirectory() as name:
        world = sqlite_world(Path(name))
        views = world.views(Path(name) / "views")
        tell(world, before)
        views.fresh()
        tell(world, after)
        yield world, views
        views.close()
        world.close()


def ids(values: Any) -> list[int]:
    return [value.id for value in values]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[int, DocumentFilter]:
    """Which scope, and a filter that now and then wants something."""

    def maybe(wanted: st.SearchStrategy[Any], otherwise: Any = None) -> Any:
        return draw(wanted) if draw(st.integers(0, 3)) == 0 else otherwise

    days = st.integers(0, 150).map(lambda n: FIRST + timedelta(days=n))
    return draw(st.integers(0, 4)), DocumentFilter(
        currencies=maybe(st.sampled_from([("COP",), ("USD",), ("COP", "USD"), ("EUR",)]), ()),
        kinds=maybe(st.lists(st.sampled_from(Kind), min_size=1, max_size=2).map(tuple), ()),
        settlements=maybe(st.lists(st.sampled_from(Settled), min_size=1, max_size=2).map(tuple), ()),
        overdue=maybe(st.booleans()),
        owed=maybe(st.sampled_from(Owed)),
        issued_from=maybe(days),
        issued_to=maybe(days),
        due_from=maybe(days),
        due_to=maybe(days),
        amount_from=maybe(st.integers(0, 60_000)),
        amount_to=maybe(st.integers(0, 60_000)),
        search=maybe(
            st.sampled_from(["TORNILLO", "cafe  tostadó", "in-1", "IN1", "fe - 2", "'bond' 100%", "nandu 2"]), ""
        ),
    )


def scope_of(world: World, choice: int) -> Scope:
    issuers = [world.parties[key] for key in sorted(world.parties) if key[0] == "issuer"]
    customers = [world.parties[key] for key in sorted(world.parties) if key[0] == "customer"]
    return [
        ALL,
        Scope(),
        Scope(customers=frozenset(customers[:1])),
        Scope(issuers=frozenset(issuers[:1])),
        Scope(frozenset(issuers[-1:]), frozenset(customers[:2])),
    ][choice]


@some_histories
@given(STEPS, STEPS, wishes(), st.sampled_from(SortKey), st.booleans())
def test_a_page_is_what_the_oracle_lists(
    before: list[Step], after: list[Step], wish: tuple[int, DocumentFilter], sort: SortKey, descending: bool
) -> None:
    with told(before, after) as (world, views):
        scope, wanted = scope_of(world, wish[0]), wish[1]
        expected = [doc for doc in world.docs.values() if oracle.matches(world, scope, wanted, doc)]
        expected.sort(key=lambda doc: sort_key(world, sort, doc), reverse=descending)
        found = page(views, scope, wanted, sort, descending, 4, 1, NOW)
        assert ids(found.rows) == ids(expected[1:5])
        assert found.total == len(expected)
        assert {t.currency: sums_told(t) for t in found.totals} == sums_expected(world, expected)
        whole = page(views, scope, wanted, sort, descending, len(expected), 0, NOW)
        assert ids(whole.rows) == ids(expected)
        for got, doc in zip(whole.rows, expected, strict=True):
            want = oracle.row(world, doc)
            assert {name: getattr(got, name) for name in want} == want
        rows = [{name: getattr(row, name) for name in LISTED} for row in whole.rows]
        assert listed(views, scope, wanted, sort, descending) == rows


def listed(views: Views, scope: Scope, wanted: DocumentFilter, sort: SortKey, descending: bool) -> list[dict[str, Any]]:
    with listing.listing(views, scope, wanted, sort, descending, NOW, LISTED) as streamed:
        rows = [row for batch in streamed.batches for row in batch.to_pylist()]
    assert streamed.total == len(rows)
    return rows


def sort_key(world: World, sort: SortKey, doc: Doc) -> tuple[Any, int]:
    balance = oracle.left(world, doc.item_id) if doc.item_id else 0
    names = {world.parties[key]: f"Emisor {key[1]}" for key in world.parties if key[0] == "issuer"}
    keys = {SortKey.DUE_DATE: doc.payable_on, SortKey.BALANCE: balance, SortKey.ISSUER: names[doc.issuer_id]}
    return keys[sort] if sort in keys else getattr(doc, sort.value), doc.id


def sums_told(total: Any) -> tuple[int, ...]:
    return attrgetter("count", "debits", "credits", "outstanding", "overdue", "available", "claimed", "claimed_late")(
        total
    )


def sums_expected(world: World, docs: list[Doc]) -> dict[str, tuple[int, ...]]:
    expected = {}
    for currency in {doc.currency for doc in docs}:
        mine = [(doc, oracle.row(world, doc)) for doc in docs if doc.currency == currency]
        counted = [(doc, told) for doc, told in mine if doc.state == "active"]
        expected[currency] = (
            len(mine),
            sum(doc.total for doc, _ in counted if doc.kind.is_debit),
            sum(doc.total for doc, _ in counted if not doc.kind.is_debit),
            sum(told["outstanding"] for _, told in counted),
            sum(told["outstanding"] for _, told in counted if told["overdue"]),
            sum(told["available"] for _, told in counted),
            sum(told["claimed"] for _, told in counted),
            sum(told["claimed"] for _, told in counted if told["overdue"]),
        )
    return expected


@some_histories
@given(STEPS, STEPS, st.integers(0, 4))
def test_a_summary_adds_up_what_the_oracle_holds(before: list[Step], after: list[Step], choice: int) -> None:
    with told(before, after) as (world, views):
        scope = scope_of(world, choice)
        found = summary(views, scope, NOW)
        mine = [i for i in world.items.values() if scope.covers(i.issuer_id, i.customer_id) and i.balance]
        groups = {(i.currency, i.issuer_id) for i in mine}
        assert {(o.currency, o.issuer_id) for o in found.owed} == groups
        for owed in found.owed:
            here = [i for i in mine if (i.currency, i.issuer_id) == (owed.currency, owed.issuer_id)]
            debits = [i for i in here if i.side is Side.DEBIT]
            late = [i for i in debits if oracle.due(world, i.id) < TODAY]
            assert (owed.outstanding, owed.open_count) == (sum(i.balance for i in debits), len(debits))
            assert (owed.overdue, owed.overdue_count) == (sum(i.balance for i in late), len(late))
            assert owed.available == sum(i.balance for i in here if i.side is Side.CREDIT)
        for currency, aged in found.aging.items():
            here = [i.id for i in mine if i.currency == currency]
            assert (aged.buckets, aged.credit) == oracle.aging(world, here, TODAY, end=date.max)
        seen = [doc for doc in world.docs.values() if oracle.matches(world, scope, DocumentFilter(), doc)]
        latest = sorted(seen, key=lambda doc: (doc.issue_date, doc.id), reverse=True)
        assert ids(found.latest) == ids(latest[:5])
        coming = [doc for doc in seen if oracle.row(world, doc)["outstanding"] and doc.payable_on >= TODAY]
        assert ids(found.due_next) == ids(sorted(coming, key=lambda doc: (doc.payable_on, doc.id))[:5])
        assert_facets(views, scope, seen)


def assert_facets(views: Views, scope: Scope, seen: list[Doc]) -> None:
    told_facets = facets(views, scope)
    assert told_facets.currencies == tuple(sorted({doc.currency for doc in seen}))
    assert {issuer for issuer, _ in told_facets.issuers} == {doc.issuer_id for doc in seen}
    assert set(told_facets.kinds) == {doc.kind for doc in seen}
    assert told_facets.first_issued == min((doc.issue_date for doc in seen), default=None)
    assert told_facets.last_issued == max((doc.issue_date for doc in seen), default=None)


@some_histories
@given(STEPS, STEPS, st.integers(0, 150), st.integers(0, 60), st.one_of(st.none(), st.integers(0, 60)))
def test_a_statement_is_what_the_oracle_writes(
    before: list[Step], after: list[Step], from_day: int, days: int, hours: int | None
) -> None:
    with told(before, after) as (world, views):
        start = FIRST + timedelta(days=from_day)
        end = start + timedelta(days=days)
        known = None if hours is None else world.at - timedelta(hours=hours)
        for issuer, customer, currency in {(i.issuer_id, i.customer_id, i.currency) for i in world.items.values()}:
            found = statement(views, ALL, issuer, customer, currency, start, end, known)
            whose = (issuer, customer, currency)
            items = {i.id for i in world.items.values() if (i.issuer_id, i.customer_id, i.currency) == whose}
            assert_statement(world, found, items, known)
            assert currency in statement_currencies(views, ALL, issuer, customer)
            apart = {
                (customer_id, one.currency): one
                for customer_id, one in statements_of(
                    views, issuer, accounts_of(views, ALL, issuer, start, end, world.at if known is None else known),
                    start, end, world.at if known is None else known,
                )
            }  # fmt: skip
            if found.count or found.closing:
                assert replace(apart[customer, currency], known_at=found.known_at) == found
            else:
                assert (customer, currency) not in apart
            part = statement(views, ALL, issuer, customer, currency, start, end, known, limit=2, offset=1)
            assert part.movements == found.movements[1:3]
            assert (part.closing, part.count, part.aging) == (found.closing, found.count, found.aging)


def assert_statement(world: World, found: Any, items: set[int], known: datetime | None) -> None:
    moves = oracle.movements(world, items, found.end, known)
    before = sum(w.row.amount for w in moves if w.row.effective_on < found.start)
    during = [w.row for w in moves if w.row.effective_on >= found.start]
    assert found.opening == before
    assert found.closing == before + sum(entry.amount for entry in during)
    assert found.count == len(during)
    assert [(m.on, m.debit - m.credit) for m in found.movements] == [(e.effective_on, e.amount) for e in during]
    running = before
    for movement, entry in zip(found.movements, during, strict=True):
        running += entry.amount
        doc = world.docs.get(entry.document_id)
        assert movement.balance == running
        assert movement.number == (doc.number if doc else None)
    assert (found.debits, found.credits) == (
        sum(e.amount for e in during if e.amount > 0),
        -sum(e.amount for e in during if e.amount < 0),
    )
    assert (found.aging.buckets, found.aging.credit) == oracle.aging(world, items, found.end, known)


@some_histories
@given(STEPS, STEPS)
def test_refreshing_by_delta_leaves_what_building_anew_makes(before: list[Step], after: list[Step]) -> None:
    with told(before, after) as (_, views):
        refreshed = contents(views)
        assert views.check() == []
        views.rebuild()
        assert contents(views) == refreshed
