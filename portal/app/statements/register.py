"""What was issued of an account, and what was recorded after each: registrado después."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger import statements as rows
from portal.ledger.statements import IssuedRow
from portal.views.recorded_after import RecordedAfter, recorded_after

MOST_LATE = 200  # entries shown


@dataclass(frozen=True, slots=True)
class Later:
    """A statement that was issued, what was recorded after it within its dates, and how it would close now."""

    issued: IssuedRow
    after: RecordedAfter

    @property
    def closing_now(self) -> int:
        """As the account stands now at the end of its period."""
        return self.after.closing + self.after.change

    @property
    def joined(self) -> bool:
        """Another customer was joined with this one since, or this with another: its postings stand there anew."""
        return self.after.closing != self.issued.closing


def list_issued(
    portal: Portal, actor: Actor, issuer_id: int, customer_id: int, currency: str, limit: int, offset: int = 0
) -> list[IssuedRow]:
    """The newest first. Raises NotFound for an account that the actor does not see."""
    actor.require(Right.SEE, issuer_id, customer_id)
    with portal.ledger.read() as conn:
        return [one for one in rows.issued_to(conn, customer_id, currency, limit, offset) if one.issuer_id == issuer_id]


def read_later(portal: Portal, actor: Actor, statement_id: int) -> Later:
    """Raises NotFound for a statement of an account that the actor does not see."""
    with portal.ledger.read() as conn:
        row = rows.find_issued(conn, statement_id)
    if row is None:
        raise NotFound()
    actor.require(Right.SEE, row.issuer_id, row.customer_id)
    account = (row.issuer_id, row.customer_id, row.currency, row.ends_on)
    scope = actor.scope(Right.SEE)
    return Later(row, recorded_after(portal.views, scope, *account, row.known_at, row.known_seq, MOST_LATE))
