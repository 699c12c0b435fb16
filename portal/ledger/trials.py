"""Is there anything in the ledger that is not real? What production refuses to start with."""

from __future__ import annotations

from sqlalchemy import Connection, select

from portal.ledger.payment_tables import payment_accounts, payments
from portal.ledger.tables import TRIAL, documents, imports


def holds_trial_data(conn: Connection) -> bool:
    """Whether the demo or `seed` has ever written here."""
    return conn.execute(select(imports.c.id).where(TRIAL).limit(1)).first() is not None


def trial_documents(conn: Connection, most: int) -> list[str]:
    """Numbers of documents of DIAN's test environment that have not been withdrawn, at most so many."""
    chosen = documents.c.test, documents.c.state != "withdrawn"
    return list(conn.execute(select(documents.c.number).where(*chosen).order_by(documents.c.id).limit(most)).scalars())


def trial_accounts(conn: Connection) -> list[tuple[int, str]]:
    """Id and provider of the accounts that payers are offered and whose money is not real."""
    c = payment_accounts.c
    chosen = ~c.live, c.enabled, c.removed_at.is_(None)
    return [(row.id, row.provider) for row in conn.execute(select(c.id, c.provider).where(*chosen).order_by(c.id))]


def trial_payments(conn: Connection, most: int) -> list[str]:
    """Transactions of money that is not real in customers' accounts, at most so many."""
    booked = select(payments.c.transaction_id).join(payment_accounts, payment_accounts.c.id == payments.c.account_id)
    chosen = ~payment_accounts.c.live, payments.c.item_id.is_not(None), payments.c.serial == 0
    return list(conn.execute(booked.where(*chosen).order_by(payments.c.id).limit(most)).scalars())
