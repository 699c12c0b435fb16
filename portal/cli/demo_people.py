"""Who signs in to the demo: one person of each role, all with the same password, which is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from data.demo.companies import ABC, ACCOUNTS, EJEMPLAR, Seller
from portal.app.portal import Portal
from portal.app.users import add_person, has_account
from portal.domain.access import Actor
from portal.domain.offers import Offer
from portal.domain.parties import Party
from portal.domain.roles import CUSTOMER_RIGHTS, Role

PASSWORD = "cuentas claras conservan amistades"  # noqa: S105  the demo's own
CustomerOf = Callable[[Seller, Party], tuple[int, int]]  # (issuer, customer) by id


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    what: str
    role: Role | None


PEOPLE = (
    Person("compras@abc.example", "Carolina Ruiz", "Empresa ABC S.A.S. en todos sus proveedores", Role.CUSTOMER),
    Person("gerencia@ejemplar.example", "Jorge Niño", "dueño de Ejemplar S.A.S.", Role.OWNER),
    Person("analista@ejemplar.example", "Paula Mejía", "analista de Ejemplar S.A.S.", Role.ANALYST),
    Person("operador@portal.example", "Operación", "quien opera el portal", None),
)


def add_people(portal: Portal, me: Actor, ids: CustomerOf) -> None:
    """Make those who are not there yet."""
    for person in PEOPLE:
        if not has_account(portal, me, person.email):
            for offer in _offers(person, ids):
                add_person(portal, me, person.email, offer, PASSWORD, person.name)


def people_told() -> list[str]:
    """The lines that say who may sign in."""
    width = max(len(person.email) for person in PEOPLE)
    lines = [f"  {person.email:{width}}  {person.what}" for person in PEOPLE]
    return ["", f"O entra con una cuenta; la contraseña de todas es: {PASSWORD}", "", *lines]


def _offers(person: Person, ids: CustomerOf) -> Iterable[Offer]:
    if person.role is None:
        yield Offer(None, None, None, operator=True)
    elif person.role is Role.CUSTOMER:
        for account in (one for one in ACCOUNTS if one.customer is ABC):
            yield Offer(*ids(account.seller, ABC), person.role, CUSTOMER_RIGHTS)
    else:
        yield Offer(ids(EJEMPLAR, ABC)[0], None, person.role)
