"""Documents taken back by an issuer's people: *retirar* a mistake, *anular* what is not electronic, *restaurar*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.app.portal import Portal
from portal.app.voiding import restore, void, withdraw
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.errors import NotFound, Refused
from portal.ledger import books, checkouts, documents, transfers
from portal.ledger.audit import Event, Where, note
from portal.ledger.unit import Unit
from portal.ledger.withdrawn import Withdrawn, count_withdrawn, holder_of_number, withdrawn_at
from portal.text import Text

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class WithdrawnList:
    """A page of what was withdrawn at an issuer, of `total`."""

    rows: list[Withdrawn]
    total: int


def withdraw_document(portal: Portal, actor: Actor, document_id: int, reason: str, where: Where | None = None) -> None:
    """Take an import mistake back: nobody sees it any more, and what was paid on it is free again.

    Raises NotFound, Refused without a reason, or while money for it is on its way.
    """
    why = given_reason(reason)
    with portal.ledger.write(actor.name) as unit:
        row = _its_row(unit, actor, document_id)
        withdraw_now(unit, row, why)
        note(unit, Event.DOCUMENT_WITHDRAWN, *_about(row), where=where, number=row.number, reason=why)
        unit.commit()


def annul_document(portal: Portal, actor: Actor, document_id: int, reason: str, where: Where | None = None) -> None:
    """Annul a document that is not electronic, from today on: it stays, marked as such.

    Raises NotFound, Refused without a reason, for an electronic one, or while money for it is on its way.
    """
    why = given_reason(reason)
    with portal.ledger.write(actor.name) as unit:
        row = _its_row(unit, actor, document_id)
        _check_money(unit, row)
        void(unit, document_id, today(portal.clock, row.timezone), why)
        note(unit, Event.DOCUMENT_ANNULLED, *_about(row), where=where, number=row.number, reason=why)
        unit.commit()


def restore_document(portal: Portal, actor: Actor, document_id: int, where: Where | None = None) -> None:
    """Bring a withdrawn document back. Raises NotFound, Refused where another has its number meanwhile."""
    with portal.ledger.write(actor.name) as unit:
        row = _its_row(unit, actor, document_id)
        restore_now(unit, row)
        note(unit, Event.DOCUMENT_RESTORED, *_about(row), where=where, number=row.number)
        unit.commit()


def list_withdrawn(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> WithdrawnList:
    """What was withdrawn at an issuer, the newest document first. Raises NotFound."""
    actor.require(Right.IMPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        return WithdrawnList(withdrawn_at(conn, issuer_id, limit, offset), count_withdrawn(conn, issuer_id))


def given_reason(reason: str) -> str:
    """The reason as it is kept. Raises Refused for none."""
    if not reason.strip():
        raise Refused(Text("Escribe el motivo: queda en el registro."))
    return reason.strip()[:LONGEST_REASON]


def withdraw_now(unit: Unit, row: Any, reason: str) -> None:
    """In a unit that holds its customer's lock; `row` as `documents.find` gives it."""
    _check_money(unit, row)
    withdraw(unit, row.id, reason)


def restore_now(unit: Unit, row: Any) -> None:
    if row.state != "withdrawn":
        raise Refused(Text("Este documento no está retirado."))
    if holder_of_number(unit.conn, row) is not None:
        raise Refused(Text("Ya llegó otro documento {number}: retíralo primero.", number=row.number))
    restore(unit, row.id)


def locked_row(unit: Unit, document_id: int) -> Any:
    """The document as it is under its customer's lock. Raises NotFound."""
    row = documents.find(unit.conn, document_id)
    if row is None:
        raise NotFound()
    books.lock_customers(unit.conn, {row.customer_id})
    return documents.find(unit.conn, document_id)


def _its_row(unit: Unit, actor: Actor, document_id: int) -> Any:
    row = documents.find(unit.conn, document_id)
    if row is None:
        raise NotFound()
    actor.require(Right.IMPORT, row.issuer_id, 0)
    return locked_row(unit, document_id)


def _check_money(unit: Unit, row: Any) -> None:
    if any(one.coming for one in checkouts.open_for(unit.conn, [row.id])):
        raise Refused(Text("Hay un pago en proceso por {number}: espera a que termine.", number=row.number))
    if transfers.reported_on(unit.conn, row.id):
        raise Refused(Text("Hay un pago avisado por {number}: decide primero sobre él en Cobros.", number=row.number))


def _about(row: Any) -> tuple[str, int, int]:
    return f"document:{row.id}", row.issuer_id, row.customer_id
