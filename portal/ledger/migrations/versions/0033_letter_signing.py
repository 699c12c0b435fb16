"""What of an issuer's documents comes in by its signatures, whoever mailed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Without a row: what the issuer itself signed."""
    op.create_table(
        "letter_signing",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("signers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_letter_signing_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_signing")),
        sa.UniqueConstraint("issuer_id", name=op.f("uq_letter_signing_issuer_id")),
    )
