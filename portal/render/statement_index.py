"""The index of many statements: one row each, with its number, its figures and the name of its file."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.issued import Stamp
from portal.domain.money import to_decimal
from portal.domain.statement import Statement
from portal.render.columns import Computed, Shape
from portal.render.labels import Labels


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An issued statement and its file."""

    stamp: Stamp
    statement: Statement
    file: str


def index_columns(labels: Labels) -> tuple[Computed[IndexRow], ...]:
    """The columns of the index, with headings in the language of `labels`."""
    _ = labels.gettext
    text, day = Shape.TEXT, Shape.DATE

    def money(name: str, heading: str) -> Computed[IndexRow]:
        return Computed(name, heading, 18, Shape.MONEY, lambda row: to_decimal(_sum(row, name), row.statement.currency))

    return (
        Computed("number", _("Número"), 14, text, lambda row: row.stamp.number),
        Computed("customer_name", _("Cliente"), 32, text, lambda row: row.statement.customer_name),
        Computed(
            "customer_tax_id", _("NIT o documento del cliente"), 16, text, lambda row: row.statement.customer_tax_id
        ),
        Computed("currency", _("Moneda"), 8, text, lambda row: row.statement.currency),
        Computed("from", _("Desde"), 12, day, lambda row: row.statement.start),
        Computed("to", _("Hasta"), 12, day, lambda row: row.statement.end),
        money("opening", _("Saldo inicial")),
        money("debits", _("Cargos")),
        money("credits", _("Abonos")),
        money("closing", _("Saldo final")),
        money("outstanding", _("Saldo pendiente")),
        money("available", _("Saldo a favor")),
        Computed("issued_on", _("Emitido"), 12, day, lambda row: row.stamp.issued_on),
        Computed("fingerprint", _("Huella"), 66, text, lambda row: row.stamp.fingerprint),
        Computed("file", _("Archivo"), 48, text, lambda row: row.file),
    )


def _sum(row: IndexRow, name: str) -> int:
    aging = {"outstanding": row.statement.aging.gross, "available": row.statement.aging.credit}
    return aging[name] if name in aging else int(getattr(row.statement, name))
