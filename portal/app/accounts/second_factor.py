"""Turning the second factor on and off: an authenticator app (TOTP, RFC 6238) and ten recovery codes on paper."""

from __future__ import annotations

import pyotp

from portal.app.accounts.entering import accounts_of, found_user
from portal.app.accounts.factor_check import keep_secret, proved, take_app_code
from portal.app.accounts.refusals import WrongFactor
from portal.app.accounts.throttle import know_place
from portal.app.portal import Portal
from portal.domain.one_time import new_recovery_codes, recovery_hash, typed_code
from portal.errors import Refused
from portal.ledger.audit import Event, Where, note
from portal.ledger.recovery import replace_recovery
from portal.ledger.sessions import pass_second_factor
from portal.ledger.unit import Unit
from portal.ledger.users import User, set_user
from portal.text import Text

_NAME = "Portal de clientes"  # what the app shows beside the address


def begin_totp(portal: Portal, user_id: int) -> tuple[str, str]:
    """A new secret for an app, and its otpauth address for a QR. Nothing is asked for until `confirm_totp`.

    Raises Refused when a second factor is on.
    """
    secret = pyotp.random_base32()
    with portal.ledger.write(f"user:{user_id}") as unit:
        user = _without(unit, user_id)
        keep_secret(portal, unit, user_id, secret)
        set_user(unit, user_id, totp_step=None)
        unit.commit()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=_NAME)


def confirm_totp(portal: Portal, user_id: int, code: str, token_hash: str, browser: str, where: Where) -> list[str]:
    """Turn the second factor on with a first code; ten recovery codes, shown this once.

    The session `token_hash` counts as having passed it; the person's others are asked. Raises Refused.
    """
    recovery = new_recovery_codes()
    with portal.ledger.write(f"user:{user_id}") as unit:
        user = _without(unit, user_id)
        if not take_app_code(portal, unit, user, typed_code(code) or ""):
            raise WrongFactor()
        set_user(unit, user_id, totp_on_at=unit.now)
        replace_recovery(unit, user_id, [recovery_hash(one, user_id) for one in recovery])
        pass_second_factor(unit, token_hash)
        know_place(unit, accounts_of(user), browser, where)
        note(unit, Event.SECOND_FACTOR_ON, unit.person, where=where)
        unit.commit()
    return recovery


def turn_off_totp(portal: Portal, user_id: int, code: str, browser: str, where: Where) -> None:
    """Turn it off with a code of the app, or a recovery code. Raises Refused, TooMany."""
    with proved(portal, user_id, code, browser, where) as unit:
        set_user(unit, user_id, totp_sealed=None, totp_on_at=None, totp_step=None)
        replace_recovery(unit, user_id, [])
        note(unit, Event.SECOND_FACTOR_OFF, unit.person, where=where)
        unit.commit()


def _without(unit: Unit, user_id: int) -> User:
    user = found_user(unit, user_id)
    if user.totp_on_at is not None:
        raise Refused(Text("La verificación en dos pasos ya está activa: desactívala para empezar de nuevo."))
    return user
