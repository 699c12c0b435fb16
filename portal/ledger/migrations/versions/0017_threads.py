"""Comments on documents: threads, their messages and files, who is written to, and the mails that come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Once in one transaction."""
    _threads()
    _correspondents()
    _inbound_mails()
    _messages()
    _message_files()


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("waits_since", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_threads_customer_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_threads_document_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_threads_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )
    op.create_index("ix_threads_issuer", "threads", ["issuer_id", "last_at"], unique=False)
    op.create_index(
        "ix_threads_waiting",
        "threads",
        ["issuer_id", "waits_since"],
        unique=False,
        sqlite_where=sa.text("waits_since IS NOT NULL"),
        postgresql_where=sa.text("waits_since IS NOT NULL"),
    )
    op.create_index("uq_threads_document_id", "threads", ["document_id"], unique=True)


def _correspondents() -> None:
    op.create_table(
        "correspondents",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("wrote", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("side IN ('customer','issuer')", name=op.f("ck_correspondents_side")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_correspondents_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correspondents")),
    )
    op.create_index("uq_correspondents_person", "correspondents", ["thread_id", "person"], unique=True)


def _inbound_mails() -> None:
    op.create_table(
        "inbound_mails",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("came_at", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('taken','refused','auto','bounce')", name=op.f("ck_inbound_mails_outcome")),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_inbound_mails_sha256")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_inbound_mails_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_inbound_mails_key")),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("start_key", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.CheckConstraint("side IN ('customer','issuer','note')", name=op.f("ck_messages_side")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_messages_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("start_key", name=op.f("uq_messages_start_key")),
    )
    op.create_index(op.f("ix_messages_thread_id"), "messages", ["thread_id"], unique=False)


def _message_files() -> None:
    op.create_table(
        "message_files",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_files_message_id")),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_message_files_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_files")),
    )
    op.create_index(op.f("ix_message_files_message_id"), "message_files", ["message_id"], unique=False)
