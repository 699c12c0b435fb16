"""Every file that ever came: name, bytes' fingerprint, who brought it, what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from sqlalchemy import insert

from portal.ledger.ids import new_id
from portal.ledger.tables import imports
from portal.ledger.unit import Unit


class File(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


def record(unit: Unit, received: Mapping[int, File], refused: Collection[int]) -> dict[int, int]:
    """Write a row per file; returns the import id by file number."""
    made = {number: new_id() for number in received}
    rows = [
        {
            "id": made[number],
            "file": file.name,
            "sha256": file.sha256,
            "size": file.size,
            "person": unit.person,
            "received_at": unit.now,
            "outcome": "conflict" if number in refused else "applied",
        }
        for number, file in received.items()
    ]
    if rows:
        unit.conn.execute(insert(imports), rows)
    return made
