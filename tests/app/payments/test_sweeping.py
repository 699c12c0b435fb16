"""«Pagar todo»: the sums that its buttons say are those that its basket asks for, whatever the list is narrowed to."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.payments import sweeping
from portal.app.payments.quoting import bills_of
from portal.app.payments.sweeping import ToPay, fill_with_all, sums_to_pay
from portal.app.reading import list_documents
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.documents import Kind
from portal.domain.roles import Role, rights_of
from portal.errors import Refused
from portal.views.filters import DocumentFilter, Settled, SortKey
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.factories import XYZ, bring, facts, pays

ALL = DocumentFilter()


@pytest.fixture(autouse=True)
def more(till: Till) -> None:
    """Beside the three invoices (one overdue): one in part paid in dollars, one settled, a credit, somebody else's."""
    bring(
        till.portal,
        facts("US-1", "20.00", currency="USD", due_date=date(2026, 3, 1)),
        facts("FE-9", 10, due_date=date(2026, 1, 1)),
        facts("RC-9", 10, Kind.RECEIPT, references=pays("FE-9")),
        facts("AN-1", 70, Kind.ADVANCE),
        facts("FE-8", 999, customer=XYZ, due_date=date(2026, 1, 1)),
    )


def asked(till: Till, overdue: bool, filter: DocumentFilter = ALL) -> dict[str, int]:
    basket = fill_with_all(till.portal, till.payer, overdue, filter)
    return {one.currency: one.outstanding for one in bills_of(till.portal, till.payer, basket)}


@pytest.mark.parametrize(
    "filter",
    [
        ALL,
        DocumentFilter(currencies=("USD",)),
        DocumentFilter(search="FE-2"),
        DocumentFilter(kinds=(Kind.INVOICE, Kind.ADVANCE)),
        DocumentFilter(settlements=(Settled.OPEN, Settled.SETTLED)),
        DocumentFilter(overdue=True),
    ],
)
def test_the_sums_are_those_that_are_asked_for(till: Till, filter: DocumentFilter) -> None:
    page = list_documents(till.portal, till.payer, filter, SortKey.DUE_DATE, False, 50, 0)
    sums = sums_to_pay(till.portal, till.payer, filter)
    assert sums_to_pay(till.portal, till.payer, filter, page) == sums
    assert dict(sums.outstanding) == asked(till, False, filter)
    if sums.overdue:
        assert dict(sums.overdue) == asked(till, True, filter)


def test_all_and_all_that_is_overdue(till: Till) -> None:
    sums = sums_to_pay(till.portal, till.payer)
    assert sums == ToPay((("COP", 100_000), ("USD", 2_000)), (("COP", 175_000), ("USD", 2_000)))


@pytest.mark.parametrize(
    "filter",
    [
        DocumentFilter(kinds=(Kind.RECEIPT,)),
        DocumentFilter(settlements=(Settled.SETTLED,)),
        DocumentFilter(search="nada de esto"),
    ],
)
def test_where_nothing_can_be_paid_nothing_is_offered(till: Till, filter: DocumentFilter) -> None:
    assert sums_to_pay(till.portal, till.payer, filter) == ToPay()
    for overdue in (True, False):
        with pytest.raises(Refused):
            fill_with_all(till.portal, till.payer, overdue, filter)


def test_who_sees_more_than_may_be_paid_is_asked_for_what_may_be_paid(till: Till) -> None:
    (mine,) = till.payer.grants
    staff = Grant(mine.issuer_id, None, rights_of(Role.READER, frozenset()))
    both = Actor(By.USER, till.payer.name, (staff, mine), user_id=1)
    page = list_documents(till.portal, both, ALL, SortKey.DUE_DATE, False, 50, 0)
    assert page.total > 6
    assert sums_to_pay(till.portal, both, ALL, page) == sums_to_pay(till.portal, till.payer)


def test_who_may_not_pay_or_may_pay_for_everybody_is_offered_nothing(till: Till) -> None:
    (mine,) = till.payer.grants
    reader = Actor(By.USER, "user:1", (Grant(mine.issuer_id, mine.customer_id, frozenset({Right.SEE})),), user_id=1)
    for actor in (reader, BOSS):
        assert sums_to_pay(till.portal, actor) == ToPay()
        with pytest.raises(Refused):
            fill_with_all(till.portal, actor, False)


def test_more_than_one_basket_holds_is_said_and_the_oldest_come_first(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST", 2)
    assert sums_to_pay(till.portal, till.payer).too_many
    basket = fill_with_all(till.portal, till.payer, False)
    lines = [line.number for bill in bills_of(till.portal, till.payer, basket) for line in bill.lines]
    assert sorted(lines) == ["FE-1", "US-1"]
