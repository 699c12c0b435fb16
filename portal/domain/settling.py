"""What a checkout's money does in the book: it settles what it was for, and opens it again when it goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from portal.domain.book import Book, Cause
from portal.domain.checkouts import CheckoutLine


def settle(book: Book, credit_id: int, lines: Sequence[CheckoutLine], paid: Mapping[int, int]) -> None:
    """Set money against the documents of its checkout as planned; the rest stays available.

    `paid`: by debit, what other money of the same checkout pays already. A second payment pays nothing twice.
    """
    credit = book.items[credit_id]
    for line in lines:
        planned = max(0, line.amount - paid.get(line.debit_id, 0))
        fits = min(planned, book.items[line.debit_id].balance, credit.balance)
        book.allocate(credit_id, line.debit_id, fits, Cause.PAYMENT)


def complete(book: Book, credit_id: int, lines: Sequence[CheckoutLine], tolerance: int) -> None:
    """All that was asked has come: what was to be settled whole is, and a residue up to `tolerance` is rounded away."""
    credit = book.items[credit_id]
    for line in (one for one in lines if one.whole):
        debit = book.items[line.debit_id]
        book.allocate(credit_id, debit.id, min(debit.balance, credit.balance), Cause.PAYMENT)
        round_away(book, debit.id, tolerance)


def round_away(book: Book, debit_id: int, tolerance: int) -> None:
    """Close a debit on which no more than `tolerance` is left."""
    debit = book.items[debit_id]
    if 0 < debit.balance <= tolerance:
        mine = (one for one in book.applied.values() if one.debit_id == debit_id)
        on = max((debit.earliest, *(one.effective_on for one in mine)))
        book.enter(debit_id, -debit.balance, Cause.ROUNDING, on)


def take_back(book: Book, credit_id: int, amount: int, cause: Cause, on: date) -> None:
    """Money went back to its payer. What is open again because of it is owed to the last cent: nothing is rounded.

    The book holds the rows of the credit and of the debits it pays. Raises LedgerBroken for more than is left of it.
    """
    book.give_back(credit_id, amount, cause, on)
    for debit_id in {one.debit_id for one in book.allocations}:
        debit = book.items[debit_id]
        rounded = sum(one.amount for one in book.entered.get(debit_id, ()) if one.cause is Cause.ROUNDING)
        if debit.balance and rounded < 0:
            book.enter(debit_id, -rounded, Cause.ROUNDING, max(on, debit.earliest))
