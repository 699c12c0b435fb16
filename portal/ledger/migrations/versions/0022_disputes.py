"""Objections: what customers object to in a document, and how it stands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Once in one transaction."""
    _disputes()


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','review','accepted','rejected','withdrawn')", name=op.f("ck_disputes_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_disputes_amount")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_disputes_customer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_disputes_document_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_disputes_issuer_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_disputes_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    where = sa.text("state IN ('open','review')")
    live: dict[str, Any] = {"sqlite_where": where, "postgresql_where": where}
    op.create_index("ix_disputes_document", "disputes", ["document_id", "id"], unique=False)
    op.create_index("ix_disputes_due", "disputes", ["issuer_id", "due_on"], unique=False, **live)
    op.create_index(op.f("ix_disputes_thread_id"), "disputes", ["thread_id"], unique=False)
    op.create_index("uq_disputes_live", "disputes", ["document_id"], unique=True, **live)
