"""Bytes are put before a row names them. Between the two, whoever deletes what nothing names must not be believed."""

from __future__ import annotations

from collections.abc import Iterable

from portal.app.portal import Portal
from portal.errors import NotFound
from portal.ledger.holds import hold
from portal.ledger.unit import Unit

BYTES = "bytes of exports"  # who names some and who deletes some go one after the other


def name_bytes(portal: Portal, unit: Unit, stored: Iterable[tuple[str, bytes]]) -> None:
    """In the transaction that names these (SHA-256, bytes): none of them is deleted until it commits, and what was
    deleted since it was put is put again.
    """
    hold(unit, BYTES)
    for sha256, data in stored:
        try:
            portal.files.size(sha256)
        except NotFound:
            portal.files.put(data)
