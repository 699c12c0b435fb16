"""What came in by mail for threads, and what became of it: for operators, the newest first."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.errors import NotFound
from portal.ledger import inbound
from portal.ledger.inbound import InboundMail


def list_inbound(portal: Portal, actor: Actor, limit: int, offset: int = 0) -> list[InboundMail]:
    """Raises NotFound for all but operators: a mail that was refused may be about anything."""
    if actor.by is not By.OPERATOR:
        raise NotFound()
    with portal.ledger.read() as conn:
        return inbound.inbound_in(conn, limit, offset)
