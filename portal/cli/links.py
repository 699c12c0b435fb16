"""`link create|list|rotate|revoke`: personal links."""

from __future__ import annotations

import click

from portal.app import links
from portal.app.links import DAYS, ShownLink
from portal.cli.common import answer, find_customer, find_issuer, json_option, open_portal
from portal.domain.access import operator


@click.group()
def link() -> None:
    """Personal links: one opens all of a customer's documents at one issuer, without a password."""


@link.command()
@click.option("--issuer", "issuer_tax_id", required=True, metavar="TAXID")
@click.option("--customer", "customer_tax_id", required=True, metavar="TAXID")
@click.option("--days", default=DAYS, show_default=True, help="How long it opens.")
@json_option
def create(issuer_tax_id: str, customer_tax_id: str, days: int, as_json: bool) -> None:
    """Make a link and print its address."""
    portal = open_portal()
    issuer = find_issuer(portal, issuer_tax_id)
    customer = find_customer(portal, issuer, customer_tax_id)
    made = links.create_link(portal, operator(), customer.id, days)
    answer(as_json, _row(made), str(made.url))


@link.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every link: whose, state, last use."""
    rows = [_row(shown) for shown in links.list_links(open_portal(), operator())]
    lines = [f"{r['id']}  {r['state']:8} {r['issuer']} → {r['customer']}  vence {r['expires_at']:.10}" for r in rows]
    answer(as_json, rows, "\n".join(lines) or "Todavía no hay enlaces: crea uno con «link create».")


@link.command()
@click.argument("link_id", type=int)
@click.option("--days", default=DAYS, show_default=True)
@json_option
def rotate(link_id: int, days: int, as_json: bool) -> None:
    """Replace a link's address; the old one and its sessions end now."""
    made = links.rotate_link(open_portal(), operator(), link_id, days)
    answer(as_json, _row(made), str(made.url))


@link.command()
@click.argument("link_id", type=int)
@json_option
def revoke(link_id: int, as_json: bool) -> None:
    """Close a link and the sessions that it opened."""
    done = links.revoke_link(open_portal(), operator(), link_id)
    answer(as_json, _row(done), "Enlace revocado.")


def _row(shown: ShownLink) -> dict[str, object]:
    one = shown.link
    return {
        "id": one.id,
        "url": shown.url,
        "state": shown.state,
        "issuer": one.issuer_tax_id,
        "customer": one.customer_tax_id,
        "created_by": one.created_by,
        "created_at": one.created_at.isoformat(),
        "expires_at": one.expires_at.isoformat(),
        "last_used_at": one.last_used_at.isoformat() if one.last_used_at else None,
        "last_used_from": one.last_used_from,
        "uses": one.uses,
    }
