"""The bytes of exports: named in the ledger before they are stored, deleted once nothing names them any more.

Other rows may name the same bytes (an issued statement, an import of what was exported): those are left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import BinaryIO

from portal.app.exports import cancel_export, export_state
from portal.app.naming_bytes import BYTES
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.ledger import exports as rows
from portal.ledger.holds import hold
from portal.ledger.unit import Unit

_PERSON = "job:make_export"
_AT_ONCE = 200
_BLOCK = 1 << 20


def keep_bytes(portal: Portal, export_id: int, file: BinaryIO) -> str | None:
    """Store a file for an export; its SHA-256. None when it is wanted no more."""
    sha256, size = _measured(file)
    with portal.ledger.write(_PERSON) as unit:
        hold(unit, BYTES)
        wanted = rows.reserve(unit, export_id, sha256, size)
        unit.commit()
    if not wanted:
        return None
    file.seek(0)
    return portal.files.put_stream(file)


def drop_bytes(portal: Portal, sha256: str) -> None:
    """Delete bytes that were stored for an export which does not need them, unless something names them."""
    with portal.ledger.write(_PERSON) as unit:
        hold(unit, BYTES)
        _remove(portal, unit, {sha256})
        unit.commit()


def remove_export(portal: Portal, actor: Actor, export_id: int) -> None:
    """Take an export out of the list, with its file; what is being made stops. Raises NotFound for anybody else's."""
    if not export_state(portal, actor, export_id).state.over:
        cancel_export(portal, actor, export_id)
    with portal.ledger.write(actor.name) as unit:
        hold(unit, BYTES)
        found = rows.find_export(unit.conn, export_id)
        _delete(portal, unit, [(export_id, found.sha256 if found else None)])
        unit.commit()


def remove_expired(portal: Portal) -> int:
    """Delete what has run out, rows and files; returns how many. Run it every so often."""
    count = 0
    while True:
        with portal.ledger.write(_PERSON) as unit:
            hold(unit, BYTES)
            found = rows.expired_exports(unit.conn, unit.now, _AT_ONCE)
            _delete(portal, unit, found)
            unit.commit()
        count += len(found)
        if len(found) < _AT_ONCE:
            return count


def _delete(portal: Portal, unit: Unit, found: Collection[tuple[int, str | None]]) -> None:
    rows.delete_exports(unit, [export_id for export_id, _ in found])
    _remove(portal, unit, {sha256 for _, sha256 in found if sha256})


def _remove(portal: Portal, unit: Unit, named: Collection[str]) -> None:
    """Within the transaction: nobody can name these bytes between the question and the deletion."""
    for sha256 in named:
        if not rows.is_referred_to(unit.conn, sha256):
            portal.files.remove(sha256)


def _measured(file: BinaryIO) -> tuple[str, int]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
