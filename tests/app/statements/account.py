"""Whose account a document is of, and who asks for its statements."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.app.statements.issuing import Wish
from portal.domain.access import LINK_RIGHTS, Actor, By, Grant, Right
from portal.domain.roles import RIGHTS, Role
from portal.ledger.tables import documents


def account_of(portal: Portal, number: str) -> tuple[int, int]:
    """The issuer and the customer of a document."""
    with portal.ledger.read() as conn:
        row = conn.execute(documents.select().where(documents.c.number == number)).one()
    return int(row.issuer_id), int(row.customer_id)


def document_of(portal: Portal, number: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(documents.select().where(documents.c.number == number)).one().id)


def customer(wish: Wish, *rights: Right) -> Actor:
    """Who came by the customer's link."""
    held = frozenset(rights) or LINK_RIGHTS
    return Actor(By.LINK, "link:7", (Grant(wish.issuer_id, wish.customer_id, held),))


def owner(wish: Wish) -> Actor:
    return Actor(By.USER, "user:1", (Grant(wish.issuer_id, None, RIGHTS[Role.OWNER]),), user_id=1)
