"""Statements of account by mail: each issuer's monthly rule, and what went to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"


def upgrade() -> None:
    """Once in one transaction."""
    _rules()
    _mails()


def _rules() -> None:
    op.create_table(
        "statement_rules",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("owing", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("day BETWEEN 1 AND 28 AND hour BETWEEN 0 AND 23", name=op.f("ck_statement_rules_moment")),
        sa.CheckConstraint("enabled OR next_at IS NULL", name=op.f("ck_statement_rules_next_at")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_statement_rules_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_statement_rules")),
    )
    op.create_index(op.f("ix_statement_rules_next_at"), "statement_rules", ["next_at"])


def _mails() -> None:
    op.create_table(
        "statement_mails",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_statement_mails_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_statement_mails_issuer_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_statement_mails_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_mails")),
        sa.UniqueConstraint("customer_id", "month", name=op.f("uq_statement_mails_customer_id_month")),
    )
    op.create_index("ix_statement_mails_issuer", "statement_mails", ["issuer_id", "id"])
