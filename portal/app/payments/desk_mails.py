"""Mails to the people of an issuer who decide about money."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.access import Right
from portal.domain.places import REQUESTS
from portal.domain.roles import RIGHTS, STAFF
from portal.errors import Refused
from portal.ledger.parties import Issuer
from portal.ledger.people import addresses_of
from portal.ledger.unit import Unit


def tell_desk(portal: Portal, unit: Unit, issuer: Issuer, template: Template, values: Mapping[str, str]) -> None:
    """Those of its people who may book, with a way to what waits; without any, the issuer itself."""
    booking = [role for role in STAFF if Right.BOOK in RIGHTS[role]]
    told = {**values, "link": f"{portal.settings.base_url}/{REQUESTS.address}"}
    for address in addresses_of(unit.conn, issuer.id, booking) or [issuer.email or ""]:
        with suppress(Refused):  # an issuer's address may have come from anywhere; its desk shows it anyway
            post_mail(portal, unit, template, address, issuer.language, told, issuer.id)
