"""Who wants no reminders says so by the address in the mail: signed, of one contact at one issuer, by POST only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.reminders import folded
from portal.domain.tokens import make_stop_token, read_stop_token
from portal.errors import NotFound
from portal.ledger import audit
from portal.ledger import reminders as rows
from portal.ledger.audit import Event, Where
from portal.ledger.holds import hold
from portal.ledger.parties import issuer_by_id
from portal.ledger.reminders import Sent
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a mail was sent to, and in whose name."""

    issuer_id: int
    issuer_name: str
    email: str


class StopClosed(NotFound):
    """An address that was cut off, or never was ours."""

    def __init__(self) -> None:
        super().__init__(Text("La dirección está incompleta: cópiala entera del correo."))


def stop_address(portal: Portal, reminder_id: int) -> str:
    """Where whoever got this reminder says that it wants no more of them."""
    return f"{portal.settings.base_url}/stop/{make_stop_token(reminder_id, portal.secret)}"


def read_stop(portal: Portal, token: str) -> Contact:
    """Whose address this is; nothing happens. Raises StopClosed."""
    reminder_id = read_stop_token(token, portal.keys)
    with portal.ledger.read() as conn:
        told = rows.addressee(conn, reminder_id) if reminder_id is not None else None
        if told is None:
            raise StopClosed()
        issuer_id, email = told
        return Contact(issuer_id, issuer_by_id(conn, issuer_id).name, folded(email))


def stop_reminders(portal: Portal, token: str, where: Where | None = None) -> Contact:
    """No reminders of that issuer to that contact any more; the same however often it is sent. Raises StopClosed."""
    contact = read_stop(portal, token)
    with portal.ledger.write("visitor") as unit:
        hold(unit, f"stop {contact.issuer_id} {contact.email}")
        if rows.stop(unit, contact.issuer_id, contact.email):
            audit.note(unit, Event.REMINDERS_STOPPED, issuer_id=contact.issuer_id, where=where, to=contact.email)
        unit.commit()
    return contact


def list_sent(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> list[Sent]:
    """What went out in an issuer's name, the newest first. Raises NotFound."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return rows.sent_in(conn, issuer_id, limit, offset)
