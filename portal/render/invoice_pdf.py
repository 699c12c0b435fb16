"""The «representación gráfica» of a document, of all five kinds, made from its facts.

What it shows follows Resolución DIAN 000042 of 2020, art. 29 par. 1, and the QR the Anexo técnico §10.3.
"""

from __future__ import annotations

from datetime import datetime

from portal.domain.documents import Facts, Kind, Validation
from portal.render import words
from portal.render.balances import Balances
from portal.render.document_pdf_head import draw_customer, draw_facts, draw_references, draw_title
from portal.render.document_pdf_lines import draw_lines
from portal.render.document_pdf_totals import draw_notes, draw_totals
from portal.render.labels import Labels
from portal.render.qr import dian_qr_text
from portal.render.sheet import Frame, Sheet, render


def document_pdf(
    facts: Facts,
    labels: Labels,
    *,
    made_at: datetime,
    balances: Balances | None = None,
    validation: Validation | None = None,
    own_rendering: bool = True,
    logo: bytes | None = None,
) -> bytes:
    """The PDF of a document in the language of `labels`; the same arguments give the same bytes.

    `made_at` is the instant written into the file. `balances` are the portal's own figures, printed in a
    box with their date. `own_rendering` adds the line that says who drew it and what is legally binding. `logo` is
    the issuer's, a PNG.
    """

    def draw(sheet: Sheet) -> None:
        draw_title(sheet, facts, logo)
        draw_customer(sheet, facts, balances)
        draw_facts(sheet, facts)
        draw_references(sheet, facts)
        draw_lines(sheet, facts)
        draw_totals(sheet, facts)
        draw_notes(sheet, facts)

    return render(draw, _frame(facts, labels, balances, validation, own_rendering), labels, made_at)


def _frame(
    facts: Facts, labels: Labels, balances: Balances | None, validation: Validation | None, own_rendering: bool
) -> Frame:
    _ = labels.gettext
    void = facts.voided or (balances is not None and balances.void)
    name = f"{words.title(facts, labels)} {facts.number}"
    warnings = [_("DOCUMENTO DE PRUEBA: sin validez fiscal")] if facts.is_test else []
    return Frame(
        subject=name,
        author=facts.issuer.name,
        running=(facts.issuer.name, name),
        foot=tuple(_foot(facts, labels, validation, own_rendering)),
        qr_text=dian_qr_text(facts),
        mark=_("ANULADO") if void else "",
        banner=" · ".join(warnings + ([_("ANULADO")] if void else [])),
    )


def _foot(facts: Facts, labels: Labels, validation: Validation | None, own_rendering: bool) -> list[str]:
    _ = labels.gettext
    lines = [f"{_code_name(facts)}: {facts.cufe}"] if facts.cufe else []
    if validation and validation.at:
        lines.append(_("Validada por la DIAN el {moment}").format(moment=labels.moment(validation.at)))
    if facts.software:
        lines.append(" · ".join(f"{words.software_name(name, labels)}: {value}" for name, value in facts.software))
    if own_rendering:
        lines.append(_own(facts, labels))
    return lines


def _own(facts: Facts, labels: Labels) -> str:
    _ = labels.gettext
    if facts.cufe:
        return _("Representación gráfica hecha por el portal de clientes; el documento legal es el XML.")
    return _("Copia hecha por el portal de clientes con los datos del emisor; no es un documento electrónico.")


def _code_name(facts: Facts) -> str:
    """CUFE of an invoice, CUDE of a note; what the document itself says comes first."""
    scheme = (facts.cufe_scheme or "").upper()
    if scheme:
        return "CUDE" if scheme.startswith("CUDE") else "CUFE"
    return "CUFE" if facts.kind is Kind.INVOICE else "CUDE"
