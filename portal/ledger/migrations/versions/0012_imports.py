"""Imports by an issuer's people and systems, with what became of each document; withdrawn documents by issuer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
_COUNTS = ("imported", "enriched", "duplicates", "warnings", "problems", "balances")
_GONE = sa.text("state = 'withdrawn'")


def upgrade() -> None:
    """Once in one transaction."""
    _runs()
    _files()
    _rows()
    op.create_index(
        "ix_documents_withdrawn", "documents", ["issuer_id", "id"], unique=False, sqlite_where=_GONE,
        postgresql_where=_GONE,
    )  # fmt: skip


def _runs() -> None:
    op.create_table(
        "import_runs",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in _COUNTS),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("undoing", sa.String(length=10), nullable=True),
        sa.CheckConstraint("channel IN ('page','api','folder','mail')", name=op.f("ck_import_runs_channel")),
        sa.CheckConstraint("state IN ('waiting','done','refused')", name=op.f("ck_import_runs_state")),
        sa.CheckConstraint("undoing IN ('withdraw','restore')", name=op.f("ck_import_runs_undoing")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_import_runs_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sa.UniqueConstraint("issuer_id", "key_hash", name=op.f("uq_import_runs_issuer_id_key_hash")),
    )
    op.create_index("ix_import_runs_issuer", "import_runs", ["issuer_id", "id"], unique=False)


def _files() -> None:
    op.create_table(
        "import_files",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_files_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
    )
    op.create_index(op.f("ix_import_files_run_id"), "import_files", ["run_id"], unique=False)


def _rows() -> None:
    told = "outcome IN ('imported','enriched','duplicates','warnings','problems')"
    op.create_table(
        "import_rows",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(told, name=op.f("ck_import_rows_outcome")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_import_rows_document_id")),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_rows_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_run", "import_rows", ["run_id", "outcome", "id"], unique=False)
