"""Groups of documents against an independent oracle: their sums are those of the rows that they drill down to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.views.filters import DocumentFilter, SortKey
from portal.views.groups import LARGEST, Grouping, Measure, groups
from portal.views.pages import page
from portal.views.store import Views
from tests.views import oracle
from tests.views.build import NOW, Doc, World
from tests.views.stories import STEPS, Step
from tests.views.test_oracle import scope_of, sums_expected, sums_told, told, wishes

ALL = Scope(everything=True)
Key = int | date | str
KEYS: dict[Grouping, Callable[[World, Doc], Key]] = {
    Grouping.CUSTOMER: lambda _, doc: doc.customer_id,
    Grouping.ISSUER: lambda _, doc: doc.issuer_id,
    Grouping.MONTH: lambda _, doc: doc.issue_date.replace(day=1),
    Grouping.SETTLEMENT: lambda world, doc: str(oracle.row(world, doc)["settlement"]),
    Grouping.CURRENCY: lambda _, doc: doc.currency,
}
pytestmark = pytest.mark.usefixtures("built_here")
some_histories = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@some_histories
@given(STEPS, STEPS, wishes(), st.sampled_from(Grouping), st.sampled_from(Measure), st.integers(0, 3))
def test_groups_are_what_the_oracle_adds_up(
    before: list[Step],
    after: list[Step],
    wish: tuple[int, DocumentFilter],
    by: Grouping,
    measure: Measure,
    offset: int,
) -> None:
    with told(before, after) as (world, views):
        scope, wanted = scope_of(world, wish[0]), wish[1]
        found = groups(views, scope, wanted, by, "COP", measure, 3, offset, NOW)
        matching = [doc for doc in world.docs.values() if oracle.matches(world, scope, wanted, doc)]
        assert {of.currency: sums_told(of) for of in found.totals} == sums_expected(world, matching)
        assert found.totals == page(views, scope, wanted, SortKey.TOTAL, True, 1, 0, NOW).totals
        everything = expected(world, matching, by, measure)
        assert found.total == len(everything)
        assert [(row.key, sums_told(row.sums)) for row in found.rows] == everything[offset : offset + 3]
        assert [row.key for row in found.largest] == [key for key, _ in everything[:LARGEST]]


def expected(world: World, docs: list[Doc], by: Grouping, measure: Measure) -> list[tuple[Key, tuple[int, ...]]]:
    """In order, the groups of pesos; where there are none, of the currency with most documents."""
    if by is not Grouping.CURRENCY:
        counted = Counter(sorted(doc.currency for doc in docs))
        shown = "COP" if "COP" in counted else next(iter(counted.most_common(1)), ("",))[0]
        docs = [doc for doc in docs if doc.currency == shown]
    keyed: defaultdict[Key, list[Doc]] = defaultdict(list)
    for doc in docs:
        keyed[KEYS[by](world, doc)].append(doc)
    added = [(key, next(iter(sums_expected(world, mine).values()))) for key, mine in keyed.items()]
    if by is Grouping.MONTH:
        return sorted(added, reverse=True)
    place = list(Measure).index(measure)
    return sorted(added, key=lambda group: (-group[1][place], group[0]))


def test_the_groups_of_a_currency_that_nobody_named_are_those_of_most_documents(world: World, views: Views) -> None:
    for number, currency in enumerate(["USD", "COP", "USD"]):
        world.document(number=f"FE-{number}", currency=currency)
    found = groups(views, ALL, DocumentFilter(), Grouping.CUSTOMER, None, Measure.OUTSTANDING, 50, 0, NOW)
    assert [(row.sums.currency, row.sums.count) for row in found.rows] == [("USD", 2)]
    asked = groups(views, ALL, DocumentFilter(), Grouping.CUSTOMER, "COP", Measure.OUTSTANDING, 50, 0, NOW)
    assert [(row.sums.currency, row.sums.count) for row in asked.rows] == [("COP", 1)]


def test_whoever_may_see_nothing_gets_no_group(views: Views) -> None:
    found = groups(views, Scope(), DocumentFilter(), Grouping.ISSUER, None, Measure.COUNT, 50, 0, NOW)
    assert (found.rows, found.total, found.largest, found.totals) == ((), 0, (), ())
