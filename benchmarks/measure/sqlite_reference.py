"""The fair reference: the same rows in SQLite, balances precomputed, an index for every question, warm cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from portal.views.store import Views

_SCHEMA = """
CREATE TABLE documents (id INTEGER PRIMARY KEY, issuer_id INTEGER, customer_id INTEGER, kind TEXT, number TEXT,
    issue_date TEXT, payable_on TEXT, currency TEXT, total INTEGER, balance INTEGER, debit INTEGER, settlement TEXT,
    issuer_name TEXT, customer_name TEXT, search TEXT);
CREATE TABLE entries (id INTEGER PRIMARY KEY, customer_id INTEGER, issuer_id INTEGER, currency TEXT, amount INTEGER,
    effective_on TEXT, document_id INTEGER);
"""
_INDEXES = """
CREATE INDEX by_customer ON documents (customer_id, issue_date, id);
CREATE INDEX by_issuer ON documents (issuer_id, issue_date, id);
CREATE INDEX held ON documents (customer_id, payable_on) WHERE balance > 0;
CREATE INDEX moves ON entries (customer_id, issuer_id, currency, effective_on, id, amount);
ANALYZE;
"""
_DOCUMENTS = """SELECT id, issuer_id, customer_id, kind::VARCHAR, number, issue_date::VARCHAR, payable_on::VARCHAR,
    currency, total, balance, debit::INT, settlement::VARCHAR, issuer_name, customer_name, search
FROM documents ORDER BY issue_date, id"""
_ENTRIES = """SELECT id, customer_id, issuer_id, currency, amount, effective_on::VARCHAR, document_id
FROM entries ORDER BY effective_on, id"""
_BUCKET = """CASE WHEN late <= 0 THEN 0 WHEN late <= 30 THEN 1 WHEN late <= 60 THEN 2 WHEN late <= 90 THEN 3
    ELSE 4 END"""
_OPEN = "kind = 'invoice' AND settlement IN ('open', 'part') AND currency = 'COP'"


class Reference:
    """Questions as an application over SQLite would ask them. Rows lie in the order in which they came: by date."""

    def __init__(self, path: Path, views: Views) -> None:
        self._connection = sqlite3.connect(path)
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -524288", "mmap_size = 4294967296"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        with views.cursor() as cursor:
            for table, query in (("documents", _DOCUMENTS), ("entries", _ENTRIES)):
                cursor.execute(query)
                marks = ", ".join("?" * len(cursor.description or ()))
                while rows := cursor.fetchmany(20_000):
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self._connection.commit()
        self._connection.executescript(_INDEXES)

    def close(self) -> None:
        self._connection.close()

    def summary(self, customer: int, on: date) -> Any:
        """Owed by currency, issuer and age; what falls due next; what came last."""
        held = f"""SELECT currency, issuer_id, issuer_name, debit, {_BUCKET}, COUNT(*), SUM(balance) FROM (
            SELECT *, julianday(?) - julianday(payable_on) AS late FROM documents WHERE customer_id = ? AND balance > 0)
            GROUP BY 1, 2, 3, 4, 5"""
        due = """SELECT * FROM documents WHERE customer_id = ? AND debit AND balance > 0 AND payable_on >= ?
            ORDER BY payable_on, id LIMIT 5"""
        last = "SELECT * FROM documents WHERE customer_id = ? ORDER BY issue_date DESC, id DESC LIMIT 5"
        day = on.isoformat()
        return self._all(held, day, customer), self._all(due, customer, day), self._all(last, customer)

    def page(self, customer: int, on: date) -> Any:
        """Open invoices in pesos, the newest fifty, and the totals of all."""
        where = f"customer_id = ? AND {_OPEN}"
        totals = f"""SELECT currency, debit, payable_on < ?, COUNT(*), SUM(total), SUM(balance) FROM documents
            WHERE {where} GROUP BY 1, 2, 3"""
        rows = f"SELECT * FROM documents WHERE {where} ORDER BY issue_date DESC, id DESC LIMIT 50"
        return self._all(totals, on.isoformat(), customer), self._all(rows, customer)

    def search(self, column: str, wanted: int, word: str) -> Any:
        """The newest fifty of what holds a word, and the totals of all."""
        where = f"{column} = ? AND instr(search, ?) > 0"
        totals = (
            f"SELECT currency, debit, COUNT(*), SUM(total), SUM(balance) FROM documents WHERE {where} GROUP BY 1, 2"
        )
        rows = f"SELECT * FROM documents WHERE {where} ORDER BY issue_date DESC, id DESC LIMIT 50"
        return self._all(totals, wanted, word), self._all(rows, wanted, word)

    def statement(self, customer: int, issuer: int, start: date, end: date) -> Any:
        """Opening balance, sums, the first fifty movements with their running balance, and the ages."""
        whose, who = "customer_id = ? AND issuer_id = ? AND currency = 'COP'", (customer, issuer)
        sums = f"""SELECT SUM(amount) FILTER (WHERE effective_on < ?), SUM(amount), SUM(MAX(amount, 0)), COUNT(*)
            FROM entries WHERE {whose} AND effective_on <= ?"""
        moves = """SELECT e.effective_on, e.amount, d.kind, d.number, SUM(e.amount) OVER (ORDER BY e.effective_on, e.id)
            FROM entries e LEFT JOIN documents d ON d.id = e.document_id
            WHERE e.customer_id = ? AND e.issuer_id = ? AND e.currency = 'COP' AND e.effective_on BETWEEN ? AND ?
            ORDER BY e.effective_on, e.id LIMIT 50"""
        ages = f"""SELECT debit, {_BUCKET}, SUM(balance) FROM (
            SELECT *, julianday(?) - julianday(payable_on) AS late FROM documents WHERE {whose} AND balance > 0)
            GROUP BY 1, 2"""
        first, last = start.isoformat(), end.isoformat()
        return (
            self._all(sums, first, *who, last),
            self._all(moves, *who, first, last),
            self._all(ages, last, *who),
        )

    def _all(self, query: str, *values: object) -> Iterable[Any]:
        return self._connection.execute(query, values).fetchall()
