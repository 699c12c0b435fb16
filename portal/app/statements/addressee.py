"""To whom a customer's statements of account are mailed, or why to nobody: asked before, at, and after the click."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel, Gets, Silent
from portal.errors import NotFound
from portal.ledger.contacts import contacts_of
from portal.ledger.links import owner_of
from portal.ledger.reminders import debtors
from portal.ledger.unit import Connection
from portal.text import Text

_STRANGERS = Text("«Consumidor final» reúne compras de muchas personas: su estado de cuenta no se envía a nadie.")
_NONE_GETS = Text("Ningún contacto de este cliente recibe estados de cuenta: elige en sus contactos cuál los recibe.")
_WHY = {
    Silent.ADDRESS: Text("Este cliente no tiene un correo al que escribir: agrégalo en sus contactos."),
    Silent.BOUNCED: Text("Lo que se envió a {email} se devolvió: corrige el correo en los contactos del cliente."),
    Silent.STOPPED: Text(
        "{email} pidió no recibir estados de cuenta por correo: descárgalo y entrégaselo de otra manera."
    ),
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """`language`: its reader's, if known. `against`: why nothing is mailed, and what to do; None: `email` gets it.

    `mendable`: whether the customer's contacts are the place to do it. `others`: how many more contacts get statements
    and may be written to; a mail goes to one.
    """

    email: str = ""
    language: str | None = None
    against: Text | None = None
    mendable: bool = False
    others: int = 0


def addressee_of(portal: Portal, actor: Actor, issuer_id: int, customer_id: int) -> Addressee:
    """To whom `mail_statement` would write now. Raises NotFound without the right to make the customer's links."""
    actor.require(Right.LINKS, issuer_id, customer_id)
    with portal.ledger.read() as conn:
        return addressee(conn, issuer_id, customer_id)


def addressee(conn: Connection, issuer_id: int, customer_id: int) -> Addressee:
    """For whoever has checked the right. Raises NotFound for a customer that is not this issuer's."""
    owner = owner_of(conn, customer_id)
    if owner is None or owner[0] != issuer_id:
        raise NotFound()
    if owner[1]:
        return Addressee(against=_STRANGERS)
    (to,) = debtors(conn, [customer_id], Gets.STATEMENTS)
    boxes = [one.contact for one in contacts_of(conn, customer_id) if one.contact.channel is Channel.EMAIL]
    if boxes and not to.email:
        return Addressee(against=_NONE_GETS, mendable=True)
    why = why_silent(conn, issuer_id, [to.email], Gets.STATEMENTS).get(to.email)
    if why:
        return Addressee(to.email, to.language, _WHY[why].filled(email=to.email), why is not Silent.STOPPED)
    others = [one.address for one in boxes if Gets.STATEMENTS in one.gets and one.address != to.email]
    silent = why_silent(conn, issuer_id, others, Gets.STATEMENTS)
    return Addressee(to.email, to.language, others=len(others) - len(silent))
