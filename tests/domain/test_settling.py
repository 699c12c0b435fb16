"""What is withheld and not decided on is not for money: neither paid, nor rounded away."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.book import Book, Cause, Item, Side
from portal.domain.checkouts import CheckoutLine
from portal.domain.settling import complete, due_on, round_away, settle
from portal.errors import LedgerBroken

DAY = date(2026, 3, 1)
CREDIT, FIRST, SECOND = 1, 2, 3
AMOUNTS = st.integers(1, 10_000)


def book(money: int, first: int, second: int = 0) -> Book:
    """So much money, and two debts of the same customer."""
    ids = count(100)
    made = Book(lambda: next(ids))
    made.open(Item(CREDIT, 1, 1, "COP", Side.CREDIT, DAY), money, Cause.PAYMENT)
    for item_id, amount in ((FIRST, first), (SECOND, second)):
        made.open(Item(item_id, 1, 1, "COP", Side.DEBIT, DAY), amount, Cause.INVOICE)
    return made


def lines(first: int, second: int = 0, whole: bool = True) -> list[CheckoutLine]:
    return [CheckoutLine(10, FIRST, first, whole), CheckoutLine(11, SECOND, second, whole)]


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 20_000), st.integers(0, 200), st.integers(0, 10_000))
def test_money_of_any_sum_leaves_what_is_withheld(
    money: int, first: int, second: int, withheld: int, tolerance: int, planned: int
) -> None:
    made, kept = book(money, first, second), {FIRST: withheld}
    settle(made, CREDIT, lines(planned, second), {}, kept)
    complete(made, CREDIT, lines(planned, second), tolerance, kept)
    assert made.items[FIRST].balance >= min(first, withheld)
    assert made.items[CREDIT].balance >= 0 and made.items[SECOND].balance >= 0


@given(AMOUNTS, st.data())
def test_the_net_settles_all_but_what_is_withheld_to_the_cent(first: int, data: st.DataObject) -> None:
    withheld = data.draw(st.integers(0, first))
    made, kept = book(first - withheld, first), {FIRST: withheld}
    settle(made, CREDIT, lines(first - withheld), {}, kept)
    complete(made, CREDIT, lines(first - withheld), 100, kept)
    assert (made.items[FIRST].balance, made.items[CREDIT].balance) == (withheld, 0)


@pytest.mark.parametrize(
    ("left", "withheld", "stays"),
    [(100, 0, 0), (101, 0, 101), (150, 60, 60), (160, 60, 60), (161, 60, 161), (60, 60, 60), (50, 60, 50)],
)
def test_a_residue_is_what_is_left_beyond_what_is_withheld(left: int, withheld: int, stays: int) -> None:
    made = book(1, left)
    round_away(made, FIRST, 100, {FIRST: withheld})
    assert made.items[FIRST].balance == stays


def test_what_is_withheld_may_be_more_than_is_owed_by_now() -> None:
    made = book(500, 400)
    assert due_on(made, FIRST, {FIRST: 900}) == 0
    settle(made, CREDIT, lines(400), {}, {FIRST: 900})
    assert made.items[CREDIT].balance == 500


def test_once_accepted_it_takes_its_place_and_no_more() -> None:
    made = book(900, 1_000)
    settle(made, CREDIT, lines(900), {}, {FIRST: 100})
    held = made.open(Item(9, 1, 1, "COP", Side.CREDIT, DAY), 100, Cause.WITHHOLDING)
    made.allocate(held.id, FIRST, 100, Cause.WITHHOLDING)
    assert made.items[FIRST].balance == 0
    with pytest.raises(LedgerBroken):
        made.allocate(held.id, FIRST, 1, Cause.WITHHOLDING)
