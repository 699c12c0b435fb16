"""The table of customers that turned out to be one."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Table, Text, UniqueConstraint

from portal.ledger.tables import Instant, id_column, metadata, to_table

customer_joins = Table(
    "customer_joins",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers", "from_id"),  # the spelling that is no longer a customer of its own
    to_table("customers", "into_id", index=True),
    Column("person", Text, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    UniqueConstraint("from_id"),
    CheckConstraint("from_id <> into_id", name="two"),
)
