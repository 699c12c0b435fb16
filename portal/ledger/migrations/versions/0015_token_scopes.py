"""What a token of the API is for; those that were made before go on reading payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """One column."""
    op.add_column("api_tokens", sa.Column("scopes", sa.Text(), server_default="payments", nullable=False))
