"""What issuers decided about withholdings, and their dated rates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from portal.domain.withholdings import Policy, Rate, Withheld
from portal.ledger.ids import new_id
from portal.ledger.unit import Unit
from portal.ledger.withholding_tables import withholding_policies, withholding_rates

_MILLION = Decimal(10_000)  # parts in a million that make one percent


@dataclass(frozen=True, slots=True)
class KeptRate:
    """A rate with the id by which it is taken away."""

    id: int
    rate: Rate


def policy_of(conn: Connection, issuer_id: int) -> Policy:
    """What an issuer decided; nothing may be stated where it decided nothing."""
    c = withholding_policies.c
    row = conn.execute(select(c.allowed, c.automatic, c.exempt).where(c.issuer_id == issuer_id)).one_or_none()
    return Policy(*row) if row else Policy()


def set_policy(unit: Unit, issuer_id: int, policy: Policy) -> None:
    c = withholding_policies.c
    unit.conn.execute(delete(withholding_policies).where(c.issuer_id == issuer_id))
    told = {"allowed": policy.allowed, "automatic": policy.automatic, "exempt": policy.exempt}
    unit.conn.execute(insert(withholding_policies).values(issuer_id=issuer_id, **told))


def rates_of(conn: Connection, issuer_id: int) -> list[KeptRate]:
    """By withholding, the newest first."""
    c = withholding_rates.c
    wanted = select(c.id, c.tax, c.rate, c.minimum, c.since).where(c.issuer_id == issuer_id)
    rows = conn.execute(wanted.order_by(c.tax, c.since.desc()))
    return [KeptRate(row[0], Rate(Withheld(row[1]), Decimal(row[2]) / _MILLION, row[3], row[4])) for row in rows]


def set_rate(unit: Unit, issuer_id: int, rate: Rate) -> None:
    """Keep a rate, in the place of one with the same day."""
    c = withholding_rates.c
    same = c.issuer_id == issuer_id, c.tax == rate.tax, c.since == rate.since
    unit.conn.execute(delete(withholding_rates).where(*same))
    told = {"tax": rate.tax, "rate": int(rate.percent * _MILLION), "minimum": rate.minimum, "since": rate.since}
    made = {"id": new_id(), "person": unit.person, "added_at": unit.now}
    unit.conn.execute(insert(withholding_rates).values(issuer_id=issuer_id, **told, **made))


def drop_rate(unit: Unit, issuer_id: int, rate_id: int) -> Rate | None:
    """Take a rate away; returns it, None when it is not this issuer's."""
    found = next((one.rate for one in rates_of(unit.conn, issuer_id) if one.id == rate_id), None)
    unit.conn.execute(
        delete(withholding_rates).where(withholding_rates.c.id == rate_id, withholding_rates.c.issuer_id == issuer_id)
    )
    return found
