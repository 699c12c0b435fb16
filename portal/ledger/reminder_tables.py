"""The tables about reminders: each issuer's rules, and what went out."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

reminder_rules = Table(
    "reminder_rules",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("enabled", Boolean, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("days", String(60), nullable=False),  # "-3 0 5 15"
    Column("text", Text, nullable=False),
    Column("next_at", Instant, index=True),  # when its customers are looked through next; none: switched off
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    CheckConstraint("enabled OR next_at IS NULL", name="next_at"),
)

reminders = Table(  # one mail to a customer on a day
    "reminders",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("day", Date, nullable=False),
    to_table("mails"),
    Column("email", Text, nullable=False),
    Column("documents", Integer, nullable=False),  # how many it lists
    Column("posted_at", Instant, nullable=False),
    UniqueConstraint("customer_id", "day"),
    Index("ix_reminders_issuer", "issuer_id", "id"),
)
