"""The tables of mails about new documents: which issuers send them, and about which documents one went out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text

from portal.ledger.tables import Instant, metadata, to_table

announcement_rules = Table(
    "announcement_rules",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("enabled", Boolean, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("since", Instant, nullable=False),  # documents that were recorded before are not told of
    Column("through_seq", BigInteger, nullable=False),  # the change up to which all have been looked at,
    Column("through_id", BigInteger, nullable=False),  # and within it the document
    Column("next_at", Instant, nullable=False),
    Index("ix_announcement_rules_due", "enabled", "next_at"),
)

announcements = Table(  # append-only: a document is told of once
    "announcements",
    metadata,
    Column("document_id", BigInteger, ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    to_table("mails", index=True),
    Column("told_at", Instant, nullable=False),
)
