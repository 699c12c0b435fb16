"""Documents as the views give them to exports, and the files written from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import BinaryIO

import pyarrow as pa

from portal.render.cells import TYPES, of_listing
from portal.render.columns import Column, Shape, document_columns
from portal.render.csv_file import USUAL, CsvStyle, write_csv
from portal.render.data_files import write_jsonl, write_parquet
from portal.render.labels import Labels
from portal.render.sums import Sums
from portal.render.xlsx_file import Written, write_xlsx

SCHEMA = pa.schema(
    [(one.name, pa.int64() if one.shape is Shape.MONEY else TYPES[one.shape]) for one in document_columns(Labels())]
)


@dataclass(frozen=True)
class Row:
    """A row of the documents list; amounts in minor units."""

    id: int = 7
    kind: str = "invoice"
    number: str = "FE-7"
    issuer_name: str = "Ejemplar S.A.S."
    issuer_tax_id: str = "900100200"
    customer_name: str = "Peña & Cía."
    customer_tax_id: str = "0052123456"
    issue_date: date = date(2026, 3, 5)
    due_date: date | None = None
    currency: str = "COP"
    total: int = 123456789
    paid: int = 23456789
    withheld: int = 0
    outstanding: int = 100000000
    available: int = 0
    method: str | None = None
    settlement: str = "part"
    overdue: bool = True
    disputed: bool = False
    cufe: str | None = None


def batches(rows: Sequence[Row], size: int = 3) -> Iterator[pa.RecordBatch]:
    """As DuckDB hands them out: some rows at a time."""
    for start in range(0, len(rows), size):
        yield pa.RecordBatch.from_pylist([asdict(row) for row in rows[start : start + size]], schema=SCHEMA)


def chosen(names: Sequence[str], labels: Labels | None) -> list[Column]:
    known = {column.name: column for column in document_columns(labels or Labels())}
    return [known[name] for name in names or known]


def documents_csv(
    rows: Sequence[Row], out: BinaryIO, labels: Labels | None = None, style: CsvStyle = USUAL, names: Sequence[str] = ()
) -> int:
    columns = chosen(names, labels)
    return write_csv(columns, of_listing(columns, batches(rows)), out, labels, style)


def documents_xlsx(
    rows: Sequence[Row], out: BinaryIO, labels: Labels | None = None, _style: object = None, names: Sequence[str] = ()
) -> Written:
    columns = chosen(names, labels)
    sums = Sums(columns)
    title = labels.gettext("Documentos") if labels else "documents"
    return write_xlsx(title, columns, of_listing(columns, sums.over(batches(rows))), out, labels, sums)


def documents_parquet(rows: Sequence[Row], out: BinaryIO, names: Sequence[str] = ()) -> int:
    columns = chosen(names, None)
    return write_parquet(columns, of_listing(columns, batches(rows), typed=True), out)


def documents_jsonl(rows: Sequence[Row], out: BinaryIO, names: Sequence[str] = ()) -> int:
    columns = chosen(names, None)
    return write_jsonl(columns, of_listing(columns, batches(rows)), out)
