"""The same rows for programs: Parquet with types, JSON lines, and the statement as one JSON object.

Names and codes are those of docs/exports.md. Every function writes to `out`, leaves it open, and returns the number of
rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from portal.domain.issued import Stamp
from portal.domain.statement import Statement
from portal.render.columns import Cell, Column, R, Shape, document_columns, statement_columns
from portal.render.labels import Labels
from portal.render.rows import DocumentRow
from portal.render.statement_rows import statement_rows

_BATCH = 20_000
_TYPES = {
    Shape.TEXT: pa.string(),
    Shape.WHOLE: pa.int64(),
    Shape.DATE: pa.date32(),
    Shape.MONEY: pa.decimal128(28, 4),  # no currency of ISO 4217 has more places
    Shape.FLAG: pa.bool_(),
}


def documents_parquet(rows: Iterable[DocumentRow], out: BinaryIO) -> int:
    """The documents list as Parquet: amounts are DECIMAL(28, 4) in the row's currency."""
    return _parquet(document_columns(Labels()), rows, out)


def documents_jsonl(rows: Iterable[DocumentRow], out: BinaryIO) -> int:
    """The documents list, one JSON object a line; amounts are decimal strings, dates ISO, what is not stated null."""
    columns, count = document_columns(Labels()), 0
    for row in rows:
        line = {column.name: _plain(column.value(row)) for column in columns}
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        count += 1
    return count


def statement_object(statement: Statement, stamp: Stamp | None = None) -> dict[str, Any]:
    """The statement of account as JSON takes it: its head (`stamp`: of an issued one), and the rows of all formats."""
    columns = statement_columns(Labels())
    rows = [{column.name: _plain(column.value(row)) for column in columns} for row in statement_rows(statement)]
    return {
        "issuer": statement.issuer_tax_id,
        "issuer_name": statement.issuer_name,
        "customer": statement.customer_tax_id,
        "customer_name": statement.customer_name,
        "currency": statement.currency,
        "from": statement.start.isoformat(),
        "to": statement.end.isoformat(),
        "known_at": statement.known_at.isoformat(),
        "number": stamp.number if stamp else None,
        "issued_on": stamp.issued_on.isoformat() if stamp else None,
        "fingerprint": stamp.fingerprint if stamp else None,
        "verify": stamp.address if stamp else None,
        "rows": rows,
    }


def _parquet(columns: Sequence[Column[R]], rows: Iterable[R], out: BinaryIO) -> int:
    schema = pa.schema([(column.name, _TYPES[column.shape]) for column in columns])
    count = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for some in _batches(rows):
            values = [[column.value(row) for row in some] for column in columns]
            arrays = [pa.array(of, type) for of, type in zip(values, schema.types, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(some)
    return count


def _batches(rows: Iterable[R]) -> Iterator[list[R]]:
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some


def _plain(cell: Cell) -> str | int | bool | None:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell
