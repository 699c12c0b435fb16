"""Coming in: a new session for a person who has proved who they are, however they did."""

from __future__ import annotations

from portal.app.accounts.refusals import ProofClosed
from portal.app.accounts.throttle import know_place
from portal.app.portal import Portal
from portal.app.sessions import LIFETIME
from portal.domain.mail import mailbox
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.audit import Event, Where, note
from portal.ledger.sessions import add_user_session
from portal.ledger.unit import Unit
from portal.ledger.users import User, fold_email, user_by_email, user_by_id


def enter(unit: Unit, user: User, how: str, browser: str, where: Where) -> str:
    """A new session's token for the cookie; the caller commits. Raises ProofClosed for a closed account.

    `how` ("password", "code", "google"…) goes to the audit. With a second factor on, the session is good for
    that step only, and this place is not known before it is done.
    """
    if not user.may_enter:
        raise ProofClosed()
    unit.person = f"user:{user.id}"
    token = new_session_token()
    add_user_session(unit, session_hash(token), user.id, where.address, where.agent, unit.now + LIFETIME)
    if user.totp_on_at is None:
        know_place(unit, accounts_of(user), browser, where)
    note(unit, Event.SIGNED_IN, unit.person, where=where, how=how)
    return token


def enter_by_email(portal: Portal, email: str, how: str, browser: str, where: Where) -> str | None:
    """The same for an address that somebody else vouches for (a sign-in provider); None when nobody here has it."""
    address = plain_address(email)
    with portal.ledger.write("visitor") as unit:
        user = user_by_email(unit.conn, address)
        if user is None or not user.may_enter:
            return None
        token = enter(unit, user, how, browser, where)
        unit.commit()
    return token


def plain_address(email: str) -> str:
    """An e-mail address as users are found by it. Raises Refused for what is none."""
    return fold_email(mailbox(email).address)


def accounts_of(user: User) -> tuple[str, str]:
    """The names under which a person's attempts are counted: before and after they are known."""
    return user.email, str(user.id)


def found_user(unit: Unit, user_id: int) -> User:
    """A user whose id stands in our own rows."""
    user = user_by_id(unit.conn, user_id)
    if user is None:
        raise ProofClosed()
    return user
