"""Documents that nobody may book by hand now: somebody is paying them, or a reported payment waits for its answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from portal.domain.checkouts import ENDED, State
from portal.ledger.payment_tables import checkout_lines, checkouts
from portal.ledger.transfer_tables import transfer_report_lines, transfer_reports


def being_paid(conn: Connection, document_ids: Collection[int], now: datetime) -> dict[int, datetime | None]:
    """Documents for which money may be on its way, and until when their payer has time; None: the provider decides."""
    c, line = checkouts.c, checkout_lines.c
    coming = or_(c.state == State.PENDING, c.claimed.is_not(None))
    until = func.max(c.expires_at)
    wanted = (
        select(line.document_id, until, func.count().filter(coming))
        .join(checkouts, c.id == line.checkout_id)
        .where(line.document_id.in_(document_ids), c.state.not_in(sorted(ENDED)), or_(coming, c.expires_at > now))
        .group_by(line.document_id)
    )
    return {row[0]: None if row[2] else row[1] for row in conn.execute(wanted)}


def in_review(conn: Connection, document_ids: Collection[int]) -> frozenset[int]:
    """Documents for which a payer has reported a payment that nobody has answered."""
    line = transfer_report_lines.c
    waiting = (
        select(line.document_id)
        .join(transfer_reports, transfer_reports.c.id == line.report_id)
        .where(line.document_id.in_(document_ids), transfer_reports.c.state == "waiting")
    )
    return frozenset(conn.execute(waiting).scalars())
