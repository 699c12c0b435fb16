"""What payers report to have paid: kept, listed, decided once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.domain.transfers import ReportState
from portal.ledger.ids import new_id
from portal.ledger.payables import Payable
from portal.ledger.tables import documents
from portal.ledger.transfer_tables import transfer_report_lines, transfer_reports
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Report:
    """Money that somebody says was sent. `posted`: accepting it made the credit `item_id`, else it was there before."""

    id: int
    issuer_id: int
    customer_id: int
    currency: str
    amount: int
    paid_on: date
    method: str
    bank: str
    reference: str
    comment: str
    proof_id: int | None
    person: str
    name: str
    email: str | None
    language: str
    reported_at: datetime
    state: ReportState
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    item_id: int | None
    posted: bool


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What of it is meant for a document."""

    document_id: int
    debit_id: int
    number: str
    amount: int


_COLUMNS = tuple(transfer_reports.c[name] for name in Report.__dataclass_fields__)
_WAITING = transfer_reports.c.state == ReportState.WAITING


def add_report(unit: Unit, lines: Sequence[Payable], amounts: Mapping[int, int], **told: Any) -> Report:
    """A report that waits, with what it means for each document that gets something."""
    made = {"id": new_id(), "person": unit.person, "reported_at": unit.now, "state": ReportState.WAITING}
    row = insert(transfer_reports).values(**made, posted=False, **told).returning(*_COLUMNS)
    report = _report(unit.conn.execute(row).one())
    rows = [
        {"id": new_id(), "report_id": report.id, "document_id": line.document_id, "debit_id": line.item_id,
         "amount": amounts[line.document_id]}
        for line in lines
        if line.document_id in amounts
    ]  # fmt: skip
    unit.conn.execute(insert(transfer_report_lines), rows)
    unit.touch(amounts)
    return report


def find_report(conn: Connection, report_id: int, lock: bool = False) -> Report | None:
    """A report; `lock`: nobody else decides it until the commit (after its customer's lock, never before)."""
    wanted = select(*_COLUMNS).where(transfer_reports.c.id == report_id)
    found = _found(conn, wanted.with_for_update() if lock else wanted)
    return found[0] if found else None


def reported_by(conn: Connection, start_key: str) -> int | None:
    """The report that this form has made already."""
    return conn.execute(select(transfer_reports.c.id).where(transfer_reports.c.start_key == start_key)).scalar()


def lines_of(conn: Connection, report_ids: Collection[int]) -> dict[int, list[ReportLine]]:
    """By report, in the order in which they are paid."""
    c, d = transfer_report_lines.c, documents.c
    wanted = (
        select(c.report_id, c.document_id, c.debit_id, d.number, c.amount)
        .join(documents, d.id == c.document_id)
        .where(c.report_id.in_(report_ids))
        .order_by(c.id)
    )
    found: dict[int, list[ReportLine]] = {}
    for row in conn.execute(wanted):
        found.setdefault(row[0], []).append(ReportLine(*row[1:]))
    return found


def decide(unit: Unit, report: Report, state: ReportState, **values: Any) -> None:
    """Write a decision down; its documents' copies in the views follow."""
    told = {"state": state, "decided_at": unit.now, "decided_by": unit.person, **values}
    unit.conn.execute(update(transfer_reports).where(transfer_reports.c.id == report.id).values(**told))
    unit.touch(line.document_id for line in lines_of(unit.conn, [report.id]).get(report.id, ()))


def reports_in(
    conn: Connection, scope: Scope, states: Collection[ReportState], limit: int, offset: int = 0
) -> list[Report]:
    """What was reported within a scope, in these states: what waits the longest first, else the newest first."""
    c = transfer_reports.c
    oldest_first = set(states) == {ReportState.WAITING}
    wanted = select(*_COLUMNS).where(c.state.in_(states), *_within(scope))
    return _found(conn, wanted.order_by(c.id if oldest_first else c.id.desc()).limit(limit).offset(offset))


def count_waiting(conn: Connection, scope: Scope) -> int:
    """How many reports within a scope wait for a decision."""
    return int(conn.execute(select(func.count()).where(_WAITING, *_within(scope))).scalar_one())


def reports_for(conn: Connection, document_ids: Collection[int], waiting_only: bool = False) -> list[Report]:
    """What was reported for any of these documents, the oldest first."""
    c = transfer_report_lines.c
    mine = transfer_reports.c.id.in_(select(c.report_id).where(c.document_id.in_(document_ids)))
    wanted = select(*_COLUMNS).where(mine).order_by(transfer_reports.c.id)
    return _found(conn, wanted.where(_WAITING) if waiting_only else wanted)


def reported_on(conn: Connection, document_id: int) -> int:
    """What payers say they have sent for a document and nobody has decided on, in minor units."""
    c = transfer_report_lines.c
    waiting = select(func.sum(c.amount)).join(transfer_reports, transfer_reports.c.id == c.report_id)
    return int(conn.execute(waiting.where(c.document_id == document_id, _WAITING)).scalar() or 0)


def waiting_of(conn: Connection, customer_id: int, currency: str) -> list[Report]:
    """What a customer has reported in a currency and nobody has decided, the oldest first."""
    c = transfer_reports.c
    mine = _WAITING, c.customer_id == customer_id, c.currency == currency
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(c.id))


def _within(scope: Scope) -> list[Any]:
    c = transfer_reports.c
    return [] if scope.everything else [c.issuer_id.in_(scope.issuers) | c.customer_id.in_(scope.customers)]


def _found(conn: Connection, wanted: Any) -> list[Report]:
    return [_report(row) for row in conn.execute(wanted)]


def _report(row: Sequence[Any]) -> Report:
    told = dict(zip(Report.__dataclass_fields__, row, strict=True))
    return Report(**told | {"state": ReportState(told["state"])})
