import re
from dataclasses import replace
from datetime import date

import pytest

from portal.domain.aging import Settlement
from portal.domain.documents import Kind
from portal.i18n import LANGUAGES
from portal.render.labels import Labels
from portal.ui import show
from portal.ui.plain import plain
from portal.views.rows import DocumentRow

ROW = DocumentRow(
    id=1,
    kind=Kind.INVOICE,
    type_code=None,
    number="FE-1",
    issuer_id=1,
    issuer_name="Ejemplar S.A.S.",
    issuer_tax_id="900100200",
    customer_id=1,
    customer_name="Empresa ABC S.A.S.",
    customer_tax_id="900555666",
    issue_date=date(2026, 3, 1),
    due_date=None,
    currency="COP",
    total=100000,
    paid=0,
    outstanding=100000,
    available=0,
    reserved=0,
    reported=0,
    claimed=0,
    withheld=0,
    disputed=False,
    method=None,
    agreed=False,
    settlement=Settlement.OPEN,
    by_credit_notes=False,
    overdue=False,
    days_late=0,
    test=False,
    validated=False,
    cufe=None,
    source="sheet",
    state="active",
)
CREDIT = replace(ROW, kind=Kind.RECEIPT, outstanding=0, available=100000)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW, "Pendiente"),
        (replace(ROW, overdue=True, days_late=12), "Vencida · 12 d"),
        (replace(ROW, settlement=Settlement.PART), "Abonada en parte"),
        (replace(ROW, settlement=Settlement.PART, overdue=True, days_late=1), "Vencida · 1 d"),
        (replace(ROW, settlement=Settlement.SETTLED), "Pagada"),
        (replace(ROW, settlement=Settlement.SETTLED, by_credit_notes=True), "Saldada con nota crédito"),
        (replace(ROW, settlement=Settlement.VOID), "Anulada"),
        (replace(ROW, disputed=True, overdue=True, days_late=12), "En disputa"),
        (CREDIT, "Por aplicar"),
        (replace(CREDIT, settlement=Settlement.PART), "Aplicado en parte"),
        (replace(CREDIT, settlement=Settlement.SETTLED), "Aplicado"),
        (replace(CREDIT, settlement=Settlement.VOID), "Anulado"),
        (replace(ROW, reported=50000, overdue=True, days_late=12), "En revisión"),
        (replace(CREDIT, reserved=100000), "Reservado"),
        (replace(CREDIT, reserved=1, settlement=Settlement.PART), "Reservado"),
        (replace(CREDIT, state="question"), "En revisión"),
    ],
)
def test_a_row_says_how_its_document_stands(row: DocumentRow, words: str) -> None:
    assert show.status(row) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW, ""),
        (replace(ROW, method="47"), "Transferencia débito bancaria"),
        (replace(ROW, method="10,47"), "Efectivo, Transferencia débito bancaria"),
        (replace(ROW, method="10", agreed=True), "Efectivo (acordado)"),
        (replace(ROW, method="99x"), "99x"),
    ],
)
def test_the_method_is_that_of_the_payments_or_the_one_agreed(row: DocumentRow, words: str) -> None:
    assert show.method(row) == words


def test_a_tiquete_is_no_invoice() -> None:
    assert show.kind(Kind.INVOICE, "20") == "Documento POS"
    assert show.kind(Kind.INVOICE, "01") == show.kind(Kind.INVOICE) == "Factura de venta"


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (123456789, "COP", "COP\u00a01.234.567,89"),
        (0, "USD", "USD\u00a00,00"),
        (1234, "CLP", "CLP\u00a01.234"),
        (1234, "KWD", "KWD\u00a01,234"),
        (-50, "COP", "COP\u00a0-0,50"),
    ],
)
def test_money_has_its_currency_and_as_many_decimals_as_that_has(minor: int, currency: str, words: str) -> None:
    assert show.money(minor, currency) == words


def test_signs_that_markdown_reads_are_escaped() -> None:
    assert plain("FE_1*[x](y) <b>$5$ :red[no]") == r"FE\_1\*\[x\]\(y\) \<b\>\$5\$ \:red\[no\]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_writes_a_day_as_the_rest_of_the_page_does(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "language", lambda: language)
    signs = {"DD": "%d", "D": "%-d", "MMM": "%b", "MM": "%m", "YYYY": "%Y"}
    pattern = re.sub("[A-Z]+", lambda found: signs[found[0]], show.day_format())
    day = date(2026, 3, 4)
    assert day.strftime(pattern) == Labels(language=language).day(day)
    assert show.typed_day_format().replace("-", "/") in ("DD/MM/YYYY", "YYYY/MM/DD")
