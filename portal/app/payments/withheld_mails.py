"""Who is told of withholdings: the issuer that one waits, the payer that one was not accepted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.access import Right
from portal.domain.places import DOCUMENT, REQUESTS
from portal.domain.roles import RIGHTS, STAFF
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.people import addresses_of
from portal.ledger.unit import Unit
from portal.ledger.withholdings import Withholding, numbers_of
from portal.render.labels import Labels
from portal.render.words import withholding_name


def tell_issuer(portal: Portal, unit: Unit, waiting: Sequence[Withholding]) -> None:
    """Those of its people who may book; without any, the issuer itself. All of them are one customer's."""
    issuer = issuer_by_id(unit.conn, waiting[0].issuer_id)
    said = Labels(translator(issuer.language), issuer.language)
    numbers = numbers_of(unit.conn, {one.document_id for one in waiting})
    values = {
        "customer": customer_by_id(unit.conn, waiting[0].customer_id).name,
        "amount": _money(said, sum(one.amount for one in waiting), waiting[0].currency),
        "number": ", ".join(numbers.values()),
        "link": f"{portal.settings.base_url}/{REQUESTS.address}",
    }
    booking = [role for role in STAFF if Right.BOOK in RIGHTS[role]]
    for address in addresses_of(unit.conn, issuer.id, booking) or [issuer.email or ""]:
        with suppress(Refused):  # an issuer's address may have come from anywhere; its desk shows it anyway
            post_mail(portal, unit, Template.WITHHOLDING_STATED, address, issuer.language, values, issuer.id)


def tell_payer(portal: Portal, unit: Unit, one: Withholding, reason: str) -> None:
    """Why it was not accepted, and that the amount is due again; nobody where no address is known."""
    said = Labels(translator(one.language), one.language)
    values = {
        "tax": withholding_name(one.tax, said),
        "amount": _money(said, one.amount, one.currency),
        "number": numbers_of(unit.conn, [one.document_id])[one.document_id],
        "reason": reason,
        "link": f"{portal.settings.base_url}/{DOCUMENT.address}?id={one.document_id}",
    }
    with suppress(Refused):  # an address that can't be written to: what was decided stands
        post_mail(portal, unit, Template.WITHHOLDING_REJECTED, one.email or "", one.language, values, one.issuer_id)


def _money(said: Labels, amount: int, currency: str) -> str:
    return f"{currency} {said.money(amount, currency)}"
