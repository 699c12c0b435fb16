"""The tables about mail that comes in: what became of each message, who may send, how far the mailbox was read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

letters = Table(
    "letters",
    metadata,
    id_column(),
    Column("digest", String(64), nullable=False, unique=True),  # a message is never handled twice
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("subject", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
    to_table("issuers", nullable=True),  # none: nobody could tell whose
    Column("outcome", String(10), nullable=False),
    Column("reason", Text),  # a sentence, as JSON
    to_table("import_runs", "run_id", nullable=True),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    CheckConstraint("outcome IN ('imported','waiting','accepted','discarded','handled')", name="outcome"),
    Index("ix_letters_issuer", "issuer_id", "outcome", "id"),
)

letter_files = Table(  # of a message in quarantine
    "letter_files",
    metadata,
    id_column(),
    to_table("letters", index=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

letter_senders = Table(  # whose documents come in without being asked about
    "letter_senders",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("address", Text, nullable=False, index=True),  # name@domain or @domain, in lower case
    UniqueConstraint("issuer_id", "address"),
)

letter_signing = Table(  # what comes in by its signatures, whoever mailed it; no row: what the issuer itself signed
    "letter_signing",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("enabled", Boolean, nullable=False),
    Column("signers", Text, nullable=False),  # tax ids of who signs for it besides itself, with blanks between
    UniqueConstraint("issuer_id"),
)

postbox_state = Table(
    "postbox_state",
    metadata,
    Column("k", Integer, primary_key=True, autoincrement=False),
    Column("validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("next_look_at", Instant, nullable=False),
    Column("looked_at", Instant),  # when it was last read to its end
    Column("error", Text),  # why it can't be read, as JSON
)
