"""Did this portal issue it, unchanged? Whoever holds the paper asks; nobody is told more than the paper says.

A fingerprint has 256 bits and its short form 64, beside the number: who knows one has the paper before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.app.portal import Portal
from portal.app.statements.files import read_content
from portal.domain.issued import StatementFormat, read_number, read_print, series_number
from portal.errors import FileDamaged, NotFound
from portal.ledger import statements as rows
from portal.ledger.statements import IssuedRow

_SHOWN_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Verified:
    """What was issued. `customer`: only the last digits of its tax id. `closing` in minor units of `currency`.

    `bare`: by a file that does not say which statement it is of; it is the first with this content.
    """

    fingerprint: str
    issuer: str
    issuer_tax_id: str
    number: str
    issued_on: date
    known_at: datetime
    timezone: str
    customer: str
    start: date
    end: date
    currency: str
    closing: int
    bare: bool = False


def verify_print(portal: Portal, typed: str) -> Verified | None:
    """By the whole fingerprint; None for any other text."""
    fingerprint = read_print(typed)
    with portal.ledger.read() as conn:
        row = rows.by_fingerprint(conn, fingerprint or "")
    return _verified(portal, row)


def verify_short(portal: Portal, number: str, typed: str) -> Verified | None:
    """By what people read on the paper: its number and its short fingerprint (or the whole one)."""
    told, begins = read_number(number), read_print(typed)
    if told is None or begins is None:
        return None
    with portal.ledger.read() as conn:
        row = rows.by_number(conn, told, begins)
    return _verified(portal, row)


def verify_file(portal: Portal, sha256: str) -> Verified | None:
    """By the hash of a file that was made of an issued statement.

    A document's picture and a comprobante are drawn each time anew and kept nowhere: they are not known here.
    """
    with portal.ledger.read() as conn:
        found = rows.by_file(conn, sha256)
    return _verified(portal, found[0], found[1] is StatementFormat.CSV) if found else None


def _verified(portal: Portal, row: IssuedRow | None, bare: bool = False) -> Verified | None:
    if row is None:
        return None
    try:
        content = read_content(portal, row)
    except NotFound:
        raise FileDamaged(row.fingerprint) from None
    told = content.statement
    return Verified(
        fingerprint=row.fingerprint,
        issuer=told.issuer_name,
        issuer_tax_id=told.issuer_tax_id,
        number=series_number(row.number),
        issued_on=row.issued_on,
        known_at=told.known_at,
        timezone=content.timezone,
        customer=masked(told.customer_tax_id),
        start=told.start,
        end=told.end,
        currency=told.currency,
        closing=told.closing,
        bare=bare,
    )


def masked(tax_id: str) -> str:
    """An id of which only the last digits are shown, and of a short one none."""
    shown = tax_id[-_SHOWN_DIGITS:] if len(tax_id) > 2 * _SHOWN_DIGITS else ""
    return "•" * (len(tax_id) - len(shown)) + shown
