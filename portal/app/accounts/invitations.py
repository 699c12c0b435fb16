"""Invitations: made, listed, withdrawn by who may offer what they offer (`portal.domain.offers`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.app.accounts.entering import plain_address
from portal.app.accounts.proofs import make_proof
from portal.app.accounts.refusals import TooMany
from portal.app.mailing import Template, post_mail
from portal.app.people import check_rights, named
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.offers import Offer, fits_together, not_theirs
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Code, Purpose, close_code, invitation_by_id, invitations
from portal.ledger.links import owner_of
from portal.ledger.parties import customer_by_id, issuer_by_id, person_named
from portal.ledger.unit import Connection, Unit
from portal.text import Text

DAYS = 7
_DAY = timedelta(days=1)
_THE_HOUSE = Text("Quien opera el portal")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation as people see it: to which address, what it offers, until when. A name is None for none."""

    id: int
    email: str
    offer: Offer
    issuer_name: str | None
    customer_name: str | None
    expires_at: datetime


def invite(
    portal: Portal,
    actor: Actor,
    email: str,
    issuer_id: int | None,
    customer_id: int | None,
    role: Role | None,
    rights: Collection[Right],
    language: str,
    operator: bool = False,
    where: Where | None = None,
) -> int:
    """Mail an invitation, good once and for seven days; its id. `rights` count for a customer's person only.

    Raises NotFound for what the actor may not offer, Refused for rights that it lacks itself, for «consumidor final»
    and for parties that don't go with the role; TooMany.
    """
    given = check_rights(rights) if role is Role.CUSTOMER else frozenset()
    offer, address = Offer(issuer_id, customer_id, role, given, operator), plain_address(email)
    with portal.ledger.write(actor.name) as unit:
        _check_offer(unit.conn, actor, offer)
        _count(unit, address, actor.name)
        payload = offer.to_payload() | {"by": actor.name, "by_user": actor.user_id}
        made = make_proof(portal, unit, Purpose.INVITATION, address, None, payload, timedelta(days=DAYS))
        told = _told(portal, unit.conn, actor, offer, language) | {"link": made.link, "days": str(DAYS)}
        post_mail(portal, unit, Template.INVITATION, address, language, told, issuer_id)
        note(unit, Event.INVITED, f"invitation:{made.id}", issuer_id, customer_id, where, role=role or "operator")
        unit.commit()
    return made.id


def open_invitations(portal: Portal, actor: Actor) -> list[Invitation]:
    """The open ones that the actor could have made, the newest first."""
    with portal.ledger.read() as conn:
        found = [described(conn, code) for code in invitations(conn, portal.clock.now())]
    return [invitation for invitation in found if _may_offer(actor, invitation.offer)]


def revoke_invitation(portal: Portal, actor: Actor, invitation_id: int, where: Where | None = None) -> None:
    """Withdraw an invitation. Raises NotFound when it is not open, or not the actor's to offer."""
    with portal.ledger.write(actor.name) as unit:
        code = invitation_by_id(unit.conn, invitation_id, unit.now)
        offer = Offer.from_payload(code.payload) if code else None
        if offer is None or not _may_offer(actor, offer) or not close_code(unit, invitation_id):
            raise NotFound()
        note(unit, Event.GRANT_ENDED, f"invitation:{invitation_id}", offer.issuer_id, offer.customer_id, where)
        unit.commit()


def described(conn: Connection, code: Code) -> Invitation:
    """An invitation with the names of its parties."""
    offer = Offer.from_payload(code.payload)
    issuer = issuer_by_id(conn, offer.issuer_id).name if offer.issuer_id is not None else None
    customer = customer_by_id(conn, offer.customer_id).name if offer.customer_id is not None else None
    return Invitation(code.id, code.email, offer, issuer, customer, code.expires_at)


def _told(portal: Portal, conn: Connection, actor: Actor, offer: Offer, language: str) -> dict[str, str]:
    """Who invites, and to whose documents."""
    person = person_named(conn, actor.user_id) if actor.user_id is not None else None
    if offer.issuer_id is None:
        party = portal.settings.base_url
    elif offer.customer_id is None:
        party = issuer_by_id(conn, offer.issuer_id).name
    else:
        party = customer_by_id(conn, offer.customer_id).name
    return {"person": person or translator(language)(_THE_HOUSE.template), "party": party}


def _count(unit: Unit, address: str, actor_name: str) -> None:
    to, by = key_hash("to", address), key_hash("by", actor_name)
    if not take_room(unit, [Counter("invitation", to, 5, _DAY), Counter("invitation", by, 200, _DAY)]):
        raise TooMany(Text("Van muchas invitaciones hoy, a esta dirección o en total. Inténtalo mañana."))


def _may_offer(actor: Actor, offer: Offer) -> bool:
    try:
        return not not_theirs(actor, offer)
    except NotFound:
        return False


def _check_offer(conn: Connection, actor: Actor, offer: Offer) -> None:
    lacking = not_theirs(actor, offer)
    if offer.customer_id is not None:
        owner = owner_of(conn, offer.customer_id)
        if owner is None or owner[0] != offer.issuer_id:
            raise NotFound()
        if owner[1]:
            raise Refused(Text("«Consumidor final» reúne compras de muchas personas: elige un cliente identificado."))
    if not fits_together(offer):
        raise Refused(Text("Elige el rol y, para una persona de un cliente, el cliente."))
    if lacking:
        raise Refused(Text("Solo puedes dar permisos que tú tienes; te falta {rights}.", rights=named(lacking)))
