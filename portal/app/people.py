"""Who sees what, and why: the people of a customer, an issuer's staff, one's own grants; other rights, and the end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.roles import CUSTOMER_RIGHTS, LEVELS, Role
from portal.errors import NotFound, Refused
from portal.ledger import audit, grants
from portal.ledger import people as rows
from portal.ledger.audit import Event, Where
from portal.ledger.grants import HeldGrant
from portal.ledger.links import find_link, owner_of
from portal.ledger.unit import Connection, Unit
from portal.text import Text

_NAMES = {
    Right.SEE: Text("ver"),
    Right.DOWNLOAD: Text("descargar"),
    Right.PAY: Text("pagar"),
    Right.COMMENT: Text("comentar"),
    Right.MANAGE: Text("administrar personas"),
    Right.EXPORT: Text("exportar"),
    Right.LINKS: Text("administrar enlaces"),
    Right.APPROVE: Text("aprobar accesos"),
    Right.IMPORT: Text("importar"),
    Right.BOOK: Text("registrar pagos"),
    Right.AUDIT: Text("leer el registro"),
    Right.STAFF: Text("administrar el equipo"),
    Right.SETTINGS: Text("cambiar los ajustes"),
}


@dataclass(frozen=True, slots=True)
class Sight:
    """A grant, why it is there, by whose word, and until when if it hangs on a link."""

    grant: HeldGrant
    why: Text
    by: Text | str
    until: datetime | None

    @property
    def since(self) -> datetime:
        return self.grant.made_at

    @property
    def to_confirm(self) -> bool:
        """Whether it ends with a link, unless the issuer confirms it."""
        return self.until is not None


class LastOwner(Refused):
    """An issuer keeps somebody who can let others in."""

    def __init__(self, grant: HeldGrant) -> None:
        super().__init__(
            Text("{person} es la única persona dueña de {issuer} en el portal: nombra primero a otra.",
                 person=grant.user_name, issuer=grant.issuer_name)
        )  # fmt: skip


def people_of_customer(portal: Portal, actor: Actor, customer_id: int) -> list[Sight]:
    """Who holds something for a customer: for whoever manages its people, and for its issuer. Raises NotFound."""
    with portal.ledger.read() as conn:
        owner = owner_of(conn, customer_id)
        if owner is None or not _looks_after(actor, owner[0], customer_id):
            raise NotFound()
        return _sights(conn, grants.grants_at(conn, owner[0], portal.clock.now(), customer_id))


def staff_of_issuer(portal: Portal, actor: Actor, issuer_id: int) -> list[Sight]:
    """Who works for an issuer, and who reads all of it as an analyst. Raises NotFound without Right.STAFF."""
    actor.require(Right.STAFF, issuer_id, 0)
    with portal.ledger.read() as conn:
        held = grants.grants_at(conn, issuer_id, portal.clock.now())
        return _sights(conn, [grant for grant in held if grant.customer_id is None])


def what_i_see(portal: Portal, actor: Actor) -> list[Sight]:
    """What the person who asks was granted, by issuer and customer; nothing for whoever is not a user."""
    if actor.user_id is None:
        return []
    with portal.ledger.read() as conn:
        return _sights(conn, grants.grants_of(conn, actor.user_id, portal.clock.now()))


def set_rights(
    portal: Portal, actor: Actor, grant_id: int, rights: Collection[Right], where: Where | None = None
) -> None:
    """Give a customer's person these rights and no others; seeing is always among them.

    Whoever manages a customer's people gives what it holds itself; the issuer gives any; nobody gives to itself.
    Raises NotFound, Refused.
    """
    with portal.ledger.write(actor.name) as unit:
        grant = _changeable(unit, actor, grant_id)
        if grant.role is not Role.CUSTOMER:
            raise Refused(
                Text("Los permisos de {person} vienen con su nivel: cámbialo en el equipo.", person=grant.user_name)
            )  # fmt: skip
        given = check_rights(rights)
        _check_raise(actor, grant, given - grant.grant.rights)
        rows.set_rights(unit, grant_id, given)
        said = {"rights": " ".join(sorted(given)), "before": " ".join(sorted(grant.grant.rights))}
        _note(unit, Event.GRANTED, grant, where, **said)
        unit.commit()


def set_level(portal: Portal, actor: Actor, grant_id: int, level: Role, where: Where | None = None) -> None:
    """Make somebody of an issuer's team something else there, from that person's next step on.

    For whoever holds Right.STAFF; nobody changes their own. Raises NotFound, Refused.
    """
    with portal.ledger.write(actor.name) as unit:
        grant = _changeable(unit, actor, grant_id)
        if grant.customer_id is not None or level not in LEVELS:
            raise NotFound()
        if actor.user_id == grant.user_id:
            raise Refused(Text("Nadie cambia su propio nivel: pídeselo a otra persona dueña."))
        if level is not Role.OWNER:
            _keep_an_owner(unit, grant)
        rows.set_role(unit, grant_id, level)
        _note(unit, Event.GRANTED, grant, where, role=level, role_before=grant.role)
        unit.commit()


def end_grant(portal: Portal, actor: Actor, grant_id: int, where: Where | None = None) -> None:
    """Take a grant away at once; everybody may give up their own. Raises NotFound; Refused for the last owner."""
    with portal.ledger.write(actor.name) as unit:
        grant = _changeable(unit, actor, grant_id, own=True)
        _keep_an_owner(unit, grant)
        grants.end_grant(unit, grant_id)
        _note(unit, Event.GRANT_ENDED, grant, where)
        unit.commit()


def check_rights(rights: Collection[Right]) -> frozenset[Right]:
    """Rights that a customer's person may be given, seeing among them; Refused for others."""
    wrong = frozenset(rights) - CUSTOMER_RIGHTS
    if wrong:
        raise Refused(
            Text("A una persona de un cliente no se le puede dar {rights}: elige entre {possible}.",
                 rights=named(wrong), possible=named(CUSTOMER_RIGHTS))
        )  # fmt: skip
    return frozenset(rights) | {Right.SEE}


