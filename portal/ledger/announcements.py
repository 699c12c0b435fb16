"""Which new documents an issuer's customers are still to be told of, in the order of the ledger's changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, exists, insert, select, update

from portal.domain.contacts import Gets
from portal.domain.documents import Kind
from portal.ledger.announcement_tables import announcement_rules, announcements
from portal.ledger.contacts import mailbox_for
from portal.ledger.tables import change_counter, customers, documents
from portal.ledger.unit import Unit

TOLD_KINDS = (Kind.INVOICE, Kind.DEBIT_NOTE, Kind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether an issuer's customers hear of new documents, in which words, and up to where they have."""

    issuer_id: int
    enabled: bool
    words: str
    since: datetime
    through_seq: int
    through_id: int


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that its customer may be told of; `email` is where."""

    id: int
    seq: int
    customer_id: int
    email: str
    kind: Kind
    type_code: str | None
    number: str
    currency: str
    total: int
    due_date: date | None
    fits: bool  # to be told of at all


_RULE = tuple(announcement_rules.c[name] for name in Rule.__dataclass_fields__)


def rule_of(conn: Connection, issuer_id: int) -> Rule | None:
    row = conn.execute(select(*_RULE).where(announcement_rules.c.issuer_id == issuer_id)).one_or_none()
    return Rule(*row) if row else None


def set_rule(unit: Unit, issuer_id: int, **values: object) -> None:
    """Change an issuer's rule, or make it (then with every column but `enabled` given)."""
    changed = unit.conn.execute(
        update(announcement_rules).where(announcement_rules.c.issuer_id == issuer_id).values(**values)
    )
    if not changed.rowcount:
        unit.conn.execute(insert(announcement_rules).values(issuer_id=issuer_id, **values))


def any_due(conn: Connection, now: datetime) -> bool:
    due = and_(announcement_rules.c.enabled, announcement_rules.c.next_at <= now)
    return conn.execute(select(announcement_rules.c.issuer_id).where(due).limit(1)).first() is not None


def take_due(unit: Unit, next_at: datetime) -> list[int]:
    """The issuers whose turn it is; their next one is at `next_at`."""
    rules = announcement_rules.c
    due = select(rules.issuer_id).where(rules.enabled, rules.next_at <= unit.now).with_for_update(skip_locked=True)
    found = list(unit.conn.execute(due).scalars())
    unit.conn.execute(update(announcement_rules).where(rules.issuer_id.in_(found)).values(next_at=next_at))
    return found


def new_documents(conn: Connection, rule: Rule, issued_from: date, limit: int) -> list[NewDocument]:
    """What changed after the rule's place, in that order; those that don't fit are there to be passed over."""
    d, mailbox = documents.c, mailbox_for(Gets.INVOICES)
    told = exists().where(announcements.c.document_id == d.id)
    fits = and_(
        d.kind.in_(TOLD_KINDS),
        d.state == "active",
        d.recorded_at >= rule.since,
        d.issue_date >= issued_from,
        ~customers.c.anonymous,
        mailbox.is_not(None),
        ~told,
    )
    columns = (
        d.id, d.seq, d.customer_id, mailbox, d.kind, d.type_code, d.number, d.currency, d.total, d.due_date,
    )  # fmt: skip
    passed = and_(d.seq == rule.through_seq, d.id <= rule.through_id)
    # `+ 0`: what changed since is little, and found by its number; an issuer's documents are many.
    beyond = and_(d.seq >= rule.through_seq, ~passed, d.issuer_id + 0 == rule.issuer_id)
    wanted = select(*columns, fits.label("fits")).join(customers, customers.c.id == d.customer_id)
    wanted = wanted.where(beyond).order_by(d.seq, d.id).limit(limit)
    return [
        NewDocument(*row[:3], row[3] or "", Kind(row[4]), *row[5:10], bool(row[10])) for row in conn.execute(wanted)
    ]


def counter(conn: Connection) -> int:
    """The number of the last change that can be seen: all before it can be seen, too."""
    return int(conn.execute(select(change_counter.c.seq).where(change_counter.c.k == 1)).scalar_one())


def add_told(unit: Unit, document_ids: Collection[int], mail_id: int) -> None:
    """These documents were told of in this mail."""
    unit.conn.execute(
        insert(announcements),
        [{"document_id": one, "mail_id": mail_id, "told_at": unit.now} for one in document_ids],
    )
