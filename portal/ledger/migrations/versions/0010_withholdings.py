"""Withholdings: what issuers decided about them, their dated rates, and what payers state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Once in one transaction."""
    _decided()
    _stated()


def _decided() -> None:
    op.create_table(
        "withholding_policies",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_withholding_policies_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_withholding_policies")),
    )
    op.create_table(
        "withholding_rates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.String(length=12), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tax IN ('retefuente','reteiva','reteica')", name=op.f("ck_withholding_rates_tax")),
        sa.CheckConstraint("rate BETWEEN 0 AND 1000000", name=op.f("ck_withholding_rates_rate")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_withholding_rates_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withholding_rates")),
        sa.UniqueConstraint("issuer_id", "tax", "since", name=op.f("uq_withholding_rates_issuer_id_tax_since")),
    )


def _stated() -> None:
    op.create_table(
        "withholdings",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("suggested", sa.BigInteger(), nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("start_key", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("stated_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("certificate_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('accepted','undone')) = (item_id IS NOT NULL)", name=op.f("ck_withholdings_item")
        ),
        sa.CheckConstraint(
            "state IN ('held','waiting','accepted','rejected','undone')", name=op.f("ck_withholdings_state")
        ),
        sa.CheckConstraint("tax IN ('retefuente','reteiva','reteica')", name=op.f("ck_withholdings_tax")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_withholdings_amount")),
        sa.ForeignKeyConstraint(["certificate_id"], ["attachments.id"], name=op.f("fk_withholdings_certificate_id")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_withholdings_checkout_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_withholdings_customer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_withholdings_document_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_withholdings_issuer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_withholdings_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withholdings")),
        sa.UniqueConstraint("start_key", "document_id", "tax", name=op.f("uq_withholdings_start_key_document_id_tax")),
    )
    op.create_index(op.f("ix_withholdings_checkout_id"), "withholdings", ["checkout_id"], unique=False)
    op.create_index("ix_withholdings_customer", "withholdings", ["customer_id", "id"], unique=False)
    op.create_index(op.f("ix_withholdings_document_id"), "withholdings", ["document_id"], unique=False)
    op.create_index("ix_withholdings_issuer", "withholdings", ["issuer_id", "id"], unique=False)
    op.create_index(op.f("ix_withholdings_item_id"), "withholdings", ["item_id"], unique=False)
    op.create_index(
        "ix_withholdings_waiting",
        "withholdings",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
