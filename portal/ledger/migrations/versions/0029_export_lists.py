"""Exports say how large their file is, and what its reader should know; expired ones are found by their date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("exports", sa.Column("size", sa.BigInteger(), nullable=True))
    op.add_column("exports", sa.Column("note", sa.Text(), nullable=True))
    op.create_index(op.f("ix_exports_expires_at"), "exports", ["expires_at"], unique=False)
    op.create_index(op.f("ix_exports_sha256"), "exports", ["sha256"], unique=False)
