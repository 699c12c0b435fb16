"""What an issuer's desk is laid out with: at which issuers somebody works, which customers, one link."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.links import ShownLink, shown
from portal.app.portal import Portal
from portal.app.standing import Standing, standings_of
from portal.domain.access import Actor, Right
from portal.domain.contacts import Gets
from portal.errors import NotFound
from portal.ledger import joined, parties
from portal.ledger.contacts import addresses_for
from portal.ledger.joined import Joined
from portal.ledger.links import find_link
from portal.ledger.parties import Account

MOST_DESKS = 500


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link as its page shows it, the address of its customer if the issuer knows one, and how that stands."""

    shown: ShownLink
    email: str
    standing: Standing | None


def desks(portal: Portal, actor: Actor, right: Right) -> list[Account]:
    """The issuers at which the actor holds `right` for all customers, by name."""
    scope = actor.scope(right)
    with portal.ledger.read() as conn:
        if scope.everything:
            return [Account(one.id, None, one.name, None) for one in parties.all_issuers(conn)[:MOST_DESKS]]
        whole = parties.accounts_in(conn, scope, MOST_DESKS)
    return [account for account in whole if account.customer_id is None]


def customers_with(portal: Portal, actor: Actor, right: Right, text: str, limit: int = 50) -> list[Account]:
    """Customers for whom the actor holds `right`, by part of their name or tax id."""
    with portal.ledger.read() as conn:
        return parties.customers_in(conn, actor.scope(right), text, limit)


def customer_named(portal: Portal, actor: Actor, customer_id: int, right: Right = Right.SEE) -> Account | None:
    """A customer for whom the actor holds `right`, by id; None if there is none."""
    with portal.ledger.read() as conn:
        found = parties.account_of(conn, customer_id)
    holds = found is not None and actor.scope(right).covers(found.issuer_id, customer_id)
    return found if holds else None


def open_link_page(portal: Portal, actor: Actor, link_id: int) -> OpenedLink:
    """One link that the actor manages. Raises NotFound."""
    with portal.ledger.read() as conn:
        link = find_link(conn, link_id)
        if link is None:
            raise NotFound()
        actor.require(Right.LINKS, link.issuer_id, link.customer_id)
        mailboxes = addresses_for(conn, link.customer_id, Gets.INVOICES)
        email = next(iter(mailboxes), "")
        stand = standings_of(conn, link.issuer_id, {email}).get(email)
        return OpenedLink(shown(portal, conn, link), email, stand)


def to_confirm(portal: Portal, actor: Actor, limit: int, offset: int = 0) -> list[Joined]:
    """Grants that came by a link and end with it, unless the actor confirms them; the newest first."""
    with portal.ledger.read() as conn:
        return joined.joined_in(conn, actor.scope(Right.APPROVE), portal.clock.now(), limit, offset)
