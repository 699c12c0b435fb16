"""The laws of the book hold after every step of any history, on every date."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.book import Book, Cause, Item, Side
from portal.errors import LedgerBroken

DAY = date(2026, 1, 1)


def a_book() -> Book:
    numbers = count(1)
    return Book(lambda: next(numbers))


def add(book: Book, side: Side, amount: int, day: int = 0, customer: int = 1, currency: str = "COP") -> Item:
    item = Item(book.new_id(), 1, customer, currency, side, DAY + timedelta(days=day))
    return book.open(item, amount, Cause.INVOICE if side is Side.DEBIT else Cause.RECEIPT)


class TestOneStep:
    def test_an_allocation_takes_effect_on_the_later_of_its_two_ends(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100, day=3), add(book, Side.CREDIT, 80, day=9)
        done = book.allocate(credit.id, debit.id, 80, Cause.REFERENCE)
        assert done is not None
        assert done.effective_on == DAY + timedelta(days=9)
        assert (debit.balance, credit.balance) == (20, 0)

    def test_more_than_is_outstanding_is_refused(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 200)
        with pytest.raises(LedgerBroken):
            book.allocate(credit.id, debit.id, 101, Cause.REFERENCE)

    def test_more_than_is_available_is_refused(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 50)
        with pytest.raises(LedgerBroken):
            book.allocate(credit.id, debit.id, 51, Cause.REFERENCE)

    @pytest.mark.parametrize("other", [{"customer": 2}, {"currency": "USD"}])
    def test_nothing_crosses_customers_or_currencies(self, other: dict[str, object]) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 50, **other)  # type: ignore[arg-type]
        with pytest.raises(LedgerBroken):
            book.allocate(credit.id, debit.id, 10, Cause.REFERENCE)

    def test_a_credit_cannot_pay_a_credit(self) -> None:
        book = a_book()
        one, other = add(book, Side.CREDIT, 100), add(book, Side.CREDIT, 50)
        with pytest.raises(LedgerBroken):
            book.allocate(one.id, other.id, 10, Cause.REFERENCE)

    def test_a_refund_takes_the_unapplied_part_first_and_then_the_last_allocation(self) -> None:
        book = a_book()
        first, second = add(book, Side.DEBIT, 100), add(book, Side.DEBIT, 100)
        credit = add(book, Side.CREDIT, 230)
        book.allocate(credit.id, first.id, 100, Cause.REFERENCE)
        book.allocate(credit.id, second.id, 100, Cause.REFERENCE)
        book.give_back(credit.id, 90, Cause.REFUND, DAY + timedelta(days=20))
        assert (first.balance, second.balance, credit.balance) == (0, 60, 0)

    def test_what_a_refund_freed_is_never_paid_before_the_refund(self) -> None:
        book = a_book()
        debit, credit, late = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 100), add(book, Side.CREDIT, 100)
        book.allocate(credit.id, debit.id, 100, Cause.REFERENCE)
        book.give_back(credit.id, 100, Cause.REFUND, DAY + timedelta(days=20))
        done = book.allocate(late.id, debit.id, 100, Cause.REFERENCE)
        assert done is not None
        assert done.effective_on == DAY + timedelta(days=20)

    def test_more_cannot_be_undone_than_was_applied(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 100)
        done = book.allocate(credit.id, debit.id, 60, Cause.REFERENCE)
        assert done is not None
        book.undo(done.id, 40, DAY)
        with pytest.raises(LedgerBroken):
            book.undo(done.id, 21, DAY)

    def test_a_void_debit_gives_its_credits_back_from_that_day(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 60)
        book.allocate(credit.id, debit.id, 60, Cause.REFERENCE)
        book.void(debit.id, DAY + timedelta(days=5))
        assert (debit.balance, debit.entered, credit.balance) == (0, 0, 60)

    def test_a_withdrawn_item_leaves_no_trace_on_any_date(self) -> None:
        book = a_book()
        debit, credit = add(book, Side.DEBIT, 100), add(book, Side.CREDIT, 60, day=2)
        book.allocate(credit.id, debit.id, 60, Cause.REFERENCE)
        book.withdraw(debit.id)
        for day in range(5):
            assert as_of(book, DAY + timedelta(days=day))[debit.id] == 0
        assert credit.balance == 60


def as_of(book: Book, on: date) -> dict[int, int]:
    """Balances on a date, straight from the rows: the oracle."""
    balance: dict[int, int] = defaultdict(int)
    for entry in book.entries:
        if entry.effective_on <= on:
            balance[entry.item_id] += entry.amount if book.items[entry.item_id].side is Side.DEBIT else -entry.amount
    for done in book.allocations:
        if done.effective_on <= on:
            balance[done.credit_id] -= done.amount
            balance[done.debit_id] -= done.amount
    return balance


def hold(book: Book) -> None:
    dates = {entry.effective_on for entry in book.entries} | {done.effective_on for done in book.allocations}
    for on in sorted(dates):
        assert min(as_of(book, on).values(), default=0) >= 0, on
    now = as_of(book, date.max)
    assert {i: item.balance for i, item in book.items.items()} == {i: now[i] for i in book.items}
    outstanding = sum(item.balance for item in book.items.values() if item.side is Side.DEBIT)
    available = sum(item.balance for item in book.items.values() if item.side is Side.CREDIT)
    assert sum(entry.amount for entry in book.entries) == outstanding - available


steps = st.lists(
    st.tuples(
        st.sampled_from(["debit", "credit", "allocate", "allocate", "allocate", "undo", "refund", "void", "withdraw"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(1, 100),
        st.integers(0, 40),
    ),
    min_size=8,
    max_size=40,
)


@settings(max_examples=2_000)
@given(steps)
def test_no_history_breaks_a_law(history: list[tuple[str, int, int, int, int]]) -> None:
    book = a_book()
    gone: set[int] = set()
    for verb, one, other, amount, day in history:
        take(book, gone, verb, one, other, amount, day)
        hold(book)


def take(book: Book, gone: set[int], verb: str, one: int, other: int, amount: int, day: int) -> None:
    """One step; steps that ask for more than there is are cut to what there is."""
    live = [item for item in book.items.values() if item.id not in gone]
    debits = [item for item in live if item.side is Side.DEBIT]
    credits = [item for item in live if item.side is Side.CREDIT]
    on = DAY + timedelta(days=day)
    if verb in ("debit", "credit"):
        add(book, Side(verb), amount, day)
    elif verb == "allocate" and debits and credits:
        debit, credit = debits[one % len(debits)], credits[other % len(credits)]
        book.allocate(credit.id, debit.id, min(amount, debit.balance, credit.balance), Cause.REFERENCE)
    elif verb == "undo" and book.applied:
        done = list(book.applied.values())[one % len(book.applied)]
        left = done.amount + sum(a.amount for a in book.applied.values() if a.undoes == done.id)
        if done.undoes is None and left > 0:
            book.undo(done.id, min(amount, left), on)
    elif verb == "refund" and credits:
        credit = credits[one % len(credits)]
        book.give_back(credit.id, min(amount, -credit.entered), Cause.REFUND, on)
    elif verb in ("void", "withdraw") and live:
        item = live[one % len(live)]
        gone.add(item.id)
        if verb == "void":
            book.void(item.id, on)
        else:
            book.withdraw(item.id)


def test_money_that_came_again_is_allocated_from_the_day_it_came_again() -> None:
    book = a_book()
    debit, credit = add(book, Side.DEBIT, 1000), add(book, Side.CREDIT, 1000, day=1)
    book.allocate(credit.id, debit.id, 1000, Cause.PAYMENT)
    book.give_back(credit.id, 1000, Cause.CHARGEBACK, DAY + timedelta(days=9))
    book.enter(credit.id, -1000, Cause.REINSTATED, DAY + timedelta(days=19))
    again = book.allocate(credit.id, debit.id, 1000, Cause.PAYMENT)
    assert again is not None and again.effective_on == DAY + timedelta(days=19)
