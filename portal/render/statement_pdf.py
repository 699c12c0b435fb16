"""The statement of account on paper: four figures, the movements with their running balance, the aging."""

from __future__ import annotations

from portal.domain.aging import BUCKETS
from portal.domain.issued import Stamp, short_print
from portal.domain.statement import Movement, Statement
from portal.render import words
from portal.render.labels import Labels
from portal.render.paper import ACCENT, INK, LEFT, MUTED, RIGHT, SHADE, WIDTH
from portal.render.sheet import Frame, Sheet, render
from portal.render.table import Column, Row, draw_table

_HALF = WIDTH / 2 - 4


def statement_pdf(statement: Statement, labels: Labels, stamp: Stamp | None = None) -> bytes:
    """The PDF of a statement in the language of `labels`; the same statement gives the same bytes.

    `stamp`: of an issued one, which prints its number, its date, and how anybody verifies it.
    """

    def draw(sheet: Sheet) -> None:
        _draw_title(sheet, statement, stamp)
        _draw_parties(sheet, statement)
        _draw_figures(sheet, statement)
        draw_table(sheet, _movement_columns(labels), _movement_rows(statement, labels))
        _draw_aging(sheet, statement)

    return render(draw, _frame(statement, labels, stamp), labels, statement.known_at)


def _frame(statement: Statement, labels: Labels, stamp: Stamp | None) -> Frame:
    _ = labels.gettext
    title = _("Estado de cuenta") + (f" {stamp.number}" if stamp else "")
    known = _("Saldos según el portal de clientes, con lo registrado hasta el {moment}")
    return Frame(
        subject=f"{title} {statement.customer_name} {_period(statement, labels)}",
        author=statement.issuer_name,
        running=(f"{title}: {statement.customer_name}", _period(statement, labels)),
        foot=(*(_verified(stamp, labels) if stamp else ()), known.format(moment=labels.moment(statement.known_at))),
        qr_text=stamp.address if stamp else "",
    )


def _verified(stamp: Stamp, labels: Labels) -> tuple[str, ...]:
    _ = labels.gettext
    issued = _("Estado de cuenta {number}, emitido el {day}. Huella: {print}")
    how = _("Para comprobar que este papel es auténtico y no se ha cambiado, escanea el código o abre:")
    told = issued.format(number=stamp.number, day=labels.day(stamp.issued_on), print=short_print(stamp.fingerprint))
    return told, how, stamp.address


def _period(statement: Statement, labels: Labels) -> str:
    return f"{labels.day(statement.start)} – {labels.day(statement.end)}"


def _draw_title(sheet: Sheet, statement: Statement, stamp: Stamp | None) -> None:
    _ = sheet.labels.gettext
    top = sheet.y
    sheet.style(19, bold=True)
    sheet.line_at(LEFT, top, _HALF, _("Estado de cuenta"))
    sheet.style(10, bold=True, color=ACCENT)
    sheet.line_at(LEFT + WIDTH / 2, top + 0.5, WIDTH / 2, _period(statement, sheet.labels), "R")
    sheet.style(8, color=MUTED)
    money = _("Valores en {currency}").format(currency=statement.currency)
    sheet.line_at(LEFT + WIDTH / 2, top + 5.4, WIDTH / 2, money, "R")
    if stamp:
        number = _("{number}, emitido el {day}")
        told = number.format(number=stamp.number, day=sheet.labels.day(stamp.issued_on))
        sheet.line_at(LEFT, top + 8.4, _HALF, told)
    sheet.rule(top + 13, ACCENT, 0.7)
    sheet.y = top + 17.5


def _draw_parties(sheet: Sheet, statement: Statement) -> None:
    _ = sheet.labels.gettext
    top = sheet.y
    _party(sheet, LEFT, _("Emisor"), statement.issuer_name, statement.issuer_tax_id)
    below, sheet.y = sheet.y, top
    _party(sheet, LEFT + WIDTH / 2 + 4, _("Cliente"), statement.customer_name, statement.customer_tax_id)
    sheet.y = max(below, sheet.y) + 4


