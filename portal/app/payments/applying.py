"""Credit set against debits because somebody chose so."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.book import Book, Cause
from portal.domain.checkouts import Plan, Rules, Share
from portal.domain.settling import round_away
from portal.ledger.books import load_book
from portal.ledger.unit import Unit
from portal.ledger.withholdings import kept_on


def apply_plan(unit: Unit, plan: Plan, rules: Rules) -> None:
    """Allocate a plan's credits, and round away what no provider could take of what they were to settle.

    The caller holds the customer's lock, and has just seen that they fit.
    """
    debits = {part.due.item_id for part in plan.parts}
    book = load_book(unit.conn, debits | {share.credit_id for share in plan.shares})
    kept = kept_on(unit.conn, [part.due.document_id for part in plan.parts])
    share_out(book, plan.shares)
    for part in (one for one in plan.parts if one.whole):
        round_away(book, part.due.item_id, rules.tolerance, kept)
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
