"""The contacts of customers, kept by their issuer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, literal, or_, select, union, update

from portal.domain.contacts import Channel, Contact, Gets
from portal.ledger.addresses import is_bounced, is_stopped
from portal.ledger.contact_tables import contacts
from portal.ledger.ids import new_id
from portal.ledger.spellings import is_present
from portal.ledger.tables import customers, issuers
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class KeptContact:
    """A contact with its customer and who wrote it down."""

    id: int
    issuer_id: int
    customer_id: int
    contact: Contact
    made_by: str
    made_at: datetime


_c = contacts.c
_COLUMNS = (
    _c.id, _c.issuer_id, _c.customer_id, _c.channel, _c.address, _c.name, _c.gets, _c.made_by, _c.made_at
)  # fmt: skip


def contacts_of(conn: Connection, customer_id: int) -> list[KeptContact]:
    """Those of one customer, the oldest first."""
    wanted = select(*_COLUMNS).where(_c.customer_id == customer_id, _c.removed_at.is_(None)).order_by(_c.id)
    return [_kept(*row) for row in conn.execute(wanted)]


def find_contact(conn: Connection, contact_id: int) -> KeptContact | None:
    """One that has not been removed."""
    row = conn.execute(select(*_COLUMNS).where(_c.id == contact_id, _c.removed_at.is_(None))).one_or_none()
    return _kept(*row) if row else None


def addresses_for(conn: Connection, customer_id: int, what: Gets) -> list[str]:
    """Where something is mailed to: the mailboxes that get it; without any mailbox, the one that its documents name."""
    mailboxes = [one.contact for one in contacts_of(conn, customer_id) if one.contact.channel is Channel.EMAIL]
    if mailboxes:
        return [one.address for one in mailboxes if what in one.gets]
    stated = conn.execute(select(customers.c.email).where(customers.c.id == customer_id)).scalar_one_or_none()
    return [stated] if stated else []


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where an issuer writes to a customer, and what."""

    issuer_id: int
    issuer_name: str
    email: str
    gets: frozenset[Gets]


def mailboxes_of(conn: Connection, customer_ids: Collection[int]) -> list[Mailbox]:
    """Of these customers, by their issuer's name: their contacts; without any, what their documents name gets all."""
    owner = select(customers.c.id, customers.c.issuer_id, issuers.c.name, customers.c.email)
    owner = owner.join(issuers, issuers.c.id == customers.c.issuer_id).where(customers.c.id.in_(customer_ids))
    kept: dict[int, list[tuple[str, frozenset[Gets]]]] = {}
    mine = _c.customer_id.in_(customer_ids), _c.removed_at.is_(None), _c.channel == Channel.EMAIL
    for customer_id, address, gets in conn.execute(select(_c.customer_id, _c.address, _c.gets).where(*mine)):
        kept.setdefault(customer_id, []).append((address, frozenset(map(Gets, gets.split()))))
    found = []
    for customer_id, issuer_id, name, stated in conn.execute(owner.order_by(issuers.c.name, customers.c.id)):
        boxes = kept.get(customer_id) or ([(stated, frozenset(Gets))] if stated else [])
        found += [Mailbox(issuer_id, name, address, gets) for address, gets in boxes]
    return found


def shared_mailboxes(conn: Connection, issuer_id: int, keys: Collection[str], but: Collection[int]) -> frozenset[str]:
    """Those of these addresses (`address_key`) that other customers of the issuer have too."""
    folded, stated = func.lower(_c.address), func.lower(func.trim(customers.c.email))
    kept = select(folded).where(_c.issuer_id == issuer_id, _c.removed_at.is_(None), folded.in_(keys))
    named = select(stated).where(customers.c.issuer_id == issuer_id, stated.in_(keys), is_present())
    others = union(kept.where(_c.customer_id.not_in(but)), named.where(customers.c.id.not_in(but)))
    return frozenset(conn.execute(others).scalars())


def mailbox_for(what: Gets) -> ColumnElement[Any]:
    """`addresses_for` in a query over customers: the first of them, or the first that is written to if one is."""
    mine = and_(_c.customer_id == customers.c.id, _c.removed_at.is_(None), _c.channel == Channel.EMAIL)
    getting = select(_c.address).where(mine, (literal(" ") + _c.gets + " ").contains(f" {what} "))
    silent = or_(is_bounced(_c.issuer_id, _c.address), is_stopped(_c.issuer_id, _c.address, what))
    getting = getting.order_by(silent, _c.id)
    kept = select(_c.id).where(mine).correlate(customers).exists()
    return case((kept, getting.limit(1).correlate(customers).scalar_subquery()), else_=customers.c.email)


def add_contact(unit: Unit, issuer_id: int, customer_id: int, contact: Contact) -> int:
    """Write one down; returns its id. An address stands once at a customer: its database says so."""
    contact_id = new_id()
    own = {"issuer_id": issuer_id, "customer_id": customer_id, "made_by": unit.person, "made_at": unit.now}
    unit.conn.execute(insert(contacts).values(id=contact_id, **own, **_values(contact)))
    return contact_id


def change_contact(unit: Unit, contact_id: int, contact: Contact) -> None:
    unit.conn.execute(update(contacts).where(_c.id == contact_id).values(**_values(contact)))


def remove_contact(unit: Unit, contact_id: int) -> None:
    unit.conn.execute(update(contacts).where(_c.id == contact_id).values(removed_at=unit.now))


def same_address(conn: Connection, customer_id: int, contact: Contact) -> int | None:
    """The contact of a customer that has this address already."""
    same = and_(_c.customer_id == customer_id, _c.channel == contact.channel, _c.address == contact.address)
    return conn.execute(select(_c.id).where(same, _c.removed_at.is_(None))).scalar_one_or_none()


def _values(contact: Contact) -> dict[str, str]:
    gets = " ".join(sorted(contact.gets))
    return {"channel": contact.channel, "address": contact.address, "name": contact.name, "gets": gets}


def _kept(
    contact_id: int, issuer_id: int, customer_id: int, channel: str, address: str, name: str, gets: str, by: str,
    at: datetime,
) -> KeptContact:  # fmt: skip
    contact = Contact(Channel(channel), address, name, frozenset(map(Gets, gets.split())))
    return KeptContact(contact_id, issuer_id, customer_id, contact, by, at)
