"""Taxes, withholdings, discounts and charges, of a document or of one line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from portal.domain.documents import Adjustment, Tax
from portal.importers.fields import every, first, number, text

_SCHEME = "cac:TaxCategory/cac:TaxScheme/cbc:ID"


def read_taxes(element: etree._Element, path: str, currency: str, *, signed: bool) -> tuple[Tax, ...]:
    """One Tax per rate, under cac:TaxTotal or cac:WithholdingTaxTotal.

    A total repeated in a second currency (EN 16931, BT-111) is passed over.
    """
    return tuple(
        tax for total in every(element, path) if _in_currency(total, currency) for tax in _taxes(total, signed=signed)
    )


def read_adjustments(element: etree._Element, *, signed: bool) -> tuple[Adjustment, ...]:
    """Discounts and charges (cac:AllowanceCharge) directly below an element."""
    return tuple(
        Adjustment(
            charge=text(found, "cbc:ChargeIndicator") in ("true", "1"),
            amount=number(found, "cbc:Amount", signed=signed) or Decimal(0),
            reason=text(found, "cbc:AllowanceChargeReason", "cbc:AllowanceChargeReasonCode"),
            percent=number(found, "cbc:MultiplierFactorNumeric", signed=signed),
        )
        for found in every(element, "cac:AllowanceCharge")
    )


def _in_currency(total: etree._Element, currency: str) -> bool:
    amount = first(total, "cbc:TaxAmount")
    stated = amount.get("currencyID") if amount is not None else None
    return not stated or stated.upper() == currency


def _taxes(total: etree._Element, *, signed: bool) -> Iterator[Tax]:
    subtotals = every(total, "cac:TaxSubtotal")
    for part in subtotals or [total]:
        amount = number(part, "cbc:TaxAmount", signed=signed)
        if amount is None:
            continue
        code = text(part, _SCHEME) or ""
        yield Tax(
            code=code,
            name=text(part, "cac:TaxCategory/cac:TaxScheme/cbc:Name") or code,
            amount=amount,
            base=number(part, "cbc:TaxableAmount", signed=signed),
            rate=number(part, "cac:TaxCategory/cbc:Percent", signed=signed),
        )
