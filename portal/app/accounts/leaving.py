"""Accounts that end: deleted by their person, or shut and opened again by an operator."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event, Where, note
from portal.ledger.codes import Purpose, close_codes, forget_codes
from portal.ledger.grants import end_grants_of, grants_of
from portal.ledger.holds import hold_person
from portal.ledger.people import owners_held
from portal.ledger.personal import forget_person
from portal.ledger.recovery import replace_recovery
from portal.ledger.saved_views import forget_views
from portal.ledger.sessions import revoke_sessions_of_user
from portal.ledger.unit import Unit
from portal.ledger.users import User, set_user, user_by_id
from portal.text import Text

_NOBODY = "Cuenta eliminada"


def delete_account(portal: Portal, user_id: int, where: Where) -> None:
    """Take a person out: name, address, password, factors, grants and sessions are gone at once, for good.

    Tax documents are the issuers' and stay; the audit and the consents keep the bare id. Raises Refused for the last
    owner of an issuer.
    """
    with portal.ledger.write(f"user:{user_id}") as unit:
        user = _found(unit, user_id)
        _check_owners(unit, user)
        end_grants_of(unit, user_id)
        revoke_sessions_of_user(unit, user_id)
        replace_recovery(unit, user_id, [])
        forget_views(unit, user_id)
        gone = f"{user_id}@deleted.invalid"  # RFC 2606: nobody's, and free to sign up anew with the old one
        forget_codes(unit, user.email)
        forget_person(unit, user_id, user.email, gone)
        set_user(
            unit, user_id, email=gone, name=_NOBODY, language=None, operator=False, password_hash=None,
            totp_sealed=None, totp_step=None, totp_on_at=None, deleted_at=unit.now,
        )  # fmt: skip
        note(unit, Event.ACCOUNT_DELETED, unit.person, where=where)
        unit.commit()


def disable_user(portal: Portal, actor: Actor, user_id: int, where: Where | None = None) -> None:
    """Shut an account at once, open sessions included; its grants wait. Operators only, and not for themselves."""
    with portal.ledger.write(actor.name) as unit:
        user = _for_operator(unit, actor, user_id)
        if actor.user_id == user_id:
            raise Refused(Text("No puedes cerrar tu propia cuenta: pídeselo a otra persona que opere el portal."))
        set_user(unit, user_id, disabled_at=user.disabled_at or unit.now)
        revoke_sessions_of_user(unit, user_id)
        close_codes(unit, user.email, (Purpose.SIGN_IN, Purpose.RESET, Purpose.TICKET))
        note(unit, Event.SESSIONS_ENDED, f"user:{user_id}", where=where, why="disabled")
        unit.commit()


def enable_user(portal: Portal, actor: Actor, user_id: int) -> None:
    """Open an account again. Operators only."""
    with portal.ledger.write(actor.name) as unit:
        _for_operator(unit, actor, user_id)
        set_user(unit, user_id, disabled_at=None)
        note(unit, Event.SETTINGS_CHANGED, f"user:{user_id}", why="enabled")
        unit.commit()


def _for_operator(unit: Unit, actor: Actor, user_id: int) -> User:
    if actor.by is not By.OPERATOR:
        raise NotFound()
    return _found(unit, user_id)


def _found(unit: Unit, user_id: int) -> User:
    user = user_by_id(unit.conn, user_id)
    if user is None or user.deleted_at is not None:
        raise NotFound()
    hold_person(unit, user.email)
    return user


def _check_owners(unit: Unit, user: User) -> None:
    for held in grants_of(unit.conn, user.id, unit.now):
        if held.role is Role.OWNER and owners_held(unit, held.issuer_id) <= {held.id}:
            raise Refused(
                Text("Eres la única persona dueña de {issuer} en el portal: nombra primero a otra.",
                     issuer=held.issuer_name)
            )  # fmt: skip
