"""What an issuer's own system sends: brought in at once if it is small, and told in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.app.importing.asking import Key, ask_import
from portal.app.importing.register import OUTCOMES, its_run
from portal.app.importing.report import ROWS_SHOWN
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.money import plain
from portal.errors import NotFound, PortalError
from portal.ledger import import_rows as rows
from portal.ledger import parties
from portal.ledger.audit import Where
from portal.ledger.import_rows import ImportRow
from portal.ledger.import_runs import DONE, REFUSED, Run
from portal.text import Text

AT_ONCE = 1 << 20  # bytes that the process itself brings in while the caller waits


class NotDone(PortalError):
    """The import can't be done; the sentence says why."""

    status = 422


@dataclass(frozen=True, slots=True)
class Pushed:
    """An import as its sender reads it. `report` is complete once it is `done`."""

    id: int
    done: bool
    report: Mapping[str, Any]

    @property
    def brought(self) -> bool:
        """Whether it changed anything."""
        return any(self.report["counts"].get(name) for name in ("imported", "enriched", "balances"))

    @property
    def refused(self) -> bool:
        return bool(self.report["counts"].get("problems"))


def push(
    portal: Portal, actor: Actor, name: str, data: bytes, key: str | None = None, where: Where | None = None
) -> int:
    """Take one file for the actor's issuer; returns the import's id. A small one has ended by then, as a rule.

    Raises Refused for too much, KeyReused, and NotFound for an actor that may not import.
    """
    if actor.issuer_id is None:
        raise NotFound()
    given = Key.of(key, name.encode() + b"\0" + data) if key is not None else None
    run_id = ask_import(portal, actor, actor.issuer_id, [(name, data)], "api", given, where)
    if len(data) <= AT_ONCE:
        run_job(portal, run_id)
    return run_id


def pushed(portal: Portal, actor: Actor, run_id: int) -> Pushed:
    """An import of the actor's issuer, and its report. Raises NotFound, and NotDone for one that can't be done."""
    with portal.ledger.read() as conn:
        run = its_run(conn, actor, run_id)
        issuer = parties.issuer_by_id(conn, run.issuer_id).tax_id
        told = {one: rows.rows_of(conn, run_id, one, ROWS_SHOWN) for one in OUTCOMES} if run.state == DONE else {}
    if run.state == REFUSED or run.dead:
        raise NotDone(run.error or Text("La importación falló: envíala otra vez; lo que llegó no se repite."))
    report = {name: [_row(one, issuer) for one in told.get(name, ())] for name in OUTCOMES}
    return Pushed(run_id, run.state == DONE, report | {"counts": _counts(run)})


def _counts(run: Run) -> dict[str, int]:
    return {name: getattr(run, name) for name in (*OUTCOMES, "balances")}


def _row(one: ImportRow, issuer: str) -> dict[str, Any]:
    if one.document_id is None:
        return {"file": one.file, "place": one.place, "reason": str(one.reason or "")}
    total = plain(one.total or 0, one.currency or "COP")
    return {
        "file": one.file, "kind": one.kind, "issuer": issuer, "customer": one.customer_tax_id, "number": one.number,
        "total": total, "currency": one.currency,
    }  # fmt: skip
