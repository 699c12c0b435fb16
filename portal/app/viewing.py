"""Whose documents are looked at: the names in the frame of every page."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.errors import NotFound
from portal.ledger.parties import Customer, Issuer, customer_by_id, issuer_by_id


@dataclass(frozen=True, slots=True)
class Viewing:
    """The one customer that an actor sees, and the issuer it owes."""

    customer: Customer
    issuer: Issuer


def viewing(portal: Portal, actor: Actor) -> Viewing:
    """Raises NotFound unless the actor sees exactly one customer."""
    customers = actor.scope().customers
    if len(customers) != 1:
        raise NotFound()
    with portal.ledger.read() as conn:
        customer = customer_by_id(conn, next(iter(customers)))
        return Viewing(customer, issuer_by_id(conn, customer.issuer_id))
