"""The same answers in plain Python, from the rows that the test wrote; it shares no code but the domain's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from portal.domain.access import Scope
from portal.domain.aging import Bucket, bucket
from portal.domain.book import Cause, Side
from portal.domain.folding import search_words
from portal.views.filters import DocumentFilter, Owed, Settled
from tests.views.build import TODAY, Doc, World


def left(world: World, item_id: int, end: date = date.max, known: datetime | None = None) -> int:
    """Outstanding of a debit, available of a credit, as of a date and known at an instant."""
    entered = sum(w.row.amount for w in known_rows(world.entries, end, known) if w.row.item_id == item_id)
    moved = [w.row for w in known_rows(world.allocations, end, known)]
    applied = sum(row.amount for row in moved if item_id in (row.credit_id, row.debit_id))
    return (entered if world.items[item_id].side is Side.DEBIT else -entered) - applied


def known_rows(rows: Iterable[Any], end: date, known: datetime | None) -> list[Any]:
    return [w for w in rows if w.row.effective_on <= end and (known is None or w.at <= known)]


def row(world: World, doc: Doc) -> dict[str, Any]:
    """What a list must say of a document today."""
    balance = left(world, doc.item_id) if doc.item_id is not None else 0
    debit = doc.kind.is_debit
    through: defaultdict[int, int] = defaultdict(int)
    for done in world.applied.values():
        if done.debit_id == doc.item_id:
            through[done.credit_id] += done.amount
    by_notes = sum(amount for credit, amount in through.items() if cause(world, credit) is Cause.CREDIT_NOTE)
    methods = sorted({m for credit, amount in through.items() if amount > 0 and (m := method(world, credit))})
    whole = any(amount is None for amount in doc.waits)
    if doc.state == "void":
        settled = "void"
    elif doc.state == "question":
        settled = "open"
    else:
        settled = "settled" if balance == 0 else "open" if balance == doc.total else "part"
    late = debit and balance > 0 and doc.payable_on < TODAY
    return {
        "id": doc.id,
        "paid": doc.total - balance if doc.state == "active" else 0,
        "outstanding": balance if debit else 0,
        "available": 0 if debit else balance,
        "disputed": False,
        "reserved": 0 if debit else balance if whole else min(balance, sum(filter(None, doc.waits))),
        "settlement": settled,
        "by_credit_notes": debit and doc.state == "active" and balance == 0 and doc.total > 0 and by_notes == doc.total,
        "overdue": late,
        "days_late": (TODAY - doc.payable_on).days if late else 0,
        "method": ",".join(methods) or doc.method,
        "agreed": not methods and doc.method is not None,
        "reported": sum(amount for _, amount in doc.reported) + sum(doc.claimed),
        "claimed": min(sum(doc.claimed), balance) if debit else 0,
        "withheld": sum(amount for credit, amount in through.items() if cause(world, credit) is Cause.WITHHOLDING),
        "in_review": doc.state == "question" or bool(doc.reported) or bool(doc.claimed),
    }


def cause(world: World, item_id: int) -> Cause:
    made = next(w.row for w in world.entries if w.row.item_id == item_id)
    return made.cause


def method(world: World, item_id: int) -> str | None:
    return world.about[item_id][1]


def matches(world: World, scope: Scope, wanted: DocumentFilter, doc: Doc) -> bool:
    """Is a document in the scope, and does the filter want it?"""
    told = row(world, doc)
    apart = {
        Settled.CREDITED: told["by_credit_notes"],
        Settled.REVIEW: told["in_review"],
        Settled.DISPUTED: told["disputed"],
    }
    settled = {Settled(told["settlement"])} | {one for one, holds in apart.items() if holds}
    inside = scope.everything or doc.issuer_id in scope.issuers or doc.customer_id in scope.customers
    words = [word for word in search_words(wanted.search) if word.strip("-")]
    return all(
        (
            inside and doc.state != "withdrawn",
            not wanted.currencies or doc.currency in wanted.currencies,
            not wanted.kinds or doc.kind in wanted.kinds,
            not wanted.settlements or bool(settled & set(wanted.settlements)),
            wanted.overdue is None or told["overdue"] is wanted.overdue,
            wanted.owed is None or told["outstanding"] > 0,
            wanted.owed is not Owed.UNOPENED or not doc.opened,
            not wanted.issuers or doc.issuer_id in wanted.issuers,
            not wanted.customers or doc.customer_id in wanted.customers,
            (wanted.issued_from or date.min) <= doc.issue_date <= (wanted.issued_to or date.max),
            (wanted.due_from or date.min) <= doc.payable_on <= (wanted.due_to or date.max),
            wanted.amount_from is None or wanted.amount_from <= doc.total,
            wanted.amount_to is None or doc.total <= wanted.amount_to,
            all(word in doc.search or word.replace("-", "") in doc.search for word in words),
        )
    )


def due(world: World, item_id: int) -> date:
    """When an item falls due: its document's date, or its own."""
    stated = [doc.payable_on for doc in world.docs.values() if doc.item_id == item_id and doc.kind.is_debit]
    return min(stated, default=world.items[item_id].effective_on)


def aging(
    world: World, item_ids: Iterable[int], on: date, known: datetime | None = None, end: date | None = None
) -> tuple[dict[Bucket, int], int]:
    """Gross by bucket, and credit: what stands at `end` (else `on`), aged on `on`."""
    buckets, credit = dict.fromkeys(Bucket, 0), 0
    for item_id in item_ids:
        amount = left(world, item_id, end or on, known)
        if world.items[item_id].side is Side.DEBIT:
            buckets[bucket(due(world, item_id), on)] += amount
        else:
            credit += amount
    return buckets, credit


def movements(world: World, items: set[int], end: date, known: datetime | None) -> list[Any]:
    """Entries in order, without what a withdrawal known by then mirrored."""
    told = [w for w in known_rows(world.entries, end, known) if w.row.item_id in items]
    gone = {
        item: max((w.order for w in told if w.row.item_id == item and w.row.cause is Cause.WITHDRAWN), default=-1)
        for item in items
    }
    standing = [w for w in told if w.order > gone[w.row.item_id]]
    return sorted(standing, key=lambda w: (w.row.effective_on, w.at, w.row.id))
