"""When a customer first opened each of its documents: kept with the document, and taken from the audit so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# Looks by personal links, and by people who were a customer's and never the issuer's.
_SO_FAR = """
UPDATE documents SET opened_at = (
    SELECT MIN(a.at) FROM audit AS a
    WHERE a.subject = 'document:' || documents.id AND a.event IN ('document_seen', 'document_downloaded')
      AND (a.actor LIKE 'link:%' OR (
        EXISTS (SELECT 1 FROM grants AS g WHERE 'user:' || g.user_id = a.actor
                AND g.customer_id = documents.customer_id AND g.role = 'customer')
        AND NOT EXISTS (SELECT 1 FROM grants AS g WHERE 'user:' || g.user_id = a.actor
                        AND g.issuer_id = documents.issuer_id AND g.role <> 'customer'))))
WHERE id IN (SELECT CAST(SUBSTR(subject, 10) AS BIGINT) FROM audit
             WHERE event IN ('document_seen', 'document_downloaded') AND subject LIKE 'document:%')"""


def upgrade() -> None:
    op.add_column("documents", sa.Column("opened_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_audit_subject_for_a_moment", "audit", ["subject"], unique=False)
    op.execute(_SO_FAR)
    op.drop_index("ix_audit_subject_for_a_moment", "audit")
    op.create_index("ix_audit_customer", "audit", ["customer_id", "id"], unique=False)
