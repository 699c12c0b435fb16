"""What points at a customer is found wherever it stands, in tables that are still to come as well."""

from __future__ import annotations

from pathlib import Path

import portal.ledger
from portal.ledger import customer_joins, every_table, exports
from portal.ledger.tables import customers, metadata

HERE = Path(portal.ledger.__file__).parent


def test_joining_and_the_deletion_of_files_know_every_table() -> None:
    """A module of tables that is not imported there would be forgotten by a process that does not use it."""
    told = Path(every_table.__file__).read_text(encoding="utf-8")
    assert customer_joins.metadata is exports.metadata is every_table.metadata
    assert [path.stem for path in HERE.glob("*_tables.py") if path.stem not in told] == []


def test_whatever_points_at_a_customer_has_an_id_to_be_found_by() -> None:
    pointing = {
        table
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is customers for key in column.foreign_keys)
    }
    assert len(pointing) > 12
    assert [table.name for table in pointing if "id" not in table.c] == []
