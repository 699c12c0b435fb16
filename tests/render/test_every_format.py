"""Every format against the obvious path, cell by cell: one row after the other, in plain Python, sharing no code."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.render.csv_file import CsvStyle
from portal.render.labels import Labels
from tests.render.listed import Row, documents_csv, documents_jsonl, documents_parquet, documents_xlsx

PLACES = {"COP": 2, "USD": 2, "CLP": 0, "KWD": 3}
MONEY = ("total", "paid", "withheld", "outstanding", "available")
HOSTILE = [
    "=1+1", "+57", "-2", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "", " ", " x ", "'", '"', '""', 'a"b', "a,b", "a;b",
    "a;=1", "a,@x", 'a;"-1', "a\r\nb", "a\\b", "\\n", "<b>&amp;</b>", "_x0041_", "\x00", "\x07 bell", "\x0b",
    "￾", "\ufeffBOM", "🧾 x", "ñandú", "N" * 40_000, "🧾" * 20_000, "null", "TRUE", "1e5", "00123", "</t></is>",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
AMOUNTS = st.one_of(st.integers(0, 10**6), st.integers(-(10**17), 10**17), st.just(0))
DAYS = st.dates(date(1890, 1, 1), date(2100, 1, 1))
ROWS = st.builds(
    Row,
    id=st.integers(1, 2**63 - 1),
    kind=st.sampled_from(["invoice", "debit_note", "credit_note", "advance", "receipt"]),
    number=TEXTS,
    customer_name=TEXTS,
    issue_date=DAYS,
    due_date=st.none() | DAYS,
    currency=st.sampled_from(list(PLACES)),
    total=AMOUNTS,
    paid=AMOUNTS,
    available=AMOUNTS,
    method=st.none() | TEXTS,
    settlement=st.sampled_from(["open", "part", "settled", "void"]),
    overdue=st.booleans(),
    cufe=st.none() | TEXTS,
)
LISTS = st.lists(ROWS, max_size=7)
EVERYTHING = [Row(number=text, customer_name=text, method=text, cufe=text) for text in HOSTILE]
quickly = settings(max_examples=25)


def amount(row: Row, name: str) -> Decimal:
    return Decimal(getattr(row, name)).scaleb(-PLACES[row.currency])


def harmless(text: str) -> str:
    """As docs/exports.md says it: an apostrophe before what a program would compute."""
    text = re.sub('([,;\t\r\n]"*)([-=+@＝＋－＠])', r"\1'\2", text)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def plain(row: Row, comma: bool = False) -> dict[str, str]:
    """The cells of a CSV row."""
    told = {}
    for name, value in asdict(row).items():
        if name in MONEY:
            told[name] = f"{amount(row, name):f}".replace(".", "," if comma else ".")
        elif isinstance(value, bool):
            told[name] = str(value).lower()
        else:
            told[name] = "" if value is None else harmless(str(value)) if isinstance(value, str) else str(value)
    return told


def read(data: bytes, separator: str = ",") -> list[list[str]]:
    csv.field_size_limit(1 << 20)
    return list(csv.reader(StringIO(data.decode(), newline=""), delimiter=separator))


@quickly
@example(EVERYTHING)
@example([])
@given(LISTS)
def test_csv_says_what_the_rows_say(rows: list[Row]) -> None:
    for comma, separator in ((False, ","), (True, ";")):
        out = BytesIO()
        assert documents_csv(rows, out, None, CsvStyle(bom=False, decimal_comma=comma)) == len(rows)
        head, *lines = read(out.getvalue(), separator)
        assert head == list(asdict(Row()))
        assert [dict(zip(head, line, strict=True)) for line in lines] == [plain(row, comma) for row in rows]
        assert out.getvalue().endswith(b"\r\n")


@quickly
@example(EVERYTHING)
@example([])
@given(LISTS)
def test_json_lines_say_what_the_rows_say(rows: list[Row]) -> None:
    out = BytesIO()
    assert documents_jsonl(rows, out) == len(rows)
    lines = out.getvalue().decode().removesuffix("\n").split("\n") if rows else []
    want = [
        {
            name: f"{amount(row, name):f}" if name in MONEY else value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(row).items()
        }
        for row in rows
    ]
    assert [json.loads(line) for line in lines] == want
    assert lines == [json.dumps(one, ensure_ascii=False) for one in want]


@quickly
@example(EVERYTHING)
@example([])
@given(LISTS)
def test_parquet_says_what_the_rows_say(rows: list[Row]) -> None:
    out = BytesIO()
    assert documents_parquet(rows, out) == len(rows)
    table = pq.read_table(BytesIO(out.getvalue()))
    assert {str(table.schema.field(name).type) for name in MONEY} == {"decimal128(28, 4)"}
    assert {str(table.schema.field(name).type) for name in ("issue_date", "due_date")} == {"date32[day]"}
    want = [{name: amount(row, name) if name in MONEY else v for name, v in asdict(row).items()} for row in rows]
    assert table.to_pylist() == want


@quickly
@example(EVERYTHING)
@example([])
@given(LISTS)
def test_xlsx_says_what_the_rows_say(rows: list[Row]) -> None:
    out = BytesIO()
    assert documents_xlsx(rows, out).rows == len(rows)
    sheet = load_workbook(out).active
    head, *lines = sheet.iter_rows(values_only=True)
    assert list(head) == list(asdict(Row()))
    for row, line in zip(rows, lines, strict=False):
        for name, value in zip(head, line, strict=True):
            assert _same(row, name, value), (name, getattr(row, name)[:50], value and value[:50])
    totals = lines[len(rows) :]
    assert [line[9] for line in totals] == sorted({row.currency for row in rows})
    for line in totals:
        for name in MONEY:
            want = sum(amount(row, name) for row in rows if row.currency == line[9])
            assert Decimal(str(line[head.index(name)])) == want
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def _same(row: Row, name: str, got: Any) -> bool:
    """A number of up to 15 digits is one, a date of Excel's calendar is one; all else is text."""
    value = getattr(row, name)
    if name in MONEY or (isinstance(value, int) and not isinstance(value, bool)):
        exact = amount(row, name) if name in MONEY else Decimal(value)
        as_number = len(exact.as_tuple().digits) <= 15
        return isinstance(got, str) != as_number and Decimal(str(got)) == exact
    if isinstance(value, date):
        return bool(got == (datetime.combine(value, datetime.min.time()) if value >= date(1900, 3, 1) else str(value)))
    if isinstance(value, str):
        shown = re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), got or "")  # openpyxl leaves it to us
        return shown == _as_read(value)
    return got is value


def _as_read(text: str) -> str:
    """A text, cut to what a cell takes."""
    return text.encode("utf-16-le")[: 2 * 32_767].decode("utf-16-le", "ignore")


@pytest.mark.parametrize("language", ["es", "en"])
def test_words_of_the_reader_stand_where_codes_stood(language: str) -> None:
    from portal.i18n import translator

    labels = Labels(translator(language), language)
    out = BytesIO()
    documents_csv([Row(settlement=one, kind="receipt") for one in ("open", "part", "settled", "void")], out, labels)
    _head, *lines = read(out.getvalue())
    said = {"es": ("Recibo de caja", "Pendiente", "Abonada en parte", "Saldada", "Anulada", "Sí")}
    if language == "es":
        assert tuple(dict.fromkeys(line[1] for line in lines)) == said["es"][:1]
        assert [line[16] for line in lines] == list(said["es"][1:5]) and lines[0][17] == said["es"][5]
    assert not {line[16] for line in lines} & {"open", "part", "settled", "void"}
