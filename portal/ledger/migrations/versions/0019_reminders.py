"""Reminders: each issuer's rules, what went out, and who does not want any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Once in one transaction."""
    op.create_table(
        "reminder_rules",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_reminder_rules_hour")),
        sa.CheckConstraint("enabled OR next_at IS NULL", name=op.f("ck_reminder_rules_next_at")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_reminder_rules_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_reminder_rules")),
    )
    op.create_index(op.f("ix_reminder_rules_next_at"), "reminder_rules", ["next_at"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_reminders_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_reminders_issuer_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_reminders_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("customer_id", "day", name=op.f("uq_reminders_customer_id_day")),
    )
    op.create_index("ix_reminders_issuer", "reminders", ["issuer_id", "id"], unique=False)
    op.create_table(
        "reminder_stops",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_reminder_stops_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stops")),
        sa.UniqueConstraint("issuer_id", "email", name=op.f("uq_reminder_stops_issuer_id_email")),
    )
