"""Overdue, days late and aging buckets: computed from the due date and today, never stored."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Bucket(StrEnum):
    CURRENT = "current"
    D30 = "1-30"
    D60 = "31-60"
    D90 = "61-90"
    OLDER = "91+"


BUCKETS = tuple(Bucket)


def days_late(due: date, today: date) -> int:
    """Days past the due date; zero when due today or later."""
    return max(0, (today - due).days)


def bucket(due: date, today: date) -> Bucket:
    """The aging bucket: due today or later is current."""
    late = days_late(due, today)
    return next(b for b, limit in zip(BUCKETS, (0, 30, 60, 90, late), strict=True) if late <= limit)


def is_overdue(due: date, outstanding: int, today: date) -> bool:
    return outstanding > 0 and due < today


class Settlement(StrEnum):
    """How far a document is settled; overdue is told apart from it."""

    OPEN = "open"
    PART = "part"
    SETTLED = "settled"
    VOID = "void"


def settlement(total: int, balance: int, void: bool) -> Settlement:
    """`balance`: outstanding of a debit, available of a credit."""
    if void:
        return Settlement.VOID
    if balance == 0:
        return Settlement.SETTLED
    return Settlement.OPEN if balance == total else Settlement.PART
