"""The lines of a document on paper: what, how much of it, at what price, with which taxes."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.documents import Facts, Line
from portal.render import words
from portal.render.labels import Labels
from portal.render.sheet import Sheet
from portal.render.table import Column, Row, draw_table
from portal.text import Text


def draw_lines(sheet: Sheet, facts: Facts) -> None:
    """The table of lines; nothing for a document that states none."""
    if not facts.lines:
        return
    changed = any(line.discount or line.charge for line in facts.lines)
    columns = _columns(sheet.labels, changed)
    draw_table(sheet, columns, (_row(line, facts.currency, sheet.labels, changed) for line in facts.lines))
    sheet.y += 4


def _columns(labels: Labels, changed: bool) -> list[Column]:
    _ = labels.gettext
    columns = [
        Column(_("N.º"), 6, "R"),
        Column(_("Descripción"), 0),
        Column(_("Cantidad"), 14, "R"),
        Column(_("Unidad"), 12),
        Column(_("Valor unitario"), 21, "R"),
        Column(_("Dto. / cargo"), 17, "R"),
        Column(_("Impuestos"), 16),
        Column(_("Total"), 24, "R"),
    ]
    return columns if changed else columns[:5] + columns[6:]


def _row(line: Line, currency: str, labels: Labels, changed: bool) -> Row:
    cells = [
        line.number,
        line.description,
        labels.number(line.quantity),
        words.unit_name(line.unit, labels) if line.unit else "",
        labels.amount(line.unit_price, currency) if line.unit_price is not None else "",
        _change(line, currency, labels),
        "\n".join(words.tax_name(tax, labels) for tax in line.taxes),
        labels.amount(line.amount, currency),
    ]
    return Row(tuple(cells if changed else cells[:5] + cells[6:]), small=_details(line, labels), small_in=1)


def _change(line: Line, currency: str, labels: Labels) -> str:
    change = (line.charge or Decimal(0)) - (line.discount or Decimal(0))
    if not change:
        return ""
    return f"{'+' if change > 0 else '-'}{labels.amount(abs(change), currency)}"


def _details(line: Line, labels: Labels) -> str:
    parts = [labels.say(Text("Código {code}", code=line.code))] if line.code else []
    return " · ".join(parts + [f"{name}: {value}" for name, value in line.properties])
