"""The rows of a statement are the statement: nothing added, nothing lost, in every currency."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.aging import BUCKETS
from portal.domain.statement import AgingRow
from portal.render.statement_rows import StatementRow, statement_rows
from tests.render.papers import statement

MINOR = st.integers(-(10**15), 10**15)


def section(rows: list[StatementRow], name: str) -> list[StatementRow]:
    return [row for row in rows if row.section == name]


@given(st.integers(0, 12))
def test_the_movements_lead_from_opening_to_closing(count: int) -> None:
    rows = list(statement_rows(statement(count)))
    (opening,), (closing,) = section(rows, "opening"), section(rows, "closing")
    moved = section(rows, "movement")
    assert len(moved) == count
    assert opening.balance is not None
    change = sum((row.debit or Decimal(0)) - (row.credit or Decimal(0)) for row in moved)
    assert opening.balance + change == closing.balance
    assert closing.debit == sum(row.debit or 0 for row in moved)
    assert closing.credit == sum(row.credit or 0 for row in moved)


@given(st.lists(MINOR, min_size=5, max_size=5), MINOR)
def test_the_aging_adds_up_to_its_net(amounts: list[int], credit: int) -> None:
    aging = AgingRow(dict(zip(BUCKETS, amounts, strict=True)), credit)
    *buckets, left, net = section(list(statement_rows(replace(statement(0), aging=aging))), "aging")
    assert [row.cause for row in buckets] == [bucket.value for bucket in BUCKETS]
    assert left.credit is not None
    assert sum(row.debit or Decimal(0) for row in buckets) - left.credit == net.balance


@pytest.mark.parametrize(("currency", "opening"), [("COP", "15000.00"), ("CLP", "1500000"), ("KWD", "1500.000")])
def test_amounts_have_the_places_of_the_currency(currency: str, opening: str) -> None:
    row = next(statement_rows(statement(currency=currency)))
    assert (row.currency, f"{row.balance:f}") == (currency, opening)


def test_every_row_names_both_parties() -> None:
    rows = list(statement_rows(statement(2)))
    assert {(row.issuer_tax_id, row.customer_tax_id) for row in rows} == {("900100200", "900300400")}
