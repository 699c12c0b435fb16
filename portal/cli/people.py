"""`user add` and `user list`: accounts, and what they may see."""

from __future__ import annotations

import sys

import click

from portal.app.people import staff_of_issuer
from portal.app.portal import Portal
from portal.app.users import add_person, has_account, list_users
from portal.cli.common import answer, find_customer, find_issuer, json_option, open_portal
from portal.domain.access import LINK_RIGHTS, Right, operator
from portal.domain.offers import Offer
from portal.domain.roles import CUSTOMER_RIGHTS, STAFF, Role
from portal.errors import Refused
from portal.ledger.parties import Issuer
from portal.ledger.user_list import ListedGrant, ListedUser
from portal.text import Text

ROLES = ("customer", "issuer", "analyst", "operator")
RIGHTS = ",".join(right for right in Right if right in CUSTOMER_RIGHTS)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--name", default="", help="How the person is called; the address if left out.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--level", type=click.Choice([str(role) for role in STAFF]),
              help="Of an issuer's person; left out: owner for the first one, else reader.")  # fmt: skip
@click.option("--rights", metavar=RIGHTS, help="Of a customer's person; left out: all but manage.")
@click.option("--issuer", "issuer_tax_id", metavar="TAXID")
@click.option("--customer", "customer_tax_id", metavar="TAXID")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
def add(
    email: str,
    name: str,
    role: str,
    level: str | None,
    rights: str | None,
    issuer_tax_id: str | None,
    customer_tax_id: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make an account, or give one that is there another role; asks for the password of a new one."""
    _check_options(role, level, rights, issuer_tax_id, customer_tax_id)
    portal = open_portal()
    issuer = find_issuer(portal, issuer_tax_id) if issuer_tax_id else None
    customer = find_customer(portal, issuer, customer_tax_id) if issuer and customer_tax_id else None
    offer = Offer(
        issuer.id if issuer else None,
        customer.id if customer else None,
        _role(portal, role, level, issuer),
        _rights(rights) if role == "customer" else frozenset(),
        role == "operator",
    )
    known = has_account(portal, operator(), email)
    user_id = add_person(portal, operator(), email, offer, _password(password_stdin, known), name)
    (made,) = [one for one in list_users(portal, operator()) if one.id == user_id]
    sentence = f"{made.email} ya tenía cuenta: se le dio el rol." if known else f"Cuenta creada: {made.email}"
    answer(as_json, {**_row(made), "new": not known}, sentence)


@user.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every account: its address, roles and rights."""
    found = list_users(open_portal(), operator())
    lines = [f"{one.email:36} {one.name:28} {_said(one)}" for one in found]
    answer(as_json, [_row(one) for one in found], "\n".join(lines) or "Todavía no hay cuentas: usa «user add».")


def _check_options(role: str, level: str | None, rights: str | None, issuer: str | None, customer: str | None) -> None:
    """One sentence for options that don't go with the role."""
    if role != "operator" and not issuer:
        raise Refused(Text("El rol {role} pide --issuer.", role=role))
    if role == "customer" and not customer:
        raise Refused(Text("El rol customer pide --customer: la identificación del cliente."))
    taken = {"--level": ("issuer",), "--rights": ("customer",), "--customer": ("customer", "analyst"),
             "--issuer": ("customer", "issuer", "analyst")}  # fmt: skip
    given = {"--level": level, "--rights": rights, "--customer": customer, "--issuer": issuer}
    wrong = [option for option, roles in taken.items() if given[option] and role not in roles]
    if wrong:
        raise Refused(Text("{options} no va con el rol {role}: quítalo.", options=", ".join(wrong), role=role))


def _role(portal: Portal, role: str, level: str | None, issuer: Issuer | None) -> Role | None:
    if role != "issuer":
        return {"customer": Role.CUSTOMER, "analyst": Role.ANALYST}.get(role)
    if level or issuer is None:
        return Role(level) if level else None
    roles = [one.grant.role for one in staff_of_issuer(portal, operator(), issuer.id)]
    return Role.READER if Role.OWNER in roles else Role.OWNER


def _rights(stated: str | None) -> frozenset[Right]:
    if stated is None:
        return LINK_RIGHTS
    words = [word.strip() for word in stated.split(",") if word.strip()]
    wrong = [word for word in words if word not in RIGHTS.split(",")]
    if wrong:
        raise Refused(Text("{wrong} no es un permiso: elige entre {rights}.", wrong=", ".join(wrong), rights=RIGHTS))
    return frozenset(map(Right, words))


def _password(from_stdin: bool, known: bool) -> str | None:
    if from_stdin:
        return sys.stdin.read().rstrip("\r\n")
    if known:
        return None
    typed: str = click.prompt("Contraseña", hide_input=True, confirmation_prompt="Otra vez", err=True)
    return typed


def _row(one: ListedUser) -> dict[str, object]:
    grants: list[dict[str, object]] = [_grant(held) for held in one.held]
    return {
        "id": one.id,
        "email": one.email,
        "name": one.name,
        "operator": one.operator,
        "open": one.disabled_at is None,
        "grants": grants,
    }


def _grant(held: ListedGrant) -> dict[str, object]:
    staff = held.role in STAFF
    return {
        "role": "issuer" if staff else held.role,
        "level": held.role if staff else None,
        "rights": sorted(held.rights),
        "issuer": held.issuer_tax_id,
        "customer": held.customer_tax_id,
    }


def _said(one: ListedUser) -> str:
    held = [f"{held.role} {held.issuer_tax_id}{_of(held.customer_tax_id)}" for held in one.held]
    return ", ".join([*(["operator"] if one.operator else []), *held]) or "sin permisos"


def _of(customer_tax_id: str | None) -> str:
    return f"/{customer_tax_id}" if customer_tax_id else ""
