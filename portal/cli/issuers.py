"""`issuer add` and `issuer list`."""

from __future__ import annotations

import click

from portal.app.accounts.entering import plain_address
from portal.app.accounts.invitations import invite
from portal.app.accounts.refusals import TooMany
from portal.app.issuers import add_issuer, list_issuers
from portal.app.portal import Portal
from portal.cli.common import answer, json_option, open_portal
from portal.clock import BOGOTA
from portal.domain.access import operator
from portal.domain.parties import show_id
from portal.domain.roles import Role
from portal.ledger.parties import Issuer


@click.group()
def issuer() -> None:
    """Who issues documents and is owed."""


@issuer.command("add")
@click.option("--tax-id", required=True, help="NIT, with or without its check digit.")
@click.option("--name", required=True)
@click.option("--email", required=True, help="Where the issuer's owner is reached.")
@click.option("--country", default="CO", show_default=True)
@click.option("--cash-policy", type=click.Choice(["due", "paid"]), default="due", show_default=True,
              help="Contado invoices count as due on issue, or as paid on issue.")  # fmt: skip
@click.option("--timezone", default=BOGOTA, show_default=True, help="Zone of its calendar dates.")
@json_option
def add(tax_id: str, name: str, email: str, country: str, cash_policy: str, timezone: str, as_json: bool) -> None:
    """Make an issuer, and mail its owner an invitation."""
    portal = open_portal()
    address = plain_address(email)
    made = add_issuer(portal, operator(), tax_id, name, address, country, cash_policy, timezone)
    invited = _invited(portal, made, address)
    data = {"id": made.id, "tax_id": made.tax_id, "name": made.name, "slug": made.slug, "invited": invited}
    told = f"Invitamos a {address}." if invited else "Ya van muchas invitaciones hoy: usa «user add»."
    answer(as_json, data, f"Emisor creado: {made.name} ({show_id(made.id_type, made.tax_id)}), /q/{made.slug}. {told}")


def _invited(portal: Portal, made: Issuer, address: str) -> bool:
    """Whether its owner's invitation went out; the issuer is there all the same."""
    try:
        invite(portal, operator(), address, made.id, None, Role.OWNER, (), made.language)
    except TooMany:
        return False
    return True


@issuer.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every issuer of this portal."""
    found = list_issuers(open_portal(), operator())
    rows = [{"id": one.id, "tax_id": one.tax_id, "name": one.name, "slug": one.slug} for one in found]
    lines = [f"{show_id(one.id_type, one.tax_id):>16}  {one.name}" for one in found]
    nobody = "Todavía no hay emisores: impórtalos con sus documentos o usa «issuer add»."
    answer(as_json, rows, "\n".join(lines) or nobody)
