"""The table of customers' contacts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, String, Table, Text, text

from portal.ledger.tables import Instant, id_column, metadata, to_table

contacts = Table(
    "contacts",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers", index=True),
    Column("channel", String(8), nullable=False),
    Column("address", Text, nullable=False),  # a folded mailbox, or a number with its country
    Column("name", Text, nullable=False),
    Column("gets", Text, nullable=False),  # what is mailed to it, separated by blanks
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("removed_at", Instant),
    CheckConstraint("channel IN ('email','phone','whatsapp')", name="channel"),
    Index(
        "uq_contacts_address",
        "customer_id",
        "channel",
        "address",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)
