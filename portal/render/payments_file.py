"""Payments as a file for the billing system: the columns are listed in docs/payments.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from portal.domain.collected import Collected
from portal.domain.money import plain, to_decimal
from portal.render import payment_words as words
from portal.render.columns import Computed, Shape
from portal.render.csv_file import write_rows
from portal.render.labels import Labels
from portal.render.words import means_name


def payments_csv(rows: Iterable[Collected], out: BinaryIO, labels: Labels | None = None) -> int:
    """Write the rows; returns how many. Without `labels` names and codes for programs, the same in every language."""
    return write_rows(payment_columns(labels), rows, out, labels)


def payment_columns(labels: Labels | None) -> tuple[Computed[Collected], ...]:
    """The columns, in their order; closed words in the language of `labels`, if there are any."""
    _ = (labels or Labels()).gettext
    text, whole, money = Shape.TEXT, Shape.WHOLE, Shape.MONEY
    return (
        Computed("id", _("Id"), 20, whole, lambda row: row.id),
        Computed("kind", _("Tipo"), 18, text, lambda row: words.fact_name(row.kind, labels) if labels else row.kind),
        Computed("payment_id", _("Id del pago"), 20, whole, lambda row: row.payment_id),
        Computed("date", _("Fecha"), 12, Shape.DATE, lambda row: row.effective_on),
        Computed("recorded_at", _("Registrado (UTC)"), 20, text, lambda row: _instant(row)),
        Computed("issuer_tax_id", _("NIT del emisor"), 16, text, lambda row: row.issuer_tax_id),
        Computed("customer_name", _("Cliente"), 32, text, lambda row: row.customer_name),
        Computed("customer_tax_id", _("NIT o documento del cliente"), 16, text, lambda row: row.customer_tax_id),
        Computed("currency", _("Moneda"), 8, text, lambda row: row.currency),
        Computed("amount", _("Valor"), 18, money, lambda row: to_decimal(row.amount, row.currency)),
        Computed("booked", _("En la cuenta"), 18, money, lambda row: to_decimal(row.booked, row.currency)),
        Computed(
            "state", _("Estado"), 18, text, lambda row: words.state_name(row.state, labels) if labels else row.state
        ),
        Computed("reason", _("Por qué"), 30, text, lambda row: _reason(row, labels)),
        Computed("method", _("Método de pago"), 18, text, lambda row: _method(row, labels)),
        Computed("provider", _("Proveedor"), 14, text, lambda row: row.provider),
        Computed("account_id", _("Cuenta"), 20, whole, lambda row: row.account_id),
        Computed("transaction", _("Transacción"), 26, text, lambda row: row.transaction),
        Computed("reference", _("Referencia"), 26, text, lambda row: row.reference),
        Computed("documents", _("Documentos pagados"), 40, text, lambda row: documents_paid(row, labels)),
        Computed("receipt", _("Comprobante"), 12, whole, lambda row: row.voucher),
        Computed("note", _("Nota"), 30, text, lambda row: row.settled_note),
    )


def documents_paid(row: Collected, labels: Labels | None) -> str:
    """«FE-1 119000.00; FE-2 50000.00»: each document with what this money pays of it."""
    told = [
        f"{one.number} {labels.money(one.amount, row.currency) if labels else plain(one.amount, row.currency)}"
        for one in row.documents
    ]
    return "; ".join(told)


def _instant(row: Collected) -> str:
    return row.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _reason(row: Collected, labels: Labels | None) -> str | None:
    if row.trouble is None:
        return None
    return labels.say(words.TROUBLES[row.trouble]) if labels else str(row.trouble)


def _method(row: Collected, labels: Labels | None) -> str:
    return means_name(row.method, labels) if labels else row.method
