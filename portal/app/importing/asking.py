"""An issuer asks for an import: its files are kept, the job that brings them in is posted, both at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.app.requesters import requester_of
from portal.domain.access import Actor, Right
from portal.errors import PortalError, Refused
from portal.ledger import import_runs as runs
from portal.ledger.audit import Event, Where, note
from portal.ledger.import_runs import RunFile
from portal.ledger.unit import Connection
from portal.text import Text

QUEUE, JOB = "imports", "run_import"
MOST_FILES = 1_000
LARGEST = 50 << 20  # bytes of a file
LARGEST_TOGETHER = 200 << 20
MOST_WAITING = 10  # imports of an issuer still to end
_LONGEST_NAME = 120


class KeyReused(PortalError):
    """An Idempotency-Key that came before, with something else."""

    status = 422

    def __init__(self) -> None:
        super().__init__(Text("Esa «Idempotency-Key» ya llegó con otro contenido: usa una nueva para cada envío."))


class Busy(PortalError):
    """So many imports of the issuer wait that another one would only wait longer."""

    status = 429

    def __init__(self) -> None:
        said = Text("Ya hay {most} importaciones en espera. Deja que termine alguna y vuelve a intentarlo.",
                    most=MOST_WAITING)  # fmt: skip
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Key:
    """What a caller's system sends so that a repeated request is not another one."""

    hash: str
    body_hash: str

    @classmethod
    def of(cls, said: str, body: bytes) -> Key:
        return cls(hashlib.sha256(said.encode()).hexdigest(), hashlib.sha256(body).hexdigest())


def ask_import(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    files: Sequence[tuple[str, bytes]],
    channel: str = "page",
    key: Key | None = None,
    where: Where | None = None,
) -> int:
    """Ask for files (name, bytes) to be brought in as this issuer's; returns the import's id.

    It is done soon after, with the rights that the actor then has. The same key asked again is the same import.
    Raises NotFound, Refused for too much at once, Busy, KeyReused.
    """
    actor.require(Right.IMPORT, issuer_id, 0)
    _check(files)
    with portal.ledger.read() as conn:
        if (known := _known(conn, issuer_id, key)) is not None:
            return known
        _check_waiting(conn, issuer_id)  # before anything is kept
    named = _named(files)
    kept = [RunFile(name, portal.files.put(data), len(data)) for name, data in named.items()]
    with portal.ledger.write(actor.name) as unit:
        if (known := _known(unit.conn, issuer_id, key)) is not None:
            return known
        _check_waiting(unit.conn, issuer_id)
        run_id = unit.job(QUEUE, JOB, {})
        keys = {"key_hash": key.hash, "body_hash": key.body_hash} if key else {}
        requester = requester_of(unit.conn, actor).to_json()
        runs.add_run(unit, run_id, kept, issuer_id=issuer_id, channel=channel, requester=requester, **keys)
        name_bytes(portal, unit, [(one.sha256, named[one.name]) for one in kept])
        first, count = kept[0].name, len(kept)
        note(unit, Event.IMPORT_ASKED, f"import:{run_id}", issuer_id, None, where, file=first, files=count)
        unit.commit()
    return run_id


def _check(files: Sequence[tuple[str, bytes]]) -> None:
    if not files:
        raise Refused(Text("Elige los archivos que quieres traer."))
    if len(files) > MOST_FILES:
        raise Refused(Text("Son más de {most} archivos: tráelos en varias veces, o en un ZIP.", most=MOST_FILES))
    for name, data in files:
        if len(data) > LARGEST:
            raise Refused(Text("{file} pesa más de {limit} MB: divídelo.", file=name, limit=LARGEST >> 20))
    if sum(len(data) for _, data in files) > LARGEST_TOGETHER:
        raise Refused(
            Text("Los archivos juntos pesan más de {limit} MB: tráelos en varias veces.", limit=LARGEST_TOGETHER >> 20)
        )


def _check_waiting(conn: Connection, issuer_id: int) -> None:
    if runs.count_waiting(conn, issuer_id) >= MOST_WAITING:
        raise Busy()


def _known(conn: Connection, issuer_id: int, key: Key | None) -> int | None:
    run = runs.run_by_key(conn, issuer_id, key.hash) if key else None
    if run is not None and key is not None and run.body_hash != key.body_hash:
        raise KeyReused()
    return run.id if run else None


def _named(files: Sequence[tuple[str, bytes]]) -> Mapping[str, bytes]:
    """By the last part of each name, told apart where two files have the same."""
    named: dict[str, bytes] = {}
    for given, data in files:
        plain = "".join(c for c in given.replace("\\", "/").rpartition("/")[2] if c.isprintable()).replace("!", "_")
        path = PurePosixPath(plain.strip() or "archivo")
        stem, ending = path.stem[-_LONGEST_NAME:], path.suffix[:10]
        name, number = f"{stem}{ending}", 1
        while name in named:
            number += 1
            name = f"{stem} ({number}){ending}"
        named[name] = data
    return named
