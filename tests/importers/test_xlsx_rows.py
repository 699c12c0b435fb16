import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from portal.errors import Refused
from portal.importers.sheet_cells import Cell, Uncomputed
from portal.importers.xlsx_package import check_package
from portal.importers.xlsx_rows import MOST_COLUMNS, xlsx_tables
from tests.importers.made_sheets import repacked, xlsx_bytes

SHEET = "xl__worksheets__sheet1_dot_xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def cells(data: bytes) -> list[list[Cell]]:
    """The rows of the first sheet without what is empty at their ends."""
    rows = [list(row) for _, row in xlsx_tables(data)[0].rows()]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return rows


def saved(fill: Any) -> bytes:
    """A workbook as openpyxl writes it: formulas without results."""
    book = openpyxl.Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def package(**members: bytes) -> bytes:
    return repacked(xlsx_bytes(("a",)), **members)


def test_texts_numbers_and_dates_are_read_as_they_are() -> None:
    data = xlsx_bytes(("ñ", 12, 0.1, datetime.fromisoformat("2026-01-31"), True), (), ("=1+1",))
    assert cells(data) == [["ñ", 12, 0.1, datetime.fromisoformat("2026-01-31"), True], [], ["=1+1"]]


def test_rows_are_numbered_as_excel_shows_them() -> None:
    data = package(**{SHEET: HEAD + b'<row r="3"><c r="B3"><v>7</v></c></row><row r="5"/>' + TAIL})
    (table,) = xlsx_tables(data)
    assert [(number, row[1]) for number, row in table.rows()] == [(1, None), (2, None), (3, 7), (4, None), (5, None)]


def test_the_results_that_were_saved_are_read() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_formula(0, 0, "=A2*2", None, 84)

    assert cells(xlsx_bytes((), (42,), fill=fill)) == [[84], [42]]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell() -> None:
    row = b'<row r="1"><c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c></row>'
    assert cells(package(**{SHEET: HEAD + row + TAIL})) == [[]]


def test_a_formula_without_result_is_named_by_its_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["AB2"], sheet["C2"] = "texto", "=A1", date(2026, 1, 31)

    (first, second) = cells(saved(fill))
    assert first == ["texto"]
    assert (second[27], second[2]) == (Uncomputed("AB2"), datetime.fromisoformat("2026-01-31"))


def test_a_table_can_be_read_twice() -> None:
    (table,) = xlsx_tables(xlsx_bytes(("a", 1), ("b", 2)))
    assert list(table.rows()) == list(table.rows())


def test_hidden_sheets_are_not_read() -> None:
    def fill(book: Any, sheet: Any) -> None:
        book.worksheets()[1].activate()
        sheet.hide()

    assert len(xlsx_tables(xlsx_bytes(("a",), fill=fill, names=("x", "y")))) == 1


def test_a_sheet_that_claims_to_be_endless_costs_no_more_than_its_rows() -> None:
    endless = HEAD.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    data = package(**{SHEET: endless + b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>' + TAIL})
    (table,) = xlsx_tables(data)
    number, row = next(iter(table.rows()))
    assert (number, row[0], len(row)) == (1, 1, MOST_COLUMNS)


def test_a_row_number_beyond_excels_last_ends_the_sheet() -> None:
    data = package(**{SHEET: HEAD + b'<row r="99999999999"><c><v>1</v></c></row>' + TAIL})
    assert not any(any(row) for _, row in xlsx_tables(data)[0].rows())


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\0" * 100,
        xlsx_bytes(("a",))[:-30],
        package(xl__workbook_dot_xml=b"<workbook"),
        package(xl__workbook_dot_xml=b""),
        package(**{"[Content_Types]_dot_xml": b"<Types/>"}),
        package(xl__styles_dot_xml=b"\xff\xfe"),
    ],
    ids=["noise", "truncated", "broken workbook", "empty workbook", "no parts", "broken styles"],
)
def test_a_broken_workbook_is_refused_with_one_sentence(data: bytes) -> None:
    with pytest.raises(Refused, match="está dañado o incompleto"):
        list(xlsx_tables(data)[0].rows())


@pytest.mark.parametrize(
    "body",
    [
        b'<row r="1"><c r="A1"><v>x</v></c></row>' + TAIL,
        b'<row r="1"><c t="s"><v>99</v></c></row>' + TAIL,
        b"<row>",
        b"</b>",
    ],
    ids=["no number", "no such text", "truncated", "unbalanced"],
)
def test_a_broken_sheet_is_refused_with_one_sentence(body: bytes) -> None:
    with pytest.raises(Refused, match="está dañado o incompleto"):
        list(xlsx_tables(package(**{SHEET: HEAD + body}))[0].rows())


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD
    with pytest.raises(Refused, match="está dañado"):
        list(xlsx_tables(package(**{SHEET: bomb + b'<row><c t="str"><v>&b;</v></c></row>' + TAIL}))[0].rows())


@pytest.mark.parametrize(
    "members",
    [
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        {"[Content_Types].xml": b"", "xl/workbook.bin": b""},
    ],
    ids=["ODS", "XLSB"],
)
def test_other_formats_in_a_zip_are_refused_by_name(members: dict[str, bytes]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    with pytest.raises(Refused, match="guárdalo como XLSX o CSV"):
        check_package(file.getvalue())


def test_what_unpacks_into_too_much_is_refused_before_it_is_unpacked() -> None:
    dense = package(**{SHEET: HEAD + b" " * 11_000_000 + TAIL})
    assert len(dense) < 100_000
    with pytest.raises(Refused, match="ocuparía demasiado"):
        check_package(dense)


def test_declared_sizes_are_what_counts() -> None:
    data = bytearray(xlsx_bytes(("a",)))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (201_000_000).to_bytes(4, "little")
    with pytest.raises(Refused, match="ocuparía demasiado"):
        check_package(bytes(data))


def test_too_many_members_are_refused() -> None:
    with pytest.raises(Refused, match="ocuparía demasiado"):
        check_package(package(**{f"m{n}": b"" for n in range(1_001)}))


def test_packings_without_a_bound_on_memory_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("[Content_Types].xml", b"")
    with pytest.raises(Refused, match="ocuparía demasiado"):
        check_package(file.getvalue())


@pytest.mark.parametrize(("formula", "holds"), [(b"<f>A1</f>", True), (b'<x:f t="shared"/>', True), (b"<foo/>", False)])
def test_formulas_are_found_without_parsing(formula: bytes, holds: bool) -> None:
    body = HEAD + b"<!--" + b"x" * ((1 << 20) - len(HEAD) - 5) + b"-->" + formula + TAIL
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("[Content_Types].xml", b"")
        made.writestr("xl/worksheets/sheet1.xml", body)
    assert check_package(file.getvalue()) is holds
