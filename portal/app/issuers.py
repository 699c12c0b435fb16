"""Issuers: made and listed by the operator."""

from __future__ import annotations

from zoneinfo import available_timezones

from portal.app.portal import Portal
from portal.clock import BOGOTA
from portal.domain.access import Actor, By
from portal.domain.parties import NIT, Party, normalise_id
from portal.errors import NotFound, Refused
from portal.ledger import parties
from portal.ledger.parties import Issuer
from portal.ledger.unit import Connection
from portal.text import Text


def add_issuer(
    portal: Portal,
    actor: Actor,
    tax_id: str,
    name: str,
    email: str,
    country: str = "CO",
    cash_policy: str = "due",
    timezone: str = BOGOTA,
) -> Issuer:
    """Make an issuer; refused when its tax id is empty or already here. Operators only.

    `cash_policy`: "due" or "paid", see `parties.set_cash_policy`. `timezone`: the IANA zone of its calendar dates.
    """
    _operators_only(actor)
    normal = normalise_id(tax_id, country)
    if not normal or not name.strip():
        raise Refused(Text("Escribe la identificación y el nombre del emisor."))
    if timezone not in available_timezones():
        raise Refused(Text("«{zone}» no es una zona horaria: escribe una como America/Bogota.", zone=timezone))
    with portal.ledger.write(actor.name) as unit:
        if parties.issuer_by_tax_id(unit.conn, normal, country):
            raise Refused(Text("Ya hay un emisor con identificación {tax_id}.", tax_id=tax_id))
        party = Party(country, NIT if country == "CO" else "", normal, name.strip())
        made = parties.add_issuer(unit, party, email, timezone)
        parties.set_cash_policy(unit, made, cash_policy)
        unit.commit()
    with portal.ledger.read() as conn:
        return parties.issuer_by_id(conn, made)


def issuer_named(conn: Connection, stated: str) -> Issuer:
    """The issuer with this tax id ("900508908-9", "PE:20100070970"); refused with the next step when it is not one."""
    found = parties.issuers_named(conn, stated)
    if len(found) > 1:
        raise Refused(
            Text("Hay emisores de varios países con identificación {tax_id}: escribe PAÍS:{tax_id}.", tax_id=stated)
        )
    if not found:
        raise Refused(Text("No hay un emisor con identificación {tax_id}. Créalo con «issuer add».", tax_id=stated))
    return found[0]


def list_issuers(portal: Portal, actor: Actor) -> list[Issuer]:
    """Every issuer, by name. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return parties.all_issuers(conn)


def _operators_only(actor: Actor) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
