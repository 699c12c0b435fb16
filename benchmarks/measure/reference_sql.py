"""The fair reference: the same rows in a database of rows, balances precomputed, an index for every question.

What an application without the views could do at best; the questions are those of the screens, in SQL that differs
between databases in few words only (`Dialect`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from portal.views.groups import Grouping

TABLES = """
CREATE TABLE documents (id BIGINT PRIMARY KEY, issuer_id BIGINT, customer_id BIGINT, kind TEXT, number TEXT,
    issue_date {date}, payable_on {date}, currency TEXT, total BIGINT, balance BIGINT, debit INTEGER, settlement TEXT,
    issuer_name TEXT, customer_name TEXT, search TEXT);
CREATE TABLE entries (id BIGINT PRIMARY KEY, customer_id BIGINT, issuer_id BIGINT, currency TEXT, amount BIGINT,
    effective_on {date}, document_id BIGINT);
"""
INDEXES = """
CREATE INDEX by_customer ON documents (customer_id, issue_date, id);
CREATE INDEX by_issuer ON documents (issuer_id, issue_date, id);
CREATE INDEX held ON documents (customer_id, payable_on) WHERE balance > 0;
CREATE INDEX moves ON entries (customer_id, issuer_id, currency, effective_on, id, amount);
"""
ROWS = {
    "documents": """SELECT id, issuer_id, customer_id, kind::VARCHAR AS kind, number, issue_date::VARCHAR AS issue_date,
    payable_on::VARCHAR AS payable_on, currency, total, balance, debit::INT AS debit, settlement::VARCHAR AS settlement,
    issuer_name, customer_name, search
FROM documents WHERE documents.issue_date BETWEEN $first AND $last ORDER BY documents.issue_date, id""",
    "entries": """SELECT id, customer_id, issuer_id, currency, amount, effective_on::VARCHAR, document_id
FROM entries WHERE effective_on BETWEEN $first AND $last ORDER BY effective_on, id""",
}
_SPAN = """SELECT min(day), max(day)
FROM (SELECT issue_date AS day FROM documents UNION ALL SELECT effective_on FROM entries)"""
_STEP, _BATCH = timedelta(days=10), 20_000
_KEYS = {
    Grouping.CUSTOMER: "customer_id",
    Grouping.ISSUER: "issuer_id",
    Grouping.SETTLEMENT: "settlement",
    Grouping.CURRENCY: "currency",
}
_BUCKET = """CASE WHEN late <= 0 THEN 0 WHEN late <= 30 THEN 1 WHEN late <= 60 THEN 2 WHEN late <= 90 THEN 3
    ELSE 4 END"""
_OPEN = "kind = 'invoice' AND settlement IN ('open', 'part') AND currency = 'COP'"
_SUMS = "SUM(n), SUM(debits), SUM(credits), SUM(outstanding), SUM(overdue), SUM(available)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database says: a bound value, a bound date, days since a column's date, a word in a text, a month."""

    mark: str
    date: str
    days: str
    holds: str
    month: str


class Rows(Protocol):
    """Of a question: all its rows."""

    def __call__(self, query: str, *values: object) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class Books:
    """Whose documents: `column` is `id`; or everybody's."""

    column: str = ""
    id: int = 0


EVERYTHING = Books()


