"""The comprobante de pago on paper: who paid whom how much, how, when, and for which documents."""

from __future__ import annotations

from datetime import datetime

from portal.domain.vouchers import Settled, VoucherFacts
from portal.render import words
from portal.render.labels import Labels
from portal.render.paper import ACCENT, ALERT, LEFT, MUTED, RIGHT, SHADE, WIDTH
from portal.render.sheet import Frame, Sheet, render
from portal.render.table import Column, Row, draw_table

_CARD = 72.0
_TEXT = WIDTH - _CARD - 8
_ACROSS = 3  # facts beside each other


def voucher_pdf(facts: VoucherFacts, number: int, issued_at: datetime, returned: int, labels: Labels) -> bytes:
    """The PDF in the language of `labels`; the same arguments give the same bytes.

    `returned`: what has gone back to the payer since, in minor units, which a paper must not keep quiet about.
    """

    def draw(sheet: Sheet) -> None:
        _draw_title(sheet, facts, number)
        _draw_parties(sheet, facts)
        _draw_amount(sheet, facts, returned)
        _draw_facts(sheet, facts, issued_at)
        draw_table(sheet, _columns(facts, labels), _rows(facts, labels))

    return render(draw, _frame(facts, number, returned, labels), labels, issued_at)


def _frame(facts: VoucherFacts, number: int, returned: int, labels: Labels) -> Frame:
    _ = labels.gettext
    name = f"{_('Comprobante de pago')} {number}"
    warnings = [] if facts.live else [_("PAGO DE PRUEBA: no se movió dinero")]
    warnings += [_("PAGO DEVUELTO")] if returned >= facts.amount else []
    foot = _(
        "Comprobante del portal de clientes, con numeración propia por emisor. Deja constancia del pago; no reemplaza "
        "la factura ni el recibo de caja del emisor."
    )
    return Frame(
        subject=f"{name} {facts.issuer}",
        author=facts.issuer,
        running=(facts.issuer, name),
        foot=(foot,),
        banner=" · ".join(warnings),
    )


def _draw_title(sheet: Sheet, facts: VoucherFacts, number: int) -> None:
    """The issuer at the left; what this is and its number at the right."""
    _ = sheet.labels.gettext
    top = sheet.y
    sheet.style(13, bold=True)
    sheet.block(LEFT, _TEXT, facts.issuer, 1.15)
    sheet.y += 0.8
    sheet.style(8, color=MUTED)
    sheet.block(LEFT, _TEXT, facts.issuer_tax_id)
    below = sheet.y
    sheet.style(10.5, bold=True, color=ACCENT)
    sheet.line_at(RIGHT - _CARD, top, _CARD, _("Comprobante de pago"), "R")
    sheet.style(17, bold=True)
    sheet.line_at(RIGHT - _CARD, top + 5.2, _CARD, _("N.º {number}").format(number=number), "R")
    sheet.y = max(below, top + 13) + 2.5
    sheet.rule(sheet.y, ACCENT, 0.7)
    sheet.y += 5


def _draw_parties(sheet: Sheet, facts: VoucherFacts) -> None:
    """Whose debt it was; and who paid, where that is somebody else."""
    _ = sheet.labels.gettext
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(LEFT, sheet.y, WIDTH, _("Cliente").upper())
    sheet.y += 4.4
    sheet.style(10.5, bold=True)
    sheet.block(LEFT, WIDTH, facts.customer)
    sheet.style(8, color=MUTED)
    sheet.block(LEFT, WIDTH, facts.customer_tax_id)
    if facts.payer != facts.customer:
        sheet.block(LEFT, WIDTH, _("Pagó: {name}").format(name=facts.payer))
    sheet.y += 4


def _draw_amount(sheet: Sheet, facts: VoucherFacts, returned: int) -> None:
    _ = sheet.labels.gettext
    money = sheet.labels.money
    sheet.shade(LEFT, sheet.y, WIDTH, 24 if returned else 18, SHADE)
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(LEFT + 4, sheet.y + 3.4, WIDTH - 8, _("Valor pagado").upper())
    sheet.style(18, bold=True)
    sheet.line_at(LEFT + 4, sheet.y + 8, WIDTH - 8, f"{facts.currency} {money(facts.amount, facts.currency)}")
    if returned:
        sheet.style(8.5, bold=True, color=ALERT)
        told = _("Devuelto después: {amount}").format(amount=f"{facts.currency} {money(returned, facts.currency)}")
        sheet.line_at(LEFT + 4, sheet.y + 17.6, WIDTH - 8, told)
    sheet.y += 30 if returned else 24


def _draw_facts(sheet: Sheet, facts: VoucherFacts, issued_at: datetime) -> None:
    """Three beside each other, the name of each above it."""
    pairs = [(name, value) for name, value in _facts(facts, issued_at, sheet.labels) if value]
    step = WIDTH / _ACROSS
    for start in range(0, len(pairs), _ACROSS):
        row = []
        for name, value in pairs[start : start + _ACROSS]:
            sheet.style(8.6)
            row.append((name, sheet.wrap(value, step - 4)[:4]))
        for place, (name, lines) in enumerate(row):
            x = LEFT + step * place
            sheet.style(7, color=MUTED)
            sheet.line_at(x, sheet.y, step - 4, name)
            sheet.style(8.6)
            for number, line in enumerate(lines):
                sheet.line_at(x, sheet.y + 3.6 + 3.8 * number, step - 4, line)
        sheet.y += 6 + 3.8 * max(len(lines) for _name, lines in row)
    sheet.y += 2


def _facts(facts: VoucherFacts, issued_at: datetime, labels: Labels) -> list[tuple[str, str]]:
    _ = labels.gettext
    return [
        (_("Fecha del pago"), labels.day(facts.on)),
        (_("Método de pago"), words.means_name(facts.method, labels)),
        (_("Recibido por"), facts.provider),
        (_("Transacción del proveedor") if facts.provider else _("Referencia del pago"), facts.transaction),
        (_("Referencia del portal"), facts.reference),
        (_("Comprobante emitido"), labels.moment(issued_at)),
    ]


def _columns(facts: VoucherFacts, labels: Labels) -> list[Column]:
    _ = labels.gettext
    money = _("Abonado en {currency}").format(currency=facts.currency)
    return [Column(_("Documento"), 0), Column(_("Número"), 52), Column(money, 44, "R")]


def _rows(facts: VoucherFacts, labels: Labels) -> list[Row]:
    _ = labels.gettext

    def row(one: Settled) -> Row:
        kind = words.kind_name(one.kind, labels) if one.kind else _("Saldo de apertura")
        return Row((kind, one.number or "", labels.money(one.amount, facts.currency)))

    rows = [row(one) for one in facts.applied]
    if facts.left:
        rows.append(Row((_("Saldo a favor"), "", labels.money(facts.left, facts.currency))))
    return [*rows, Row((_("Total"), "", labels.money(facts.amount, facts.currency)), strong=True)]
