"""The tables about withholdings: what issuers decided about them, and what payers state."""

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
    UniqueConstraint,
    text,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

_TAXES = "tax IN ('retefuente','reteiva','reteica')"


withholding_policies = Table(  # without a row nothing may be stated
    "withholding_policies",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("allowed", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),  # accepted at once, up to what is suggested
    Column("exempt", Boolean, nullable=False),  # nobody keeps retefuente back from this issuer
)

withholding_rates = Table(
    "withholding_rates",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("tax", String(12), nullable=False),
    Column("rate", BigInteger, nullable=False),  # parts in a million
    Column("minimum", BigInteger, nullable=False),  # of the base
    Column("since", Date, nullable=False),  # of the documents' issue
    Column("person", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    CheckConstraint(_TAXES, name="tax"),
    CheckConstraint("rate BETWEEN 0 AND 1000000", name="rate"),
    UniqueConstraint("issuer_id", "tax", "since"),
)

withholdings = Table(  # what a payer says it keeps back of a document, until the issuer has decided
    "withholdings",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    to_table("documents", index=True),
    Column("currency", String(3), nullable=False),
    Column("tax", String(12), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("suggested", BigInteger, nullable=False),  # to the payer, when it was stated
    to_table("checkouts", nullable=True, index=True),  # it comes with this payment, if it comes
    Column("start_key", String(64), nullable=False),  # one per press of the button, however often it comes
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("language", String(2), nullable=False),
    Column("stated_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),  # a person, or the issuer's rule
    Column("reason", Text),  # why it was rejected or taken back
    to_table("items", nullable=True, index=True),  # the credit in the ledger
    to_table("attachments", "certificate_id", nullable=True),
    CheckConstraint(_TAXES, name="tax"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("state IN ('held','waiting','accepted','rejected','undone')", name="state"),
    CheckConstraint("(state IN ('accepted','undone')) = (item_id IS NOT NULL)", name="item"),
    UniqueConstraint("start_key", "document_id", "tax"),
    Index("ix_withholdings_issuer", "issuer_id", "id"),
    Index("ix_withholdings_customer", "customer_id", "id"),
    Index(
        "ix_withholdings_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
