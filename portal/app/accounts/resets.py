"""A password chosen anew: by a proof that changes nothing until it is redeemed, or by who knows the old one."""

from __future__ import annotations

from portal.app.accounts.entering import enter, found_user, plain_address
from portal.app.accounts.passwords import fits, hash_new_password
from portal.app.accounts.proofs import check_proof, make_proof, take_proof
from portal.app.accounts.refusals import ProofClosed
from portal.app.accounts.throttle import MAIL, PASSWORD, Try, check_room, count_in, count_try, forgive
from portal.app.accounts.turns import KNOWN
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Purpose, close_codes
from portal.ledger.holds import hold_person
from portal.ledger.sessions import revoke_sessions_of_user
from portal.ledger.unit import Unit
from portal.ledger.users import User, set_user, user_by_email, user_by_id
from portal.text import Text

_RESET = (Purpose.RESET,)
_OUTDATED = (Purpose.RESET, Purpose.SIGN_IN, Purpose.TICKET)  # what an intruder may still hold


def ask_reset(portal: Portal, email: str, browser: str, where: Where, language: str) -> None:
    """Mail a link to whoever has an account; to others nothing. Nothing changes yet. Raises TooMany, Refused."""
    address = plain_address(email)
    asked = Try(MAIL, address, browser, where)
    check_room(portal, asked)
    with portal.ledger.write("visitor") as unit:
        count_in(unit, asked)
        made = make_proof(portal, unit, Purpose.RESET, address, browser)
        user = user_by_email(unit.conn, address)
        if user is not None and user.may_enter:
            post_mail(portal, unit, Template.RESET, address, language, made.said)
        unit.commit()


def redeem_reset(portal: Portal, token: str, new_password: str, browser: str, where: Where) -> str:
    """Set the password, end every session, and tell the person by mail; a new session's token for the cookie.

    Raises ProofClosed, OtherBrowser; Refused for a password that is not good enough, and the link stays good.
    """
    proof = check_proof(portal, token, _RESET, browser)
    with KNOWN.take():
        password_hash = hash_new_password(new_password, proof.email)
    with portal.ledger.write("visitor") as unit:
        take_proof(unit, token, _RESET, browser)
        user = user_by_email(unit.conn, proof.email)
        if user is None or not user.may_enter:
            raise ProofClosed()
        unit.person = f"user:{user.id}"
        _set(portal, unit, user, password_hash, None, where)
        forgive(unit, Try(MAIL, proof.email, browser, where))
        session_token = enter(unit, user, "reset", browser, where)
        unit.commit()
    return session_token


def change_password(portal: Portal, user_id: int, old: str, new: str, keep_session: str, where: Where) -> None:
    """Set the password and end all sessions but the one with the hash `keep_session`.

    Who has no password yet may leave `old` empty. Raises Refused; TooMany after wrong old ones.
    """
    with portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
    if user is None or not user.may_enter:
        raise ProofClosed()
    if user.password_hash is not None:
        _check_old(portal, user, user.password_hash, old, keep_session, where)
    with KNOWN.take():
        password_hash = hash_new_password(new, user.email)
    with portal.ledger.write(f"user:{user_id}") as unit:
        _set(portal, unit, found_user(unit, user_id), password_hash, keep_session, where)
        unit.commit()


def _check_old(portal: Portal, user: User, stored: str, old: str, session: str, where: Where) -> None:
    tried = Try(PASSWORD, user.email, session, where)
    with KNOWN.take():
        count_try(portal, tried)
        right = fits(old, stored)
    if not right:
        raise Refused(Text("La contraseña actual no es esa: revísala, o elige «Olvidé mi contraseña» al entrar."))
    with portal.ledger.write(f"user:{user.id}") as unit:
        forgive(unit, tried)
        unit.commit()


def _set(portal: Portal, unit: Unit, user: User, password_hash: str, keep: str | None, where: Where) -> None:
    hold_person(unit, user.email)
    set_user(unit, user.id, password_hash=password_hash)
    revoke_sessions_of_user(unit, user.id, keep)
    close_codes(unit, user.email, _OUTDATED)
    note(unit, Event.PASSWORD_SET, unit.person, where=where)
    link = f"{portal.settings.base_url}/sign-in"
    post_mail(portal, unit, Template.PASSWORD_CHANGED, user.email, user.language or "es", {"link": link})
