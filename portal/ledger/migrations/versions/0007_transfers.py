"""«Ya pagué»: attachments and reported transfers; a comprobante may be of either kind of payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Once in one transaction."""
    _attachments()
    _reports()
    with op.batch_alter_table("vouchers") as table:
        table.alter_column("payment_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("report_id", sa.BigInteger(), nullable=True))
        table.create_foreign_key(op.f("fk_vouchers_report_id"), "transfer_reports", ["report_id"], ["id"])
        table.create_unique_constraint(op.f("uq_vouchers_report_id"), ["report_id"])
        table.create_check_constraint(op.f("ck_vouchers_source"), "(payment_id IS NULL) <> (report_id IS NULL)")


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('proof','certificate')", name=op.f("ck_attachments_kind")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_attachments_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_attachments_issuer_id")),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_attachments_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_customer_id"), "attachments", ["customer_id"], unique=False)


def _reports() -> None:
    op.create_table(
        "transfer_reports",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("proof_id", sa.BigInteger(), nullable=True),
        sa.Column("start_key", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','accepted','rejected','undone')", name=op.f("ck_transfer_reports_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_reports_amount")),
        sa.CheckConstraint(
            "(state IN ('waiting','rejected')) = (item_id IS NULL)", name=op.f("ck_transfer_reports_item")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_transfer_reports_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_transfer_reports_issuer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_transfer_reports_item_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["attachments.id"], name=op.f("fk_transfer_reports_proof_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_reports")),
        sa.UniqueConstraint("start_key", name=op.f("uq_transfer_reports_start_key")),
    )
    op.create_index(op.f("ix_transfer_reports_item_id"), "transfer_reports", ["item_id"], unique=False)
    op.create_index("ix_transfer_reports_issuer", "transfer_reports", ["issuer_id", "id"], unique=False)
    op.create_index("ix_transfer_reports_customer", "transfer_reports", ["customer_id", "id"], unique=False)
    op.create_index(
        "ix_transfer_reports_waiting",
        "transfer_reports",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "transfer_report_lines",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("debit_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_report_lines_amount")),
        sa.ForeignKeyConstraint(["debit_id"], ["items.id"], name=op.f("fk_transfer_report_lines_debit_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_transfer_report_lines_document_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["transfer_reports.id"], name=op.f("fk_transfer_report_lines_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_report_lines")),
    )
    op.create_index(
        op.f("ix_transfer_report_lines_document_id"), "transfer_report_lines", ["document_id"], unique=False
    )
    op.create_index(op.f("ix_transfer_report_lines_report_id"), "transfer_report_lines", ["report_id"], unique=False)
