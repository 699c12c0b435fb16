"""An issuer's own settings: read and set by who may, and every change in the audit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger import audit
from portal.ledger import issuer_settings as rows
from portal.ledger.audit import Event, Where
from portal.ledger.issuer_settings import IssuerSettings
from portal.ledger.unit import Connection


def read_settings(portal: Portal, actor: Actor, issuer_id: int) -> IssuerSettings:
    """Raises NotFound without the right to set them."""
    with portal.ledger.read() as conn:
        return _settings(conn, actor, issuer_id)


def set_settings(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    *,
    second_factor: bool | None = None,
    device_code: bool | None = None,
    auto_requests: bool | None = None,
    where: Where | None = None,
) -> IssuerSettings:
    """Set what is given, leave what is None; the settings as they are then. Raises NotFound."""
    given = {"second_factor": second_factor, "device_code": device_code, "auto_requests": auto_requests}
    with portal.ledger.write(actor.name) as unit:
        before = asdict(_settings(unit.conn, actor, issuer_id))
        changed = {name: value for name, value in given.items() if value is not None and value != before[name]}
        if changed:
            rows.change_settings(unit, issuer_id, **changed)
            said: dict[str, Any] = {name: "on" if value else "off" for name, value in changed.items()}
            audit.note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, **said)
        unit.commit()
    return IssuerSettings(**before | changed)


def _settings(conn: Connection, actor: Actor, issuer_id: int) -> IssuerSettings:
    actor.require(Right.SETTINGS, issuer_id, 0)
    found = rows.settings_of(conn, issuer_id)
    if found is None:
        raise NotFound()
    return found
