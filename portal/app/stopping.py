"""Who wants no mails of a kind says so by the address in the mail: signed, of one address at one issuer, by POST only.

And takes it back the same way. The issuer sees it, and can't write to that address by itself meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.contacts import Gets
from portal.domain.mail import address_key
from portal.domain.tokens import make_stop_token, read_stop_token
from portal.errors import NotFound
from portal.ledger import addresses as rows
from portal.ledger import audit, mails, reminders
from portal.ledger.audit import Event, Where
from portal.ledger.holds import hold
from portal.ledger.parties import issuer_by_id
from portal.ledger.unit import Connection, Unit
from portal.text import Text

_NUMBERS = {Gets.INVOICES: 1, Gets.REMINDERS: 2, Gets.STATEMENTS: 3}
_KINDS = {number: what for what, number in _NUMBERS.items()}
_REMINDER = 0  # addresses made before there were other kinds: of a reminder, not of its mail


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a mail was sent to, in whose name, of which kind, and whether it is stopped now."""

    issuer_id: int
    issuer_name: str
    email: str
    what: Gets
    stopped: bool


class StopClosed(NotFound):
    """An address that was cut off, or never was ours."""

    def __init__(self) -> None:
        super().__init__(Text("La dirección está incompleta: cópiala entera del correo."))


def stop_address(portal: Portal, mail_id: int, what: Gets) -> str:
    """Where whoever got this mail says that it wants no more of its kind."""
    return f"{portal.settings.base_url}/stop/{make_stop_token(mail_id, _NUMBERS[what], portal.secret)}"


def read_stop(portal: Portal, token: str) -> Contact:
    """Whose address this is; nothing happens. Raises StopClosed."""
    told = read_stop_token(token, portal.keys)
    with portal.ledger.read() as conn:
        found = _addressee(conn, *told) if told else None
        if found is None:
            raise StopClosed()
        issuer_id, email, what = found
        key = address_key(email)
        stopped = what in rows.stops(conn, issuer_id, [key]).get(key, {})
        return Contact(issuer_id, issuer_by_id(conn, issuer_id).name, key, what, stopped)


def stop_mails(portal: Portal, token: str, where: Where | None = None) -> Contact:
    """No mails of this kind of that issuer to that address any more; the same however often. Raises StopClosed."""
    contact = read_stop(portal, token)
    with portal.ledger.write("visitor") as unit:
        set_stop(unit, contact.issuer_id, contact.email, contact.what, True, where)
        unit.commit()
    return contact


def start_mails(portal: Portal, token: str, where: Where | None = None) -> Contact:
    """Mails of this kind to that address again. Raises StopClosed."""
    contact = read_stop(portal, token)
    with portal.ledger.write("visitor") as unit:
        set_stop(unit, contact.issuer_id, contact.email, contact.what, False, where)
        unit.commit()
    return contact


def set_stop(
    unit: Unit, issuer_id: int, key: str, what: Gets, stopped: bool, where: Where | None, by_link: bool = False
) -> None:
    """As the reader of an address wants it, or who came by a link of its customer; in the audit if that changes
    anything.
    """
    hold(unit, f"stop {issuer_id} {key}")
    changed = rows.stop(unit, issuer_id, key, what, by_link) if stopped else rows.start(unit, issuer_id, key, what)
    if changed:
        event = Event.MAILS_STOPPED if stopped else Event.MAILS_STARTED
        audit.note(unit, event, issuer_id=issuer_id, where=where, to=key, gets=what)


def _addressee(conn: Connection, row_id: int, number: int) -> tuple[int, str, Gets] | None:
    """(issuer, address, kind) of the mail that an address is of."""
    if number == _REMINDER:
        told = reminders.addressee(conn, row_id)
        return (*told, Gets.REMINDERS) if told else None
    mail = mails.find_mail(conn, row_id)
    if mail is None or mail.issuer_id is None or number not in _KINDS:
        return None
    return mail.issuer_id, mail.recipient, _KINDS[number]
