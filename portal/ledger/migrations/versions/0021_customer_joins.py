"""Which customers of an issuer turned out to be one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "customer_joins",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_id <> into_id", name=op.f("ck_customer_joins_two")),
        sa.ForeignKeyConstraint(["from_id"], ["customers.id"], name=op.f("fk_customer_joins_from_id")),
        sa.ForeignKeyConstraint(["into_id"], ["customers.id"], name=op.f("fk_customer_joins_into_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_customer_joins_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_joins")),
        sa.UniqueConstraint("from_id", name=op.f("uq_customer_joins_from_id")),
    )
    op.create_index(op.f("ix_customer_joins_into_id"), "customer_joins", ["into_id"], unique=False)
    op.create_index(op.f("ix_customer_joins_seq"), "customer_joins", ["seq"], unique=False)
