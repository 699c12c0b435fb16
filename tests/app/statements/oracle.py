"""An account worked out by hand from the raw postings. It shares nothing with the portal but the tables' names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

_BOTH = "WHERE customer_id = :customer AND currency = :currency AND effective_on <= :end"
_ENTRIES = f"""SELECT e.*, COALESCE(d.due_date, d.issue_date) AS due, d.kind, d.number FROM entries e
    LEFT JOIN documents d ON d.id = e.document_id {
    _BOTH.replace("customer_id", "e.customer_id").replace("currency =", "e.currency =")
} ORDER BY e.seq, e.id"""
_LINKS = f"SELECT * FROM allocations {_BOTH}"
BOUNDS = (0, 30, 60, 90, 10**9)


@dataclass(frozen=True)
class Account:
    """Minor units. `rows`: (day, signed amount, running balance); `ages`: by days late, the last one 91 and more."""

    opening: int
    closing: int
    rows: tuple[tuple[str, int, int], ...]
    ages: tuple[int, ...]
    credit: int
    ids: frozenset[int]


def account(
    conn: Connection, customer: int, currency: str, start: date, end: date, known: int, upto: int = 2**62
) -> Account:
    """As of `end`; of what was recorded until `known` (microseconds since 1970) within the change `upto`."""
    asked = {"customer": customer, "currency": currency, "end": end.isoformat()}
    then = [row for row in conn.execute(text(_ENTRIES), asked) if row.recorded_at <= known and row.seq <= upto]
    links = [row for row in conn.execute(text(_LINKS), asked) if row.recorded_at <= known and row.seq <= upto]
    last_gone = {row.item_id: place for place, row in enumerate(then) if row.cause == "withdrawn"}
    standing = [row for place, row in enumerate(then) if place > last_gone.get(row.item_id, -1)]
    standing.sort(key=lambda row: (row.effective_on, row.recorded_at, row.id))
    opening = balance = sum(row.amount for row in standing if row.effective_on < start.isoformat())
    rows = []
    for row in standing:
        if row.effective_on >= start.isoformat():
            balance += row.amount
            rows.append((row.effective_on, row.amount, balance))
    left, due = dict[int, int](), dict[int, str]()
    for row in then:
        left[row.item_id] = left.get(row.item_id, 0) + row.amount
        stated = row.due if row.kind in ("invoice", "debit_note") else None
        due[row.item_id] = min(filter(None, (due.get(row.item_id), stated)), default="") or ""
    for link in links:
        left[link.debit_id] = left.get(link.debit_id, 0) - link.amount
        left[link.credit_id] = left.get(link.credit_id, 0) + link.amount
    since = {item: min(row.effective_on for row in then if row.item_id == item) for item in due}
    ages = [0] * len(BOUNDS)
    for item, amount in left.items():
        late = (end - date.fromisoformat(due[item] or since[item])).days
        ages[next(place for place, most in enumerate(BOUNDS) if late <= most)] += max(amount, 0)
    credit = -sum(amount for amount in left.values() if amount < 0)
    return Account(opening, balance, tuple(rows), tuple(ages), credit, frozenset(row.id for row in standing))
