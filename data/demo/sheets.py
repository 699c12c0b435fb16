"""Documents as rows of a spreadsheet, CSV or XLSX, with the headings that the importer reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from portal.domain.documents import Facts, Kind
from portal.domain.parties import show_id

_HEADINGS = (
    "Tipo", "Número", "Emisor NIT", "Emisor nombre", "Cliente NIT", "Tipo de id", "País", "Cliente nombre", "Fecha",
    "Moneda", "Total", "Medio de pago", "Referencia de pago", "Aplica a", "Descripción", "Estado",
)  # fmt: skip
_KINDS = {Kind.INVOICE: "factura de venta", Kind.ADVANCE: "anticipo", Kind.RECEIPT: "recibo de caja"}
_ID_TYPES = {"31": "NIT", "13": "CC"}
_MONEY = _HEADINGS.index("Total")
_DATE = _HEADINGS.index("Fecha")


def csv_file(documents: Sequence[Facts]) -> bytes:
    """A CSV as Excel saves it in Colombia: semicolons, decimal commas, day first."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows(_row(facts) for facts in documents)
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(documents: Sequence[Facts]) -> bytes:
    """A workbook with one sheet; dates and sums are dates and numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Recibos de caja")
        day, money = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, _HEADINGS)
        for number, facts in enumerate(documents, 1):
            sheet.write_row(number, 0, _row(facts))
            sheet.write_datetime(number, _DATE, facts.issue_date, day)
            sheet.write_number(number, _MONEY, facts.total, money)
        sheet.autofit()
    return buffer.getvalue()


def _row(facts: Facts) -> list[str]:
    customer, issuer = facts.customer, facts.issuer
    return [
        _KINDS[facts.kind],
        facts.number,
        show_id("31", issuer.tax_id) if issuer.country == "CO" else issuer.tax_id,
        issuer.name,
        show_id(customer.id_type, customer.tax_id),
        _ID_TYPES.get(customer.id_type, customer.id_type),
        customer.country,
        customer.name,
        f"{facts.issue_date:%d/%m/%Y}",
        facts.currency,
        _amount(facts),
        facts.method or "",
        facts.payment_reference or "",
        "; ".join(f"{r.number}:{r.amount:.2f}".replace(".", ",") for r in facts.references),
        "Factura de talonario, anulada" if facts.voided else "",
        "anulada" if facts.voided else "",
    ]


def _amount(facts: Facts) -> str:
    return f"{facts.total:.2f}".replace(".", ",")
