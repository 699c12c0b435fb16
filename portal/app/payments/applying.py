"""Credit set against debits because somebody chose so."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.book import Book, Cause
from portal.domain.checkouts import Share
from portal.ledger.books import load_book
from portal.ledger.unit import Unit


def apply_shares(unit: Unit, shares: Sequence[Share]) -> None:
    """Allocate each share; the caller holds the customer's lock, and has just seen that it fits."""
    ids = {one for share in shares for one in (share.credit_id, share.debit_id)}
    book = load_book(unit.conn, ids)
    share_out(book, shares)
    unit.book(book)


def share_out(book: Book, shares: Sequence[Share]) -> int:
    """Allocate as much of each share as its two ends still allow; returns what debits lack because credit is gone."""
    missing = 0
    for share in shares:
        wanted = min(share.amount, book.items[share.debit_id].balance)
        fits = min(wanted, book.items[share.credit_id].balance)
        book.allocate(share.credit_id, share.debit_id, fits, Cause.APPLIED)
        missing += wanted - fits
    return missing
