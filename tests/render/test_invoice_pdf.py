"""The representación gráfica shows what the law asks for, of every kind of document, however hostile its texts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.documents import Facts, Kind, Reference, Role
from portal.domain.parties import Party
from portal.importers.einvoices import read_einvoice
from portal.importers.xml import Unreadable
from portal.render.balances import Balances
from portal.render.invoice_pdf import document_pdf
from portal.render.labels import Labels
from portal.text import Text
from tests.render.papers import (
    AT,
    CUFE,
    INVOICE,
    LINES,
    VALIDATION,
    full,
    long_invoice,
    overlaps,
    pages_of,
    plain,
    poppler_text,
    text_of,
)

BALANCES = Balances(date(2026, 3, 20), 40_000_000, 50_562_500, status=Text("Vence en {days} días.", days=15))


def drawn(facts: Facts, **options: object) -> str:
    return text_of(document_pdf(facts, Labels(), made_at=AT, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "shown",
    [
        "Factura electrónica de venta",
        "Representación gráfica",
        "SETP990000002",
        "Aguas y Suministros del Caribe S.A.S.",
        "NIT 900100200-0",
        "Gran contribuyente · Autorretenedor · Tributo: IVA",
        "Cafetería La Esquina & Cía. Ltda.",
        "05/03/2026",
        "09:15:23-05:00",
        "04/04/2026",
        "Crédito",
        "Transferencia débito bancaria",
        "OC-2231",
        "Autorización de numeración DIAN n.º 18760000001 · rango SETP990000000 a SETP995000000 · "
        "vigente del 19/01/2019 al 19/01/2030",
        "Botellón de agua",
        "Unidad",
        "2,5",
        "150.000,00",
        "-37.500,00",
        "IVA 5\u00a0% sobre 480.000,00",
        "IVA 19\u00a0% sobre 337.500,00",
        "64.125,00",
        "ReteFuente 2,5\u00a0% sobre 817.500,00",
        "Anticipo ANT-12 20/02/2026",
        "COP 905.625,00",
        f"CUFE: {CUFE}",
        "Validada por la DIAN el 05/03/2026 9:16 a.\u00a0m.",
        "Fabricante: Soluciones de Prueba S.A.S. · Software: FacturaYa 3.2",
        "Gracias por su compra.",
        "Representación gráfica hecha por el portal de clientes; el documento legal es el XML.",
        "Página 1 de 1",
    ],
)
def test_an_invoice_shows(shown: str) -> None:
    assert shown in drawn(INVOICE, validation=VALIDATION).split("\n")


@pytest.mark.parametrize(
    ("kind", "type_code", "title"),
    [
        (Kind.INVOICE, "01", "Factura electrónica de venta"),
        (Kind.INVOICE, "20", "Documento equivalente POS"),
        (Kind.DEBIT_NOTE, None, "Nota débito electrónica"),
        (Kind.CREDIT_NOTE, "91", "Nota crédito electrónica"),
        (Kind.ADVANCE, None, "Anticipo"),
        (Kind.RECEIPT, None, "Recibo de caja"),
    ],
)
def test_a_document_with_a_cufe_has_its_legal_title(kind: Kind, type_code: str | None, title: str) -> None:
    assert title in drawn(replace(INVOICE, kind=kind, type_code=type_code)).split("\n")


@pytest.mark.parametrize("kind", Kind)
def test_a_document_without_cufe_is_not_called_electronic(kind: Kind) -> None:
    text = drawn(plain(kind))
    assert "electrónica" not in text
    assert "no es un documento electrónico" in text
    assert "el documento legal es el XML" not in text


def test_only_a_document_with_a_cufe_has_a_qr_and_it_is_on_every_page() -> None:
    pdf = document_pdf(long_invoice(60), Labels(), made_at=AT)
    assert pages_of(pdf) > 2
    assert pdf.count(b"/Subtype /Image") == 1
    assert len(re.findall(rb"/XObject <<", pdf)) == pages_of(pdf)
    assert b"/Subtype /Image" not in document_pdf(plain(Kind.INVOICE), Labels(), made_at=AT)


def test_the_final_consumer_is_named_so() -> None:
    buyer = Party("CO", "13", "222222222222", "cualquier cosa")
    assert "Consumidor final" in drawn(replace(INVOICE, customer=buyer)).split("\n")


def test_a_note_names_its_reason_and_what_it_corrects() -> None:
    text = drawn(full(Kind.CREDIT_NOTE)).replace("\n", " ")
    assert "Motivo: Devolución parcial" in text
    assert f"Corrige: Factura de venta FE-1 · 01/03/2026 · COP 5,00 · CUFE {CUFE}" in text


def test_a_document_that_states_everything_shows_it() -> None:
    lines = drawn(full(Kind.INVOICE)).split("\n")
    for shown in ("REF-9", "01/02/2026 – 28/02/2026", "1 USD = 4.105,50 COP", "Pronto pago 2\u00a0%", "Flete", "-0,25"):
        assert shown in lines
    assert "Código AG-020 · Sede: Norte" in lines


def test_discounts_known_only_as_a_total_are_shown() -> None:
    lines = drawn(plain(Kind.INVOICE, allowances=Decimal(7), charges=Decimal(3), prepaid=Decimal(2))).split("\n")
    assert lines[lines.index("Descuentos") + 1] == "-7,00"
    assert lines[lines.index("Cargos") + 1] == "3,00"
    assert lines[lines.index("Anticipos descontados") + 1] == "-2,00"


def test_balances_stand_apart_with_their_date() -> None:
    lines = drawn(INVOICE, balances=BALANCES).split("\n")
    assert lines[lines.index("Saldo pendiente") + 1] == "505.625,00"
    assert "Vence en 15 días." in lines
    assert "Según el portal al 20/03/2026" in lines
    assert "Abonado" not in drawn(INVOICE)


def test_a_credit_shows_what_is_left_of_it() -> None:
    lines = drawn(plain(Kind.ADVANCE), balances=Balances(date(2026, 3, 20), 30_000, available=70_000)).split("\n")
    assert lines[lines.index("Aplicado") + 1] == "300,00"
    assert lines[lines.index("Saldo a favor") + 1] == "700,00"
    assert "Saldo pendiente" not in lines


def test_a_test_document_says_so_on_every_page() -> None:
    pdf = document_pdf(replace(long_invoice(60), environment="2"), Labels(), made_at=AT)
    assert text_of(pdf).count("DOCUMENTO DE PRUEBA") == pages_of(pdf)


@pytest.mark.parametrize(
    ("facts", "balances"),
    [(plain(Kind.INVOICE, voided=True), None), (INVOICE, replace(BALANCES, void=True))],
)
def test_a_void_document_says_so(facts: Facts, balances: Balances | None) -> None:
    assert "ANULADO" in drawn(facts, balances=balances)
    assert "ANULADO" not in drawn(INVOICE, balances=BALANCES)


def test_the_note_that_spells_the_cufe_is_not_shown() -> None:
    secret = "SETP9900000022026-03-05" + "fc8eac42" * 12
    spelt = replace(INVOICE, cufe=hashlib.sha384(b"secret key").hexdigest(), notes=("secret key", secret, "Al día"))
    text = drawn(spelt)
    assert "Al día" in text
    assert "secret key" not in text
    assert "fc8eac42" not in text


def test_the_code_is_named_as_the_document_names_it() -> None:
    assert "CUDE: " in drawn(replace(INVOICE, cufe_scheme="CUDE-SHA384"))
    assert "CUDE: " in drawn(replace(INVOICE, kind=Kind.CREDIT_NOTE, cufe_scheme=None))
    assert "CUFE: " in drawn(replace(INVOICE, cufe_scheme=None))


def test_without_own_rendering_the_portal_is_not_named() -> None:
    assert "portal de clientes" not in drawn(INVOICE, own_rendering=False)


def test_the_same_facts_give_the_same_bytes() -> None:
    odd = replace(INVOICE, number="Łódź-1")
    for facts in (INVOICE, odd):
        first, second = (document_pdf(facts, Labels(), made_at=AT, balances=BALANCES) for _ in range(2))
        assert first == second
    assert document_pdf(INVOICE, Labels(), made_at=AT.replace(year=2027)) != document_pdf(INVOICE, Labels(), made_at=AT)


def test_english_comes_from_the_catalog_and_numbers_follow_it() -> None:
    labels = Labels({"Total a pagar": "Amount due", "Fecha de emisión": "Issue date"}.get, "en")  # type: ignore[arg-type]
    english = Labels(lambda message: labels.gettext(message) or message, "en")
    lines = text_of(document_pdf(INVOICE, english, made_at=AT)).split("\n")
    assert {"Amount due", "Issue date", "Mar 5, 2026", "COP 905,625.00"} <= set(lines)


def test_five_hundred_lines_repeat_the_head_and_lose_nothing(tmp_path: Path) -> None:
    pdf = document_pdf(long_invoice(500), Labels(), made_at=AT)
    lines, pages = text_of(pdf).split("\n"), pages_of(pdf)
    assert lines.count("Botellón de agua") == lines.count("Mantenimiento") == 250
    assert lines.count("Descripción") in (pages, pages - 1)  # the totals may stand alone on the last page
    assert f"Página {pages} de {pages}" in lines
    assert overlaps(pdf, tmp_path) == []


HOSTILE = {
    "long words": replace(LINES[0], description="W" * 900 + " palabra" * 40, code="Z" * 300),
    "a row longer than a page": replace(LINES[0], description="uno\ndos\n\n" + "texto " * 2500),
    "huge amounts": replace(LINES[0], amount=Decimal("999999999999999.99"), unit_price=Decimal("0.000001")),
    "many taxes": replace(LINES[0], taxes=LINES[0].taxes * 12),
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=list(HOSTILE))
def test_nothing_overlaps_whatever_a_line_holds(line: object, tmp_path: Path) -> None:
    facts = replace(INVOICE, lines=(line, *LINES), number="N" * 90, order="O" * 90)  # type: ignore[arg-type]
    assert overlaps(document_pdf(facts, Labels(), made_at=AT, balances=BALANCES), tmp_path) == []


def test_a_thousand_taxes_and_references_turn_the_page(tmp_path: Path) -> None:
    many = replace(
        INVOICE,
        taxes=INVOICE.taxes * 100,
        withholdings=INVOICE.withholdings * 150,
        references=tuple(Reference(Role.PAYS, f"FE-{i}") for i in range(200)),
        notes=("nota " * 2000,),
    )
    pdf = document_pdf(many, Labels(), made_at=AT)
    assert overlaps(pdf, tmp_path) == []
    assert text_of(pdf).count("ReteFuente") == 150


def test_letters_beyond_helvetica_use_the_packaged_font(tmp_path: Path) -> None:
    party = replace(INVOICE.issuer, name="Łódź Ωmega Ђорђе")
    text = poppler_text(document_pdf(replace(INVOICE, issuer=party), Labels(), made_at=AT), tmp_path)
    assert "Łódź Ωmega Ђорђе" in text
    assert "COP 905.625,00" in text
    assert "Página 1 de 1" in text


def test_letters_that_no_font_has_become_boxes(tmp_path: Path) -> None:
    party = replace(INVOICE.issuer, name="東京 🚀 \ud800 Ltda.")
    assert "□□ □ □ Ltda." in poppler_text(document_pdf(replace(INVOICE, issuer=party), Labels(), made_at=AT), tmp_path)


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_can_be_drawn(name: str, description: str) -> None:
    facts = replace(
        INVOICE,
        number=name,
        issuer=replace(INVOICE.issuer, name=name),
        lines=(replace(LINES[0], description=description),),
        notes=(description,),
    )
    assert document_pdf(facts, Labels(), made_at=AT).startswith(b"%PDF-")


def test_every_sample_can_be_drawn(samples: Path) -> None:
    drawn_ones = 0
    for path in sorted(samples.rglob("*.xml")):
        try:
            found = read_einvoice(path.name, path.read_bytes())
        except Unreadable:
            continue
        pdf = document_pdf(found.facts, Labels(), made_at=AT, validation=found.validation)
        assert b"DejaVu" in pdf or found.facts.number in text_of(pdf)
        drawn_ones += 1
    assert drawn_ones > 10
