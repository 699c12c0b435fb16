"""When and how a document is to be paid, what was prepaid, and the rate it states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from portal.domain.documents import Prepayment, Term
from portal.importers.fields import day, every, latest, loose_day, number, text
from portal.importers.totals import postable

_TERMS = {"1": Term.CASH, "2": Term.CREDIT}  # DIAN's FormasPago


@dataclass(frozen=True, slots=True)
class Terms:
    due_date: date | None
    term: Term | None
    method: str | None
    reference: str | None


def read_terms(root: etree._Element, issued: date, *, dian: bool) -> Terms:
    """Due date, forma de pago (DIAN only), payment means code and payment reference.

    Due: cbc:DueDate, else the last of the payment means, else of the payment terms, else the issue
    date of a document to be paid on the spot, else none.
    """
    means = every(root, "cac:PaymentMeans")
    terms = {term for one in means if (term := _TERMS.get(text(one, "cbc:ID") or ""))} if dian else set()
    term = Term.CREDIT if Term.CREDIT in terms else next(iter(terms), None)
    due = (
        day(root, "cbc:DueDate")
        or latest(day(one, "cbc:PaymentDueDate") for one in means)
        or latest(day(one, "cbc:PaymentDueDate") for one in every(root, "cac:PaymentTerms"))
        or (issued if term is Term.CASH else None)
    )
    return Terms(
        due_date=due,
        term=term,
        method=text(root, "cac:PaymentMeans/cbc:PaymentMeansCode"),
        reference=text(root, "cac:PaymentMeans/cbc:PaymentID"),
    )


def read_prepayments(root: etree._Element, currency: str) -> tuple[Prepayment, ...]:
    """The prepayments above zero that the document names."""
    found = []
    for element in every(root, "cac:PrepaidPayment"):
        amount = number(element, "cbc:PaidAmount")
        if amount:
            on = loose_day(element, "cbc:ReceivedDate", "cbc:PaidDate")
            postable(amount, currency, "cac:PrepaidPayment/cbc:PaidAmount")
            found.append(Prepayment(amount=amount, reference=text(element, "cbc:ID"), on=on))
    return tuple(found)


def read_exchange(root: etree._Element) -> tuple[str, str, Decimal] | None:
    """(from, to, rate) of cac:PaymentExchangeRate; none when it says nothing (same currency, rate zero)."""
    path = "cac:PaymentExchangeRate/cbc:"
    source, target = text(root, f"{path}SourceCurrencyCode"), text(root, f"{path}TargetCurrencyCode")
    rate = number(root, f"{path}CalculationRate", signed=True)
    if source and target and source != target and rate and rate > 0:
        return source, target, rate
    return None
