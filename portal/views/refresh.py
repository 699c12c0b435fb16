"""A delta: what changed in the ledger since the copy's number, in one DuckDB transaction with the new number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from portal.views import shaping
from portal.views.source import Snapshot

_KEYS = """CREATE TEMP TABLE changed_keys AS
SELECT id, issuer_id, customer_id, issue_date::DATE AS issue_date FROM fetched_documents"""
_STAGE = f"CREATE TEMP TABLE new_documents AS {shaping.DOCUMENTS}"

_APPLY = {
    "fetched_documents": (
        "DELETE FROM documents AS d USING changed_keys AS c WHERE d.customer_id = c.customer_id AND d.id = c.id",
        "DELETE FROM documents_by_issuer AS d USING changed_keys AS c "
        "WHERE d.issuer_id = c.issuer_id AND d.issue_date = c.issue_date AND d.id = c.id",
        f"INSERT INTO documents FROM new_documents ORDER BY {shaping.CLUSTERED['documents']}",
        f"INSERT INTO documents_by_issuer FROM new_documents ORDER BY {shaping.CLUSTERED['documents_by_issuer']}",
    ),
    "fetched_items": (
        "DELETE FROM items AS i USING fetched_items AS f WHERE i.customer_id = f.customer_id AND i.id = f.id",
        f"INSERT INTO items {shaping.ITEMS.format(documents='new_documents')}",
    ),
    "fetched_entries": (f"INSERT INTO entries {shaping.ENTRIES} WHERE seq > (SELECT seq FROM sync_state)",),
    "fetched_allocations": (f"INSERT INTO allocations {shaping.ALLOCATIONS} WHERE seq > (SELECT seq FROM sync_state)",),
}


class Delta:
    """What one snapshot holds beyond a number, read into memory."""

    def __init__(self, snapshot: Snapshot, since: int) -> None:
        self.seq = snapshot.seq
        self.joined = snapshot.joined(since)
        self.tables: dict[str, pa.Table] = {
            "fetched_items": snapshot.items(since).read_all(),
            "fetched_documents": snapshot.documents(since).read_all(),
            "fetched_entries": snapshot.entries(since).read_all(),
            "fetched_allocations": snapshot.allocations(since).read_all(),
        }

    def apply(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Replace changed rows, add new ones, write the number: all or nothing."""
        for name, table in self.tables.items():
            cursor.register(name, table)
        with transaction(cursor):
            cursor.execute(_KEYS)
            cursor.execute(_STAGE)
            if self.joined:  # their documents are another customer's now, under whose number they are not found here
                cursor.execute("DELETE FROM documents WHERE customer_id IN (SELECT unnest(?::BIGINT[]))", [self.joined])
            for name, statements in _APPLY.items():
                for statement in statements if self.tables[name].num_rows else ():
                    cursor.execute(statement)
            cursor.execute("UPDATE sync_state SET seq = ?", [self.seq])


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commits at the end, rolls back on any error."""
    cursor.execute("BEGIN")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
