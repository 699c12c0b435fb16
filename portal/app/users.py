"""Accounts made and listed by the operator."""

from __future__ import annotations

from dataclasses import replace

from portal.app.accounts.entering import plain_address
from portal.app.accounts.passwords import hash_new_password
from portal.app.people import LastOwner, check_rights
from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.domain.offers import Offer, fits_together
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger import audit
from portal.ledger.audit import Event
from portal.ledger.grants import add_grant, grants_of
from portal.ledger.links import owner_of
from portal.ledger.people import owners_held
from portal.ledger.sessions import revoke_sessions_of_user
from portal.ledger.unit import Connection, Unit
from portal.ledger.user_list import ListedUser, all_users
from portal.ledger.users import User, add_user, set_user, user_by_email
from portal.text import Text


def add_person(portal: Portal, actor: Actor, email: str, given: Offer, password: str | None, name: str = "") -> int:
    """Make an account, or take the one that has this address, and give it a role; its id. Operators only.

    Without a password a new person comes in by a code to their mail. A new password of an account that is there
    ends its sessions. Raises Refused for a role without its parties, a poor password, a closed account, and for
    taking its last owner from an issuer.
    """
    _operators_only(actor)
    address = plain_address(email)
    offer = replace(given, rights=check_rights(given.rights)) if given.role is Role.CUSTOMER else given
    if not fits_together(offer):
        raise Refused(
            Text("Una persona tiene un rol: de un cliente, de un emisor, de análisis, o quien opera el portal.")
        )
    password_hash = hash_new_password(password, address) if password is not None else None
    with portal.ledger.write(actor.name) as unit:
        _check_customer(unit.conn, offer)
        user = user_by_email(unit.conn, address)
        user_id = _welcome(user).id if user else add_user(unit, address, name)
        if password_hash:
            set_user(unit, user_id, password_hash=password_hash)
            revoke_sessions_of_user(unit, user_id)
            audit.note(unit, Event.PASSWORD_SET, f"user:{user_id}")
        _give(unit, user_id, offer)
        unit.commit()
    return user_id


def has_account(portal: Portal, actor: Actor, email: str) -> bool:
    """Whether somebody signs in with this address. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return user_by_email(conn, plain_address(email)) is not None


def list_users(portal: Portal, actor: Actor) -> list[ListedUser]:
    """Every account and what it holds, by address. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return all_users(conn, portal.clock.now())


def _give(unit: Unit, user_id: int, offer: Offer) -> None:
    if offer.operator or offer.issuer_id is None or offer.role is None:
        set_user(unit, user_id, operator=True)
        audit.note(unit, Event.GRANTED, f"user:{user_id}", user=user_id, role="operator")
        return
    held = [one for one in grants_of(unit.conn, user_id, unit.now) if one.issuer_id == offer.issuer_id]
    own = [one for one in held if one.role is Role.OWNER]
    if own and _replaces_owner(offer) and owners_held(unit, offer.issuer_id) == {own[0].id}:
        raise LastOwner(own[0])
    grant_id = add_grant(unit, user_id, offer.issuer_id, offer.customer_id, offer.role, offer.rights, "operator")
    said = {"role": str(offer.role), "rights": " ".join(sorted(offer.rights))}
    audit.note(unit, Event.GRANTED, f"grant:{grant_id}", offer.issuer_id, offer.customer_id, None, user=user_id, **said)


def _replaces_owner(offer: Offer) -> bool:
    return offer.customer_id is None and offer.role is not Role.OWNER


def _welcome(user: User) -> User:
    if not user.may_enter:
        raise Refused(Text("La cuenta de {email} está cerrada: usa otra dirección.", email=user.email))
    return user


def _check_customer(conn: Connection, offer: Offer) -> None:
    owner = owner_of(conn, offer.customer_id) if offer.customer_id is not None else None
    if owner and owner[1]:
        raise Refused(Text("«Consumidor final» reúne compras de muchas personas: elige un cliente identificado."))
    if offer.customer_id is not None and (owner is None or owner[0] != offer.issuer_id):
        raise NotFound()


def _operators_only(actor: Actor) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
