"""Personal links: make, list, rotate, revoke, open. A link is a capability for one customer at one issuer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.app.devices import check_device
from portal.app.portal import Portal
from portal.app.sessions import LIFETIME
from portal.domain.access import Actor, Right
from portal.domain.tokens import make_link_token, new_session_token, read_link_token, session_hash
from portal.errors import NotFound, Refused
from portal.ledger import audit
from portal.ledger import links as rows
from portal.ledger.attempts import Counter, key_hash, room, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.links import Link
from portal.ledger.people import end_joined, names_of
from portal.ledger.sessions import add_session, revoke_session
from portal.ledger.unit import Connection, Unit
from portal.text import Text

DAYS = 90
MOST_DAYS = 3_660
SCANNED_EVERY = timedelta(minutes=10)


class State(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as whoever manages it sees it; `url` is its address while it is open, `made_by` a name if a user's."""

    link: Link
    state: State
    url: str | None
    made_by: str


class LinkClosed(NotFound):
    """The same words whether a link expired, was replaced or revoked, or never was: no oracle."""

    def __init__(self) -> None:
        super().__init__(
            Text("Este enlace no está activo: venció, fue reemplazado o la dirección está incompleta. "
                 "Pide un enlace nuevo a quien te factura.")
        )  # fmt: skip


def create_link(
    portal: Portal, actor: Actor, customer_id: int, days: int = DAYS, where: Where | None = None
) -> ShownLink:
    """A new link for a customer, good for `days`.

    Raises NotFound without the right to make links, Refused for a wrong number of days and for «consumidor final»:
    under that id stand the purchases of many strangers.
    """
    check_days(days)
    with portal.ledger.write(actor.name) as unit:
        issuer_id = _linkable(unit, actor, customer_id)
        link_id = rows.add_link(unit, issuer_id, customer_id, unit.now + timedelta(days=days))
        return _committed(portal, unit, link_id, Event.LINK_MADE, where, days=days)


def list_links(
    portal: Portal, actor: Actor, search: str = "", limit: int | None = None, offset: int = 0
) -> list[ShownLink]:
    """The links that an actor manages, the newest first; `search`: words of the customer's name or tax id."""
    with portal.ledger.read() as conn:
        found = rows.links_in(conn, actor.scope(Right.LINKS), search, limit, offset)
        return _shown(portal, conn, found)


def count_links(portal: Portal, actor: Actor, search: str = "") -> int:
    """How many links `list_links` would give without a limit."""
    with portal.ledger.read() as conn:
        return rows.count_links(conn, actor.scope(Right.LINKS), search)


def rotate_link(portal: Portal, actor: Actor, link_id: int, days: int = DAYS, where: Where | None = None) -> ShownLink:
    """The link's next version, good for `days`.

    Its address so far ends now, and with it the sessions it opened and what was joined by it and never confirmed.
    """
    check_days(days)
    with portal.ledger.write(actor.name) as unit:
        link = managed(unit, actor, link_id)
        _linkable(unit, actor, link.customer_id)
        _end_joined(unit, link, where)
        rows.renew(unit, link_id, unit.now + timedelta(days=days))
        return _committed(portal, unit, link_id, Event.LINK_ROTATED, where, days=days)


def revoke_link(portal: Portal, actor: Actor, link_id: int, where: Where | None = None) -> ShownLink:
    """Close a link and, with it, the sessions it opened and what was joined by it and never confirmed."""
    with portal.ledger.write(actor.name) as unit:
        link = managed(unit, actor, link_id)
        _end_joined(unit, link, where)
        rows.revoke(unit, link_id)
        return _committed(portal, unit, link_id, Event.LINK_REVOKED, where)


def check_link(portal: Portal, token: str) -> Link:
    """The open link of a token, or LinkClosed. Only looks."""
    said = read_link_token(token, portal.keys)
    with portal.ledger.read() as conn:
        link = rows.find_link(conn, said.link_id) if said else None
    if said is None or link is None or not link.opens(said.version, portal.clock.now()):
        raise LinkClosed()
    return link


