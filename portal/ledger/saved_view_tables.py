"""The table of the views that people keep of the documents' analysis."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from portal.ledger.tables import Instant, id_column, metadata, to_table

saved_views = Table(
    "saved_views",
    metadata,
    id_column(),
    to_table("users"),
    Column("name", Text, nullable=False),
    Column("asked", Text, nullable=False),  # JSON: what the page's address asks for
    to_table("issuers", nullable=True, index=True),  # shared with who may export all of it; none: its maker's alone
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("uq_saved_views_name", "user_id", "name", unique=True),
)
