"""An issuer's documents are found by the day on which they are due."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_index(op.f("ix_documents_due"), "documents", ["issuer_id", "due_date", "issue_date"], unique=False)
