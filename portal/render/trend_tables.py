"""The tables of the charts over time: the same columns on screen and as a file, headings in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from portal.domain.aging import BUCKETS, Bucket
from portal.domain.lateness import Delay, LateCustomer, Paid
from portal.domain.money import to_decimal
from portal.domain.trends import Aged, Chart, Received
from portal.render.columns import Cell, Computed, Shape
from portal.render.labels import Labels
from portal.render.words import bucket_name, means_name
from portal.text import Text

TITLES = {
    Chart.BALANCE: Text("Saldo en el tiempo"),
    Chart.AGING: Text("Cartera por edades en el tiempo"),
    Chart.RECEIVED: Text("Recaudo por método de pago"),
    Chart.DELAYS: Text("Días de mora al pagar"),
    Chart.LATEST: Text("Quién paga más tarde"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and what they are computed of."""

    columns: tuple[Computed[Any], ...]
    rows: Sequence[Any]

    def spoken(self, currency: str, labels: Labels) -> dict[str, list[str]]:
        """The cells by heading, as people read them; the currency is said elsewhere."""
        return {
            column.heading: [_cell(column.value(row), currency, labels) for row in self.rows]
            for column in self.columns
            if column.name != "currency"
        }


@dataclass(frozen=True, slots=True)
class DelayRow:
    """One class of delay: how many documents, how much, and how much of the whole in hundredths."""

    delay: Delay
    paid: Paid
    share: int


def balance_table(rows: Sequence[Aged], currency: str, labels: Labels) -> Table:
    """What stood at each step's end: net, outstanding, in favour."""
    _ = labels.gettext
    columns: tuple[Computed[Any], ...] = (
        *_of_step(currency, labels),
        _money("balance", _("Saldo neto"), currency, lambda row: row.aging.net),
        _money("outstanding", _("Saldo pendiente"), currency, lambda row: row.aging.gross),
        _money("available", _("Saldo a favor"), currency, lambda row: row.aging.credit),
    )
    return Table(columns, rows)


def aging_table(rows: Sequence[Aged], currency: str, labels: Labels) -> Table:
    """What was outstanding at each step's end, by age."""
    _ = labels.gettext
    ages = [
        _money(bucket.value, bucket_name(bucket, labels), currency, partial(_of_bucket, bucket)) for bucket in BUCKETS
    ]
    whole = _money("outstanding", _("Saldo pendiente"), currency, lambda row: row.aging.gross)
    return Table((*_of_step(currency, labels), *ages, whole), rows)


def received_table(rows: Sequence[Received], currency: str, labels: Labels) -> Table:
    """A column for each method that the rows have, the one with most money first, and the total."""
    methods = [
        _money(code or "unknown", method_name(code, labels), currency, partial(_by_method, code))
        for code in methods_of(rows)
    ]
    total = _money("total", labels.gettext("Total"), currency, lambda row: row.total)
    return Table((*_of_step(currency, labels), *methods, total), rows)


def delay_table(spread: Mapping[Delay, Paid], currency: str, labels: Labels) -> Table:
    """Every class of delay, with its share of all that was paid."""
    _ = labels.gettext
    columns: tuple[Computed[Any], ...] = (
        Computed("delay", _("Días de mora"), 22, Shape.TEXT, lambda row: delay_name(row.delay, labels)),
        Computed("currency", _("Moneda"), 8, Shape.TEXT, lambda _row: currency),
        Computed("documents", _("Documentos"), 12, Shape.WHOLE, lambda row: row.paid.documents),
        _money("amount", _("Pagado"), currency, lambda row: row.paid.amount),
        Computed("share", _("Del total (%)"), 12, Shape.WHOLE, lambda row: row.share),
    )
    return Table(columns, delay_rows(spread))


def latest_table(rows: Sequence[LateCustomer], names: Mapping[int, str], currency: str, labels: Labels) -> Table:
    """The customers who paid latest; `names` by id."""
    _ = labels.gettext
    columns: tuple[Computed[Any], ...] = (
        Computed("customer_name", _("Cliente"), 32, Shape.TEXT, lambda row: names.get(row.customer_id, "")),
        Computed("currency", _("Moneda"), 8, Shape.TEXT, lambda _row: currency),
        Computed("documents", _("Documentos"), 12, Shape.WHOLE, lambda row: row.documents),
        _money("amount", _("Pagado"), currency, lambda row: row.amount),
        Computed("median", _("La mitad, a los (días)"), 18, Shape.WHOLE, lambda row: row.median),
        Computed("ninth", _("El 90 %, a los (días)"), 18, Shape.WHOLE, lambda row: row.ninth),
    )
    return Table(columns, rows)


def delay_rows(spread: Mapping[Delay, Paid]) -> list[DelayRow]:
    """Every class, with its share of all that was paid, rounded down."""
    whole = sum(paid.amount for paid in spread.values())
    return [DelayRow(one, paid, paid.amount * 100 // whole if whole else 0) for one, paid in spread.items()]


def methods_of(rows: Sequence[Received]) -> list[str]:
    """The methods by which money came, the one with most first."""
    sums: dict[str, int] = {}
    for row in rows:
        for code, amount in row.methods.items():
            sums[code] = sums.get(code, 0) + amount
    return sorted(sums, key=lambda code: (-sums[code], code))


def method_name(code: str, labels: Labels) -> str:
    """How money came, in words; "" is not said."""
    return means_name(code, labels) if code else labels.gettext("Sin método")


def delay_name(delay: Delay, labels: Labels) -> str:
    """A class of days beyond the due date, in words."""
    _ = labels.gettext
    return {
        Delay.EARLY: _("Antes de vencer"),
        Delay.ON_TIME: _("El día que vencía"),
        Delay.D7: _("1 a 7 días"),
        Delay.D15: _("8 a 15 días"),
        Delay.D30: _("16 a 30 días"),
        Delay.D60: _("31 a 60 días"),
        Delay.D90: _("61 a 90 días"),
        Delay.OLDER: _("Más de 90 días"),
    }[delay]


def _cell(value: Cell, currency: str, labels: Labels) -> str:
    if isinstance(value, Decimal):
        return labels.amount(value, currency)
    if isinstance(value, int):
        return labels.number(Decimal(value))
    return labels.day(value) if isinstance(value, date) else value or ""


def _of_step(currency: str, labels: Labels) -> tuple[Computed[Any], ...]:
    _ = labels.gettext
    return (
        Computed("from", _("Desde"), 12, Shape.DATE, lambda row: row.slot.first),
        Computed("to", _("Hasta"), 12, Shape.DATE, lambda row: row.slot.last),
        Computed("currency", _("Moneda"), 8, Shape.TEXT, lambda _row: currency),
    )


def _money(name: str, heading: str, currency: str, minor: Callable[[Any], int]) -> Computed[Any]:
    return Computed(name, heading, 18, Shape.MONEY, lambda row: to_decimal(minor(row), currency))


def _of_bucket(bucket: Bucket, row: Aged) -> int:
    return row.aging.buckets[bucket]


def _by_method(code: str, row: Received) -> int:
    return row.methods.get(code, 0)
