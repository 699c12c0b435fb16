"""The lower part of a document on paper: totals with each tax at each rate, values for information, notes."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from portal.domain.documents import Adjustment, Facts, Prepayment
from portal.render import words
from portal.render.labels import Labels
from portal.render.paper import ACCENT, INK, LEFT, MUTED, RIGHT, WHITE, WIDTH
from portal.render.sheet import Sheet

Amounts = list[tuple[str, Decimal]]
_TOTALS_WIDTH, _INFO_WIDTH, _ROW = 84.0, 84.0, 4.7


def draw_totals(sheet: Sheet, facts: Facts) -> None:
    """Totals at the right, what is only for information at the left."""
    totals, info = _totals(facts, sheet.labels), _information(facts, sheet.labels)
    sheet.need(min((len(totals) + 2) * _ROW + 12, 120))
    top, page = sheet.y, sheet.page
    _draw_amounts(sheet, RIGHT - _TOTALS_WIDTH, _TOTALS_WIDTH, totals, facts.currency)
    _draw_payable(sheet, facts)
    below = sheet.y
    if info:
        sheet.y = top if sheet.page == page else sheet.y
        _draw_information(sheet, info, facts.currency)
    sheet.y = max(below, sheet.y) + 4


def _draw_amounts(sheet: Sheet, x: float, width: float, amounts: Amounts, currency: str) -> None:
    for label, amount in amounts:
        sheet.need(_ROW)
        sheet.style(8.2, color=MUTED)
        sheet.line_at(x, sheet.y, width * 0.62, label)
        sheet.style(8.2)
        sheet.line_at(x + width * 0.62, sheet.y, width * 0.38 - 3, sheet.labels.amount(amount, currency), "R")
        sheet.y += _ROW


def _draw_payable(sheet: Sheet, facts: Facts) -> None:
    _ = sheet.labels.gettext
    sheet.need(9)
    x = RIGHT - _TOTALS_WIDTH
    sheet.shade(x - 3, sheet.y, _TOTALS_WIDTH + 3, 8, ACCENT)
    sheet.style(9.5, bold=True, color=WHITE)
    sheet.line_at(x, sheet.y + 2.5, 30, _("Total a pagar") if facts.kind.is_debit else _("Total"))
    amount = f"{facts.currency} {sheet.labels.amount(facts.total, facts.currency)}"
    sheet.line_at(x + 30, sheet.y + 2.5, _TOTALS_WIDTH - 33, amount, "R")
    sheet.y += 9


def _draw_information(sheet: Sheet, info: Amounts, currency: str) -> None:
    _ = sheet.labels.gettext
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(LEFT, sheet.y, _INFO_WIDTH, _("Valores informativos").upper())
    sheet.y += _ROW
    _draw_amounts(sheet, LEFT, _INFO_WIDTH, info, currency)


def _totals(facts: Facts, labels: Labels) -> Amounts:
    """The document's own totals as stated; what it does not state is left out."""
    _ = labels.gettext
    rows: Amounts = [(_("Subtotal"), facts.line_total)] if facts.line_total is not None else []
    rows += [(_tax_label(words.tax_name(tax, labels), tax.base, facts, labels), tax.amount) for tax in facts.taxes]
    rows += _adjustments(facts, labels)
    if facts.prepaid:
        rows.append((_("Anticipos descontados"), -facts.prepaid))
    if facts.rounding:
        rows.append((_("Ajuste de redondeo"), facts.rounding))
    return rows


def _tax_label(name: str, base: Decimal | None, facts: Facts, labels: Labels) -> str:
    _ = labels.gettext
    if base is None:
        return name
    return _("{tax} sobre {base}").format(tax=name, base=labels.amount(base, facts.currency))


def _adjustments(facts: Facts, labels: Labels) -> Amounts:
    """Discounts and charges on the whole document: one by one, or their totals where only those are stated."""
    _ = labels.gettext
    if facts.adjustments:
        return [(_adjustment(a, labels), a.amount if a.charge else -a.amount) for a in facts.adjustments]
    stated = ((_("Descuentos"), -(facts.allowances or Decimal(0))), (_("Cargos"), facts.charges or Decimal(0)))
    return [(label, amount) for label, amount in stated if amount]


def _adjustment(adjustment: Adjustment, labels: Labels) -> str:
    _ = labels.gettext
    name = adjustment.reason or (_("Cargo") if adjustment.charge else _("Descuento"))
    return f"{name} {labels.percent(adjustment.percent)}" if adjustment.percent else name


def _information(facts: Facts, labels: Labels) -> Amounts:
    """Withholdings and prepayments: stated, but not part of the sum at the right."""
    withheld = [
        (_tax_label(words.tax_name(tax, labels), tax.base, facts, labels), tax.amount) for tax in facts.withholdings
    ]
    return withheld + [(_prepayment(prepayment, labels), prepayment.amount) for prepayment in facts.prepayments]


def _prepayment(prepayment: Prepayment, labels: Labels) -> str:
    _ = labels.gettext
    parts = [_("Anticipo"), prepayment.reference, labels.day(prepayment.on) if prepayment.on else None]
    return " ".join(part for part in parts if part)


def draw_notes(sheet: Sheet, facts: Facts) -> None:
    """The notes, without those that some producers fill with what the CUFE is made of: it holds a secret key."""
    _ = sheet.labels.gettext
    notes = [note for note in facts.notes if note.strip() and not _spells_cufe(note, facts)]
    if not notes:
        return
    sheet.need(12)
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(LEFT, sheet.y, WIDTH, _("Notas").upper())
    sheet.y += 4.2
    sheet.style(8, color=INK)
    for note in notes:
        sheet.block(LEFT, WIDTH, note)
        sheet.y += 1


def _spells_cufe(note: str, facts: Facts) -> bool:
    text = note.strip()
    if facts.cufe and hashlib.sha384(text.encode(errors="replace")).hexdigest() == facts.cufe.lower():
        return True
    return " " not in text and len(text) > 80 and text.startswith(f"{facts.number}{facts.issue_date.isoformat()}")
