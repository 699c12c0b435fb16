"""When an issuer reminds its customers: read and set by who decides about settings, every change in the audit."""

from __future__ import annotations

from datetime import datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.reminders import LONGEST_TEXT, Rules, check_days, next_sending
from portal.errors import Refused
from portal.ledger import audit
from portal.ledger import reminders as rows
from portal.ledger.audit import Event, Where
from portal.ledger.parties import issuer_by_id
from portal.ledger.unit import Unit
from portal.text import Text


def read_rules(portal: Portal, actor: Actor, issuer_id: int) -> Rules:
    """For who makes its links. Raises NotFound."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return rows.rules_of(conn, issuer_id)


def save_rules(portal: Portal, actor: Actor, issuer_id: int, rules: Rules, where: Where | None = None) -> None:
    """From the next time that its hour comes. Raises NotFound, Refused."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    check_days(rules.days)
    if not 0 <= rules.hour <= 23:
        raise Refused(Text("Elige una hora del día."))
    if len(rules.text) > LONGEST_TEXT:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST_TEXT))
    with portal.ledger.write(actor.name) as unit:
        rows.set_rules(unit, issuer_id, rules, next_time(unit, issuer_id, rules) if rules.enabled else None)
        told = {"reminders": "on" if rules.enabled else "off", "days": ", ".join(map(str, rules.days))}
        audit.note(unit, Event.SETTINGS_CHANGED, None, issuer_id, None, where, **told, hour=f"{rules.hour}:00")
        unit.commit()


def next_time(unit: Unit, issuer_id: int, rules: Rules) -> datetime:
    """When the issuer's customers are written to next."""
    return next_sending(unit.now, rules.hour, issuer_by_id(unit.conn, issuer_id).timezone)
