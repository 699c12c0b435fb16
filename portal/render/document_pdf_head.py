"""The upper part of a document on paper: issuer and title, customer and amount, dates, authorisation, references."""

from __future__ import annotations

from portal.domain.documents import Authorisation, Facts, Reference
from portal.domain.parties import Party
from portal.render import words
from portal.render.balances import Balances
from portal.render.labels import Labels
from portal.render.paper import ACCENT, ALERT, INK, LEFT, MUTED, RIGHT, SHADE, WIDTH
from portal.render.sheet import Sheet
from portal.text import Text

_CARD_WIDTH = 72.0
_CARD_LEFT = RIGHT - _CARD_WIDTH
_TEXT_WIDTH = WIDTH - _CARD_WIDTH - 8
_LOGO_WIDTH, _LOGO_HEIGHT = 60.0, 16.0
_ACROSS = 4  # facts beside each other


def draw_title(sheet: Sheet, facts: Facts, logo: bytes | None = None) -> None:
    """Issuer at the left, its logo (a PNG) above its name; name of the document and number at the right."""
    top = sheet.y
    if logo:
        sheet.y += sheet.picture(logo, LEFT, sheet.y, _LOGO_WIDTH, _LOGO_HEIGHT) + 2
    sheet.style(13, bold=True)
    sheet.block(LEFT, _TEXT_WIDTH, facts.issuer.name, 1.15)
    sheet.y += 1
    _party_lines(sheet, facts.issuer)
    below, sheet.y = sheet.y, top
    _draw_number(sheet, facts)
    sheet.y = max(below, sheet.y) + 2.5
    sheet.rule(sheet.y, ACCENT, 0.7)
    sheet.y += 5


def _draw_number(sheet: Sheet, facts: Facts) -> None:
    sheet.style(10.5, bold=True, color=ACCENT)
    for line in sheet.wrap(words.title(facts, sheet.labels), _CARD_WIDTH):
        sheet.line_at(_CARD_LEFT, sheet.y, _CARD_WIDTH, line, "R")
        sheet.y += 4.6
    sheet.style(17, bold=True)
    if sheet.get_string_width(facts.number) > _CARD_WIDTH:
        sheet.style(10, bold=True)
    for line in sheet.wrap(facts.number, _CARD_WIDTH):
        sheet.line_at(_CARD_LEFT, sheet.y + 0.6, _CARD_WIDTH, line, "R")
        sheet.y += sheet.font_size * 1.2
    sheet.y += 1
    if facts.cufe:
        _ = sheet.labels.gettext
        sheet.style(8, color=MUTED)
        sheet.line_at(_CARD_LEFT, sheet.y, _CARD_WIDTH, _("Representación gráfica"), "R")
        sheet.y += 4


def _party_lines(sheet: Sheet, party: Party) -> None:
    labels = sheet.labels
    sheet.style(8, color=MUTED)
    place = ", ".join(part for part in (party.city, party.region) if part)
    contact = " · ".join(part for part in (party.phone, party.email) if part)
    duties = words.tax_duties(party, labels)
    for text in (party.trade_name, words.party_id(party, labels), duties, party.address, place, contact):
        if text and text != party.name:
            sheet.block(LEFT, _TEXT_WIDTH, text)


def draw_customer(sheet: Sheet, facts: Facts, balances: Balances | None) -> None:
    """The buyer at the left, or «Consumidor final»; the amount and its balance in a box at the right."""
    _ = sheet.labels.gettext
    top, page = sheet.y, sheet.page
    _draw_amount(sheet, facts, balances)
    below, sheet.y = sheet.y, top
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(LEFT, sheet.y, _TEXT_WIDTH, _("Cliente").upper())
    sheet.y += 4.4
    sheet.style(10.5, bold=True)
    sheet.block(LEFT, _TEXT_WIDTH, _("Consumidor final") if facts.customer.anonymous else facts.customer.name)
    sheet.y += 0.6
    _party_lines(sheet, facts.customer)
    sheet.y = (max(below, sheet.y) if sheet.page == page else sheet.y) + 5


def _draw_amount(sheet: Sheet, facts: Facts, balances: Balances | None) -> None:
    _ = sheet.labels.gettext
    x, width = _CARD_LEFT + 4, _CARD_WIDTH - 8
    status = _status_lines(sheet, balances, width)
    height = 19 + (16 + 3.7 * len(status) if balances else 0)
    sheet.shade(_CARD_LEFT, sheet.y, _CARD_WIDTH, height, SHADE)
    sheet.style(7.2, bold=True, color=ACCENT)
    sheet.line_at(x, sheet.y + 4, width, (_("Total a pagar") if facts.kind.is_debit else _("Total")).upper())
    sheet.style(16, bold=True)
    amount = f"{facts.currency} {sheet.labels.amount(facts.total, facts.currency)}"
    sheet.line_at(x, sheet.y + 8.6, width, amount)
    if balances:
        _draw_balances(sheet, facts, balances, status, sheet.y + 17.5)
    sheet.y += height


def _status_lines(sheet: Sheet, balances: Balances | None, width: float) -> list[str]:
    if not balances or not balances.status:
        return []
    sheet.style(7.8, bold=True)
    return sheet.wrap(sheet.labels.say(balances.status), width)[:4]


