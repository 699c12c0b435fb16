"""The reminders that went out in an issuer's name."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.ledger import reminders as rows
from portal.ledger.reminders import Sent


def list_sent(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> list[Sent]:
    """The newest first. Raises NotFound without the right to make the issuer's links."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return rows.sent_in(conn, issuer_id, limit, offset)
