"""What an issuer's people begin the day with: who owes what, as of today or of a past date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right
from portal.domain.receivables import Counted, Position
from portal.ledger import parties
from portal.ledger.checkouts import coming_at
from portal.ledger.disputes import disputed_sums
from portal.views import receivables


@dataclass(frozen=True, slots=True)
class Receivables:
    """`positions` by currency, at the end of day `on`; `today`: that of the issuer.

    `customers`: the names of the largest debtors, by id. `coming`: what providers say is on its way, by currency.
    `disputed`: what customers object to; both are of now.
    """

    on: date
    today: date
    positions: tuple[Position, ...]
    customers: Mapping[int, str] = field(default_factory=dict)
    coming: Mapping[str, Counted] = field(default_factory=dict)
    disputed: Mapping[str, Counted] = field(default_factory=dict)

    @property
    def now(self) -> bool:
        return self.on == self.today


def read_receivables(portal: Portal, actor: Actor, issuer_id: int, on: date | None = None) -> Receivables:
    """Where the issuer stands on a date, today's if none is named or it is yet to come.

    Raises NotFound unless the actor sees all of the issuer's customers.
    """
    actor.require(Right.SEE, issuer_id, 0)
    today = issuer_today(portal, issuer_id)
    on = min(on or today, today)
    positions = receivables.receivables(portal.views, actor.scope(Right.SEE), issuer_id, on)
    with portal.ledger.read() as conn:
        named = parties.customer_names(conn, {one.customer_id for at in positions for one in at.debtors})
        coming = {currency: Counted(*told) for currency, told in coming_at(conn, issuer_id).items()}
        disputed = {currency: Counted(*told) for currency, told in disputed_sums(conn, issuer_id).items()}
    return Receivables(on, today, positions, named, coming, disputed)


def issuer_today(portal: Portal, issuer_id: int) -> date:
    """The date where the issuer is."""
    return everywhere(portal).at(issuer_id)
