"""The second factor in the ledger: whom it is asked of, and that no time step is taken twice."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select, update

from portal.domain.roles import STAFF
from portal.ledger.people_tables import grants, users
from portal.ledger.tables import issuers
from portal.ledger.unit import Unit


def asked_of(conn: Connection, user_id: int, operator: bool) -> bool:
    """Whether an issuer whose staff this person is on asks for a second factor; of operators, whether any asks."""
    strict = select(issuers.c.id).where(issuers.c.second_factor)
    if not operator:
        strict = strict.join(grants, grants.c.issuer_id == issuers.c.id).where(
            grants.c.user_id == user_id, grants.c.ended_at.is_(None), grants.c.role.in_(STAFF)
        )
    return conn.execute(strict.limit(1)).first() is not None


def take_step(unit: Unit, user_id: int, step: int) -> bool:
    """Take a time step's code; False when it, or a later one, was taken. Of several at once one gets it."""
    unused = or_(users.c.totp_step.is_(None), users.c.totp_step < step)
    taken = update(users).where(users.c.id == user_id, unused).values(totp_step=step)
    return unit.conn.execute(taken).rowcount == 1
