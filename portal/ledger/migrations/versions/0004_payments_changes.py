"""Payments in the order of their changes, for who reads them from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Those that are there come first."""
    op.add_column("payments", sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_payments_changes", "payments", ["issuer_id", "seq", "id"], unique=False)
