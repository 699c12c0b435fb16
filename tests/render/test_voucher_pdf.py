"""A comprobante on paper says who paid whom what for which documents, and keeps quiet about nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.domain.payments import Method
from portal.domain.vouchers import Settled, VoucherFacts, dump_voucher, load_voucher
from portal.i18n import translator
from portal.render import words
from portal.render.labels import Labels
from portal.render.voucher_pdf import voucher_pdf
from tests.render.papers import AT, overlaps, pages_of, text_of

FACTS = VoucherFacts(
    issuer="Aguas y Suministros del Caribe S.A.S.",
    issuer_tax_id="900100200-1",
    customer="Cafetería La Esquina & Cía. Ltda.",
    customer_tax_id="900300400-5",
    payer="Carolina Ruiz",
    amount=123_456_700,
    currency="COP",
    method="pse",
    provider="Wompi",
    live=True,
    on=date(2026, 3, 20),
    transaction="1234-1610641025-49201",
    reference="FE20481-8FJ2KQWERTYZX",
    applied=(Settled("invoice", "FE-20481", 100_000_000), Settled("debit_note", "ND-7", 20_000_000)),
)


def lines(facts: VoucherFacts = FACTS, returned: int = 0, labels: Labels | None = None) -> list[str]:
    return text_of(voucher_pdf(facts, 127, AT, returned, labels or Labels())).split("\n")


def test_it_names_the_parties_the_sum_and_how_it_was_paid() -> None:
    said = lines()
    for shown in (
        FACTS.issuer, FACTS.issuer_tax_id, FACTS.customer, FACTS.customer_tax_id, "Pagó: Carolina Ruiz", "N.º 127",
        "COP 1.234.567,00", "PSE", "Wompi", FACTS.transaction, FACTS.reference, "20/03/2026",
    ):  # fmt: skip
        assert shown in said


def test_the_documents_and_what_is_left_add_up_to_the_sum() -> None:
    said = lines()
    start = said.index("Factura de venta")
    assert said[start : start + 10] == [
        "Factura de venta", "FE-20481", "1.000.000,00", "Nota débito", "ND-7", "200.000,00",
        "Saldo a favor", "34.567,00", "Total", "1.234.567,00",
    ]  # fmt: skip


def test_a_debt_without_a_paper_has_a_name() -> None:
    told = lines(replace(FACTS, applied=(Settled(None, None, FACTS.amount),)))
    assert "Saldo de apertura" in told and "Saldo a favor" not in told


def test_a_trial_and_money_that_went_back_are_not_kept_quiet() -> None:
    assert "PAGO DE PRUEBA: no se movió dinero" in lines(replace(FACTS, live=False))
    part = lines(returned=50_000)
    assert "Devuelto después: COP 500,00" in part and "PAGO DEVUELTO" not in part
    assert "PAGO DEVUELTO" in lines(returned=FACTS.amount)


def test_it_speaks_english_too() -> None:
    said = lines(labels=Labels(translator("en"), "en"))
    assert "COP 1,234,567.00" in said and "Mar 20, 2026" in said and "Valor pagado" not in said


def test_who_paid_for_itself_is_named_once() -> None:
    assert not [line for line in lines(replace(FACTS, payer=FACTS.customer)) if line.startswith("Pagó")]


def test_many_documents_and_long_names_fit_and_the_bytes_are_the_same(tmp_path: Path) -> None:
    many = tuple(Settled("invoice", f"FE-{number}" * (1 + number % 3), 1_000) for number in range(120))
    long = replace(FACTS, issuer="Distribuidora " * 12, customer="Cooperativa " * 14, applied=many)
    pdf = voucher_pdf(long, 127, AT, 0, Labels())
    assert pages_of(pdf) > 2 and overlaps(pdf, tmp_path) == []
    assert pdf == voucher_pdf(long, 127, AT, 0, Labels())


def test_what_is_kept_comes_back_as_it_was() -> None:
    assert load_voucher(dump_voucher(FACTS)) == FACTS


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_way_to_pay_has_a_name(language: str) -> None:
    named = [words.means_name(method, Labels(translator(language), language)) for method in Method]
    assert len(set(named)) == len(Method) and not set(named) & set(Method)
