"""An issuer's person looks at the portal as one of its customers sees it: reading only, and noted as its own look."""

from __future__ import annotations

from dataclasses import replace

from portal.app.portal import Portal
from portal.domain.access import Actor, By, Grant, Right
from portal.ledger import audit
from portal.ledger.audit import Event, Where
from portal.ledger.links import owner_of


def as_customer(portal: Portal, actor: Actor, customer_id: int) -> Actor | None:
    """What `actor` is while it looks: sees this customer alone, and can do nothing. None without Right.LINKS there.

    It keeps its own name: what it opens stands in the audit as its own, and never as opened by the customer.
    """
    with portal.ledger.read() as conn:
        owner = owner_of(conn, customer_id)
    if owner is None or not actor.scope(Right.LINKS).covers(owner[0], 0):
        return None
    seeing = Grant(owner[0], customer_id, frozenset({Right.SEE}))
    return replace(actor, by=By.USER, grants=(seeing,), user_id=None, looks_as_customer=True)


def note_look_as(portal: Portal, looking: Actor, where: Where | None = None) -> None:
    """Write down that it began to look."""
    (seeing,) = looking.grants
    with portal.ledger.write(looking.name) as unit:
        about = (f"customer:{seeing.customer_id}", seeing.issuer_id, seeing.customer_id, where)
        audit.note(unit, Event.CUSTOMER_LOOKED_AS, *about)
        unit.commit()