def _party(sheet: Sheet, x: float, role: str, name: str, tax_id: str) -> None:
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(x, sheet.y, _HALF, role.upper())
    sheet.y += 4.2
    sheet.style(10.5, bold=True)
    sheet.block(x, _HALF, name)
    sheet.style(8, color=MUTED)
    sheet.block(x, _HALF, tax_id)


def _draw_figures(sheet: Sheet, statement: Statement) -> None:
    """Opening balance, debits, credits and closing balance, beside each other."""
    _ = sheet.labels.gettext
    figures = [
        (_("Saldo inicial"), statement.opening),
        (_("Cargos"), statement.debits),
        (_("Abonos"), statement.credits),
        (_("Saldo final"), statement.closing),
    ]
    step = WIDTH / len(figures)
    sheet.shade(LEFT, sheet.y, WIDTH, 16, SHADE)
    for number, (name, minor) in enumerate(figures):
        x = LEFT + step * number + 4
        sheet.style(7.2, color=MUTED)
        sheet.line_at(x, sheet.y + 3.4, step - 6, name)
        sheet.style(11.5, bold=True, color=ACCENT if name == figures[-1][0] else INK)
        sheet.line_at(x, sheet.y + 7.6, step - 6, sheet.labels.money(minor, statement.currency))
    sheet.y += 21


def _movement_columns(labels: Labels) -> list[Column]:
    _ = labels.gettext
    return [
        Column(_("Fecha"), 17),
        Column(_("Movimiento"), 0),
        Column(_("Documento"), 28),
        Column(_("Cargo"), 24, "R"),
        Column(_("Abono"), 24, "R"),
        Column(_("Saldo"), 26, "R"),
    ]


def _movement_rows(statement: Statement, labels: Labels) -> list[Row]:
    _ = labels.gettext

    def balance(day: str, name: str, minor: int) -> Row:
        return Row((day, name, "", "", "", labels.money(minor, statement.currency)), strong=True)

    return [
        balance(labels.day(statement.start), _("Saldo inicial"), statement.opening),
        *(_movement_row(movement, statement.currency, labels) for movement in statement.movements),
        balance(labels.day(statement.end), _("Saldo final"), statement.closing),
    ]


def _movement_row(movement: Movement, currency: str, labels: Labels) -> Row:
    def money(minor: int) -> str:
        return labels.money(minor, currency) if minor else ""

    name = words.cause_name(movement.cause, labels)
    small = words.kind_name(movement.kind, labels) if movement.kind else ""
    cells = (
        labels.day(movement.on),
        name,
        movement.number or "",
        money(movement.debit),
        money(movement.credit),
        labels.money(movement.balance, currency),
    )
    return Row(cells, small="" if small == name else small, small_in=1)


def _draw_aging(sheet: Sheet, statement: Statement) -> None:
    """What is outstanding by days late, the credit in its own column, and the net, which is the closing balance."""
    _ = sheet.labels.gettext
    labels, aging = sheet.labels, statement.aging
    sheet.y += 6
    sheet.need(28)
    sheet.style(9.5, bold=True)
    sheet.line_at(LEFT, sheet.y, WIDTH, _("Cartera por edades al {day}").format(day=labels.day(statement.end)))
    sheet.y += 6
    names = [words.bucket_name(bucket, labels) for bucket in BUCKETS] + [_("Saldo a favor"), _("Neto")]
    amounts = [aging.buckets.get(bucket, 0) for bucket in BUCKETS] + [-aging.credit, aging.net]
    width = (RIGHT - LEFT - 4.8 - 2.4 * (len(names) - 1)) / len(names)
    columns = [Column(name, width, "R") for name in names]
    draw_table(sheet, columns, [Row(tuple(labels.money(minor, statement.currency) for minor in amounts))])
