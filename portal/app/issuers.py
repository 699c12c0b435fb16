"""Issuers: made and listed by the operator."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.domain.parties import NIT, Party, normalise_id
from portal.errors import NotFound, Refused
from portal.ledger import parties
from portal.ledger.parties import Issuer
from portal.text import Text


def add_issuer(
    portal: Portal, actor: Actor, tax_id: str, name: str, email: str, country: str = "CO", cash_policy: str = "due"
) -> Issuer:
    """Make an issuer; refused when its tax id is empty or already here. Operators only."""
    _operators_only(actor)
    normal = normalise_id(tax_id, country)
    if not normal or not name.strip():
        raise Refused(Text("Escribe la identificación y el nombre del emisor."))
    with portal.ledger.write(actor.name) as unit:
        if parties.issuer_by_tax_id(unit.conn, normal, country):
            raise Refused(Text("Ya hay un emisor con identificación {tax_id}.", tax_id=tax_id))
        made = parties.add_issuer(unit, Party(country, NIT if country == "CO" else "", normal, name.strip()), email)
        parties.set_cash_policy(unit, made, cash_policy)
        unit.commit()
    with portal.ledger.read() as conn:
        return parties.issuer_by_id(conn, made)


def list_issuers(portal: Portal, actor: Actor) -> list[Issuer]:
    """Every issuer, by name. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return parties.all_issuers(conn)


def _operators_only(actor: Actor) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
