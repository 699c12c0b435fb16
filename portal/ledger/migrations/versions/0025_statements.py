"""Issued statements of account: each issuer's series, what was issued, and its files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Once in one transaction."""
    _series()
    _issued()
    _files()


def _series() -> None:
    op.create_table(
        "statement_series",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_statement_series_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_statement_series")),
    )


def _issued() -> None:
    op.create_table(
        "issued_statements",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("known_seq", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("same", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('issuer', 'customer')", name=op.f("ck_issued_statements_side")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_issued_statements_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_issued_statements_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_statements")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_issued_statements_fingerprint")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_issued_statements_issuer_id_number")),
        sa.UniqueConstraint("same", name=op.f("uq_issued_statements_same")),
    )
    op.create_index("ix_issued_statements_customer", "issued_statements", ["customer_id", "currency", "id"])


def _files() -> None:
    op.create_table(
        "issued_statement_files",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["issued_statements.id"], name=op.f("fk_issued_statement_files_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_statement_files")),
        sa.UniqueConstraint(
            "statement_id", "format", "language", name=op.f("uq_issued_statement_files_statement_id_format_language")
        ),
    )
    op.create_index(op.f("ix_issued_statement_files_sha256"), "issued_statement_files", ["sha256"])
