"""No personal link opens the account of «consumidor final»: monthly statements had made some.

Each that is closed here is told in the audit, and with it ends what people joined to their accounts by it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from portal.ledger.ids import new_id
from portal.ledger.tables import micros

revision = "0030"
down_revision = "0029"

_OPEN = """
SELECT links.id, links.issuer_id, links.customer_id FROM links JOIN customers ON customers.id = links.customer_id
WHERE customers.anonymous AND links.revoked_at IS NULL"""

_ENDED = """
UPDATE grants SET ended_at = :at, ended_by = 'migration' WHERE ended_at IS NULL AND source = 'link'
AND customer_id IN (SELECT id FROM customers WHERE anonymous)"""

_TOLD = """
INSERT INTO audit (id, at, actor, event, issuer_id, customer_id, subject)
VALUES (:id, :at, 'migration', 'link_revoked', :issuer, :customer, :subject)"""


def upgrade() -> None:
    conn, at = op.get_bind(), micros(datetime.now(UTC))
    for link_id, issuer_id, customer_id in conn.execute(sa.text(_OPEN)).all():
        conn.execute(sa.text("UPDATE links SET revoked_at = :at WHERE id = :id"), {"at": at, "id": link_id})
        told = {"id": new_id(), "at": at, "issuer": issuer_id, "customer": customer_id, "subject": f"link:{link_id}"}
        conn.execute(sa.text(_TOLD), told)
    conn.execute(sa.text(_ENDED), {"at": at})
