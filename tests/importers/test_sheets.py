import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.documents import Facts, Kind, Role, Term
from portal.domain.folding import fold_number
from portal.importers.found import Found, Problem, StatedBalance
from portal.importers.sheet_cells import LAST_ROW
from portal.importers.sheets import MOST_ROWS, read_sheet
from tests.importers.made_sheets import (
    HEADINGS,
    INVOICE,
    ISSUER,
    csv_bytes,
    facts,
    problem,
    read,
    repacked,
    sheet,
    xlsx_bytes,
)

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FILES = sorted(path for path in EXAMPLES.iterdir() if path.suffix in {".csv", ".xlsx"})


def invoices(count: int, start: int = 0) -> Iterator[tuple[str, ...]]:
    return (("factura", f"FE-{n}", "900123456-8", "2026-01-05", "1190.50") for n in range(start, start + count))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_example_of_the_docs_reads_without_problems_or_warnings(path: Path) -> None:
    found = read(path.read_bytes(), issuer=None)
    assert found
    assert not any(isinstance(one, Problem) or (isinstance(one, Found) and one.warnings) for one in found)


def test_the_examples_hold_all_kinds_of_documents() -> None:
    for name in ("documentos.csv", "documents.csv", "documentos.xlsx"):
        assert {one.kind for one in facts((EXAMPLES / name).read_bytes(), None)} == set(Kind)


@pytest.mark.parametrize("name", ["documentos", "saldos"])
def test_the_same_sheet_as_csv_and_xlsx_says_the_same(name: str) -> None:
    as_csv, as_xlsx = (
        list(read_sheet("", (EXAMPLES / f"{name}.{kind}").read_bytes(), None)) for kind in ("csv", "xlsx")
    )
    assert as_csv == as_xlsx


def test_a_whole_row_becomes_facts() -> None:
    by_number = {one.number: one for one in facts((EXAMPLES / "documentos.csv").read_bytes(), None)}
    first, net, receipt, void = (by_number[number] for number in ("FE-101", "FE-103", "RC-41", "1001"))
    assert (first.kind, first.total, first.currency, first.source) == (
        Kind.INVOICE,
        Decimal("1190000.00"),
        "COP",
        "sheet",
    )
    assert (first.issue_date, first.due_date) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (first.term, first.method, first.order) == (Term.CREDIT, "47", "OC-7781")
    assert (first.issuer.key, first.customer.email) == (ISSUER.key, "pagos@rioclaro.example")
    assert first.notes == ("Cemento y varilla",)
    assert (net.prepaid, net.references[0].role, net.references[0].number) == (300_000, Role.CONSUMES, "AN-31")
    assert [(one.number, one.amount) for one in receipt.references] == [("FE-101", 1_071_000), ("FE-103", 250_000)]
    assert receipt.payment_reference == "TRF-559012"
    assert void.voided


def test_stated_balances_are_read() -> None:
    first, second, _ = read((EXAMPLES / "saldos.csv").read_bytes())
    assert isinstance(first, StatedBalance)
    assert isinstance(second, StatedBalance)
    assert (first.number, first.outstanding, first.on) == ("FE-101", 0, date(2026, 2, 28))
    assert (second.outstanding, second.currency) == (640_000, "COP")
    assert (second.issuer_tax_id, second.customer_tax_id, second.place) == ("900555111", "900123456", "fila 3")


def test_a_balance_may_say_little_and_its_document_kind() -> None:
    data = csv_bytes(("documento", "saldo", "fecha", "clase"), ("FE-1", "5", "2026-01-31", "nota débito"))
    (only,) = read(data)
    balance = StatedBalance("hoja", "fila 2", "FE-1", Decimal(5), date(2026, 1, 31), Kind.DEBIT_NOTE, None, "900555111")
    assert only == balance


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found_by_the_headings(delimiter: str) -> None:
    (only,) = facts(csv_bytes(HEADINGS, INVOICE, delimiter=delimiter))
    assert only.number == "FE-1"


def test_headings_may_stand_below_a_title() -> None:
    rows = [("Ventas de enero",), (), ("Ferretería",), HEADINGS, INVOICE]
    for data in (csv_bytes(*rows), xlsx_bytes(*rows)):
        (only,) = read(data)
        assert isinstance(only, Found)
        assert only.place == "fila 5"


def test_the_first_sheet_with_headings_is_read() -> None:
    def fill(book: Any, _: Any) -> None:
        for number, row in enumerate((HEADINGS, INVOICE)):
            book.worksheets()[1].write_row(number, 0, row)

    assert len(facts(xlsx_bytes(("Portada",), fill=fill, names=("portada", "datos")))) == 1


