"""What commands share: the portal they work on, and how they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from portal.app.issuers import issuer_named
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.parties import normalise_id
from portal.errors import Refused
from portal.ledger import parties
from portal.ledger.parties import Customer, Issuer
from portal.text import Text

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def open_portal() -> Portal:
    """The portal of the current settings; its ledger is brought to the newest schema."""
    return build(Settings.load())


def answer(as_json: bool, data: Any, sentence: str) -> None:
    """Print JSON, or the sentence for people."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else sentence)


def find_issuer(portal: Portal, tax_id: str) -> Issuer:
    """The issuer with this tax id; refused with the next step when there is none."""
    with portal.ledger.read() as conn:
        return issuer_named(conn, tax_id)


def find_customer(portal: Portal, issuer: Issuer, tax_id: str) -> Customer:
    """The issuer's customer with this tax id; refused when there is none, or more than one."""
    with portal.ledger.read() as conn:
        found = parties.customers_by_tax_id(conn, issuer.id, normalise_id(tax_id, issuer.country))
    if len(found) == 1:
        return found[0]
    sentence = (
        Text("{issuer} tiene varios clientes con identificación {tax_id}, con distinto tipo de documento.")
        if found
        else Text("{issuer} no tiene un cliente con identificación {tax_id}: importa primero sus documentos.")
    )
    raise Refused(sentence.filled(issuer=issuer.name, tax_id=tax_id))
