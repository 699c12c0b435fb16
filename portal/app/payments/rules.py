"""What an issuer decides about paying in each currency, and what its payers will then be offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.app.payments.quoting import Way, ways_at
from portal.app.portal import Portal
from portal.domain.access import Actor, Right, Scope
from portal.domain.checkouts import DEFAULT_TOLERANCE, Rules
from portal.domain.money import LARGEST, exponent, plain
from portal.errors import Refused
from portal.ledger import payment_accounts as rows
from portal.ledger.audit import Event, Where, note
from portal.text import Text
from portal.views.facets import facets

USUAL = "COP"


@dataclass(frozen=True, slots=True)
class Offer:
    """Paying at an issuer in one currency: its rules, and the ways that payers are shown."""

    currency: str
    rules: Rules
    ways: tuple[Way, ...]


def read_offers(portal: Portal, actor: Actor, issuer_id: int) -> list[Offer]:
    """By currency: of the issuer's documents, of its rules, and pesos where there is neither. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    named = set(facets(portal.views, Scope(issuers=frozenset({issuer_id}))).currencies)
    with portal.ledger.read() as conn:
        named |= rows.ruled_currencies(conn, issuer_id)
        return [
            Offer(one, rows.rules_of(conn, issuer_id, one), tuple(ways_at(portal, conn, issuer_id, one)))
            for one in sorted(named or {USUAL})
        ]


def most_tolerance(currency: str) -> int:
    """How much may be rounded away at most, in minor units: a hundred times the default, or a tenth of one unit."""
    return 100 * DEFAULT_TOLERANCE.get(currency, 0) or 10 ** exponent(currency) // 10


def decide_rules(
    portal: Portal, actor: Actor, issuer_id: int, currency: str, rules: Rules, where: Where | None = None
) -> None:
    """Set the rules of one currency for the checkouts that begin from now on. Raises Refused, NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    if not 0 <= rules.smallest < LARGEST:
        raise Refused(Text("El abono mínimo es cero o más."))
    most = most_tolerance(currency)
    if not 0 <= rules.tolerance <= most:
        sum_ = f"{plain(most, currency)} {currency}"
        raise Refused(Text("La diferencia que se redondea es cero o más, hasta {most}.", most=sum_))
    with portal.ledger.write(actor.name) as unit:
        if rules != rows.rules_of(unit.conn, issuer_id, currency):
            rows.set_rules(unit, issuer_id, currency, rules)
            told: dict[str, Any] = {
                "currency": currency,
                "parts": "on" if rules.parts else "off",
                "smallest": plain(rules.smallest, currency),
                "tolerance": plain(rules.tolerance, currency),
            }
            note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, **told)
        unit.commit()
