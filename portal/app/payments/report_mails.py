"""Who is told of a reported transfer: the issuer that it waits, the payer what was decided."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from portal.app.mailing import Template, post_mail
from portal.app.payments.desk_mails import tell_desk
from portal.app.payments.vouchers import voucher_facts
from portal.app.portal import Portal
from portal.domain.places import DOCUMENTS
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.transfers import Report
from portal.ledger.unit import Unit
from portal.ledger.vouchers import issue_voucher
from portal.render.labels import Labels
from portal.render.words import means_name


def tell_issuer(portal: Portal, unit: Unit, report: Report) -> None:
    """That it waits."""
    issuer = issuer_by_id(unit.conn, report.issuer_id)
    said = Labels(translator(issuer.language), issuer.language, issuer.timezone)
    values = {
        "customer": customer_by_id(unit.conn, report.customer_id).name,
        "amount": money(said, report),
        "day": said.day(report.paid_on),
        "means": means_name(report.method, said),
        "reference": report.reference or "—",
    }
    tell_desk(portal, unit, issuer, Template.TRANSFER_REPORTED, values)


def tell_of_acceptance(portal: Portal, unit: Unit, report: Report, item_id: int) -> None:
    """The comprobante, and a mail that leads to it; in the transaction that books the money."""
    paid: dict[str, Any] = {
        "amount": report.amount,
        "currency": report.currency,
        "method": report.method,
        "provider": "",
        "live": True,
        "on": report.paid_on,
        "transaction": report.reference,
        "reference": "",
    }
    facts = voucher_facts(unit.conn, report.issuer_id, report.customer_id, item_id, report.name, **paid)
    voucher_id, number = issue_voucher(unit, report.issuer_id, facts, report_id=report.id)
    address = f"{portal.settings.base_url}/pago?v={voucher_id}"
    tell_payer(portal, unit, report, Template.VOUCHER, address, number=str(number))


def tell_payer(portal: Portal, unit: Unit, report: Report, template: Template, link: str = "", **values: str) -> None:
    """What was decided; nobody where no address is known."""
    said = Labels(translator(report.language), report.language)
    told = {"amount": money(said, report), "day": said.day(report.paid_on)}
    told["link"] = link or f"{portal.settings.base_url}/{DOCUMENTS.address}"
    with suppress(Refused):  # an address that can't be written to: what was decided stands
        post_mail(portal, unit, template, report.email or "", report.language, told | values, report.issuer_id)


def money(said: Labels, report: Report) -> str:
    return f"{report.currency} {said.money(report.amount, report.currency)}"
