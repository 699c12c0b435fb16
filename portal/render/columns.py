"""The columns of every export, listed once: same names, same order in every format (docs/exports.md).

Without labels a file carries the names and codes listed here, for programs; with labels its headings
and closed words are in the reader's language. The figures are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from portal.domain.money import to_decimal
from portal.render import words
from portal.render.labels import Labels
from portal.render.rows import DocumentRow
from portal.render.statement_rows import StatementRow

R = TypeVar("R")
Cell = str | int | bool | date | Decimal | None


class Shape(StrEnum):
    TEXT = "text"
    WHOLE = "integer"
    DATE = "date"
    MONEY = "decimal"
    FLAG = "true/false"


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its name, its heading for people, how wide it is (characters), and its value in a row."""

    name: str
    heading: str
    width: int
    shape: Shape
    value: Callable[[R], Cell]


def document_columns(labels: Labels) -> tuple[Column[DocumentRow], ...]:
    """The columns of the documents list, with headings in the language of `labels`."""
    _ = labels.gettext
    text, day, money = Shape.TEXT, Shape.DATE, Shape.MONEY
    return (
        Column("id", _("Id"), 10, Shape.WHOLE, lambda row: row.id),
        Column("kind", _("Tipo"), 18, text, lambda row: row.kind),
        Column("number", _("Número"), 18, text, lambda row: row.number),
        Column("issuer_name", _("Emisor"), 32, text, lambda row: row.issuer_name),
        Column("issuer_tax_id", _("NIT del emisor"), 16, text, lambda row: row.issuer_tax_id),
        Column("customer_name", _("Cliente"), 32, text, lambda row: row.customer_name),
        Column("customer_tax_id", _("NIT o documento del cliente"), 16, text, lambda row: row.customer_tax_id),
        Column("issue_date", _("Fecha de emisión"), 12, day, lambda row: row.issue_date),
        Column("due_date", _("Fecha de vencimiento"), 12, day, lambda row: row.due_date),
        Column("currency", _("Moneda"), 8, text, lambda row: row.currency),
        Column("total", _("Total"), 18, money, lambda row: to_decimal(row.total, row.currency)),
        Column("paid", _("Abonado"), 18, money, lambda row: to_decimal(row.paid, row.currency)),
        Column("withheld", _("Retenido"), 18, money, lambda row: to_decimal(row.withheld, row.currency)),
        Column("outstanding", _("Saldo pendiente"), 18, money, lambda row: to_decimal(row.outstanding, row.currency)),
        Column("available", _("Saldo a favor"), 18, money, lambda row: to_decimal(row.available, row.currency)),
        Column("method", _("Método de pago"), 20, text, lambda row: row.method),
        Column("settlement", _("Estado"), 16, text, lambda row: row.settlement),
        Column("overdue", _("Vencida"), 9, Shape.FLAG, lambda row: row.overdue),
        Column("disputed", _("En disputa"), 10, Shape.FLAG, lambda row: row.disputed),
        Column("cufe", _("CUFE o CUDE"), 30, text, lambda row: row.cufe),
    )


def statement_columns(labels: Labels) -> tuple[Column[StatementRow], ...]:
    """The columns of the statement of account, with headings in the language of `labels`."""
    _ = labels.gettext
    text, money = Shape.TEXT, Shape.MONEY
    return (
        Column("section", _("Sección"), 12, text, lambda row: row.section),
        Column("date", _("Fecha"), 12, Shape.DATE, lambda row: row.on),
        Column("cause", _("Movimiento"), 30, text, lambda row: row.cause),
        Column("kind", _("Tipo"), 18, text, lambda row: row.kind),
        Column("number", _("Documento"), 18, text, lambda row: row.number),
        Column("currency", _("Moneda"), 8, text, lambda row: row.currency),
        Column("debit", _("Cargo"), 18, money, lambda row: row.debit),
        Column("credit", _("Abono"), 18, money, lambda row: row.credit),
        Column("balance", _("Saldo"), 18, money, lambda row: row.balance),
        Column("issuer_tax_id", _("NIT del emisor"), 16, text, lambda row: row.issuer_tax_id),
        Column("customer_tax_id", _("NIT o documento del cliente"), 16, text, lambda row: row.customer_tax_id),
    )


def in_words(cell: Cell, name: str, labels: Labels) -> Cell:
    """A closed word of column `name` as people read it; any other cell as it is."""
    _ = labels.gettext
    if isinstance(cell, bool):
        return _("Sí") if cell else _("No")
    said = {
        "kind": words.kind_name,
        "settlement": words.settlement_name,
        "cause": words.movement_name,
        "section": words.section_name,
    }.get(name)
    return said(cell, labels) if said and isinstance(cell, str) else cell
