"""What an issuer decides about withholdings: whether they may be stated, how they are accepted, its dated rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.money import LARGEST, plain
from portal.domain.withholdings import CURRENCY, Policy, Rate
from portal.errors import NotFound, Refused
from portal.ledger import withholding_policies as rows
from portal.ledger.audit import Event, Where, note
from portal.ledger.unit import Unit
from portal.ledger.withholding_policies import KeptRate
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Decided:
    policy: Policy
    rates: tuple[KeptRate, ...]


def read_policy(portal: Portal, actor: Actor, issuer_id: int) -> Decided:
    """Raises NotFound without the right to decide it."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return Decided(rows.policy_of(conn, issuer_id), tuple(rows.rates_of(conn, issuer_id)))


def decide_policy(portal: Portal, actor: Actor, issuer_id: int, policy: Policy, where: Where | None = None) -> None:
    """For what is stated from now on; what stands already stays. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.write(actor.name) as unit:
        if policy != rows.policy_of(unit.conn, issuer_id):
            rows.set_policy(unit, issuer_id, policy)
            switches = {"withheld": policy.allowed, "automatic": policy.automatic, "exempt": policy.exempt}
            told: dict[str, Any] = {name: "on" if on else "off" for name, on in switches.items()}
            note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, **told)
        unit.commit()


def decide_rate(portal: Portal, actor: Actor, issuer_id: int, rate: Rate, where: Where | None = None) -> None:
    """A rate from a day on, in the place of one of the same day. Raises NotFound, Refused."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    if not 0 <= rate.minimum < LARGEST:
        raise Refused(Text("La base mínima es cero o más."))
    with portal.ledger.write(actor.name) as unit:
        rows.set_rate(unit, issuer_id, rate)
        _noted(unit, issuer_id, rate, where, f"{rate.percent.normalize():f} %")
        unit.commit()


def drop_rate(portal: Portal, actor: Actor, issuer_id: int, rate_id: int, where: Where | None = None) -> None:
    """Take a rate away. Raises NotFound for one that is not this issuer's."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.write(actor.name) as unit:
        rate = rows.drop_rate(unit, issuer_id, rate_id)
        if rate is None:
            raise NotFound()
        _noted(unit, issuer_id, rate, where, "–")
        unit.commit()


def _noted(unit: Unit, issuer_id: int, rate: Rate, where: Where | None, percent: str) -> None:
    told: dict[str, Any] = {"tax": rate.tax.value, "rate": percent, "since": rate.since.isoformat()}
    told["minimum"] = plain(rate.minimum, CURRENCY)
    note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, **told)
