"""Of what is not to be mailed to an address it is known whether its reader said so, or who came by a link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Those from before count as their reader's own."""
    op.add_column("mail_stops", sa.Column("by_link", sa.Boolean(), nullable=False, server_default=sa.false()))
