"""The same cells for programs: Parquet with types, JSON lines, and the statement as one JSON object.

Names and codes are those of docs/exports.md. What writes to `out` leaves it open, and returns the number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portal.domain.issued import Stamp
from portal.domain.statement import Statement
from portal.render.cells import TYPED, in_turn, joined
from portal.render.columns import Cell, Column, Shape, statement_columns
from portal.render.labels import Labels
from portal.render.statement_rows import statement_rows
from portal.render.text_bytes import Look, bytes_of

_ROW_GROUP = 100_000
_TO_ESCAPE = r'[\x00-\x1f"\\]'


def write_parquet(columns: Sequence[Column], batches: Iterable[pa.RecordBatch], out: BinaryIO) -> int:
    """Parquet, from cells whose amounts are DECIMAL(28, 4) in the row's currency."""
    schema = pa.schema([(column.name, TYPED[column.shape]) for column in columns])
    count = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=_ROW_GROUP)
            count += batch.num_rows
    return count


def write_jsonl(columns: Sequence[Column], batches: Iterable[pa.RecordBatch], out: BinaryIO) -> int:
    """One JSON object a line: amounts are decimal strings, dates ISO, what is not stated null."""

    def lines(batch: pa.RecordBatch) -> pa.Array:
        members = [_member(column, cells) for column, cells in zip(columns, batch, strict=True)]
        return joined("{", pc.binary_join_element_wise(*members, ", "), "}\n")

    count = 0
    for written in in_turn(lines, batches):
        out.write(bytes_of(written))
        count += len(written)
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


def _member(column: Column, cells: pa.Array) -> pa.Array:
    texts = cells.cast(pa.string())
    if column.shape not in (Shape.WHOLE, Shape.FLAG):
        texts = _json_texts(texts)
    return joined(f"{json.dumps(column.name)}: ", texts.fill_null("null"))


def _json_texts(texts: pa.Array) -> pa.Array:
    quoted, look = joined('"', texts, '"'), Look.at(texts)
    if not look.has_controls and not look.holds((b'"', b"\\")):
        return quoted
    hard = pc.match_substring_regex(texts, _TO_ESCAPE).fill_null(False)
    written = [json.dumps(text, ensure_ascii=False) for text in texts.filter(hard).to_pylist()]
    return pc.replace_with_mask(quoted, hard, pa.array(written, pa.string()))


def _plain(cell: Cell) -> str | int | bool | None:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell
