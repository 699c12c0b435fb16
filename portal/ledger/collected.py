"""Facts about money with all that is needed to read them: names, the provider, what they pay now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from portal.domain.access import Scope
from portal.domain.collected import Collected, PaidDocument, Wanted
from portal.domain.crediting import Trouble
from portal.domain.folding import fold_number
from portal.ledger.payment_tables import checkout_lines, checkouts, payment_accounts, payments, vouchers
from portal.ledger.payments import Fact
from portal.ledger.tables import allocations, customers, documents, issuers

_p = payments.c
_first = payments.alias("first")
_JOINED = (
    payments.join(issuers, issuers.c.id == _p.issuer_id)
    .join(payment_accounts, payment_accounts.c.id == _p.account_id)
    .join(
        _first,
        and_(
            _first.c.account_id == _p.account_id,
            _first.c.transaction_id == _p.transaction_id,
            _first.c.serial == 0,
        ),
    )
    .outerjoin(customers, customers.c.id == _p.customer_id)
    .outerjoin(checkouts, checkouts.c.id == _p.checkout_id)
    .outerjoin(vouchers, vouchers.c.payment_id == _p.id)
)
_COLUMNS = (
    _p.id, _first.c.id, _p.kind, _p.issuer_id, issuers.c.tax_id, _p.customer_id, customers.c.tax_id,
    customers.c.name, _p.account_id, payment_accounts.c.provider, _p.transaction_id, _p.checkout_id,
    checkouts.c.reference, _p.method, _p.currency, _p.amount, _p.effective_on, _p.recorded_at, _p.item_id, _p.trouble,
    _p.settled_at, _p.settled_by, _p.settled_note, vouchers.c.number, _p.seq,
)  # fmt: skip


def collected_page(
    conn: Connection, scope: Scope, wanted: Wanted, limit: int, offset: int = 0, before: int | None = None
) -> list[Collected]:
    """The newest first; `before`: only those older than this row."""
    older = [] if before is None else [_p.id < before]
    chosen = _select().where(*_within(scope), *_asked(wanted), *older)
    return _read(conn, chosen.order_by(_p.id.desc()).limit(limit).offset(offset))


def collected_totals(conn: Connection, scope: Scope, wanted: Wanted) -> tuple[int, dict[str, int]]:
    """How many rows such a list has, and what they add up to in the books, by currency."""
    counts = and_(_p.item_id.is_not(None), or_(_p.trouble.is_(None), _p.trouble != Trouble.OVERDRAWN))
    signed = case((_p.kind.in_([Fact.REFUND, Fact.CHARGEBACK]), -_p.amount), else_=_p.amount)
    booked = func.sum(case((counts, signed), else_=0))
    rows = conn.execute(
        select(_p.currency, func.count(), booked)
        .select_from(_JOINED if wanted.search or wanted.providers else payments)
        .where(*_within(scope), *_asked(wanted))
        .group_by(_p.currency)
        .order_by(_p.currency)
    ).all()
    return sum(row[1] for row in rows), {row[0]: int(row[2]) for row in rows}


def collected_since(
    conn: Connection, issuer_id: int, after: tuple[int, int], limit: int, start: datetime | None = None
) -> list[Collected]:
    """In the order of their changes: those after (seq, id). Nothing that commits later comes before what was read.

    `start`: only those recorded or decided from then on.
    """
    seq, row_id = after
    later = or_(_p.seq > seq, and_(_p.seq == seq, _p.id > row_id))
    since = [] if start is None else [or_(_p.recorded_at >= start, _p.settled_at >= start)]
    chosen = _select().where(_p.issuer_id == issuer_id, later, *since)
    return _read(conn, chosen.order_by(_p.seq, _p.id).limit(limit))


def collected_of(conn: Connection, payment_id: int) -> list[Collected]:
    """All facts about the transaction that a row belongs to, in order; empty when there is no such row."""
    one = select(_p.account_id, _p.transaction_id).where(_p.id == payment_id)
    row = conn.execute(one).one_or_none()
    if row is None:
        return []
    mine = _p.account_id == row.account_id, _p.transaction_id == row.transaction_id
    return _read(conn, _select().where(*mine).order_by(_p.serial))


def _select() -> Select[Any]:
    return select(*_COLUMNS).select_from(_JOINED)


def _read(conn: Connection, wanted: Select[Any]) -> list[Collected]:
    rows = conn.execute(wanted).all()
    paid = _documents(conn, [row[18] for row in rows if row[18] is not None and row[2] == Fact.PAYMENT])
    return [_collected(tuple(row), paid) for row in rows]


def _collected(row: tuple[Any, ...], paid: dict[int, list[PaidDocument]]) -> Collected:
    told = dict(zip(Collected.__dataclass_fields__, row, strict=False))
    told["trouble"] = Trouble(told["trouble"]) if told["trouble"] else None
    documents_ = tuple(paid.get(told["item_id"], ())) if told["kind"] == Fact.PAYMENT else ()
    return Collected(**told, documents=documents_)


def _documents(conn: Connection, item_ids: Collection[int]) -> dict[int, list[PaidDocument]]:
    a, d = allocations.c, documents.c
    rows = conn.execute(
        select(a.credit_id, d.kind, d.number, func.sum(a.amount))
        .join(documents, and_(d.item_id == a.debit_id, d.state != "withdrawn"))
        .where(a.credit_id.in_(item_ids))
        .group_by(a.credit_id, d.id, d.kind, d.number)
        .having(func.sum(a.amount) != 0)
        .order_by(d.id)
    )
    found: dict[int, list[PaidDocument]] = {}
    for item_id, kind, number, amount in rows:
        found.setdefault(item_id, []).append(PaidDocument(kind, number, int(amount)))
    return found


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    if scope.everything:
        return []
    return [or_(_p.issuer_id.in_(scope.issuers), _p.customer_id.in_(scope.customers))]


def _asked(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.start is not None:
        found.append(_p.effective_on >= wanted.start)
    if wanted.end is not None:
        found.append(_p.effective_on <= wanted.end)
    if wanted.kinds:
        found.append(_p.kind.in_(wanted.kinds))
    if wanted.providers:
        found.append(payment_accounts.c.provider.in_(wanted.providers))
    if wanted.waiting:
        found += [_p.trouble.is_not(None), _p.settled_at.is_(None)]
    return [*found, *(_holds(word) for word in wanted.search.split())]


def _holds(word: str) -> ColumnElement[bool]:
    """A word of a name, of a tax id, of a transaction or reference; or the number of a document to be paid."""
    line = checkout_lines.join(documents, documents.c.id == checkout_lines.c.document_id)
    number = exists().select_from(line).where(
        checkout_lines.c.checkout_id == _p.checkout_id, documents.c.folded_number == fold_number(word)
    )  # fmt: skip
    parts = (customers.c.name, customers.c.tax_id, _p.transaction_id, checkouts.c.reference)
    return or_(*(one.icontains(word, autoescape=True) for one in parts), number)
