"""Whom an issuer writes to and calls at a customer: seen and changed by who makes its links, and in the audit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from portal.app.portal import Portal
from portal.app.standing import clear_bounce
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel, Contact, Gets, checked
from portal.errors import NotFound, Refused
from portal.ledger import audit
from portal.ledger import contacts as rows
from portal.ledger.audit import Event, Where
from portal.ledger.contacts import KeptContact
from portal.ledger.links import owner_of
from portal.ledger.unit import Connection, Unit
from portal.text import Text

MOST = 30


def list_contacts(portal: Portal, actor: Actor, customer_id: int) -> list[KeptContact]:
    """A customer's contacts, the oldest first. Raises NotFound without the right to make its links."""
    with portal.ledger.read() as conn:
        _owned(conn, actor, customer_id)
        return rows.contacts_of(conn, customer_id)


def add_contact(
    portal: Portal,
    actor: Actor,
    customer_id: int,
    channel: Channel,
    address: str,
    name: str = "",
    gets: Collection[Gets] = (),
    where: Where | None = None,
) -> int:
    """Write a contact down; returns its id. An address that mails came back from is tried again. Raises NotFound,
    Refused.
    """
    contact = checked(channel, address, name, gets)
    with portal.ledger.write(actor.name) as unit:
        issuer_id = _owned(unit.conn, actor, customer_id)
        _check_new(unit, customer_id, contact)
        if len(rows.contacts_of(unit.conn, customer_id)) >= MOST:
            raise Refused(Text("Este cliente ya tiene {most} contactos: quita alguno que no sirva.", most=MOST))
        contact_id = rows.add_contact(unit, issuer_id, customer_id, contact)
        clear_bounce(unit, issuer_id, customer_id, contact.address, where)
        _note(unit, Event.CONTACT_ADDED, _kept(unit, actor, contact_id), where)
        unit.commit()
    return contact_id


def change_contact(
    portal: Portal,
    actor: Actor,
    contact_id: int,
    address: str,
    name: str,
    gets: Collection[Gets],
    where: Where | None = None,
) -> None:
    """Give a contact another address or name, or have it sent other things; saved as it is, an address that mails came
    back from is tried again. Raises NotFound, Refused.
    """
    with portal.ledger.write(actor.name) as unit:
        kept = _kept(unit, actor, contact_id)
        contact = checked(kept.contact.channel, address, name, gets)
        _check_new(unit, kept.customer_id, contact, contact_id)
        clear_bounce(unit, kept.issuer_id, kept.customer_id, contact.address, where)
        if contact == kept.contact:
            unit.commit()
            return
        rows.change_contact(unit, contact_id, contact)
        _note(unit, Event.CONTACT_CHANGED, replace(kept, contact=contact), where)
        unit.commit()


def remove_contact(portal: Portal, actor: Actor, contact_id: int, where: Where | None = None) -> None:
    """Write to it and call it no more. Raises NotFound."""
    with portal.ledger.write(actor.name) as unit:
        kept = _kept(unit, actor, contact_id)
        rows.remove_contact(unit, contact_id)
        _note(unit, Event.CONTACT_REMOVED, kept, where)
        unit.commit()


def _owned(conn: Connection, actor: Actor, customer_id: int) -> int:
    owner = owner_of(conn, customer_id)
    if owner is None:
        raise NotFound()
    actor.require(Right.LINKS, owner[0], customer_id)
    return owner[0]


def _kept(unit: Unit, actor: Actor, contact_id: int) -> KeptContact:
    kept = rows.find_contact(unit.conn, contact_id)
    if kept is None:
        raise NotFound()
    actor.require(Right.LINKS, kept.issuer_id, kept.customer_id)
    return kept


def _check_new(unit: Unit, customer_id: int, contact: Contact, contact_id: int | None = None) -> None:
    if rows.same_address(unit.conn, customer_id, contact) not in (None, contact_id):
        raise Refused(Text("{address} ya está entre los contactos de este cliente.", address=contact.address))


def _note(unit: Unit, event: Event, kept: KeptContact, where: Where | None) -> None:
    """Which contact and what it gets; the audit can't be erased, so that it holds no address."""
    gets, about = " ".join(sorted(kept.contact.gets)), f"contact:{kept.id}"
    audit.note(unit, event, about, kept.issuer_id, kept.customer_id, where, channel=kept.contact.channel, gets=gets)
