"""Mails about new documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "announcement_rules",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("through_seq", sa.BigInteger(), nullable=False),
        sa.Column("through_id", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_announcement_rules_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_announcement_rules")),
    )
    op.create_index("ix_announcement_rules_due", "announcement_rules", ["enabled", "next_at"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_announcements_document_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_announcements_mail_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_announcements")),
    )
    op.create_index(op.f("ix_announcements_mail_id"), "announcements", ["mail_id"], unique=False)
