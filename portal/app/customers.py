"""An issuer's customers, for its people: found, with what they owe; one of them opened."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.links import ShownLink, shown
from portal.app.many_links import LinkCustomer, Wanted, list_for_links
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger import audit_pages, parties
from portal.ledger.audit_pages import NamedEntry
from portal.ledger.links import links_of_customer, owner_of
from portal.ledger.spellings import joined_into
from portal.views.customer_sums import CustomerSums, customer_sums

MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """A customer with its newest open link, and its accounts by currency."""

    customer: LinkCustomer
    sums: tuple[CustomerSums, ...]


@dataclass(frozen=True, slots=True)
class OpenedCustomer:
    """One customer as its page shows it."""

    id: int
    issuer_id: int
    issuer_name: str
    name: str
    id_type: str
    tax_id: str
    email: str
    anonymous: bool
    sums: tuple[CustomerSums, ...]
    links: tuple[ShownLink, ...]


def list_customers(
    portal: Portal, actor: Actor, issuer_id: int, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[list[ListedCustomer], int]:
    """A page of an issuer's customers by name, and how many match. Raises NotFound without Right.LINKS for all."""
    found = list_for_links(portal, actor, issuer_id, wanted, limit, offset)
    ids = [one.id for one in found.rows]
    sums = customer_sums(portal.views, actor.scope(Right.SEE), ids, everywhere(portal)) if ids else {}
    return [ListedCustomer(one, tuple(sums.get(one.id, ()))) for one in found.rows], found.total


def open_customer(portal: Portal, actor: Actor, customer_id: int) -> OpenedCustomer:
    """One customer. Raises NotFound without the right to make its links."""
    with portal.ledger.read() as conn:
        owner = owner_of(conn, customer_id)
        if owner is None:
            raise NotFound()
        actor.require(Right.LINKS, owner[0], customer_id)
        row, issuer = parties.customer_by_id(conn, customer_id), parties.issuer_by_id(conn, owner[0])
        made = tuple(shown(portal, conn, one) for one in links_of_customer(conn, customer_id, MOST_LINKS))
    sums = customer_sums(portal.views, actor.scope(Right.SEE), [customer_id], everywhere(portal))
    return OpenedCustomer(
        id=customer_id,
        issuer_id=issuer.id,
        issuer_name=issuer.name,
        name=row.name,
        id_type=row.id_type,
        tax_id=row.tax_id,
        email=row.email or "",
        anonymous=row.anonymous,
        sums=tuple(sums.get(customer_id, ())),
        links=made,
    )


def history_of(portal: Portal, actor: Actor, customer_id: int, limit: int, offset: int = 0) -> list[NamedEntry]:
    """What was done at a customer and by it, the newest first. Raises NotFound without Right.AUDIT."""
    with portal.ledger.read() as conn:
        owner = owner_of(conn, customer_id)
        if owner is None:
            raise NotFound()
        actor.require(Right.AUDIT, owner[0], customer_id)
        spellings = joined_into(conn, customer_id)
        return audit_pages.customer_audit(conn, [customer_id, *spellings], limit, offset)
