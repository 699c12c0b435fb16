"""People who have signed in, without the sign-in: an account, what it holds, and a session with a known token."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Right
from portal.domain.roles import Role
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.grants import add_grant
from portal.ledger.sessions import add_user_session
from portal.ledger.tables import customers, issuers
from portal.ledger.users import add_user

CHROME = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def new_user(portal: Portal, email: str, name: str = "", operator: bool = False) -> int:
    with portal.ledger.write("operator:test") as unit:
        user_id = add_user(unit, email, name, operator=operator)
        unit.commit()
    return user_id


def grant(
    portal: Portal,
    user_id: int,
    role: Role,
    issuer_id: int,
    customer_id: int | None = None,
    rights: Collection[Right] = LINK_RIGHTS,
) -> int:
    with portal.ledger.write("operator:test") as unit:
        grant_id = add_grant(unit, user_id, issuer_id, customer_id, role, rights, "invitation")
        unit.commit()
    return grant_id


def signed_in(portal: Portal, user_id: int, second_factor_done: bool = False) -> str:
    """A new session's token: what stands in the cookie."""
    token = new_session_token()
    with portal.ledger.write("operator:test") as unit:
        add_user_session(
            unit,
            session_hash(token),
            user_id,
            "203.0.113.9",
            CHROME,
            unit.now + timedelta(hours=12),
            second_factor_done,
        )
        unit.commit()
    return token


def issuer_named(portal: Portal, name: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(issuers.select().where(issuers.c.name == name)).one().id)


def customer_named(portal: Portal, name: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(customers.select().where(customers.c.name == name)).one().id)
