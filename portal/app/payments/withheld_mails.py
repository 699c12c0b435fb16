"""Who is told of withholdings: the issuer that one waits, the payer that one was not accepted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from portal.app.mailing import Template, post_mail
from portal.app.payments.desk_mails import tell_desk
from portal.app.portal import Portal
from portal.domain.places import DOCUMENT
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.unit import Unit
from portal.ledger.withholdings import Withholding, numbers_of
from portal.render.labels import Labels
from portal.render.words import withholding_name


def tell_issuer(portal: Portal, unit: Unit, waiting: Sequence[Withholding]) -> None:
    """That they wait; all of them are one customer's."""
    issuer = issuer_by_id(unit.conn, waiting[0].issuer_id)
    said = Labels(translator(issuer.language), issuer.language)
    numbers = numbers_of(unit.conn, {one.document_id for one in waiting})
    values = {
        "customer": customer_by_id(unit.conn, waiting[0].customer_id).name,
        "amount": _money(said, sum(one.amount for one in waiting), waiting[0].currency),
        "number": ", ".join(numbers.values()),
    }
    tell_desk(portal, unit, issuer, Template.WITHHOLDING_STATED, values)


def tell_payer(portal: Portal, unit: Unit, one: Withholding, template: Template, reason: str = "") -> None:
    """That it was accepted, or why not and that the amount is due again; nobody where no address is known."""
    said = Labels(translator(one.language), one.language)
    values = {
        "tax": withholding_name(one.tax, said),
        "amount": _money(said, one.amount, one.currency),
        "number": numbers_of(unit.conn, [one.document_id])[one.document_id],
        "reason": reason,
        "link": f"{portal.settings.base_url}/{DOCUMENT.address}?id={one.document_id}",
    }
    with suppress(Refused):  # an address that can't be written to: what was decided stands
        post_mail(portal, unit, template, one.email or "", one.language, values, one.issuer_id)


def _money(said: Labels, amount: int, currency: str) -> str:
    return f"{currency} {said.money(amount, currency)}"
