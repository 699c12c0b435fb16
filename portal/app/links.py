"""Personal links: make, list, rotate, revoke, open. A link is a capability for one customer at one issuer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.app.portal import Portal
from portal.app.sessions import LIFETIME
from portal.domain.access import Actor, Right
from portal.domain.tokens import make_link_token, new_session_token, read_link_token, session_hash
from portal.errors import NotFound, Refused
from portal.ledger import links as rows
from portal.ledger.links import Link
from portal.ledger.sessions import add_session, revoke_session
from portal.ledger.unit import Unit
from portal.text import Text

DAYS = 90
MOST_DAYS = 3_660


class State(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as whoever manages it sees it; `url` is its address while it is open."""

    link: Link
    state: State
    url: str | None


class LinkClosed(NotFound):
    """The same words whether a link expired, was replaced or revoked, or never was: no oracle."""

    def __init__(self) -> None:
        super().__init__(
            Text("Este enlace no está activo: venció, fue reemplazado o la dirección está incompleta. "
                 "Pide un enlace nuevo a quien te factura.")
        )  # fmt: skip


def create_link(portal: Portal, actor: Actor, customer_id: int, days: int = DAYS) -> ShownLink:
    """A new link for a customer, good for `days`.

    Raises NotFound without the right to manage, Refused for a wrong number of days and for «consumidor final»:
    under that id stand the purchases of many strangers.
    """
    _check_days(days)
    with portal.ledger.write(actor.name) as unit:
        issuer_id = _linkable(unit, actor, customer_id)
        link_id = rows.add_link(unit, issuer_id, customer_id, unit.now + timedelta(days=days))
        return _committed(portal, unit, link_id)


def list_links(portal: Portal, actor: Actor) -> list[ShownLink]:
    """The links that an actor manages, the newest first."""
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        return [_shown(portal, link, now) for link in rows.links_in(conn, actor.scope(Right.LINKS))]


def rotate_link(portal: Portal, actor: Actor, link_id: int, days: int = DAYS) -> ShownLink:
    """The link's next version, good for `days`; its address so far, and the sessions it opened, end now."""
    _check_days(days)
    with portal.ledger.write(actor.name) as unit:
        _managed(unit, actor, link_id)
        rows.renew(unit, link_id, unit.now + timedelta(days=days))
        return _committed(portal, unit, link_id)


def revoke_link(portal: Portal, actor: Actor, link_id: int) -> ShownLink:
    """Close a link and, with it, the sessions it opened."""
    with portal.ledger.write(actor.name) as unit:
        _managed(unit, actor, link_id)
        rows.revoke(unit, link_id)
        return _committed(portal, unit, link_id)


def check_link(portal: Portal, token: str) -> Link:
    """The open link of a token, or LinkClosed. Only looks: mail scanners may ask as often as they like."""
    said = read_link_token(token, _keys(portal))
    with portal.ledger.read() as conn:
        link = rows.find_link(conn, said.link_id) if said else None
    if said is None or link is None or not link.opens(said.version, portal.clock.now()):
        raise LinkClosed()
    return link


def open_link(portal: Portal, token: str, address: str, agent: str, replaces: str | None = None) -> str:
    """A visit: a new session's token for the cookie. Raises LinkClosed.

    `replaces` is the hash of the session that this browser had: two links never live in one browser at once.
    """
    link = check_link(portal, token)
    session_token = new_session_token()
    with portal.ledger.write(f"link:{link.id}") as unit:
        if replaces:
            revoke_session(unit, replaces)
        add_session(unit, session_hash(session_token), link, address, agent, unit.now + LIFETIME)
        rows.count_visit(unit, link.id, address)
        unit.commit()
    return session_token


def _linkable(unit: Unit, actor: Actor, customer_id: int) -> int:
    found = rows.owner_of(unit.conn, customer_id)
    if found is None:
        raise NotFound()
    issuer_id, anonymous = found
    actor.require(Right.LINKS, issuer_id, customer_id)
    if anonymous:
        raise Refused(
            Text("«Consumidor final» no puede tener un enlace personal: reúne compras de muchas personas. "
                 "Elige un cliente identificado.")
        )  # fmt: skip
    return issuer_id


def _managed(unit: Unit, actor: Actor, link_id: int) -> None:
    link = rows.find_link(unit.conn, link_id)
    if link is None:
        raise NotFound()
    actor.require(Right.LINKS, link.issuer_id, link.customer_id)


def _committed(portal: Portal, unit: Unit, link_id: int) -> ShownLink:
    link = rows.find_link(unit.conn, link_id)
    assert link is not None  # noqa: S101  it was found or made in this very transaction
    unit.commit()
    return _shown(portal, link, unit.now)


def _shown(portal: Portal, link: Link, now: datetime) -> ShownLink:
    if link.revoked_at is not None:
        return ShownLink(link, State.REVOKED, None)
    if now >= link.expires_at:
        return ShownLink(link, State.EXPIRED, None)
    token = make_link_token(link.id, link.version, portal.secret)
    return ShownLink(link, State.OPEN, f"{portal.settings.base_url}/l/{token}")


def _check_days(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Refused(Text("Un enlace dura entre 1 y {most} días; pediste {days}.", most=MOST_DAYS, days=days))


def _keys(portal: Portal) -> list[bytes]:
    return [key for key in (portal.secret, portal.previous_secret) if key]
