"""What an issuer decides for itself: how careful its portal is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from portal.ledger.tables import issuers
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """`second_factor`: asked of its staff. `device_code`: a link on a device not seen before asks for a code by mail.

    `auto_requests`: an access request whose facts fit is approved at once.
    """

    second_factor: bool
    device_code: bool
    auto_requests: bool


_COLUMNS = tuple(issuers.c[name] for name in IssuerSettings.__dataclass_fields__)


def settings_of(conn: Connection, issuer_id: int) -> IssuerSettings | None:
    row = conn.execute(select(*_COLUMNS).where(issuers.c.id == issuer_id)).one_or_none()
    return IssuerSettings(*row) if row else None


def change_settings(unit: Unit, issuer_id: int, **values: bool) -> None:
    unit.conn.execute(update(issuers).where(issuers.c.id == issuer_id).values(**values))
