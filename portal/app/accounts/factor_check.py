"""Showing the second factor: six digits of an app, each time step once, or a recovery code, each once. Throttled."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pyotp

from portal.app.accounts.entering import accounts_of, found_user
from portal.app.accounts.refusals import WrongFactor
from portal.app.accounts.throttle import FACTOR, RECOVERY, Try, check_room, count_in, forgive, know_place
from portal.app.portal import Portal
from portal.app.sessions import find_session
from portal.domain.one_time import recovery_hash, typed_code
from portal.errors import SignInNeeded
from portal.ledger.audit import Event, Where, note
from portal.ledger.recovery import recovery_left, use_recovery_code
from portal.ledger.second_factor import take_step
from portal.ledger.sessions import pass_second_factor
from portal.ledger.unit import Unit
from portal.ledger.users import User, set_user
from portal.sealing import seal, unseal
from portal.text import Text

_PURPOSE = "totp"
_STEP = 30  # seconds: RFC 6238, 5.2
_AROUND = (0, -1, 1)  # clocks of phones are off


def check_second_factor(portal: Portal, token_hash: str, code: str, browser: str, where: Where) -> int:
    """Let a session past its second step, by an app's code or a recovery code; how many of the latter are left.

    Raises SignInNeeded without a person's living session, WrongFactor, TooMany.
    """
    session = find_session(portal, token_hash)
    if session is None or session.user is None:
        raise SignInNeeded(Text("Tu sesión terminó. Entra de nuevo."))
    with proved(portal, session.user.id, code, browser, where) as unit:
        pass_second_factor(unit, token_hash)
        know_place(unit, accounts_of(session.user), browser, where)
        left = recovery_left(unit.conn, session.user.id)
        unit.commit()
    return left


@contextmanager
def proved(portal: Portal, user_id: int, code: str, browser: str, where: Where) -> Iterator[Unit]:
    """A unit of work for a person who shows their second factor, which is used up when the block commits.

    A wrong one stays counted. Raises WrongFactor, TooMany.
    """
    digits = typed_code(code)
    tried = Try(FACTOR if digits else RECOVERY, str(user_id), browser, where)
    check_room(portal, tried)
    with portal.ledger.write(f"user:{user_id}") as unit:
        count_in(unit, tried)
        user = found_user(unit, user_id)
        if not _right(portal, unit, user, digits, code):
            note(unit, Event.SIGN_IN_FAILED, unit.person, where=where, how="second factor")
            unit.commit()
            raise WrongFactor()
        forgive(unit, tried)
        if not digits:
            note(unit, Event.RECOVERY_USED, unit.person, where=where)
        yield unit


def take_app_code(portal: Portal, unit: Unit, user: User, digits: str) -> bool:
    """Whether these are the app's digits now, or a step before or after, and of a step later than any taken."""
    secret = unseal(user.totp_sealed, portal.keys, _PURPOSE) if user.totp_sealed else None
    step = _fitting_step(secret, digits, unit.now) if secret else None
    if secret is None or step is None or not take_step(unit, user.id, step):
        return False
    keep_secret(portal, unit, user.id, secret)  # under the present key: the one before may go
    return True


def keep_secret(portal: Portal, unit: Unit, user_id: int, secret: str) -> None:
    set_user(unit, user_id, totp_sealed=seal(secret, portal.keys, _PURPOSE))


def _right(portal: Portal, unit: Unit, user: User, digits: str | None, code: str) -> bool:
    if user.totp_on_at is None:
        return False
    if digits:
        return take_app_code(portal, unit, user, digits)
    return use_recovery_code(unit, user.id, recovery_hash(code, user.id))


def _fitting_step(secret: str, digits: str, now: datetime) -> int | None:
    step, app = int(now.timestamp()) // _STEP, pyotp.TOTP(secret)
    fitting = [step + off for off in _AROUND if hmac.compare_digest(app.generate_otp(step + off), digits)]
    return fitting[0] if fitting else None