@dataclass(frozen=True, slots=True)
class Reference:
    """The questions of the screens to one database."""

    name: str
    ask: Rows
    dialect: Dialect

    def summary(self, customer: int, on: date) -> Any:
        """Owed by currency, issuer and age; what falls due next; what came last."""
        mark, day = self.dialect.mark, self.dialect.date
        held = f"""SELECT currency, issuer_id, issuer_name, debit, {_BUCKET}, COUNT(*), SUM(balance) FROM (
            SELECT currency, issuer_id, issuer_name, debit, balance, {self._late} AS late
            FROM documents WHERE customer_id = {mark} AND balance > 0) AS owed GROUP BY 1, 2, 3, 4, 5"""
        due = f"""SELECT * FROM documents WHERE customer_id = {mark} AND debit = 1 AND balance > 0
            AND payable_on >= {day} ORDER BY payable_on, id LIMIT 5"""
        last = f"SELECT * FROM documents WHERE customer_id = {mark} ORDER BY issue_date DESC, id DESC LIMIT 5"
        today = on.isoformat()
        return self.ask(held, today, customer), self.ask(due, customer, today), self.ask(last, customer)

    def page(self, books: Books, on: date) -> Any:
        """Open invoices in pesos, the newest fifty, and the totals of all."""
        where, values = self._whose(books)
        totals = f"""SELECT currency, debit, payable_on < {self.dialect.date}, COUNT(*), SUM(total), SUM(balance)
            FROM documents WHERE {where} AND {_OPEN} GROUP BY 1, 2, 3"""
        rows = f"SELECT * FROM documents WHERE {where} AND {_OPEN} ORDER BY issue_date DESC, id DESC LIMIT 50"
        return self.ask(totals, on.isoformat(), *values), self.ask(rows, *values)

    def search(self, books: Books, word: str) -> Any:
        """The newest fifty of what holds a word, and the totals of all."""
        whose, values = self._whose(books)
        where = f"{whose} AND {self.dialect.holds}"
        totals = (
            f"SELECT currency, debit, COUNT(*), SUM(total), SUM(balance) FROM documents WHERE {where} GROUP BY 1, 2"
        )
        rows = f"SELECT * FROM documents WHERE {where} ORDER BY issue_date DESC, id DESC LIMIT 50"
        return self.ask(totals, *values, word), self.ask(rows, *values, word)

    def groups(self, books: Books, by: Grouping, on: date) -> Any:
        """The fifty groups in pesos with most outstanding (months: the latest), and the totals of every currency."""
        where, values = self._whose(books)
        key = _KEYS.get(by, self.dialect.month)
        first = "key DESC" if by is Grouping.MONTH else "outstanding DESC, key"
        query = f"""WITH added AS (SELECT {key} AS key, currency AS money, COUNT(*) AS n,
                SUM(CASE WHEN settlement <> 'void' AND debit = 1 THEN total ELSE 0 END) AS debits,
                SUM(CASE WHEN settlement <> 'void' AND debit = 0 THEN total ELSE 0 END) AS credits,
                SUM(CASE WHEN debit = 1 THEN balance ELSE 0 END) AS outstanding,
                SUM(CASE WHEN debit = 1 AND payable_on < {self.dialect.date} THEN balance ELSE 0 END) AS overdue,
                SUM(CASE WHEN debit = 0 THEN balance ELSE 0 END) AS available
            FROM documents WHERE {where} GROUP BY 1, 2),
        shown AS (SELECT * FROM added WHERE money = 'COP' ORDER BY {first} LIMIT 50)
        SELECT * FROM shown UNION ALL SELECT NULL, money, {_SUMS} FROM added GROUP BY money"""
        return self.ask(query, on.isoformat(), *values)

    def statement(self, customer: int, issuer: int, start: date, end: date) -> Any:
        """Opening balance, sums, the first fifty movements with their running balance, and the ages."""
        mark, day = self.dialect.mark, self.dialect.date
        whose, who = f"customer_id = {mark} AND issuer_id = {mark} AND currency = 'COP'", (customer, issuer)
        sums = f"""SELECT SUM(amount) FILTER (WHERE effective_on < {day}), SUM(amount),
            SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END), COUNT(*)
            FROM entries WHERE {whose} AND effective_on <= {day}"""
        moves = f"""SELECT e.effective_on, e.amount, d.kind, d.number,
                SUM(e.amount) OVER (ORDER BY e.effective_on, e.id)
            FROM entries e LEFT JOIN documents d ON d.id = e.document_id WHERE e.customer_id = {mark}
            AND e.issuer_id = {mark} AND e.currency = 'COP' AND e.effective_on BETWEEN {day} AND {day}
            ORDER BY e.effective_on, e.id LIMIT 50"""
        ages = f"""SELECT debit, {_BUCKET}, SUM(balance) FROM (SELECT debit, balance, {self._late} AS late
            FROM documents WHERE {whose} AND balance > 0) AS owed GROUP BY 1, 2"""
        first, last = start.isoformat(), end.isoformat()
        return (
            self.ask(sums, first, *who, last),
            self.ask(moves, *who, first, last),
            self.ask(ages, last, *who),
        )

    @property
    def _late(self) -> str:
        return self.dialect.days.format(column="payable_on")

    def _whose(self, books: Books) -> tuple[str, tuple[int, ...]]:
        if not books.column:
            return "1 = 1", ()
        return f"{books.column} = {self.dialect.mark}", (books.id,)


def batches(cursor: Any, table: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table of the views in the order in which they came: by date, ten days at a time."""
    first, end = cursor.execute(_SPAN).fetchall()[0]
    while first <= end:
        cursor.execute(ROWS[table], {"first": first, "last": first + _STEP - timedelta(days=1)})
        while rows := cursor.fetchmany(_BATCH):
            yield rows
        first += _STEP
