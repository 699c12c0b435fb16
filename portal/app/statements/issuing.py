"""Issuing a statement of account: a number without gaps, its K and its content frozen in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.issued import IssuedContent, Side, dump_issued, sameness, series_number
from portal.domain.statement import Statement
from portal.errors import Refused
from portal.ledger import audit
from portal.ledger import statements as rows
from portal.ledger.audit import Event, Where
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.parties import issuer_by_id
from portal.ledger.statements import IssuedRow
from portal.ledger.unit import Unit
from portal.text import Text
from portal.views.statements import statement


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose account, in which currency and period. `known_at`: as the book was known then; None: now."""

    issuer_id: int
    customer_id: int
    currency: str
    start: date
    end: date
    known_at: datetime | None = None


def issue(portal: Portal, actor: Actor, wish: Wish, at: datetime | None = None) -> IssuedRow:
    """The statement that is wished for, issued now; what the same side was issued today with this content already, if
    there is such a one. `at`: when it was asked for, which is its K if none was named.

    Raises NotFound for what the actor may not download, Refused for an impossible period.
    """
    actor.require(Right.DOWNLOAD, wish.issuer_id, wish.customer_id)
    check_period(wish.start, wish.end)
    now = at or portal.clock.now()
    account = (wish.issuer_id, wish.customer_id, wish.currency)
    scope = actor.scope(Right.DOWNLOAD)
    known_at = min(wish.known_at or now, now)
    found = statement(portal.views, scope, *account, wish.start, wish.end, known_at=known_at)
    side = Side.CUSTOMER if actor.is_of_customer(wish.issuer_id, wish.customer_id) else Side.ISSUER
    with portal.ledger.write(actor.name) as unit:
        kept = keep(portal, unit, wish, found, side, now, Where(actor.address))
        unit.commit()
    return kept


def keep(
    portal: Portal, unit: Unit, wish: Wish, found: Statement, side: Side, at: datetime, where: Where | None = None
) -> IssuedRow:
    """Give `found`, asked for at `at`, the next number, in the caller's transaction. Its content goes to the file store
    first: what is then not committed is a file that nothing names.
    """
    zone = ZoneInfo(issuer_by_id(unit.conn, wish.issuer_id).timezone)
    asked_on = at.astimezone(zone).date()
    same = sameness(found, side, asked_on, wish.known_at, wish.issuer_id, wish.customer_id)
    hold(unit, f"statements {wish.issuer_id}")
    if (before := rows.find_same(unit.conn, same)) is not None:
        return before
    number = rows.next_number(unit, wish.issuer_id)
    fingerprint = portal.files.put(dump_issued(IssuedContent(number, unit.now, zone.key, found)))
    row = IssuedRow(
        id=new_id(),
        issuer_id=wish.issuer_id,
        customer_id=wish.customer_id,
        number=number,
        currency=found.currency,
        starts_on=found.start,
        ends_on=found.end,
        closing=found.closing,
        issued_at=unit.now,
        issued_on=unit.now.astimezone(zone).date(),
        known_at=found.known_at,
        known_seq=found.seq,
        side=side,
        fingerprint=fingerprint,
        person=unit.person,
    )
    rows.add_issued(unit, row, same)
    about = (f"statement:{row.id}", row.issuer_id, row.customer_id, where)
    audit.note(unit, Event.STATEMENT_ISSUED, *about, number=series_number(number))
    return row


def check_period(start: date, end: date) -> None:
    """Raises Refused for a period that ends before it begins."""
    if start > end:
        raise Refused(
            Text("El estado de cuenta empieza el {start} y termina antes, el {end}: corrige las fechas.",
                 start=start, end=end)
        )  # fmt: skip
