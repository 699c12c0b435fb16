"""Tickets: how a page that has checked a password hands the browser over to the route that sets the cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.app.accounts.entering import enter, found_user
from portal.app.accounts.proofs import token_hash_of
from portal.app.accounts.refusals import ProofClosed, WrongPassword
from portal.app.accounts.throttle import PASSWORD, Try, forgive
from portal.app.portal import Portal
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.audit import Where
from portal.ledger.codes import Purpose, add_code, take
from portal.ledger.users import user_by_id

TICKET_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Good once, in the browser it was made for, until `expires_at`."""

    token: str
    expires_at: datetime


def issue_ticket(portal: Portal, user_id: int, browser: str, where: Where) -> Ticket:
    """A ticket for a person whose password was right; the try that `check_allowed` counted is taken back.

    Raises WrongPassword when the account was closed meanwhile.
    """
    ticket = Ticket(new_session_token(), portal.clock.now() + TICKET_LIFE)
    with portal.ledger.write(f"user:{user_id}") as unit:
        user = user_by_id(unit.conn, user_id)
        if user is None or not user.may_enter:
            raise WrongPassword()
        forgive(unit, Try(PASSWORD, user.email, browser, where))
        payload = {"user_id": user_id}
        add_code(
            unit, Purpose.TICKET, session_hash(ticket.token), user.email, ticket.expires_at, browser, None, payload
        )
        unit.commit()
    return ticket


def redeem_ticket(portal: Portal, token: str, browser: str, where: Where) -> str:
    """A new session's token for the cookie. Raises ProofClosed: used, expired, of another browser, or none."""
    with portal.ledger.write("visitor") as unit:
        ticket = take(unit, token_hash_of(token), [Purpose.TICKET], browser)
        if ticket is None:
            raise ProofClosed()
        session_token = enter(unit, found_user(unit, ticket.payload["user_id"]), "password", browser, where)
        unit.commit()
    return session_token
