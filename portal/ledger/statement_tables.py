"""The tables about issued statements of account: each issuer's series, what was issued, its files. Append-only."""

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

statement_series = Table(
    "statement_series",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)

issued_statements = Table(
    "issued_statements",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("number", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("known_seq", BigInteger, nullable=False),  # the last change that it knows
    Column("side", String(8), nullable=False),
    Column("same", String(64), nullable=False, unique=True),  # asked for again that day, it is the same
    Column("fingerprint", String(64), nullable=False, unique=True),  # its content, in the file store
    Column("person", Text, nullable=False),
    UniqueConstraint("issuer_id", "number"),
    CheckConstraint("side IN ('issuer', 'customer')", name="side"),
    Index("ix_issued_statements_customer", "customer_id", "currency", "id"),
)

issued_statement_files = Table(
    "issued_statement_files",
    metadata,
    id_column(),
    to_table("issued_statements", "statement_id"),
    Column("format", String(4), nullable=False),
    Column("language", String(8), nullable=False),  # "codes": names and codes for programs
    Column("sha256", String(64), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("statement_id", "format", "language"),
)

statement_rules = Table(  # each issuer's monthly statements by mail
    "statement_rules",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("enabled", Boolean, nullable=False),
    Column("day", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("owing", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("next_at", Instant, index=True),  # none: switched off
    CheckConstraint("day BETWEEN 1 AND 28 AND hour BETWEEN 0 AND 23", name="moment"),
    CheckConstraint("enabled OR next_at IS NULL", name="next_at"),
)

statement_mails = Table(  # what was mailed to a customer
    "statement_mails",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("month", String(7)),  # of a monthly one: a customer gets one; none: somebody sent it
    to_table("mails"),
    Column("email", Text, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("left_out", String(8)),  # why it was not sent after all
    UniqueConstraint("customer_id", "month"),
    Index("ix_statement_mails_issuer", "issuer_id", "id"),
    Index("ix_statement_mails_mail", "mail_id"),
)
