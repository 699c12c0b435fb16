"""The tables about imports by an issuer: each one with its files and what became of every document in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from portal.ledger.tables import Instant, id_column, metadata, to_table

_COUNTS = ("imported", "enriched", "duplicates", "warnings", "problems", "balances")

import_runs = Table(
    "import_runs",
    metadata,
    id_column(),  # the id of its outbox row
    to_table("issuers"),
    Column("channel", String(8), nullable=False),
    Column("person", Text, nullable=False),
    Column("requester", Text, nullable=False),  # JSON: whose rights the job asks for again
    Column("title", Text, nullable=False),  # of its only file, or of the first one
    Column("files", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("state", String(8), nullable=False),
    Column("expected", Integer),  # documents, as far as that can be told before reading them
    Column("done", Integer, nullable=False, server_default="0"),
    *(Column(name, Integer, nullable=False, server_default="0") for name in _COUNTS),
    Column("error", Text),
    Column("key_hash", String(64)),  # of the Idempotency-Key that an issuer's system sent
    Column("body_hash", String(64)),
    Column("undoing", String(10)),  # its documents are being withdrawn, or restored
    CheckConstraint("state IN ('waiting','done','refused')", name="state"),
    CheckConstraint("channel IN ('page','api','folder','mail')", name="channel"),
    CheckConstraint("undoing IN ('withdraw','restore')", name="undoing"),
    UniqueConstraint("issuer_id", "key_hash"),
    Index("ix_import_runs_issuer", "issuer_id", "id"),
)

import_files = Table(
    "import_files",
    metadata,
    id_column(),
    to_table("import_runs", "run_id", index=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

import_rows = Table(
    "import_rows",
    metadata,
    id_column(),
    to_table("import_runs", "run_id"),
    Column("outcome", String(10), nullable=False),
    Column("file", Text, nullable=False),
    Column("place", Text, nullable=False),
    to_table("documents", nullable=True),
    Column("reason", Text),  # a sentence, as JSON
    CheckConstraint("outcome IN ('imported','enriched','duplicates','warnings','problems')", name="outcome"),
    Index("ix_import_rows_run", "run_id", "outcome", "id"),
)
