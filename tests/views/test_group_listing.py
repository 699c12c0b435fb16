"""All groups as a file takes them: those of the pages, in their order, with the names of who they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.domain.access import Scope
from portal.domain.documents import Kind
from portal.views import group_listing as listings
from portal.views.filters import DocumentFilter
from portal.views.group_listing import group_listing
from portal.views.groups import Grouping, Measure, groups
from portal.views.store import Views
from tests.views.build import NOW, World

ALL = Scope(everything=True)
_SUMS = ("count", "outstanding", "overdue", "debits", "credits", "available")


def book(world: World) -> None:
    """Seven customers of two issuers, in two currencies, over three months; one invoice is void."""
    for n in range(7):
        more = {"issuer": "AB"[n % 2], "customer": str(n // 2), "issued": date(2026, 1 + n % 3, 5)}
        world.document(total=100_000 * (n % 3 + 1), currency="COP", due=date(2026, 2, 1 + n), **more)
        world.document(Kind.CREDIT_NOTE, 5_000 * n + 1, currency="USD" if n > 4 else "COP", **more)
    world.document(state="void")


def listed(views: Views, by: Grouping, currency: str | None, measure: Measure, **wish: Any) -> list[dict[str, Any]]:
    scope = wish.pop("scope", ALL)
    with group_listing(views, scope, DocumentFilter(**wish), by, currency, measure, NOW) as found:
        rows = [row for batch in found.batches for row in batch.to_pylist()]
    assert len(rows) == found.total
    return rows


@pytest.mark.parametrize("by", Grouping)
@pytest.mark.parametrize("currency", ["COP", "USD", "EUR", None])
def test_they_are_the_groups_of_all_pages_in_their_order(
    world: World, views: Views, monkeypatch: pytest.MonkeyPatch, by: Grouping, currency: str | None
) -> None:
    book(world)
    monkeypatch.setattr(listings, "BATCH", 2)
    for measure in (Measure.OUTSTANDING, Measure.CREDITS):
        asked = (views, ALL, DocumentFilter(), by, currency, measure)
        paged = [row for n in range(0, 12, 3) for row in groups(*asked, 3, n, NOW).rows]
        rows = listed(views, by, currency, measure)
        told = [(row["currency"], *(row["documents" if name == "count" else name] for name in _SUMS)) for row in rows]
        assert told == [(group.sums.currency, *(getattr(group.sums, name) for name in _SUMS)) for group in paged]
        if by in (Grouping.MONTH, Grouping.SETTLEMENT):
            assert [row[str(by)] for row in rows] == [group.key for group in paged]


def test_a_customer_is_told_by_its_name_its_id_and_whose_it_is(world: World, views: Views) -> None:
    book(world)
    named = {(row["customer_name"], row["customer_tax_id"], row["issuer_name"]): row["documents"]
             for row in listed(views, Grouping.CUSTOMER, "COP", Measure.COUNT)}  # fmt: skip
    assert named["Cliente 1 Ñandú", "8001", "Emisor A"] == 3 and named["Cliente 1 Ñandú", "8001", "Emisor B"] == 2
    assert len(named) == 7
    assert [(row["issuer_name"], row["issuer_tax_id"]) for row in listed(views, Grouping.ISSUER, None, Measure.COUNT)
            ] == [("Emisor A", "900A"), ("Emisor B", "900B")]  # fmt: skip


def test_a_filter_and_a_scope_narrow_them_and_without_one_there_are_none(world: World, views: Views) -> None:
    book(world)
    mine, other = world.customer("A", "1"), world.customer("B", "1")
    seen = Scope(customers=frozenset({mine}))
    rows = listed(views, Grouping.CUSTOMER, "COP", Measure.DEBITS, scope=seen)
    assert [(row["issuer_name"], row["documents"]) for row in rows] == [("Emisor A", 3)]
    assert listed(views, Grouping.CUSTOMER, "COP", Measure.DEBITS, scope=seen, customers=(other,)) == []
    assert [row["documents"] for row in listed(views, Grouping.ISSUER, "COP", Measure.DEBITS, overdue=True)] == [4, 3]
    assert listed(views, Grouping.CUSTOMER, None, Measure.DEBITS, scope=Scope()) == []
