"""What a message did to an objection stands beside its words, for each reader's language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Older messages keep it in their words, in the issuer's language."""
    op.add_column("messages", sa.Column("head", sa.Text(), nullable=True))
