"""How an address stands at an issuer: do mails come back from it, what does it not want; and trying it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel, Gets
from portal.domain.mail import address_key
from portal.errors import NotFound
from portal.ledger import addresses, audit, contacts, parties
from portal.ledger.addresses import Bounce
from portal.ledger.audit import Event, Where
from portal.ledger.links import owner_of
from portal.ledger.unit import Connection, Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """`stopped`: what its reader does not want, and since when; only its reader can take that back."""

    bounce: Bounce | None = None
    stopped: Mapping[Gets, datetime] = field(default_factory=dict)


def standings(portal: Portal, actor: Actor, customer_id: int) -> dict[str, Standing]:
    """Of a customer's mailboxes, as they are written, those about which there is something to say. Raises NotFound."""
    with portal.ledger.read() as conn:
        issuer_id = _owned(conn, actor, customer_id)
        return standings_of(conn, issuer_id, _mailboxes(conn, customer_id))


def standings_of(conn: Connection, issuer_id: int, emails: set[str]) -> dict[str, Standing]:
    keys = {email: address_key(email) for email in emails}
    dead = addresses.bounced(conn, issuer_id, set(keys.values()))
    unwanted = addresses.stops(conn, issuer_id, set(keys.values()))
    told = {email: Standing(dead.get(key), unwanted.get(key, {})) for email, key in keys.items()}
    return {email: one for email, one in told.items() if one.bounce or one.stopped}


def try_again(portal: Portal, actor: Actor, customer_id: int, email: str, where: Where | None = None) -> None:
    """Write to one of a customer's mailboxes again although mails came back. Raises NotFound."""
    with portal.ledger.write(actor.name) as unit:
        issuer_id = _owned(unit.conn, actor, customer_id)
        if address_key(email) not in {address_key(one) for one in _mailboxes(unit.conn, customer_id)}:
            raise NotFound()
        clear_bounce(unit, issuer_id, customer_id, email, where)
        unit.commit()


def clear_bounce(unit: Unit, issuer_id: int, customer_id: int, email: str, where: Where | None) -> None:
    """Somebody says that the address is good. The audit holds no address."""
    if addresses.forget_bounce(unit, issuer_id, address_key(email)):
        audit.note(unit, Event.ADDRESS_TRIED_AGAIN, None, issuer_id, customer_id, where)


def _mailboxes(conn: Connection, customer_id: int) -> set[str]:
    kept = [one.contact for one in contacts.contacts_of(conn, customer_id)]
    stated = parties.customer_by_id(conn, customer_id).email
    return {one.address for one in kept if one.channel is Channel.EMAIL} | ({stated} if stated else set())


def _owned(conn: Connection, actor: Actor, customer_id: int) -> int:
    owner = owner_of(conn, customer_id)
    if owner is None:
        raise NotFound()
    actor.require(Right.LINKS, owner[0], customer_id)
    return owner[0]
