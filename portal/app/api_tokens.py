"""Tokens for an issuer's own systems: made and shown once, listed, revoked; and who comes with one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.app.portal import Portal
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.tokens import session_hash
from portal.errors import NotFound, PortalError, Refused
from portal.ledger import api_tokens as rows
from portal.ledger.api_tokens import TokenRow
from portal.ledger.audit import Event, Where, note
from portal.ledger.people import names_of
from portal.text import Text

MOST = 20  # good ones of an issuer
LONGEST_NAME = 80
START = "pdc_"  # so that whoever finds one knows what it is
_SHAPE = re.compile(r"pdc_[A-Za-z0-9_-]{43}", re.ASCII)
_USE_TOLD_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token is for."""

    PAYMENTS = "payments"
    DOCUMENTS = "documents"


RIGHTS = {Scope.PAYMENTS: Right.EXPORT, Scope.DOCUMENTS: Right.IMPORT}


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token as people see it: never the token itself. `made_by`: a name, or what kind of maker it was."""

    row: TokenRow
    made_by: str


class BadToken(PortalError):
    """No token, none that was ever made, or one that was revoked: the same answer."""

    status = 401

    def __init__(self) -> None:
        super().__init__(Text("Falta una clave de la API que sirva: cabecera «Authorization: Bearer pdc_…»."))


class OutOfScope(PortalError):
    """A good token that was not made for this."""

    status = 403

    def __init__(self, scope: Scope) -> None:
        said = {
            Scope.PAYMENTS: Text("Esta clave no lee pagos: crea en Ajustes una que sí."),
            Scope.DOCUMENTS: Text("Esta clave no trae documentos: crea en Ajustes una que sí."),
        }
        super().__init__(said[scope])


def make_token(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    name: str,
    where: Where | None = None,
    scopes: Collection[Scope] = (Scope.PAYMENTS,),
) -> str:
    """A new token; only its hash is kept, so this is the one time that it is told. Raises Refused, NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    if not scopes:
        raise Refused(Text("Elige para qué sirve la clave."))
    if not name.strip():
        raise Refused(Text("Escribe para qué es la clave: el nombre del sistema que la usa."))
    token = START + secrets.token_urlsafe(32)
    with portal.ledger.write(actor.name) as unit:
        if len([one for one in rows.tokens_at(unit.conn, issuer_id) if one.revoked_at is None]) >= MOST:
            raise Refused(Text("Ya hay {most} claves activas. Revoca una que no uses.", most=MOST))
        kept = name.strip()[:LONGEST_NAME]
        said = " ".join(one for one in Scope if one in scopes)
        token_id = rows.add_token(unit, issuer_id, kept, session_hash(token), token[-4:], said)
        note(unit, Event.TOKEN_MADE, f"token:{token_id}", issuer_id, where=where, token=kept, scopes=said)
        unit.commit()
    return token


def list_tokens(portal: Portal, actor: Actor, issuer_id: int) -> list[ShownToken]:
    """The issuer's tokens, the newest first. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        found = rows.tokens_at(conn, issuer_id)
        names = names_of(conn, {one.created_by for one in found})
    return [ShownToken(one, names.get(one.created_by, one.created_by)) for one in found]


def revoke_token(portal: Portal, actor: Actor, token_id: int, where: Where | None = None) -> None:
    """End a token now; again does nothing. Raises NotFound."""
    with portal.ledger.write(actor.name) as unit:
        row = rows.token_row(unit.conn, token_id)
        if row is None:
            raise NotFound()
        actor.require(Right.SETTINGS, row.issuer_id, 0)
        if row.revoked_at is None:
            rows.revoke_token(unit, token_id)
            note(unit, Event.TOKEN_REVOKED, f"token:{token_id}", row.issuer_id, where=where, token=row.name)
        unit.commit()


def token_actor(portal: Portal, token: str) -> Actor:
    """Who comes with a token, with what tokens may do at its issuer. Raises BadToken."""
    if not _SHAPE.fullmatch(token):
        raise BadToken()
    with portal.ledger.read() as conn:
        row = rows.token_of_hash(conn, session_hash(token))
    if row is None:
        raise BadToken()
    now = portal.clock.now()
    if row.last_used_at is None or now - row.last_used_at >= _USE_TOLD_EVERY:
        with portal.ledger.write(f"token:{row.id}") as unit:
            rows.mark_used(unit, row.id)
            unit.commit()
    rights = frozenset(RIGHTS[Scope(one)] for one in row.scopes.split())
    return Actor(By.ISSUER, f"token:{row.id}", (Grant(row.issuer_id, None, rights),), row.issuer_id)


def require_scope(actor: Actor, scope: Scope) -> None:
    """Nothing, or OutOfScope."""
    if actor.scope(RIGHTS[scope]).empty:
        raise OutOfScope(scope)