def test_headings_too_far_down_are_not_found() -> None:
    where, sentence = problem(csv_bytes(*[("nota",)] * 10, HEADINGS, INVOICE))
    assert (where, "primeras 10 filas" in sentence) == ("", True)


def test_missing_columns_are_one_problem() -> None:
    assert problem(csv_bytes(("tipo", "número", "fecha"), ("x",), ("y",))) == (
        "fila 1",
        "Faltan las columnas «cliente NIT», «total»: agrégalas según la lista de docs/spreadsheets.md.",
    )


def test_a_sheet_that_names_no_issuer_needs_one() -> None:
    _, sentence = problem(sheet(), issuer=None)
    assert "agrega las columnas «emisor NIT» y «emisor nombre», o importa con --issuer" in sentence
    assert facts(sheet(emisor_NIT="901234567-7"), None)[0].issuer.tax_id == "901234567"


@pytest.mark.parametrize(
    ("column", "value"),
    [("fecha", "31/02/2026"), ("total", "-5"), ("tipo", "cotización"), ("cliente NIT", "x"), ("número", "")],
)
def test_each_problem_has_its_row_and_column_and_the_others_are_read(column: str, value: str) -> None:
    bad = [value if title == column else cell for title, cell in zip(HEADINGS, INVOICE, strict=True)]
    found = read(sheet(INVOICE, bad, [*INVOICE[:1], "FE-2", *INVOICE[2:]]))
    assert [type(one) for one in found] == [Found, Problem, Found]
    assert isinstance(found[1], Problem)
    assert found[1].place == f"fila 3, columna «{column}»"


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({"moneda": "PESOS"}, "no es una moneda"),
        ({"moneda": "CLP"}, "más decimales de los que admite CLP"),
        ({"CUFE": "abc"}, "no es un CUFE"),
        ({"vencimiento": "mañana"}, "no es una fecha"),
        ({"medio_de_pago": "trueque"}, "No conocemos «trueque»"),
        ({"aplica_a": "FE-9"}, "Una factura no se aplica"),
        ({"estado": "pagada"}, "recibos de caja"),
    ],
)
def test_optional_cells_are_checked_too(extra: dict[str, str], sentence: str) -> None:
    data = sheet(("factura", "FE-1", "1", "2026-01-05", "10.50"), **extra)
    assert sentence in problem(data)[1]


def test_a_cufe_is_kept_in_small_letters() -> None:
    assert facts(sheet(CUFE="AB" * 48))[0].cufe == "ab" * 48


def test_the_column_decides_on_doubtful_amounts_wherever_the_clear_one_stands() -> None:
    doubtful, clear = (*INVOICE[:4], "1.234"), ("factura", "FE-2", "1", "2026-01-05", "2.000,50")
    assert [one.total for one in facts(sheet(doubtful, clear))] == [1234, Decimal("2000.50")]
    assert "dos maneras" in problem(sheet(doubtful))[1]
    (first,) = facts(sheet(("recibo", *INVOICE[1:]), aplica_a="FE-1:1.234; FE-2:1.000,50"))
    assert [one.amount for one in first.references] == [1234, Decimal("1000.50")]


def test_numbers_and_dates_of_xlsx_are_exact() -> None:
    data = xlsx_bytes(HEADINGS, ("factura", 1001, 900123456, datetime.fromisoformat("2026-01-05"), 1190000.1))
    (only,) = facts(data)
    assert (only.number, only.customer.tax_id) == ("1001", "900123456")
    assert (only.issue_date, only.total) == (date(2026, 1, 5), Decimal("1190000.1"))


def test_a_formula_without_result_is_refused_by_its_cell() -> None:
    book = openpyxl.Workbook()
    for row in (HEADINGS, (*INVOICE[:4], "=100*1.19")):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    where, sentence = problem(file.getvalue())
    assert where == "fila 2, columna «total»"
    assert "La celda E2 tiene una fórmula sin resultado" in sentence


def test_formulas_and_scripts_in_texts_stay_texts() -> None:
    for text in ('=HYPERLINK("http://x.example")', "<script>alert(1)</script>", "+1+1", "@SUM(A1)"):
        assert facts(sheet(descripción=text))[0].notes == (text,)


