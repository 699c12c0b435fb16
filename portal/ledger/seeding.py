"""Synthetic rows straight into the tables: columns (Arrow) in, one transaction and one change number per batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, func, select

from portal.ledger.bulk import write_rows
from portal.ledger.tables import customers, imports, issuers
from portal.ledger.unit import Unit

TABLES = ("items", "documents", "document_references", "entries", "allocations")
_NUMBERED = ("documents", "entries", "allocations")
_CACHE = 1 << 19  # KiB for the indexes, which grow at random places
_PLAIN = {"date32[day]": pa.string(), "bool": pa.int64()}  # how SQLite keeps dates and truth


def load(unit: Unit, tables: Mapping[str, pa.Table]) -> None:
    """Insert a batch, by name in TABLES; the change number is added here. The caller commits."""
    if unit.conn.dialect.name == "sqlite":
        unit.conn.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE}")
    seq = pa.scalar(unit.seq())
    for name in TABLES:
        rows = tables[name]
        if name in _NUMBERED:
            rows = rows.append_column("seq", pa.repeat(seq, rows.num_rows))
        if rows.num_rows:
            write_rows(unit.conn, name, rows.column_names, _tuples(unit.conn, rows))


def runs(conn: Connection, name: str) -> int:
    """How many imports went by this name."""
    return int(conn.execute(select(func.count()).where(imports.c.file == name)).scalar_one())


def known_issuers(conn: Connection) -> dict[str, int]:
    """Issuers by tax id, Colombian ones."""
    rows = conn.execute(select(issuers.c.tax_id, issuers.c.id).where(issuers.c.country == "CO"))
    return {row[0]: row[1] for row in rows}


def known_customers(conn: Connection, issuer_id: int) -> dict[tuple[str, str], int]:
    """An issuer's Colombian customers by kind of id and id."""
    c = customers.c
    rows = conn.execute(select(c.id_type, c.tax_id, c.id).where(c.issuer_id == issuer_id, c.country == "CO"))
    return {(row[0], row[1]): row[2] for row in rows}


def _tuples(conn: Connection, rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    if conn.dialect.name == "sqlite":
        types = [_PLAIN.get(str(field.type), field.type) for field in rows.schema]
        rows = rows.cast(pa.schema(list(zip(rows.column_names, types, strict=True))))
    return zip(*(column.to_pylist() for column in rows.columns), strict=True)