def named(rights: Collection[Right]) -> list[Text]:
    """Rights as people call them."""
    return [name for right, name in _NAMES.items() if right in rights]


def _looks_after(actor: Actor, issuer_id: int, customer_id: int) -> bool:
    at_issuer = any(actor.scope(right).covers(issuer_id, 0) for right in (Right.LINKS, Right.APPROVE))
    return at_issuer or actor.scope(Right.MANAGE).covers(issuer_id, customer_id)


def _changeable(unit: Unit, actor: Actor, grant_id: int, own: bool = False) -> HeldGrant:
    """The grant, if it is the actor's to change: staff by STAFF, a customer's people by MANAGE or by the issuer."""
    grant = grants.grant_by_id(unit.conn, grant_id)
    if grant is None:
        raise NotFound()
    if own and actor.user_id is not None and grant.user_id == actor.user_id:
        return grant
    if grant.customer_id is None:
        actor.require(Right.STAFF, grant.issuer_id, 0)
    elif not actor.scope(Right.APPROVE).covers(grant.issuer_id, 0):
        if grant.role is not Role.CUSTOMER:
            raise NotFound()
        actor.require(Right.MANAGE, grant.issuer_id, grant.customer_id)
    return grant


def _keep_an_owner(unit: Unit, grant: HeldGrant) -> None:
    if grant.role is Role.OWNER and rows.owners_held(unit, grant.issuer_id) == {grant.id}:
        raise LastOwner(grant)


def _check_raise(actor: Actor, grant: HeldGrant, added: frozenset[Right]) -> None:
    if added and actor.user_id == grant.user_id:
        raise Refused(Text("Nadie se da permisos a sí mismo: pídeselos a otra persona que administre accesos."))
    if actor.scope(Right.APPROVE).covers(grant.issuer_id, 0):
        return
    lacking = [right for right in added if not actor.scope(right).covers(grant.issuer_id, grant.customer_id or 0)]
    if lacking:
        raise Refused(
            Text("Solo puedes dar permisos que tú tienes; te falta {rights}: pídeselo a {issuer}.",
                 rights=named(lacking), issuer=grant.issuer_name)
        )  # fmt: skip


def _note(unit: Unit, event: Event, grant: HeldGrant, where: Where | None, **detail: str) -> None:
    said: dict[str, str | int] = {"user": grant.user_id, "role": grant.role, **detail}
    audit.note(unit, event, f"grant:{grant.id}", grant.issuer_id, grant.customer_id, where, **said)


def _sights(conn: Connection, held: list[HeldGrant]) -> list[Sight]:
    names = rows.names_of(conn, {grant.made_by for grant in held})
    return [Sight(grant, _why(grant), _by(grant, names), _until(conn, grant)) for grant in held]


def _until(conn: Connection, grant: HeldGrant) -> datetime | None:
    link = find_link(conn, grant.link_id) if grant.link_id and not grant.confirmed_at else None
    return link.expires_at if link else None


def _why(grant: HeldGrant) -> Text:
    if grant.source == "link":
        if grant.confirmed_at:
            return Text("Por un enlace personal; {issuer} lo confirmó.", issuer=grant.issuer_name)
        return Text("Por un enlace personal: vale mientras el enlace esté abierto.")
    return {
        "invitation": Text("Por invitación."),
        "request": Text("Por una solicitud que {issuer} aprobó.", issuer=grant.issuer_name),
        "operator": Text("Lo dio quien opera el portal."),
        "document": Text("El correo está en un documento de {issuer}.", issuer=grant.issuer_name),
    }[grant.source]


def _by(grant: HeldGrant, names: dict[str, str]) -> Text | str:
    if grant.made_by in names:
        return names[grant.made_by]
    by_operator = grant.made_by.startswith("operator:")
    return Text("Quien opera el portal") if by_operator else grant.issuer_name