def test_a_document_twice_is_refused_with_both_rows() -> None:
    again = ("invoice", "fe 1", *INVOICE[2:])
    assert problem(sheet(INVOICE, again)) == (
        "fila 3, columna «número»",
        "El documento ya está en la fila 2: deja una sola de las dos.",
    )
    assert len(facts(sheet(INVOICE, ("recibo", *INVOICE[1:])))) == 2
    assert "fila 2" in problem(csv_bytes(("documento", "saldo", "fecha"), *[("1", "5", "2026-01-31")] * 2))[1]


def test_blank_rows_are_skipped() -> None:
    assert len(facts(sheet((), INVOICE, (" ", "", "\t")))) == 1
    assert read(sheet(("", ""))) == []


def test_a_value_pushed_beyond_the_headings_is_refused() -> None:
    where, sentence = problem(sheet((*INVOICE[:4], "1", "190.00")))
    assert (where, "pon entre comillas" in sentence) == ("fila 2", True)
    assert facts(sheet((*INVOICE, "", "  ")))


def test_more_rows_than_the_limit_are_one_problem_with_the_remedy() -> None:
    found = [one for one in read_sheet("", sheet(*invoices(MOST_ROWS + 5)), ISSUER) if isinstance(one, Problem)]
    assert [one.place for one in found] == [f"fila {MOST_ROWS + 2}"]
    assert "más de 100000 filas: divídelo, repite el encabezado" in str(found[0].reason)


def test_blank_rows_without_end_are_not_read_on_for_ever() -> None:
    where, sentence = problem(sheet() + b"\n" * (LAST_ROW + 5))
    assert (where, "divídelo" in sentence) == (f"fila {LAST_ROW + 1}", True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "está vacío"),
        (b"\n\n \n", "No hay encabezados"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "guárdalo como XLSX o CSV"),
        (b"%PDF-1.7\n1 0 obj", "No hay encabezados"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no es texto"),
        (b"x" * 20_000_000, "demasiado larga"),
        (b"," * 1_000_000, "columnas"),
        (sheet() + b'"factura,FE-2\n', "no se cierra"),
        (sheet() + b"factura,\0", "no es texto"),
        (xlsx_bytes(HEADINGS, INVOICE)[:2000], "dañado"),
    ],
)
def test_hostile_files_are_one_problem(data: bytes, sentence: str) -> None:
    assert sentence in problem(data)[1]


def test_a_workbook_that_breaks_halfway_is_a_problem_after_what_was_read() -> None:
    data = xlsx_bytes(HEADINGS, INVOICE)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").replace(
            b"</sheetData>", b"<row><c><v>x</v></c></row></sheetData>"
        )
    found = read(repacked(data, xl__worksheets__sheet1_dot_xml=xml))
    assert [type(one) for one in found] == [Found, Problem]


def test_rows_come_out_as_they_are_read_and_are_not_kept() -> None:
    def peak(count: int) -> int:
        data = sheet(*invoices(count))
        tracemalloc.start()
        for _ in read_sheet("", data, ISSUER):
            pass
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    assert peak(8_000) - peak(2_000) < 6_000 * 300  # the numbers seen, and nothing of the documents


_cells = st.one_of(st.text(max_size=12), st.sampled_from([*INVOICE, "1.234", "-1", "31/12/2026", '"', "=1", "NaN"]))


@given(st.lists(st.lists(_cells, max_size=7), max_size=6), st.sampled_from(",;\t|"))
@settings(deadline=None)
def test_any_cells_under_good_headings_are_facts_or_problems(rows: list[list[str]], delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [list(HEADINGS), *rows])
    _only_facts_or_problems(text.encode())


@given(st.sampled_from(FILES), st.data())
@settings(deadline=None, max_examples=150)
@pytest.mark.filterwarnings("ignore")
def test_files_that_are_cut_or_damaged_are_facts_or_problems(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    _only_facts_or_problems(bytes(content[: data.draw(st.integers(0, len(content)))]))
    _only_facts_or_problems(bytes(content))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", sheet()]))
@settings(deadline=None)
def test_any_bytes_are_facts_or_problems(noise: bytes, start: bytes) -> None:
    _only_facts_or_problems(start + noise)


def _only_facts_or_problems(data: bytes) -> None:
    for one in read(data):
        if isinstance(one, Found):
            assert isinstance(one.facts, Facts)
            assert one.facts.total_minor >= 0
            assert fold_number(one.facts.number)
        elif isinstance(one, Problem):
            assert re.search("[a-zé]", str(one.reason))
        else:
            assert one.outstanding >= 0
