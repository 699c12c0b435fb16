"""Is there anything in the ledger that is not real? What production refuses to start with."""

from __future__ import annotations

from sqlalchemy import Connection, select

from portal.ledger.tables import TRIAL, documents, imports


def holds_trial_data(conn: Connection) -> bool:
    """Whether the demo or `seed` has ever written here."""
    return conn.execute(select(imports.c.id).where(TRIAL).limit(1)).first() is not None


def trial_documents(conn: Connection, most: int) -> list[str]:
    """Numbers of documents of DIAN's test environment that have not been withdrawn, at most so many."""
    chosen = documents.c.test, documents.c.state != "withdrawn"
    return list(conn.execute(select(documents.c.number).where(*chosen).order_by(documents.c.id).limit(most)).scalars())
