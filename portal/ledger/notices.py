"""What came in at webhooks: kept as it came before anything is made of it, each event once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.domain.payments import RawNotice
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import notices, payment_accounts
from portal.ledger.unit import Unit

UNKNOWN = "the provider knows no such transaction of this checkout"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    account_id: int
    verdict: str
    transaction_id: str | None
    reference: str | None
    claimed: str | None
    handled_at: datetime | None
    received_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class ForeignNotice:
    """A genuine notice about something that no checkout of the portal asked for."""

    provider: str
    transaction_id: str | None
    reference: str | None
    claimed: str | None
    received_at: datetime


_COLUMNS = tuple(notices.c[name] for name in NoticeRow.__dataclass_fields__)


_CLAIMS = ("transaction_id", "reference", "claimed")


def keep_notice(unit: Unit, account_id: int, key: str, raw: RawNotice, address: str, **verdict: Any) -> int | None:
    """Keep a notice; None when this event is known, whose deliveries are counted.

    Signatures leave parts open: one with a known key that says something else is another notice, so that nobody can
    spend the key of a genuine one before it comes.
    """
    hold(unit, f"notice {account_id} {key}")
    again = _count_again(unit, account_id, key, verdict)
    if again is False:
        key = f"{key[:130]}:{hashlib.sha256(raw.body).hexdigest()}"
        again = _count_again(unit, account_id, key, verdict)
    if again:
        return None
    notice_id = new_id()
    as_it_came = {"body": raw.body, "headers": json.dumps(raw.headers), "query": json.dumps(raw.query)}
    made = {"address": address, "times": 1, "received_at": unit.now}
    unit.conn.execute(
        insert(notices).values(id=notice_id, account_id=account_id, key=key, **as_it_came, **made, **verdict)
    )
    return notice_id


def _count_again(unit: Unit, account_id: int, key: str, verdict: Mapping[str, Any]) -> bool | None:
    """True when it is known and was counted, False when its key stands for another claim, None when it is new."""
    mine = notices.c.account_id == account_id, notices.c.key == key
    known = unit.conn.execute(select(*(notices.c[name] for name in _CLAIMS)).where(*mine)).one_or_none()
    if known is None:
        return None
    if tuple(known) != tuple(verdict.get(name) for name in _CLAIMS):
        return False
    unit.conn.execute(update(notices).where(*mine).values(times=notices.c.times + 1))
    return True


def find_notice(conn: Connection, notice_id: int) -> NoticeRow | None:
    row = conn.execute(select(*_COLUMNS).where(notices.c.id == notice_id)).one_or_none()
    return NoticeRow(*row) if row else None


def notices_of(conn: Connection, checkout_id: int) -> list[NoticeRow]:
    """What came in about a checkout, in order."""
    wanted = select(*_COLUMNS).where(notices.c.checkout_id == checkout_id).order_by(notices.c.received_at)
    return [NoticeRow(*row) for row in conn.execute(wanted)]


def foreign_notices(conn: Connection, scope: Scope, limit: int) -> list[ForeignNotice]:
    """Of the accounts of whole issuers, the newest first."""
    n, a = notices.c, payment_accounts.c
    columns = (a.provider, n.transaction_id, n.reference, n.claimed, n.received_at)
    wanted = select(*columns).join(payment_accounts, a.id == n.account_id).where(n.verdict == "foreign")
    if not scope.everything:
        wanted = wanted.where(a.issuer_id.in_(scope.issuers))
    return [ForeignNotice(*row) for row in conn.execute(wanted.order_by(n.received_at.desc()).limit(limit))]


def set_notice(unit: Unit, notice_id: int, **values: Any) -> None:
    unit.conn.execute(update(notices).where(notices.c.id == notice_id).values(**values))


def bear_out(unit: Unit, checkout_id: int, transaction_ids: Collection[str]) -> None:
    """The provider told all it knows of a checkout: genuine notices about other transactions are marked as replays."""
    mine = notices.c.checkout_id == checkout_id, notices.c.verdict == "genuine", notices.c.transaction_id.is_not(None)
    known = notices.c.transaction_id.in_(transaction_ids)
    for is_known, reason in ((known, None), (~known, UNKNOWN)):
        stale = notices.c.reason.is_not(None) if reason is None else notices.c.reason.is_(None)
        unit.conn.execute(update(notices).where(*mine, is_known, stale).values(reason=reason))


def told_since(conn: Connection, checkout_id: int, since: datetime) -> int:
    """How many different notices about a checkout were kept."""
    mine = notices.c.checkout_id == checkout_id, notices.c.received_at >= since
    return int(conn.execute(select(func.count()).select_from(notices).where(*mine)).scalar_one())


def forged_since(conn: Connection, account_id: int, since: datetime) -> int:
    """How many different forgeries were kept for an account."""
    mine = notices.c.account_id == account_id, notices.c.verdict == "forged", notices.c.received_at >= since
    return int(conn.execute(select(func.count()).select_from(notices).where(*mine)).scalar_one())
