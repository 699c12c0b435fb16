"""The devices where a person is signed in: seen by them, and ended one by one or all at once."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.app.sessions import IDLE
from portal.errors import NotFound
from portal.ledger.audit import Event, Where, note
from portal.ledger.sessions import Session, revoke_session, revoke_sessions_of_user, sessions_of_user


def sessions_of(portal: Portal, user_id: int) -> list[Session]:
    """A person's living sessions, the one seen last first."""
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        return [one for one in sessions_of_user(conn, user_id, now) if now < one.seen_at + IDLE]


def end_session_of(portal: Portal, user_id: int, token_hash: str, where: Where) -> None:
    """End one of one's own sessions. Raises NotFound for any other."""
    with portal.ledger.write(f"user:{user_id}") as unit:
        mine = {one.token_hash for one in sessions_of_user(unit.conn, user_id, unit.now)}
        if token_hash not in mine:
            raise NotFound()
        revoke_session(unit, token_hash)
        note(unit, Event.SESSIONS_ENDED, unit.person, where=where, how_many=1)
        unit.commit()


def end_all_sessions(portal: Portal, user_id: int, where: Where, but: str | None = None) -> list[str]:
    """Sign out everywhere, `but` the session with this hash; the hashes of those that ended, to close their sockets."""
    with portal.ledger.write(f"user:{user_id}") as unit:
        ended = [one.token_hash for one in sessions_of_user(unit.conn, user_id, unit.now) if one.token_hash != but]
        revoke_sessions_of_user(unit, user_id, but)
        note(unit, Event.SESSIONS_ENDED, unit.person, where=where, how_many=len(ended))
        unit.commit()
    return ended
