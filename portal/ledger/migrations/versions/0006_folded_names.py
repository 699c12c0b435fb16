"""Customers are found by name without accents: the name as search sees it stands beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.domain.folding import fold_text

revision = "0006"
down_revision = "0005"
_BATCH = 10_000


def upgrade() -> None:
    op.add_column("customers", sa.Column("folded_name", sa.Text(), server_default="", nullable=False))
    customers = sa.table("customers", sa.column("id"), sa.column("name"), sa.column("folded_name"))
    fold = sa.update(customers).where(customers.c.id == sa.bindparam("k")).values(folded_name=sa.bindparam("folded"))
    conn, last = op.get_bind(), 0
    page = sa.select(customers.c.id, customers.c.name).order_by(customers.c.id).limit(_BATCH)
    while rows := conn.execute(page.where(customers.c.id > last)).all():
        conn.execute(fold, [{"k": row.id, "folded": fold_text(row.name)} for row in rows])
        last = rows[-1].id
