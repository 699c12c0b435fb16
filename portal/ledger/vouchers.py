"""Comprobantes de pago: the portal's own numbered series, one per issuer. They post nothing and never change."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.domain.vouchers import VoucherFacts, dump_voucher, load_voucher
from portal.ledger.act_tables import desk_acts
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import payments, voucher_series, vouchers
from portal.ledger.transfer_tables import transfer_reports
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Voucher:
    """`facts`: what it says, as it was when it was issued. It is of a provider's payment, a transfer or an act."""

    id: int
    issuer_id: int
    number: int
    payment_id: int | None
    report_id: int | None
    act_id: int | None
    issued_at: datetime
    facts: VoucherFacts


def issue_voucher(
    unit: Unit,
    issuer_id: int,
    facts: VoucherFacts,
    payment_id: int | None = None,
    report_id: int | None = None,
    act_id: int | None = None,
) -> tuple[int, int]:
    """The next number of the issuer's series, without gaps; returns id and number. Its row stays locked until then.

    It is of one of the three.
    """
    number = _next(unit, issuer_id)
    voucher_id = new_id()
    told: dict[str, Any] = {"id": voucher_id, "issuer_id": issuer_id, "number": number}
    told |= {"payment_id": payment_id, "report_id": report_id, "act_id": act_id}
    text = json.dumps(dump_voucher(facts), ensure_ascii=False)
    unit.conn.execute(insert(vouchers).values(**told, issued_at=unit.now, facts=text))
    return voucher_id, number


def _next(unit: Unit, issuer_id: int) -> int:
    hold(unit, f"vouchers {issuer_id}")  # the issuer's first has no row to lock yet
    c = voucher_series.c
    step = update(voucher_series).where(c.issuer_id == issuer_id).values(number=c.number + 1).returning(c.number)
    number = unit.conn.execute(step).scalar_one_or_none()
    if number is None:
        unit.conn.execute(insert(voucher_series).values(issuer_id=issuer_id, number=1))
        return 1
    return int(number)


def find_voucher(conn: Connection, voucher_id: int) -> Voucher | None:
    return _one(conn, vouchers.c.id == voucher_id)


def voucher_of(conn: Connection, payment_id: int) -> Voucher | None:
    """The voucher of a payment."""
    return _one(conn, vouchers.c.payment_id == payment_id)


def vouchers_of_items(conn: Connection, item_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(id, number) of the voucher of each of these credits that has one."""
    found: dict[int, tuple[int, int]] = {}
    of = ((payments, vouchers.c.payment_id), (transfer_reports, vouchers.c.report_id), (desk_acts, vouchers.c.act_id))
    for source, mine in of:
        wanted = (
            select(source.c.item_id, vouchers.c.id, vouchers.c.number)
            .join(vouchers, mine == source.c.id)
            .where(source.c.item_id.in_(item_ids))
        )
        found.update((row[0], (row[1], row[2])) for row in conn.execute(wanted))
    return found


def _one(conn: Connection, which: Any) -> Voucher | None:
    row = conn.execute(select(vouchers).where(which)).one_or_none()
    if row is None:
        return None
    facts = load_voucher(json.loads(row.facts))
    return Voucher(row.id, row.issuer_id, row.number, row.payment_id, row.report_id, row.act_id, row.issued_at, facts)
