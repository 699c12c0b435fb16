"""What a checkout's money does in the book: it settles what it was for, and opens it again when it goes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from portal.domain.book import Book, Cause
from portal.domain.checkouts import CheckoutLine

Kept = Mapping[int, int]  # by debit, what its payer has withheld and its issuer has not decided on: not for money
_NONE: Kept = {}


def settle(
    book: Book, credit_id: int, lines: Sequence[CheckoutLine], paid: Mapping[int, int], kept: Kept = _NONE
) -> None:
    """Set money against the documents of its checkout as planned; the rest stays available.

    `paid`: by debit, what other money of the same checkout pays already. A second payment pays nothing twice.
    """
    credit = book.items[credit_id]
    for line in lines:
        planned = max(0, line.amount - paid.get(line.debit_id, 0))
        fits = min(planned, due_on(book, line.debit_id, kept), credit.balance)
        book.allocate(credit_id, line.debit_id, fits, Cause.PAYMENT)


def complete(book: Book, credit_id: int, lines: Sequence[CheckoutLine], tolerance: int, kept: Kept = _NONE) -> None:
    """All that was asked has come: what was to be settled whole is, and a residue up to `tolerance` is rounded away."""
    credit = book.items[credit_id]
    for line in (one for one in lines if one.whole):
        due = due_on(book, line.debit_id, kept)
        book.allocate(credit_id, line.debit_id, min(due, credit.balance), Cause.PAYMENT)
        round_away(book, line.debit_id, tolerance, kept)


def due_on(book: Book, debit_id: int, kept: Kept) -> int:
    """What money may still settle of a debit."""
    return max(0, book.items[debit_id].balance - kept.get(debit_id, 0))


def round_away(book: Book, debit_id: int, tolerance: int, kept: Kept = _NONE) -> None:
    """Close a debit on which no more than `tolerance` is left to pay."""
    debit, due = book.items[debit_id], due_on(book, debit_id, kept)
    if 0 < due <= tolerance:
        mine = (one for one in book.applied.values() if one.debit_id == debit_id)
        on = max((debit.earliest, *(one.effective_on for one in mine)))
        book.enter(debit_id, -due, Cause.ROUNDING, on)


def take_back(book: Book, credit_id: int, amount: int, cause: Cause, on: date) -> None:
    """Money went back to its payer. What is open again because of it is owed to the last cent: nothing is rounded.

    The book holds the rows of the credit and of the debits it pays. Raises LedgerBroken for more than is left of it.
    """
    book.give_back(credit_id, amount, cause, on)
    open_again(book, {one.debit_id for one in book.allocations}, on)


def open_again(book: Book, debit_ids: Iterable[int], on: date) -> None:
    """Where something is owed again, what was rounded away is owed too. The book holds the debits' rows."""
    for debit_id in sorted(debit_ids):
        debit = book.items[debit_id]
        rounded = rounded_on(book, debit_id)
        if debit.balance and rounded < 0:
            book.enter(debit_id, -rounded, Cause.ROUNDING, max(on, debit.earliest))


def rounded_on(book: Book, debit_id: int) -> int:
    """What was rounded away of a debit: zero, or negative."""
    return sum(one.amount for one in book.entered.get(debit_id, ()) if one.cause is Cause.ROUNDING)
