"""Comprobantes de pago, for whoever sees the customer: on screen, and as a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.parties import show_id
from portal.domain.transfers import ReportState
from portal.domain.vouchers import Settled, VoucherFacts
from portal.errors import NotFound
from portal.ledger import acts, payments, transfers
from portal.ledger.details import applied_to
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.unit import Connection
from portal.ledger.vouchers import Voucher, find_voucher
from portal.render.labels import Labels


@dataclass(frozen=True, slots=True)
class ShownVoucher:
    """A comprobante, and what has gone back to the payer since then, in minor units.

    `file`: whether whoever asked may take it along as a PDF.
    """

    id: int
    number: int
    issued_at: datetime
    facts: VoucherFacts
    returned: int
    file: bool


def voucher_facts(
    conn: Connection, issuer_id: int, customer_id: int, item_id: int, payer: str | None, **paid: Any
) -> VoucherFacts:
    """What a comprobante says of money in the ledger, and what it pays now. `paid`: the rest of the facts."""
    issuer, customer = issuer_by_id(conn, issuer_id), customer_by_id(conn, customer_id)
    return VoucherFacts(
        issuer=issuer.name,
        issuer_tax_id=show_id(issuer.id_type, issuer.tax_id),
        customer=customer.name,
        customer_tax_id=show_id(customer.id_type, customer.tax_id),
        payer=payer or customer.name,
        applied=tuple(Settled(one.kind, one.number, one.amount) for one in applied_to(conn, item_id)),
        **paid,
    )


def read_voucher(portal: Portal, actor: Actor, voucher_id: int, right: Right = Right.SEE) -> ShownVoucher:
    """One comprobante. NotFound when it is not there, or not of a customer for whom the actor holds the right."""
    with portal.ledger.read() as conn:
        found = find_voucher(conn, voucher_id)
        source = _source(conn, found) if found else None
        if found is None or source is None:
            raise NotFound()
    actor.require(right, found.issuer_id, source.customer_id)
    file = actor.scope(Right.DOWNLOAD).covers(found.issuer_id, source.customer_id)
    return ShownVoucher(found.id, found.number, found.issued_at, found.facts, source.returned, file)


@dataclass(frozen=True, slots=True)
class _Source:
    """Whose money a comprobante is of, and what of it has gone back."""

    customer_id: int
    returned: int


def _source(conn: Connection, found: Voucher) -> _Source | None:
    if found.act_id is not None:
        act = acts.find_act(conn, found.act_id)
        return _Source(act.customer_id, act.amount if act.undone_at else 0) if act else None
    if found.report_id is not None:
        report = transfers.find_report(conn, found.report_id)
        undone = report is not None and report.state is ReportState.UNDONE
        return _Source(report.customer_id, report.amount if undone else 0) if report else None
    payment = payments.find_payment(conn, found.payment_id) if found.payment_id is not None else None
    if payment is None or payment.customer_id is None:
        return None
    latest = payments.facts_of(conn, payment.account_id, payment.transaction_id)[-1]
    return _Source(payment.customer_id, latest.returned)


def voucher_pdf(portal: Portal, actor: Actor, voucher_id: int, labels: Labels) -> FileAnswer:
    """It as a PDF. Raises NotFound."""
    from portal.render.voucher_pdf import voucher_pdf as render  # fpdf costs 30 MB: only who prints pays

    told = read_voucher(portal, actor, voucher_id, Right.DOWNLOAD)
    name = labels.gettext("Comprobante {number}").format(number=told.number)
    pdf = render(told.facts, told.number, told.issued_at, told.returned, labels)
    return FileAnswer(f"{name}.pdf", "application/pdf", pdf)
