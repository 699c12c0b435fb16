"""Signing in with a password: counted before it is compared; equal words and equal work whoever is named.

In two halves, because the form compares by itself: `begin_attempt`, then `finish_attempt` with what it found. The first
half and the comparison belong within `turns.in_turn`.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.accounts import passwords
from portal.app.accounts.entering import plain_address
from portal.app.accounts.refusals import WrongPassword
from portal.app.accounts.throttle import PASSWORD, Try, count_try
from portal.app.accounts.tickets import Ticket, issue_ticket
from portal.app.portal import Portal
from portal.ledger.audit import Event, Where, note
from portal.ledger.users import user_by_email


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submitted form. `stored` is the bcrypt hash to compare with `prehash(password)`.

    No password fits the hash of who is unknown, closed, or without a password; comparing costs the same.
    """

    email: str
    stored: str
    user_id: int | None
    browser: str
    where: Where


def begin_attempt(portal: Portal, email: str, browser: str, where: Where) -> Attempt:
    """Count a try; call it once per submitted form, before comparing. Raises TooMany; Refused for no address at all."""
    address = plain_address(email)
    count_try(portal, Try(PASSWORD, address, browser, where))
    with portal.ledger.read() as conn:
        user = user_by_email(conn, address)
    usable = user if user and user.may_enter else None
    stored = (usable and usable.password_hash) or passwords.dummy_hash(passwords.ROUNDS)
    return Attempt(address, stored, usable.id if usable else None, browser, where)


def finish_attempt(portal: Portal, attempt: Attempt, right: bool) -> Ticket:
    """A ticket if the password was right, which takes the try back; else WrongPassword, and the audit knows."""
    if right and attempt.user_id is not None:
        return issue_ticket(portal, attempt.user_id, attempt.browser, attempt.where)
    with portal.ledger.write("visitor") as unit:
        subject = f"user:{attempt.user_id}" if attempt.user_id is not None else None  # an unknown address is not kept
        note(unit, Event.SIGN_IN_FAILED, subject, where=attempt.where)
        unit.commit()
    raise WrongPassword()
