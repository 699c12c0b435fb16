"""Who is told of money: the payer gets a comprobante, the issuer a word; what is odd waits on its desk."""

from __future__ import annotations

from typing import Any

from portal.app.mailing import Template, post_mail
from portal.app.payments.vouchers import voucher_facts
from portal.app.portal import Portal
from portal.domain.vouchers import VoucherFacts
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.checkouts import Checkout
from portal.ledger.parties import Customer, Issuer, customer_by_id, issuer_by_id
from portal.ledger.payment_accounts import account_row
from portal.ledger.payments import Payment
from portal.ledger.unit import Unit
from portal.ledger.vouchers import issue_voucher
from portal.render.labels import Labels


def tell_of_payment(portal: Portal, unit: Unit, checkout: Checkout, payment: Payment, item_id: int) -> None:
    """Issue the comprobante and post both mails, in the transaction that books the money: once, like it."""
    tell_payer(portal, unit, checkout, payment, item_id)
    issuer, customer = _parties(unit, checkout)
    _to_issuer(portal, unit, Template.PAYMENT_CAME, issuer, customer, payment)


def _parties(unit: Unit, checkout: Checkout) -> tuple[Issuer, Customer]:
    return issuer_by_id(unit.conn, checkout.issuer_id), customer_by_id(unit.conn, checkout.customer_id)


def tell_payer(portal: Portal, unit: Unit, checkout: Checkout, payment: Payment, item_id: int) -> None:
    """Issue the comprobante and mail it to the payer; it says what `payment.amount` is applied to."""
    issuer, _ = _parties(unit, checkout)
    facts = _facts(portal, unit, checkout, payment, item_id)
    voucher_id, number = issue_voucher(unit, issuer.id, facts, payment_id=payment.id)
    address = f"{portal.settings.base_url}/pago?v={voucher_id}"
    _to_payer(portal, unit, checkout, payment, issuer, number, address)


def _facts(portal: Portal, unit: Unit, checkout: Checkout, payment: Payment, item_id: int) -> VoucherFacts:
    account = account_row(unit.conn, payment.account_id)
    company = portal.providers.get(account.provider) if account else None
    paid: dict[str, Any] = {
        "amount": payment.amount,
        "currency": payment.currency,
        "method": payment.method,
        "provider": company.title if company else "",
        "live": account.live if account else True,
        "on": payment.effective_on,
        "transaction": payment.transaction_id,
        "reference": checkout.reference,
    }
    return voucher_facts(unit.conn, checkout.issuer_id, checkout.customer_id, item_id, checkout.name, **paid)


def tell_of_trouble(portal: Portal, unit: Unit, checkout: Checkout, payment: Payment) -> None:
    """The issuer learns that a payment waits for its decision."""
    issuer, customer = _parties(unit, checkout)
    _to_issuer(portal, unit, Template.PAYMENT_ODD, issuer, customer, payment)


def _to_payer(
    portal: Portal, unit: Unit, checkout: Checkout, payment: Payment, issuer: Issuer, number: int, address: str
) -> None:
    if not checkout.email:
        return
    told = {"amount": _money(payment, checkout.language), "number": str(number), "link": address}
    _post(portal, unit, Template.VOUCHER, checkout.email, checkout.language, told, issuer)


def _to_issuer(
    portal: Portal, unit: Unit, template: Template, issuer: Issuer, customer: Customer, payment: Payment
) -> None:
    if not issuer.email:
        return
    told = {"customer": customer.name, "amount": _money(payment, issuer.language)}
    address = f"{portal.settings.base_url}/cobros?pago={payment.id}"
    _post(portal, unit, template, issuer.email, issuer.language, told | {"link": address}, issuer)


def _post(
    portal: Portal, unit: Unit, template: Template, to: str, language: str, told: dict[str, str], issuer: Issuer
) -> None:
    try:
        post_mail(portal, unit, template, to, language, told, issuer.id)
    except Refused:  # an address that can't be written to: the money is booked all the same
        return


def _money(payment: Payment, language: str) -> str:
    return Labels(translator(language), language).money(payment.amount, payment.currency)
