"""What came in at webhooks: kept as it came before anything is made of it, each event once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.payments import RawNotice
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import notices
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    account_id: int
    verdict: str
    transaction_id: str | None
    reference: str | None
    claimed: str | None
    handled_at: datetime | None


_COLUMNS = tuple(notices.c[name] for name in NoticeRow.__dataclass_fields__)


def keep_notice(unit: Unit, account_id: int, key: str, raw: RawNotice, address: str, **verdict: Any) -> int | None:
    """Keep a notice; None when this event is known, whose deliveries are counted."""
    mine = notices.c.account_id == account_id, notices.c.key == key
    again = unit.conn.execute(update(notices).where(*mine).values(times=notices.c.times + 1))
    if again.rowcount:
        return None
    notice_id = new_id()
    as_it_came = {"body": raw.body, "headers": json.dumps(raw.headers), "query": json.dumps(raw.query)}
    made = {"address": address, "times": 1, "received_at": unit.now}
    unit.conn.execute(
        insert(notices).values(id=notice_id, account_id=account_id, key=key, **as_it_came, **made, **verdict)
    )
    return notice_id


def find_notice(conn: Connection, notice_id: int) -> NoticeRow | None:
    row = conn.execute(select(*_COLUMNS).where(notices.c.id == notice_id)).one_or_none()
    return NoticeRow(*row) if row else None


def set_notice(unit: Unit, notice_id: int, **values: Any) -> None:
    unit.conn.execute(update(notices).where(notices.c.id == notice_id).values(**values))


def forged_since(conn: Connection, account_id: int, since: datetime) -> int:
    """How many different forgeries were kept for an account."""
    mine = notices.c.account_id == account_id, notices.c.verdict == "forged", notices.c.received_at >= since
    return int(conn.execute(select(func.count()).select_from(notices).where(*mine)).scalar_one())
