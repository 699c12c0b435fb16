"""Whose checkout is it?"""

from __future__ import annotations

from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger import checkouts
from portal.ledger.checkouts import Checkout
from portal.ledger.unit import Connection


def own_checkout(conn: Connection, actor: Actor, checkout_id: int, lock: bool = False) -> Checkout:
    """A checkout of a customer for whom the actor may pay. Raises NotFound."""
    found = checkouts.find_checkout(conn, checkout_id, lock)
    if found is None:
        raise NotFound()
    actor.require(Right.PAY, found.issuer_id, found.customer_id)
    return found