def look_at_link(portal: Portal, token: str, where: Where) -> Link:
    """`check_link` for whoever asks for its page, noted apart from visits: mail scanners look at what they deliver.

    From one address it is noted once in SCANNED_EVERY, however often it looks.
    """
    link = check_link(portal, token)
    here = [Counter("link_scan", key_hash(str(link.id), where.address), 1, SCANNED_EVERY)]
    with portal.ledger.read() as conn:
        unnoted = room(conn, here, portal.clock.now())
    if unnoted:
        with portal.ledger.write(f"link:{link.id}") as unit:
            if take_room(unit, here):
                _note(unit, Event.LINK_SCANNED, link, where)
            unit.commit()
    return link


def open_link(
    portal: Portal, token: str, address: str, agent: str, replaces: str | None = None, device: str | None = None
) -> str:
    """A visit: a new session's token for the cookie. Raises LinkClosed; DeviceUnknown when a code is wanted first.

    `replaces` is the hash of the session that this browser had: two links never live in one browser at once.
    `device` is the hash of its long-lived device cookie.
    """
    link = check_link(portal, token)
    session_token = new_session_token()
    with portal.ledger.write(f"link:{link.id}") as unit:
        check_device(unit.conn, link, device)
        if replaces:
            revoke_session(unit, replaces)
        add_session(unit, session_hash(session_token), link, address, agent, unit.now + LIFETIME)
        rows.count_visit(unit, link.id, address)
        _note(unit, Event.LINK_OPENED, link, Where(address, agent))
        unit.commit()
    return session_token


def managed(unit: Unit, actor: Actor, link_id: int) -> Link:
    """The link, if the actor manages it; else NotFound."""
    link = rows.find_link(unit.conn, link_id)
    if link is None:
        raise NotFound()
    actor.require(Right.LINKS, link.issuer_id, link.customer_id)
    return link


def shown(portal: Portal, conn: Connection, link: Link) -> ShownLink:
    """A link with its state and, while it is open, its address."""
    return _shown(portal, conn, [link])[0]


def _linkable(unit: Unit, actor: Actor, customer_id: int) -> int:
    found = rows.owner_of(unit.conn, customer_id)
    if found is None:
        raise NotFound()
    issuer_id, anonymous = found
    actor.require(Right.LINKS, issuer_id, customer_id)
    refuse_strangers(anonymous)
    return issuer_id


def refuse_strangers(anonymous: bool) -> None:
    """Raises Refused for «consumidor final»: no personal link may show what many strangers bought."""
    if anonymous:
        raise Refused(
            Text("«Consumidor final» no puede tener un enlace personal: reúne compras de muchas personas. "
                 "Elige un cliente identificado.")
        )  # fmt: skip


def _committed(
    portal: Portal, unit: Unit, link_id: int, event: Event, where: Where | None, **detail: str | int
) -> ShownLink:
    link = rows.find_link(unit.conn, link_id)
    assert link is not None  # noqa: S101  it was found or made in this very transaction
    _note(unit, event, link, where, **detail)
    answer = shown(portal, unit.conn, link)
    unit.commit()
    return answer


def _end_joined(unit: Unit, link: Link, where: Where | None) -> None:
    for grant_id in end_joined(unit, link.id):
        audit.note(
            unit, Event.GRANT_ENDED, f"grant:{grant_id}", link.issuer_id, link.customer_id, where, link=link.id
        )  # fmt: skip


def _note(unit: Unit, event: Event, link: Link, where: Where | None, **detail: str | int) -> None:
    audit.note(unit, event, f"link:{link.id}", link.issuer_id, link.customer_id, where, **detail)


def _shown(portal: Portal, conn: Connection, links: list[Link]) -> list[ShownLink]:
    names, now = names_of(conn, {link.created_by for link in links}), portal.clock.now()
    return [_with_state(portal, link, now, names.get(link.created_by, link.created_by)) for link in links]


def _with_state(portal: Portal, link: Link, now: datetime, made_by: str) -> ShownLink:
    if link.revoked_at is not None:
        return ShownLink(link, State.REVOKED, None, made_by)
    if now >= link.expires_at:
        return ShownLink(link, State.EXPIRED, None, made_by)
    token = make_link_token(link.id, link.version, portal.secret)
    return ShownLink(link, State.OPEN, f"{portal.settings.base_url}/l/{token}", made_by)


def check_days(days: int) -> None:
    """Raises Refused for a number of days that no link may have."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused(Text("Un enlace dura entre 1 y {most} días; pediste {days}.", most=MOST_DAYS, days=days))
