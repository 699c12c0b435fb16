"""The table of how issuers look to their customers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table, Text

from portal.ledger.tables import Instant, metadata

looks = Table(
    "looks",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("colour", String(7), nullable=False, server_default=""),
    Column("sender", Text, nullable=False, server_default=""),
    Column("greeting", Text, nullable=False, server_default=""),
    Column("closing", Text, nullable=False, server_default=""),
    Column("logo", String(64), nullable=False, server_default="", index=True),  # SHA-256 of the picture
    Column("picture", LargeBinary),  # small, and asked for by every page: beside the row, not in the file store
    Column("changed_at", Instant, nullable=False),
)
