"""Sessions of links and of people: found again on every request and script run, so an end takes effect at once."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, By, Grant
from portal.ledger import grants
from portal.ledger import sessions as rows
from portal.ledger.audit import Event, Where, note
from portal.ledger.links import Link
from portal.ledger.second_factor import asked_of
from portal.ledger.sessions import Session
from portal.ledger.unit import Connection
from portal.ledger.users import User

LIFETIME = timedelta(hours=24)  # absolute: OWASP ASVS 5.0, 7.3.2
IDLE = timedelta(hours=8)  # without any request or interaction: 7.3.1
SEEN_EVERY = timedelta(minutes=1)

# "Last seen" is worth no waiting: a long import may hold the ledger's write lock while somebody reads a page.
_writer = ThreadPoolExecutor(1, "session-seen")
_waiting: set[str] = set()
_lock = threading.Lock()


def find_session(portal: Portal, token_hash: str) -> Session | None:
    """The session if it is alive: not ended, idle less than IDLE, its link still open, or its person still welcome."""
    with portal.ledger.read() as conn:
        found = rows.find_sessions(conn, [token_hash])
    session = next((one for one in found if _alive(portal, one)), None)
    if session and portal.clock.now() - session.seen_at >= SEEN_EVERY:
        _see(portal, token_hash)
    return session


def lets_in(portal: Portal, token_hash: str) -> bool:
    """Whether a session is alive and owes no second factor."""
    session = find_session(portal, token_hash)
    return session is not None and not awaits_second_factor(portal, session)


def session_actor(portal: Portal, token_hash: str) -> Actor | None:
    """Who a session's visitor is, with the rights that it has now; None when it has ended.

    Somebody whose second factor is still to come is nobody yet.
    """
    session = find_session(portal, token_hash)
    if session is None or awaits_second_factor(portal, session):
        return None
    actor = link_actor(session.link) if session.link else user_actor(portal, _person(session))
    return replace(actor, address=session.address or "")


def awaits_second_factor(portal: Portal, session: Session) -> bool:
    """Whether the person has not shown the second factor in this session, and has one on or is asked for one."""
    user = session.user
    if user is None or session.second_factor_at is not None:
        return False
    if user.totp_on_at is not None:
        return True
    with portal.ledger.read() as conn:
        return asked_of(conn, user.id, user.operator)


def link_actor(link: Link) -> Actor:
    """Whoever holds a personal link."""
    return Actor(By.LINK, f"link:{link.id}", (Grant(link.issuer_id, link.customer_id, LINK_RIGHTS),))


def user_actor(portal: Portal, user: User) -> Actor:
    """A person with all that was granted and still stands."""
    with portal.ledger.read() as conn:
        return person_actor(conn, user, portal.clock.now())


def person_actor(conn: Connection, user: User, now: datetime) -> Actor:
    """`user_actor` on a connection that is open already."""
    held = grants.grants_of(conn, user.id, now)
    by = By.OPERATOR if user.operator else By.USER
    return Actor(by, f"user:{user.id}", tuple(one.grant for one in held), user_id=user.id)


def _person(session: Session) -> User:
    assert session.user is not None  # noqa: S101  the database asks for the one or the other
    return session.user


def living(portal: Portal, token_hashes: Collection[str]) -> frozenset[str]:
    """Those of the sessions that are still alive; being asked about does not count as being seen."""
    with portal.ledger.read() as conn:
        found = rows.find_sessions(conn, token_hashes)
    return frozenset(session.token_hash for session in found if _alive(portal, session))


def end_session(portal: Portal, token_hash: str, where: Where | None = None) -> None:
    """Sign out: the session is dead for good, whatever still holds its cookie."""
    session = find_session(portal, token_hash)
    with portal.ledger.write(_name_of(session) if session else "visitor") as unit:
        rows.revoke_session(unit, token_hash)
        if session is not None:
            issuer_id, customer_id = (link.issuer_id, link.customer_id) if (link := session.link) else (None, None)
            note(unit, Event.SIGNED_OUT, None, issuer_id, customer_id, where)
        unit.commit()


def _name_of(session: Session) -> str:
    return f"link:{session.link.id}" if session.link else f"user:{_person(session).id}"


def _alive(portal: Portal, session: Session) -> bool:
    now = portal.clock.now()
    fresh = session.revoked_at is None and now < session.expires_at and now < session.seen_at + IDLE
    if session.link is not None:
        return fresh and session.link.opens(session.link_version or 0, now)
    return fresh and _person(session).may_enter


def _see(portal: Portal, token_hash: str) -> None:
    with _lock:
        if token_hash in _waiting:
            return
        _waiting.add(token_hash)
    _writer.submit(_write_seen, portal, token_hash)


def seen_written() -> None:
    """Wait until all that was seen so far is in the ledger."""
    _writer.submit(lambda: None).result()


def _write_seen(portal: Portal, token_hash: str) -> None:
    try:
        with portal.ledger.write("session:seen") as unit:
            rows.mark_seen(unit, token_hash)
            unit.commit()
    finally:
        with _lock:
            _waiting.discard(token_hash)
