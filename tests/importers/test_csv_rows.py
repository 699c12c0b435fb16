import codecs

import pytest

from portal.errors import Refused
from portal.importers.csv_rows import LONGEST_RECORD, MOST_COLUMNS, csv_tables
from portal.importers.sheet_cells import LONGEST_CELL, RefusedAt


def rows(data: bytes, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    (table,) = (table for table in csv_tables(data) if table.delimiter == delimiter)
    return list(table.rows())


def place(data: bytes) -> tuple[str, str]:
    with pytest.raises(RefusedAt) as refused:
        rows(data)
    return refused.value.place, str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    assert rows("número,Peña\n".encode(encoding)) == [(1, ["número", "Peña"])]


def test_both_orders_of_utf_16_are_read() -> None:
    assert rows(codecs.BOM_UTF16_BE + "ñ".encode("utf-16-be")) == [(1, ["ñ"])]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_line_endings_are_read(ending: str) -> None:
    assert rows(f"a,b{ending}c,d{ending}".encode()) == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    found = rows(b'a\n\n"two\nlines"\nb\n')
    assert found == [(1, ["a"]), (2, []), (3, ["two\nlines"]), (4, ["b"])]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a,b\n\0\n", "UTF-8"),
        ("a,b".encode("utf-16-le"), "UTF-8"),
        (b"\xff\x81", "CP1252"),
        (b"a,\xc3", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_the_encoding_that_was_tried(data: bytes, encoding: str) -> None:
    with pytest.raises(Refused, match=rf"se leyó como {encoding}"):
        rows(data)


def test_a_text_cut_inside_a_letter_is_not_taken_for_windows_1252() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        rows("Peña,Pañ".encode()[:-1])


def test_a_quote_that_never_closes_is_named_by_the_line_of_its_row() -> None:
    where, sentence = place(b'a,b\nc,d\n"e,f\ng,h\n')
    assert (where, sentence) == ("línea 3", "Una comilla que se abre en la línea 3 no se cierra: ciérrala o quítala.")


def test_a_misplaced_quote_is_named_by_its_line() -> None:
    where, sentence = place(b'a,b\n"La "14" SAS",c\n')
    assert where == "línea 2"
    assert "están mal puestas" in sentence


def test_an_inch_sign_inside_a_text_is_no_quote() -> None:
    assert rows(b'Tubo 1/2" x 3,1\n') == [(1, ['Tubo 1/2" x 3', "1"])]


@pytest.mark.parametrize(
    "data",
    [
        b"a\n" + b"x" * 20_000_000,
        b"a\n" + b"," * 2_000_000,
        b'a\n"' + b"x\n" * LONGEST_RECORD,
        b'a\n"' + b"x" * 200_000 + b'"\n',
    ],
    ids=["line of 20 MB", "two million columns", "record of 2 MB", "cell of 200 KB"],
)
def test_rows_without_end_are_refused_by_the_line_where_they_begin(data: bytes) -> None:
    where, sentence = place(data)
    assert where == "línea 2"
    assert "demasiado larga" in sentence


def test_too_many_columns_are_refused() -> None:
    where, sentence = place(b"a\n" + b"," * (LONGEST_CELL + 1))
    assert where == "fila 2"
    assert f"{LONGEST_CELL + 2} columnas" in sentence
    assert LONGEST_CELL > MOST_COLUMNS


def test_too_long_a_cell_is_refused() -> None:
    assert rows(b"x" * LONGEST_CELL)
    assert place(b"a\n" + b"x" * (LONGEST_CELL + 1))[0] == "fila 2"
