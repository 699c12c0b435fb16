"""The tables about comments on documents, and about the mails that come in."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text, text

from portal.ledger.tables import Instant, id_column, metadata, to_table

threads = Table(  # what both sides write about a document
    "threads",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    to_table("documents"),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("waits_since", Instant),  # since when the customer waits for an answer
    Column("closed_at", Instant),
    Column("closed_by", Text),
    Index("uq_threads_document_id", "document_id", unique=True),
    Index("ix_threads_issuer", "issuer_id", "last_at"),
    Index(
        "ix_threads_waiting",
        "issuer_id",
        "waits_since",
        sqlite_where=text("waits_since IS NOT NULL"),
        postgresql_where=text("waits_since IS NOT NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    id_column(),
    to_table("threads", index=True),
    Column("side", String(8), nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("head", Text),  # what it did to an objection, for each reader's language: portal.domain.disputes.Head
    Column("words", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("start_key", String(64), unique=True),  # one per form, however often it is sent
    Column("message_id", Text),  # of the mail that it came by
    Column("left_out", Text),  # names of files that came with it and were not taken
    CheckConstraint("side IN ('customer','issuer','note')", name="side"),
)

message_files = Table(
    "message_files",
    metadata,
    id_column(),
    to_table("messages", index=True),
    Column("name", Text, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
)

correspondents = Table(  # who is written to about a thread, and may answer by mail
    "correspondents",
    metadata,
    id_column(),
    to_table("threads"),
    Column("side", String(8), nullable=False),
    Column("person", Text, nullable=False),  # "user:7", "link:3"; "issuer:1", "customer:2": whoever reads its mailbox
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("wrote", BigInteger, nullable=False),  # how many messages of the thread
    CheckConstraint("side IN ('customer','issuer')", name="side"),
    Index("uq_correspondents_person", "thread_id", "person", unique=True),
)

inbound_mails = Table(  # every mail that came in, and what became of it
    "inbound_mails",
    metadata,
    id_column(),
    Column("key", String(64), nullable=False, unique=True),  # hash of its Message-ID, or of all of it
    Column("came_at", Instant, nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("reason", String(16)),
    Column("sha256", String(64), ForeignKey("files.sha256")),  # of what was not taken: its bytes
    to_table("threads", nullable=True),
    CheckConstraint("outcome IN ('taken','refused','auto','bounce')", name="outcome"),
)

_LIVE = text("state IN ('open','review')")

disputes = Table(  # what customers object to, until the issuer has answered
    "disputes",
    metadata,
    id_column(),
    to_table("threads", index=True),
    to_table("issuers"),
    to_table("customers"),
    to_table("documents"),
    Column("ground", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger),  # what of the document is objected to, if not all of it
    Column("state", String(10), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("due_on", Date, nullable=False),  # by when the issuer answers
    Column("decided_at", Instant),
    Column("decided_by", Text),
    CheckConstraint("state IN ('open','review','accepted','rejected','withdrawn')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_disputes_document", "document_id", "id"),
    Index("uq_disputes_live", "document_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("ix_disputes_due", "issuer_id", "due_on", sqlite_where=_LIVE, postgresql_where=_LIVE),
)
