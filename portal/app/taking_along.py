"""What a person may take along, written at once to a file that is open: the list and the statement, for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO

from portal.app.export_files import write_export
from portal.app.export_requests import DocumentsRequest
from portal.app.list_files import Made
from portal.app.portal import Portal
from portal.app.statements.files import CODES, issued_file, read_content, stamp_of
from portal.app.statements.issuing import Wish, check_period, issue
from portal.domain.access import Actor, Right
from portal.domain.issued import Stamp, StatementFormat
from portal.domain.statement import Statement
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event, Where, note
from portal.text import Text
from portal.views import statements


@dataclass(frozen=True, slots=True)
class Taken:
    """A statement that was taken along, and what its file says about itself."""

    stamp: Stamp
    statement: Statement


def take_list(portal: Portal, actor: Actor, request: DocumentsRequest, out: BinaryIO) -> Made:
    """Write the documents that the actor may download; says how many.

    Raises NotFound for somebody who may download nothing.
    """
    if actor.scope(Right.DOWNLOAD).empty:
        raise NotFound()
    _noted(portal, actor, request.format, None, None)
    return write_export(portal, actor, request, portal.clock.now(), out, lambda _done, _total: None)


def take_statement(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    customer_id: int,
    currency: str | None,
    start: date,
    end: date,
    known_at: datetime | None,
    format: StatementFormat,
    out: BinaryIO,
) -> Taken:
    """Issue a customer's statement of account, as known at `known_at` (now), and write it.

    `currency` may be left out where the account has only one. Raises NotFound for what is not the actor's, Refused for
    an impossible period and where the currency must be said.
    """
    actor.require(Right.DOWNLOAD, issuer_id, customer_id)
    check_period(start, end)
    scope = actor.scope(Right.DOWNLOAD)
    known = statements.statement_currencies(portal.views, scope, issuer_id, customer_id)
    if currency is None and len(known) > 1:
        raise Refused(Text("La cuenta tiene varias monedas ({known}): di cuál quieres.", known=", ".join(known)))
    account = (issuer_id, customer_id, currency or next(iter(known), ""))
    issued = issue(portal, actor, Wish(*account, start, end, known_at))
    _noted(portal, actor, format, issuer_id, customer_id)
    out.write(issued_file(portal, issued, format, "es" if format is StatementFormat.PDF else CODES).data)
    return Taken(stamp_of(portal, issued), read_content(portal, issued).statement)


def _noted(portal: Portal, actor: Actor, format: StrEnum, issuer_id: int | None, customer_id: int | None) -> None:
    with portal.ledger.write(actor.name) as unit:
        note(unit, Event.EXPORT_ASKED, None, issuer_id, customer_id, Where(actor.address), format=format.value)
        unit.commit()