def _draw_balances(sheet: Sheet, facts: Facts, balances: Balances, status: list[str], y: float) -> None:
    _ = sheet.labels.gettext
    labels, x, width = sheet.labels, _CARD_LEFT + 4, _CARD_WIDTH - 8
    sheet.rule(y, x=x, to=x + width)
    pairs = [(_("Abonado"), balances.paid), (_("Saldo pendiente"), balances.outstanding)]
    if not facts.kind.is_debit:
        pairs = [(_("Aplicado"), balances.paid), (_("Saldo a favor"), balances.available)]
    for number, (label, minor) in enumerate(pairs):
        row = y + 2 + 4 * number
        sheet.style(8, color=MUTED)
        sheet.line_at(x, row, width * 0.45, label)
        sheet.style(8, bold=number == 1)
        sheet.line_at(x + width * 0.45, row, width * 0.55, labels.money(minor, facts.currency), "R")
    sheet.style(7.8, bold=True, color=ALERT if balances.void else INK)
    for number, line in enumerate(status):
        sheet.line_at(x, y + 10.6 + 3.7 * number, width, line)
    sheet.style(7, color=MUTED)
    note = _("Según el portal al {day}").format(day=labels.day(balances.on))
    sheet.line_at(x, y + 10.8 + 3.7 * len(status), width, note)


def draw_facts(sheet: Sheet, facts: Facts) -> None:
    """Dates, terms and numbers, four beside each other, the name of each above it."""
    pairs = [(name, value) for name, value in _facts(facts, sheet.labels) if value]
    step = WIDTH / _ACROSS
    for start in range(0, len(pairs), _ACROSS):
        row = []
        for name, value in pairs[start : start + _ACROSS]:
            sheet.style(8.6)
            row.append((name, sheet.wrap(value, step - 4)[:4]))
        height = 4 + 3.8 * max(len(lines) for _name, lines in row) + 2
        sheet.need(height)
        for number, (name, lines) in enumerate(row):
            _fact(sheet, LEFT + step * number, step - 4, name, lines)
        sheet.y += height
    sheet.y += 1


def _fact(sheet: Sheet, x: float, width: float, name: str, lines: list[str]) -> None:
    sheet.style(7, color=MUTED)
    sheet.line_at(x, sheet.y, width, name)
    sheet.style(8.6)
    for number, line in enumerate(lines):
        sheet.line_at(x, sheet.y + 3.6 + 3.8 * number, width, line)


def _facts(facts: Facts, labels: Labels) -> list[tuple[str, str]]:
    _ = labels.gettext
    return [
        (_("Fecha de emisión"), labels.day(facts.issue_date)),
        (_("Hora de emisión"), facts.issue_time or ""),
        (_("Fecha de vencimiento"), labels.day(facts.due_date) if facts.due_date else ""),
        (_("Forma de pago"), words.term_name(facts.term, labels) if facts.term else ""),
        (_("Medio de pago"), words.means_name(facts.method, labels) if facts.method else ""),
        (_("Moneda"), facts.currency),
        (_("Orden de compra"), facts.order or ""),
        (_("Referencia de pago"), facts.payment_reference or ""),
        (_("Periodo"), _period(facts, labels)),
        (_("Tasa de cambio"), _exchange(facts, labels)),
    ]


def _period(facts: Facts, labels: Labels) -> str:
    return " – ".join(labels.day(day) for day in facts.period or () if day)


def _exchange(facts: Facts, labels: Labels) -> str:
    if not facts.exchange:
        return ""
    source, target, rate = facts.exchange
    return f"1 {source} = {labels.number(rate, 2)} {target}"


def draw_references(sheet: Sheet, facts: Facts) -> None:
    """The reason of a note, the documents named, and DIAN's authorisation of the number."""
    reason = facts.reason or facts.reason_code
    texts = [sheet.labels.say(Text("Motivo: {reason}", reason=reason))] if reason else []
    texts += [_reference(reference, facts.currency, sheet.labels) for reference in facts.references]
    if facts.authorisation:
        texts.append(_authorisation(facts.authorisation, sheet.labels))
    sheet.style(7.6, color=MUTED)
    for text in texts:
        sheet.block(LEFT, WIDTH, text)
    sheet.y += 2.5 if texts else 0


def _reference(reference: Reference, currency: str, labels: Labels) -> str:
    _ = labels.gettext
    named = " ".join(
        part for part in (words.kind_name(reference.kind, labels) if reference.kind else "", reference.number) if part
    )
    parts = [f"{words.role_name(reference.role, labels)}: {named}"]
    if reference.issued_on:
        parts.append(labels.day(reference.issued_on))
    if reference.amount is not None:
        parts.append(f"{currency} {labels.amount(reference.amount, currency)}")
    if reference.cufe:
        parts.append(f"CUFE {reference.cufe}")
    return " · ".join(parts)


def _authorisation(range_: Authorisation, labels: Labels) -> str:
    _ = labels.gettext
    parts = [_("Autorización de numeración DIAN n.º {number}").format(number=range_.number)]
    if range_.first and range_.last:
        span = _("rango {prefix}{first} a {prefix}{last}")
        parts.append(span.format(prefix=range_.prefix or "", first=range_.first, last=range_.last))
    if range_.valid_from and range_.valid_to:
        validity = _("vigente del {start} al {end}")
        parts.append(validity.format(start=labels.day(range_.valid_from), end=labels.day(range_.valid_to)))
    return " · ".join(parts)
