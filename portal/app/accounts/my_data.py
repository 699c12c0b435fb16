"""All that the portal keeps about a person, for them to take along (Ley 1581 de 2012, art. 8; GDPR, art. 15 and 20)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from portal.app.accounts.my_sessions import sessions_of
from portal.app.portal import Portal
from portal.errors import NotFound
from portal.ledger.audit import Event, Where, note
from portal.ledger.consents import consents_of
from portal.ledger.grants import HeldGrant, grants_of
from portal.ledger.personal import acts_about, requests_of
from portal.ledger.sessions import Session
from portal.ledger.users import User, user_by_id


def take_my_data(portal: Portal, user_id: int, where: Where) -> bytes:
    """A JSON file (UTF-8): profile, grants, consents, access requests, living sessions, audit. No hashes or secrets."""
    sessions = sessions_of(portal, user_id)
    with portal.ledger.write(f"user:{user_id}") as unit:
        user = user_by_id(unit.conn, user_id)
        if user is None:
            raise NotFound()
        note(unit, Event.DATA_TAKEN, unit.person, where=where)
        told = {
            "profile": _profile(user),
            "grants": [_grant(one) for one in grants_of(unit.conn, user_id, unit.now)],
            "consents": [asdict(one) for one in consents_of(unit.conn, user_id)],
            "access_requests": [asdict(one) for one in requests_of(unit.conn, user_id)],
            "sessions": [_session(one) for one in sessions],
            "audit": [asdict(one) for one in acts_about(unit.conn, user_id)],
        }
        unit.commit()
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain).encode()


def _profile(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "created_at": user.created_at,
        "has_password": user.password_hash is not None,
        "second_factor_since": user.totp_on_at,
    }


def _grant(held: HeldGrant) -> dict[str, Any]:
    return {
        "issuer": held.issuer_name,
        "customer": held.customer_name,
        "role": held.role,
        "rights": sorted(held.grant.rights),
        "why": held.source,
        "since": held.made_at,
    }


def _session(session: Session) -> dict[str, Any]:
    names = ("created_at", "seen_at", "address", "agent")
    return {name: getattr(session, name) for name in names}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
