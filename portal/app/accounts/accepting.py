"""Taking up an invitation: the person, their consent if they are new, and the grant come in one transaction, once."""

from __future__ import annotations

from portal.app.accounts.entering import enter
from portal.app.accounts.invitations import Invitation, described
from portal.app.accounts.proofs import check_proof, take_proof
from portal.app.accounts.refusals import InvitationClosed, ProofClosed
from portal.app.accounts.sign_up import checked_person, found_or_made
from portal.app.portal import Portal
from portal.app.sessions import user_actor
from portal.domain.access import Right
from portal.domain.offers import Offer, not_theirs
from portal.domain.roles import RIGHTS, Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Code, Purpose
from portal.ledger.grants import add_grant, grants_of
from portal.ledger.unit import Unit
from portal.ledger.users import User, set_user, user_by_email, user_by_id
from portal.text import Text

_INVITATION = (Purpose.INVITATION,)


def look_at_invitation(portal: Portal, token: str) -> tuple[Invitation, bool]:
    """What is offered, and whether whoever takes it has to give name and consent. Raises InvitationClosed."""
    code = _open(portal, token)
    with portal.ledger.read() as conn:
        return described(conn, code), user_by_email(conn, code.email) is None


def redeem_invitation(
    portal: Portal,
    token: str,
    browser: str,
    where: Where,
    signed_in: int | None = None,
    name: str = "",
    language: str = "es",
    consent_version: str = "",
) -> str | None:
    """Take up an invitation: a new session's token, or None for who is signed in (`signed_in`: their id) already.

    Who has an account needs no name, language and consent. Raises InvitationClosed; Refused for somebody else's
    session, or without name or consent: the invitation then stays open.
    """
    code = _open(portal, token)
    with portal.ledger.write("visitor") as unit:
        _check_person(unit, code.email, signed_in, name, consent_version)
        try:
            take_proof(unit, token, _INVITATION, browser)
        except ProofClosed:
            raise InvitationClosed() from None
        user = found_or_made(unit, code.email, name, language, consent_version, where)
        if not user.may_enter:
            raise InvitationClosed()
        _give(unit, code, user, where)
        session_token = None if signed_in else enter(unit, user, "invitation", browser, where)
        unit.commit()
    return session_token


def _open(portal: Portal, token: str) -> Code:
    """The code of an invitation that is open, and that who made it could make again."""
    try:
        code = check_proof(portal, token, _INVITATION, "")
    except ProofClosed:
        raise InvitationClosed() from None
    if code.payload["by_user"] is not None and not _still_theirs(portal, code):
        raise InvitationClosed()
    return code


def _still_theirs(portal: Portal, code: Code) -> bool:
    with portal.ledger.read() as conn:
        inviter = user_by_id(conn, code.payload["by_user"])
    if inviter is None or not inviter.may_enter:
        return False
    try:
        return not not_theirs(user_actor(portal, inviter), Offer.from_payload(code.payload))
    except NotFound:
        return False


def _check_person(unit: Unit, email: str, signed_in: int | None, name: str, consent_version: str) -> None:
    user = user_by_email(unit.conn, email)
    if signed_in is not None and (user is None or user.id != signed_in):
        raise Refused(
            Text("Esta invitación es para {email} y entraste con otra cuenta: cierra la sesión y ábrela de nuevo.",
                 email=email)
        )  # fmt: skip
    if user is None:
        checked_person(name, consent_version)


def _give(unit: Unit, code: Code, user: User, where: Where) -> None:
    """By the word of who invited. Nobody loses a right by being given others."""
    offer, unit.person = Offer.from_payload(code.payload), code.payload["by"]
    if offer.operator:
        set_user(unit, user.id, operator=True)
        note(unit, Event.GRANTED, f"user:{user.id}", where=where, role="operator")
    elif offer.issuer_id is not None and offer.role is not None and not _holds_more(unit, user, offer):
        rights = offer.rights | _held(unit, user, offer)
        grant = add_grant(unit, user.id, offer.issuer_id, offer.customer_id, offer.role, rights, "invitation")
        said = {"role": str(offer.role), "rights": " ".join(sorted(rights))}
        note(unit, Event.GRANTED, f"grant:{grant}", offer.issuer_id, offer.customer_id, where, user=user.id, **said)
    unit.person = f"user:{user.id}"


def _holds_more(unit: Unit, user: User, offer: Offer) -> bool:
    """Whether the person works there already with all that is offered: an owner stays owner."""
    here = [one for one in grants_of(unit.conn, user.id, unit.now) if one.issuer_id == offer.issuer_id]
    staff = [one for one in here if one.customer_id is None and offer.customer_id is None]
    return offer.role is not None and any(RIGHTS[one.role] > RIGHTS[offer.role] for one in staff)


def _held(unit: Unit, user: User, offer: Offer) -> frozenset[Right]:
    """What a customer's person holds there already."""
    here = [one for one in grants_of(unit.conn, user.id, unit.now) if one.customer_id == offer.customer_id]
    return frozenset(right for one in here if one.role is offer.role is Role.CUSTOMER for right in one.rights)
