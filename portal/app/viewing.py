"""Whose documents are looked at: the names in the frame of every page, and what one may narrow the view to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.looks import PLAIN, Look
from portal.ledger import parties
from portal.ledger.links import owner_of
from portal.ledger.looks import look_of
from portal.ledger.parties import Account

MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class Viewing:
    """The accounts that an actor sees by name (a whole issuer is one), or that there are more than can be listed."""

    accounts: tuple[Account, ...]
    person: str | None = None
    look: Look = PLAIN  # of the one issuer whose documents these are

    @property
    def title(self) -> str:
        """The one account, or the person's own name."""
        if len(self.accounts) == 1:
            return self.accounts[0].title
        return self.person or ""


def viewing(portal: Portal, actor: Actor) -> Viewing:
    """What the frame says."""
    scope = actor.scope(Right.SEE)
    with portal.ledger.read() as conn:
        accounts = () if scope.everything else parties.accounts_in(conn, scope, MOST_ACCOUNTS)
        person = parties.person_named(conn, actor.user_id) if actor.user_id else None
        issuers = {account.issuer_id for account in accounts}
        return Viewing(accounts, person, look_of(conn, issuers.pop()) if len(issuers) == 1 else PLAIN)


def narrow(portal: Portal, actor: Actor, issuer_id: int, customer_id: int | None = None) -> Actor:
    """The actor seeing one issuer only, or one customer of it; nothing where these two don't belong together."""
    if customer_id is not None and actor.grants:
        with portal.ledger.read() as conn:
            owner = owner_of(conn, customer_id)
        if owner is None or owner[0] != issuer_id:
            return replace(actor, grants=())
    return actor.narrowed(issuer_id, customer_id)


def find_customers(portal: Portal, actor: Actor, text: str, limit: int = 50) -> list[Account]:
    """Customers that the actor sees, by part of their name or tax id."""
    with portal.ledger.read() as conn:
        return parties.customers_in(conn, actor.scope(Right.SEE), text, limit)
