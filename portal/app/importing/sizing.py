"""How many documents a file holds, as far as that can be told before it is read: what a progress bar needs."""

from __future__ import annotations

from portal.importers.kinds import kind_of
from portal.importers.zip_directory import directory

_XLSX = b"PK\x03\x04"
_MEMBER = b"PK\x01\x02"


def expected_documents(name: str, data: bytes) -> int | None:
    """About how many; None for a workbook, whose rows only reading it can count."""
    match kind_of(name, data):
        case "sheet":
            return None if data.startswith(_XLSX) else max(0, data.count(b"\n") - 1)
        case "zip":
            listed = (directory(data) or b"").lower()
            return listed.count(b".xml") or listed.count(_MEMBER)
        case _:
            return 1
