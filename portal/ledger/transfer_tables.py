"""The tables about money that payers report themselves, and about what they attach to it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    text,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

attachments = Table(  # what somebody uploaded, made harmless: a proof of payment, a certificate
    "attachments",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers", index=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    Column("person", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    CheckConstraint("kind IN ('proof','certificate')", name="kind"),
)

transfer_reports = Table(  # «ya pagué»: what a payer says it has sent, until the issuer has decided
    "transfer_reports",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("paid_on", Date, nullable=False),
    Column("method", String(16), nullable=False),
    Column("bank", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("comment", Text, nullable=False),
    to_table("attachments", "proof_id", nullable=True),
    Column("start_key", String(64), nullable=False, unique=True),  # one per form, however often it is sent
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("language", String(2), nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("reason", Text),  # why it was rejected or taken back
    to_table("items", nullable=True, index=True),  # the credit in the ledger
    Column("posted", Boolean, nullable=False),  # whether it made that credit; else the money had been booked before
    CheckConstraint("state IN ('waiting','accepted','rejected','undone')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("(state IN ('waiting','rejected')) = (item_id IS NULL)", name="item"),
    Index("ix_transfer_reports_issuer", "issuer_id", "id"),
    Index("ix_transfer_reports_customer", "customer_id", "id"),
    Index(
        "ix_transfer_reports_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

transfer_report_lines = Table(
    "transfer_report_lines",
    metadata,
    id_column(),
    to_table("transfer_reports", "report_id", index=True),
    to_table("documents", index=True),
    to_table("items", "debit_id"),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
)
