"""Making an account: the mailbox is proven first, nothing exists before; consent is recorded with it (Ley 1581)."""

from __future__ import annotations

from portal.app.accounts.entering import plain_address
from portal.app.accounts.proofs import make_proof
from portal.app.accounts.throttle import MAIL, Try, check_room, count_in
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.mail import one_line
from portal.errors import Refused
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Code, Purpose
from portal.ledger.consents import add_consent
from portal.ledger.holds import hold_person
from portal.ledger.unit import Unit
from portal.ledger.users import User, add_user, user_by_email
from portal.text import Text

_LONGEST_NAME = 120


def ask_sign_up(
    portal: Portal, email: str, name: str, browser: str, where: Where, language: str, consent_version: str
) -> None:
    """Mail a link and a code to make an account with; to who has one, only that. On screen both are the same.

    Redeem with `email_codes.redeem_link` or `redeem_code`. Raises Refused without name, address or consent; TooMany.
    """
    address, stated = plain_address(email), checked_person(name, consent_version)
    asked = Try(MAIL, address, browser, where)
    check_room(portal, asked)
    with portal.ledger.write("visitor") as unit:
        count_in(unit, asked)
        known = user_by_email(unit.conn, address) is not None
        payload = {"name": stated, "language": language, "consent": consent_version}
        made = make_proof(portal, unit, Purpose.SIGN_UP, address, browser, payload, digits=not known)
        if known:
            link = f"{portal.settings.base_url}/sign-in"
            post_mail(portal, unit, Template.ALREADY_REGISTERED, address, language, {"link": link})
        else:
            post_mail(portal, unit, Template.SIGN_UP, address, language, made.said)
        unit.commit()


def complete_sign_up(unit: Unit, proof: Code, where: Where) -> User:
    """The person of a proven address: made now, unless another proof of it made them in the meantime."""
    said = proof.payload
    return found_or_made(unit, proof.email, said["name"], said["language"], said["consent"], where)


def found_or_made(unit: Unit, email: str, name: str, language: str, consent_version: str, where: Where) -> User:
    """The person with a proven address; a new one with their consent when there is none. One, however many ask."""
    hold_person(unit, email)
    if (user := user_by_email(unit.conn, email)) is not None:
        return user
    user_id = add_user(unit, email, name, language)
    unit.person = f"user:{user_id}"
    add_consent(unit, user_id, consent_version, language, where.address)
    note(unit, Event.SIGNED_UP, unit.person, where=where, consent=consent_version)
    made = user_by_email(unit.conn, email)
    assert made is not None  # noqa: S101  it was made in this very transaction
    return made


def checked_person(name: str, consent_version: str) -> str:
    """A new person's name on one line. Raises Refused without a name or without consent."""
    stated = one_line(name)[:_LONGEST_NAME]
    if not stated:
        raise Refused(Text("Escribe tu nombre."))
    if not consent_version:
        raise Refused(Text("Para crear la cuenta necesitamos que aceptes el tratamiento de tus datos personales."))
    return stated
