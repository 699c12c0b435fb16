"""The tables about what an issuer's people post by hand: the acts, and the rows of the ledger that each made."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, String, Table, Text

from portal.ledger.tables import Instant, id_column, metadata, to_table

desk_acts = Table(
    "desk_acts",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("amount", BigInteger, nullable=False),  # negative only of an adjustment that lowers what is owed
    Column("effective_on", Date, nullable=False),
    Column("reason", Text, nullable=False),  # of a payment: the note, which may be empty
    Column("method", String(16)),
    Column("reference", Text),
    to_table("items", nullable=True, index=True),  # the credit that a payment made
    Column("start_key", String(64), nullable=False, unique=True),  # one per form, however often it is sent
    Column("person", Text, nullable=False),
    Column("acted_at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Text),
    Column("undone_reason", Text),
    CheckConstraint("kind IN ('payment','applied','freed','released','written_off','adjusted')", name="kind"),
    CheckConstraint("amount <> 0 AND (amount > 0 OR kind = 'adjusted')", name="amount"),
    CheckConstraint("(kind = 'payment') = (item_id IS NOT NULL)", name="item"),
    Index("ix_desk_acts_issuer", "issuer_id", "id"),
    Index("ix_desk_acts_customer", "customer_id", "id"),
)

desk_act_rows = Table(  # what undoing it takes back; `document_id`: what the row is about, as it was
    "desk_act_rows",
    metadata,
    id_column(),
    to_table("desk_acts", "act_id", index=True),
    to_table("documents", nullable=True, index=True),
    to_table("entries", "entry_id", nullable=True),
    to_table("allocations", nullable=True),
    to_table("document_references", "reference_id", nullable=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint(
        "(entry_id IS NULL AND allocation_id IS NULL) OR (entry_id IS NULL AND reference_id IS NULL) "
        "OR (allocation_id IS NULL AND reference_id IS NULL)",
        name="what",
    ),
)
