"""An account worked out by hand from the raw postings: under fifty lines that share nothing with the portal's code."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

_ENTRIES = """SELECT e.*, COALESCE(d.due_date, d.issue_date) AS due FROM entries e
    LEFT JOIN documents d ON d.id = e.document_id AND d.kind IN ('invoice', 'debit_note')
    WHERE e.customer_id = :customer AND e.currency = :currency AND e.effective_on <= :end ORDER BY e.seq, e.id"""
_LINKS = "SELECT * FROM allocations WHERE customer_id = :customer AND currency = :currency AND effective_on <= :end"
_BOUNDS = (0, 30, 60, 90, 10**9)  # days late; the last one is 91 and more


@dataclass(frozen=True)
class Account:
    opening: int
    closing: int
    rows: tuple[tuple[str, int, int], ...]  # day, signed amount, running balance
    ages: tuple[int, ...]
    credit: int
    ids: frozenset[int]


def account(conn: Connection, whose: tuple[int, str], start: date, end: date, known: int, upto: int = 2**62) -> Account:
    """As of `end`; of what was recorded until `known` (microseconds since 1970) within the change `upto`."""
    asked = {"customer": whose[0], "currency": whose[1], "end": end.isoformat()}
    then = [row for row in conn.execute(text(_ENTRIES), asked) if row.recorded_at <= known and row.seq <= upto]
    links = [row for row in conn.execute(text(_LINKS), asked) if row.recorded_at <= known and row.seq <= upto]
    gone = {row.item_id: place for place, row in enumerate(then) if row.cause == "withdrawn"}
    standing = [row for place, row in enumerate(then) if place > gone.get(row.item_id, -1)]
    opening = balance = sum(row.amount for row in standing if row.effective_on < start.isoformat())
    during = [row for row in standing if row.effective_on >= start.isoformat()]
    during.sort(key=lambda row: (row.effective_on, row.recorded_at, row.id))
    rows = [(row.effective_on, row.amount, balance := balance + row.amount) for row in during]
    left, due, ages = dict[int, int](), dict[int, str](), [0] * len(_BOUNDS)
    for row in then:
        left[row.item_id] = left.get(row.item_id, 0) + row.amount
        due[row.item_id] = row.due or due.get(row.item_id, row.effective_on)
    for link in links:
        left[link.debit_id], left[link.credit_id] = (
            left[link.debit_id] - link.amount,
            left[link.credit_id] + link.amount,
        )
    for item, amount in left.items():
        late = (end - date.fromisoformat(due[item])).days
        ages[next(place for place, most in enumerate(_BOUNDS) if late <= most)] += max(amount, 0)
    credit = -sum(min(amount, 0) for amount in left.values())
    return Account(opening, balance, tuple(rows), tuple(ages), credit, frozenset(row.id for row in standing))
