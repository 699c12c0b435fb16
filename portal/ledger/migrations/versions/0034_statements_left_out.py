"""A statement that was posted and not sent after all says why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Those from before were sent."""
    op.add_column("statement_mails", sa.Column("left_out", sa.String(8)))
    op.create_index("ix_statement_mails_mail", "statement_mails", ["mail_id"])
