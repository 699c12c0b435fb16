"""A whole list as exports read it: in one piece, and in pieces where it is long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.access import Scope
from portal.domain.documents import Kind
from portal.views import listing
from portal.views.filters import DocumentFilter, SortKey
from portal.views.store import Views
from tests.views.build import NOW, World

ALL = Scope(everything=True)
ONLY_INVOICES = DocumentFilter(kinds=(Kind.INVOICE,))


@pytest.fixture
def book(world: World) -> World:
    """Sixty documents with many equal dates, amounts and issuers, every third of them a credit note."""
    for n in range(60):
        kind = Kind.CREDIT_NOTE if n % 3 == 0 else Kind.INVOICE
        issued = date(2026, 1, 1) + timedelta(days=n * 7 % 5)
        world.document(kind, 100 * (n % 4 + 1), issuer="ABC"[n % 3], customer=str(n % 5), issued=issued)
    return world


def ids(views: Views, wanted: DocumentFilter, sort: SortKey, descending: bool) -> list[int]:
    with listing.listing(views, ALL, wanted, sort, descending, NOW, ("id",)) as found:
        read = [number for batch in found.batches for number in batch["id"].to_pylist()]
    assert len(read) == found.total
    return read


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("sample", [3, 1_000])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SortKey)
def test_a_list_in_pieces_is_the_list(
    views: Views, sort: SortKey, descending: bool, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = (DocumentFilter(), ONLY_INVOICES, DocumentFilter(search="nada de eso"))
    whole = [ids(views, wanted, sort, descending) for wanted in wishes]
    assert [len(one) for one in whole] == [60, 40, 0]
    monkeypatch.setattr(listing, "SORTED_AT_ONCE", 7)
    monkeypatch.setattr(listing, "SAMPLE", sample)
    assert [ids(views, wanted, sort, descending) for wanted in wishes] == whole


@pytest.mark.usefixtures("book")
def test_no_piece_is_much_larger_than_what_is_sorted_at_once(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SORTED_AT_ONCE", 10)
    with views.cursor() as cursor:
        reached = listing.narrowed(ALL, ONLY_INVOICES, NOW)
        pieces = listing._pieces(cursor, reached, SortKey.TOTAL, True, 40)
        counted = f"SELECT count(*) FROM {reached.documents} WHERE "
        sizes = [cursor.execute(counted + one.where.sql, one.where.values).fetchall()[0][0] for one in pieces]
    assert sum(sizes) == 40 and len(sizes) == 4 and max(sizes) <= 11
