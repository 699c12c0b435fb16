"""Many rows into one table, fast: plain tuples for SQLite, COPY for PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any] | None = None
) -> None:
    """Insert rows that all name the same two or more columns; `same`: columns with one value for all of them."""
    if not rows:
        return
    stated = list(rows[0])
    columns = [_bound(conn, table, name, values) for name, values in zip(stated, _turned(rows, stated), strict=True)]
    names = [*stated, *(same or {})]
    rest = [next(iter(_bound(conn, table, name, [value]))) for name, value in (same or {}).items()]
    write_rows(conn, table.name, names, zip(*columns, *([value] * len(rows) for value in rest), strict=True))


def write_rows(conn: Connection, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert tuples whose values are already as the driver wants them."""
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        conn.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", list(rows))
    else:
        _copy(conn, f"COPY {table} ({', '.join(names)}) FROM STDIN", rows)


def set_columns(conn: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> None:
    """Set whole-number columns of rows by id, which comes last in each tuple."""
    if not rows:
        return
    mark = "?" if conn.dialect.name == "sqlite" else "%s"
    values = ", ".join(f"{name} = {mark}" for name in names)
    conn.exec_driver_sql(f"UPDATE {table.name} SET {values} WHERE id = {mark}", list(rows))


def _turned(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*map(itemgetter(*names), rows), strict=True)


def _bound(conn: Connection, table: Table, name: str, values: Sequence[Any]) -> Iterable[Any]:
    """Values as the driver wants them."""
    process = table.c[name].type.dialect_impl(conn.dialect).bind_processor(conn.dialect)
    return map(process, values) if process else values


def _copy(conn: Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    if not conn.in_transaction():
        conn.begin()
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)
