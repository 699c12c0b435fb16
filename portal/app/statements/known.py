"""As of which instant a book is known at the end of a day: in the issuer's zone, never ahead of now."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.ledger.parties import issuer_by_id


def end_of_day(portal: Portal, actor: Actor, issuer_id: int, customer_id: int, day: date) -> datetime | None:
    """The last instant of a day at an issuer; None for today and later, which is now. Raises NotFound."""
    actor.require(Right.SEE, issuer_id, customer_id)
    with portal.ledger.read() as conn:
        zone = issuer_by_id(conn, issuer_id).timezone
    return None if day >= today(portal.clock, zone) else datetime.combine(day, time.max, ZoneInfo(zone))
