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

from portal.render.labels import Labels
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
class Column:
    """One column: its name, its heading for people, and how wide it is (characters)."""

    name: str
    heading: str
    width: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Computed(Column, Generic[R]):
    """A column of rows that are objects: `value` is the cell of one."""

    value: Callable[[R], Cell]


def document_columns(labels: Labels) -> tuple[Column, ...]:
    """The columns of the documents list, with headings in the language of `labels`."""
    _ = labels.gettext
    text, day, money = Shape.TEXT, Shape.DATE, Shape.MONEY
    return (
        Column("id", _("Id"), 10, Shape.WHOLE),
        Column("kind", _("Tipo"), 18, text),
        Column("number", _("Número"), 18, text),
        Column("issuer_name", _("Emisor"), 32, text),
        Column("issuer_tax_id", _("NIT del emisor"), 16, text),
        Column("customer_name", _("Cliente"), 32, text),
        Column("customer_tax_id", _("NIT o documento del cliente"), 16, text),
        Column("issue_date", _("Fecha de emisión"), 12, day),
        Column("due_date", _("Fecha de vencimiento"), 12, day),
        Column("currency", _("Moneda"), 8, text),
        Column("total", _("Total"), 18, money),
        Column("paid", _("Abonado"), 18, money),
        Column("withheld", _("Retenido"), 18, money),
        Column("outstanding", _("Saldo pendiente"), 18, money),
        Column("available", _("Saldo a favor"), 18, money),
        Column("method", _("Método de pago"), 20, text),
        Column("settlement", _("Estado"), 16, text),
        Column("overdue", _("Vencida"), 9, Shape.FLAG),
        Column("disputed", _("En disputa"), 10, Shape.FLAG),
        Column("cufe", _("CUFE o CUDE"), 30, text),
    )


def statement_columns(labels: Labels) -> tuple[Computed[StatementRow], ...]:
    """The columns of the statement of account, with headings in the language of `labels`."""
    _ = labels.gettext
    text, money = Shape.TEXT, Shape.MONEY
    return (
        Computed("section", _("Sección"), 12, text, lambda row: row.section),
        Computed("date", _("Fecha"), 12, Shape.DATE, lambda row: row.on),
        Computed("cause", _("Movimiento"), 30, text, lambda row: row.cause),
        Computed("kind", _("Tipo"), 18, text, lambda row: row.kind),
        Computed("number", _("Documento"), 18, text, lambda row: row.number),
        Computed("currency", _("Moneda"), 8, text, lambda row: row.currency),
        Computed("debit", _("Cargo"), 18, money, lambda row: row.debit),
        Computed("credit", _("Abono"), 18, money, lambda row: row.credit),
        Computed("balance", _("Saldo"), 18, money, lambda row: row.balance),
        Computed("issuer_tax_id", _("NIT del emisor"), 16, text, lambda row: row.issuer_tax_id),
        Computed("customer_tax_id", _("NIT o documento del cliente"), 16, text, lambda row: row.customer_tax_id),
    )
