"""Cash application: what a document's references do to the book.

Rules (design, "Words and laws"): a credit pays what it names, in the order it names it; what names
a document that has not come is *reserved* until it does; an advance that an invoice is already net
of (PrepaidAmount) is consumed by it, not allocated again; the rest is the customer's saldo a favor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.book import Book, Cause
from portal.domain.documents import Kind, Role
from portal.domain.folding import fold_number

PAPER_DAYS = 3  # a receipt within so many days of a payment of the same sum may be its paper


@dataclass(frozen=True, slots=True)
class Named:
    """One reference whose two documents are both here. `waiting`: stated sums of the source's other open references."""

    role: Role
    amount: int | None
    source_id: int
    source_kind: Kind
    source_item: int | None
    source_date: date
    target_id: int
    target_item: int | None
    waiting: int = 0


def apply_reference(book: Book, named: Named, prepaid_left: dict[int, int]) -> bool:
    """Do what one reference asks; False when its two documents can't settle each other (another customer or currency).

    `prepaid_left`: by invoice, how much of its prepaid amount has not consumed an advance yet; updated here.
    """
    if named.source_kind is Kind.DEBIT_NOTE or named.source_item is None or named.target_item is None:
        return named.source_kind is Kind.DEBIT_NOTE
    source, target = book.items[named.source_item], book.items[named.target_item]
    if (source.customer_id, source.currency) != (target.customer_id, target.currency):
        return False
    if named.role is Role.CONSUMES:
        _consume(book, named.target_item, named.source_id, named.source_date, named.amount, prepaid_left)
        return True
    wanted = source.balance if named.amount is None else min(named.amount, source.balance)
    wanted = min(wanted, max(0, source.balance - named.waiting))
    if named.source_kind is Kind.ADVANCE:
        wanted -= _consume(book, source.id, named.target_id, target.effective_on, wanted, prepaid_left)
    book.allocate(source.id, target.id, min(wanted, target.balance), Cause.REFERENCE, named.source_id)
    return True


def _consume(
    book: Book, advance_item: int, invoice_id: int, invoice_date: date, wanted: int | None, prepaid_left: dict[int, int]
) -> int:
    advance = book.items[advance_item]
    left = prepaid_left.get(invoice_id, 0)
    part = min(left, advance.balance, left if wanted is None else wanted)
    if part > 0:
        prepaid_left[invoice_id] = left - part
        book.enter(advance_item, part, Cause.PREPAID, max(advance.earliest, invoice_date), invoice_id)
    return max(part, 0)


@dataclass(frozen=True, slots=True)
class Posted:
    """Money already posted that a receipt may be the paper of: a payment, or a cash sale counted as paid.

    `typed`: its payer wrote the reference by hand, so that another one does not yet make it other money.
    """

    item_id: int
    amount: int
    on: date
    reference: str | None
    pays: frozenset[int]  # documents it is applied to
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The verdict on a receipt: the item it belongs to; or a question when several could be; or neither."""

    item_id: int | None = None
    candidates: tuple[int, ...] = ()


def paper_of(
    amount: int, on: date, reference: str | None, names: frozenset[int], names_unknown: bool, posted: Sequence[Posted]
) -> Paper:
    """Whether a receipt is the paper of money already posted.

    The same payment reference and sum settles it. Else the same sum within three days: if it names the
    documents that the money paid, or names nothing and only one payment fits, it is that one; if several
    fit, or the only one has another reference that somebody typed, a person must say. A receipt that names
    other documents is other money.
    """
    if not posted:
        return Paper()
    equal = [p for p in posted if p.amount == amount]
    by_reference = [p for p in equal if same_reference(reference, p.reference)]
    if by_reference:
        return Paper(by_reference[0].item_id)
    near = [
        p
        for p in equal
        if abs(p.on - on) <= timedelta(days=PAPER_DAYS) and (p.typed or not (reference and p.reference))
    ]
    if names:
        same = [p for p in near if p.pays & names]
        return Paper(same[0].item_id) if same else Paper()
    if not near or names_unknown:
        return Paper()
    if len(near) == 1 and not (reference and near[0].reference):
        return Paper(near[0].item_id)
    return Paper(None, tuple(p.item_id for p in near))


def same_reference(one: str | None, other: str | None) -> bool:
    """Whether two references of a payment are the same one: blanks, hyphens, case and leading zeros don't matter."""
    left, right = (fold_number(text or "").lstrip("0") for text in (one, other))
    return left == right != ""
