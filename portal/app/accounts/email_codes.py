"""Coming in by mail: a one-time link or six digits. The words never tell whether an address has an account."""

from __future__ import annotations

from portal.app.accounts.entering import enter, plain_address
from portal.app.accounts.proofs import make_proof, take_proof, take_typed
from portal.app.accounts.refusals import ProofClosed, WrongCode
from portal.app.accounts.sign_up import complete_sign_up
from portal.app.accounts.throttle import CODE, MAIL, Try, check_room, count_in, forgive
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Code, Purpose, close_codes
from portal.ledger.unit import Unit
from portal.ledger.users import User, user_by_email

WAYS_IN = (Purpose.SIGN_IN, Purpose.SIGN_UP)


def ask_sign_in_code(portal: Portal, email: str, browser: str, where: Where, language: str) -> None:
    """Mail a link and a code to whoever has an account; to others nothing. Raises TooMany; Refused for no address."""
    address = plain_address(email)
    asked = Try(MAIL, address, browser, where)
    check_room(portal, asked)
    with portal.ledger.write("visitor") as unit:
        count_in(unit, asked)
        user = user_by_email(unit.conn, address)
        welcome = user is not None and user.may_enter
        made = make_proof(portal, unit, Purpose.SIGN_IN, address, browser, digits=welcome)
        if welcome:
            post_mail(portal, unit, Template.SIGN_IN_CODE, address, language, made.said)
        unit.commit()


def redeem_link(portal: Portal, token: str, browser: str, where: Where) -> str:
    """A new session's token for the link of a sign-in or sign-up. Raises ProofClosed, OtherBrowser."""
    with portal.ledger.write("visitor") as unit:
        proof = take_proof(unit, token, WAYS_IN, browser)
        session_token = _enter(unit, proof, browser, where)
        unit.commit()
    return session_token


def redeem_code(portal: Portal, email: str, code: str, browser: str, where: Where) -> str:
    """The same for the digits, which are good only in the browser that asked. Raises WrongCode, TooMany.

    A proof takes five wrong codes; an address, all its proofs together, no more than CODE says.
    """
    tried = Try(CODE, plain_address(email), browser, where)
    check_room(portal, tried)
    with portal.ledger.write("visitor") as unit:
        count_in(unit, tried)
        proof = take_typed(portal, unit, tried.account, WAYS_IN, browser, code)
        if proof is None:
            _note_failure(unit, tried)
            unit.commit()
            raise WrongCode()
        forgive(unit, tried)
        session_token = _enter(unit, proof, browser, where)
        unit.commit()
    return session_token


def _enter(unit: Unit, proof: Code, browser: str, where: Where) -> str:
    user = _person(unit, proof, where)
    forgive(unit, Try(MAIL, proof.email, browser, where))
    close_codes(unit, proof.email, WAYS_IN)
    return enter(unit, user, "sign_up" if proof.purpose is Purpose.SIGN_UP else "email", browser, where)


def _person(unit: Unit, proof: Code, where: Where) -> User:
    if proof.purpose is Purpose.SIGN_UP:
        return complete_sign_up(unit, proof, where)
    user = user_by_email(unit.conn, proof.email)
    if user is None:
        raise ProofClosed()
    return user


def _note_failure(unit: Unit, tried: Try) -> None:
    user = user_by_email(unit.conn, tried.account)
    note(unit, Event.SIGN_IN_FAILED, f"user:{user.id}" if user else None, where=tried.where, how="code")
