"""What an issuer decides about how it looks to its customers, in which language it writes and by whose calendar."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from zoneinfo import available_timezones

from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.looks import Look, checked
from portal.errors import NotFound, Refused
from portal.files.logos import clean_logo
from portal.i18n import LANGUAGES
from portal.ledger import audit, looks
from portal.ledger.audit import Event, Where
from portal.ledger.parties import issuer_by_id
from portal.ledger.unit import Connection, Unit
from portal.text import Text

__all__ = ["Look", "Seen", "logo_picture", "read_look", "remove_logo", "save_look", "set_logo"]


@dataclass(frozen=True, slots=True)
class Seen:
    """How an issuer looks, its language ("es") and its time zone (IANA: "America/Bogota")."""

    look: Look
    language: str
    timezone: str


def read_look(portal: Portal, actor: Actor, issuer_id: int) -> Seen:
    """Raises NotFound without the right to decide it."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return _seen(conn, issuer_id)


def save_look(portal: Portal, actor: Actor, issuer_id: int, wanted: Seen, where: Where | None = None) -> Seen:
    """Set all but the logo. Raises NotFound; Refused for what can't be shown, and for an unknown language or zone."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    if wanted.language not in LANGUAGES:
        raise Refused(Text("El portal no habla ese idioma: elige uno de la lista."))
    if wanted.timezone not in available_timezones():
        raise Refused(Text("Esa zona horaria no existe: elige una de la lista."))
    with portal.ledger.write(actor.name) as unit:
        before = _seen(unit.conn, issuer_id)
        now = replace(wanted, look=replace(checked(wanted.look), logo=before.look.logo))
        if now != before:
            told = asdict(now.look)
            del told["logo"]
            looks.change_look(unit, issuer_id, **told)
            looks.change_place(unit, issuer_id, now.language, now.timezone)
            _noted(unit, issuer_id, where, before, now)
        unit.commit()
    return now


def set_logo(portal: Portal, actor: Actor, issuer_id: int, name: str, data: bytes, where: Where | None = None) -> None:
    """Show this picture from now on. Raises NotFound; Refused for what is no picture."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    picture = clean_logo(name, data)
    _show(portal, actor, issuer_id, hashlib.sha256(picture).hexdigest(), picture, where)


def remove_logo(portal: Portal, actor: Actor, issuer_id: int, where: Where | None = None) -> None:
    """Show the name alone. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    _show(portal, actor, issuer_id, "", None, where)


def logo_picture(portal: Portal, logo: str) -> FileAnswer:
    """A logo by its SHA-256, for everybody: it hangs on the wall of the shop. Raises NotFound."""
    with portal.ledger.read() as conn:
        picture = looks.picture_of(conn, logo) if logo else None
    if picture is None:
        raise NotFound()
    return FileAnswer("logo.png", "image/png", picture)


def _show(portal: Portal, actor: Actor, issuer_id: int, logo: str, picture: bytes | None, where: Where | None) -> None:
    with portal.ledger.write(actor.name) as unit:
        if looks.look_of(unit.conn, issuer_id).logo != logo:
            looks.change_look(unit, issuer_id, logo=logo, picture=picture)
            said = "on" if logo else "off"
            audit.note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, logo=said)
        unit.commit()


def _seen(conn: Connection, issuer_id: int) -> Seen:
    issuer = issuer_by_id(conn, issuer_id)
    return Seen(looks.look_of(conn, issuer_id), issuer.language, issuer.timezone)


def _noted(unit: Unit, issuer_id: int, where: Where | None, before: Seen, now: Seen) -> None:
    was, is_ = ({**asdict(one.look), "language": one.language, "timezone": one.timezone} for one in (before, now))
    changed = {name: value for name, value in is_.items() if value != was[name]}
    audit.note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, **changed)
