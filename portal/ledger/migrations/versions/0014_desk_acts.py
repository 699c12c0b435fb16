"""What an issuer's people post by hand; a comprobante may be of such a payment too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_SOURCES = (
    "(CASE WHEN payment_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN report_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN act_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def upgrade() -> None:
    """Once in one transaction."""
    _acts()
    _rows()
    with op.batch_alter_table("vouchers") as table:
        table.add_column(sa.Column("act_id", sa.BigInteger(), nullable=True))
        table.create_foreign_key(op.f("fk_vouchers_act_id"), "desk_acts", ["act_id"], ["id"])
        table.create_unique_constraint(op.f("uq_vouchers_act_id"), ["act_id"])
        table.drop_constraint(op.f("ck_vouchers_source"), type_="check")
        table.create_check_constraint(op.f("ck_vouchers_source"), _SOURCES)


def _acts() -> None:
    op.create_table(
        "desk_acts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("start_key", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("acted_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('payment','applied','freed','released','written_off','adjusted')", name=op.f("ck_desk_acts_kind")
        ),
        sa.CheckConstraint("amount <> 0 AND (amount > 0 OR kind = 'adjusted')", name=op.f("ck_desk_acts_amount")),
        sa.CheckConstraint("(kind = 'payment') = (item_id IS NOT NULL)", name=op.f("ck_desk_acts_item")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_desk_acts_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_desk_acts_issuer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_desk_acts_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_acts")),
        sa.UniqueConstraint("start_key", name=op.f("uq_desk_acts_start_key")),
    )
    op.create_index(op.f("ix_desk_acts_item_id"), "desk_acts", ["item_id"], unique=False)
    op.create_index("ix_desk_acts_issuer", "desk_acts", ["issuer_id", "id"], unique=False)
    op.create_index("ix_desk_acts_customer", "desk_acts", ["customer_id", "id"], unique=False)


def _rows() -> None:
    op.create_table(
        "desk_act_rows",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("allocation_id", sa.BigInteger(), nullable=True),
        sa.Column("reference_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(entry_id IS NULL AND allocation_id IS NULL) OR (entry_id IS NULL AND reference_id IS NULL) "
            "OR (allocation_id IS NULL AND reference_id IS NULL)",
            name=op.f("ck_desk_act_rows_what"),
        ),
        sa.ForeignKeyConstraint(["act_id"], ["desk_acts.id"], name=op.f("fk_desk_act_rows_act_id")),
        sa.ForeignKeyConstraint(["allocation_id"], ["allocations.id"], name=op.f("fk_desk_act_rows_allocation_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_desk_act_rows_document_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_desk_act_rows_entry_id")),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["document_references.id"], name=op.f("fk_desk_act_rows_reference_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_act_rows")),
    )
    op.create_index(op.f("ix_desk_act_rows_act_id"), "desk_act_rows", ["act_id"], unique=False)
    op.create_index(op.f("ix_desk_act_rows_document_id"), "desk_act_rows", ["document_id"], unique=False)
