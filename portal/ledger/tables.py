"""The tables. Ids are made by us (`ids`), money is BIGINT minor units, instants BIGINT microseconds UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRACE = timedelta(seconds=10)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A UTC instant as microseconds since 1970: the same number in every database, exact, comparable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware instant."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def after_grace(created_at: datetime) -> datetime:
    """When the relay looks at a new outbox row: its writer sends it at once, and that is mostly enough."""
    return created_at + GRACE


def id_column() -> Column[int]:
    """The primary key: an id of `ids.new_id`, never the database's."""
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


def to_table(table: str, name: str | None = None, nullable: bool = False, index: bool = False) -> Column[int]:
    """A foreign key to another table's id; named after the table in the singular unless told."""
    return Column(name or f"{table[:-1]}_id", BigInteger, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


TRIAL = text("person IN ('operator:demo', 'operator:seed')")  # who brings in data that are not real

issuers = Table(
    "issuers",
    metadata,
    id_column(),
    Column("country", String(2), nullable=False),
    Column("id_type", String(16), nullable=False),
    Column("tax_id", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("slug", String(80), nullable=False, unique=True),
    Column("email", Text),
    Column("language", String(8), nullable=False, server_default="es"),
    Column("timezone", String(64), nullable=False, server_default="America/Bogota"),
    Column("cash_policy", String(8), nullable=False, server_default="due"),
    Column("second_factor", Boolean, nullable=False, server_default=false()),  # asked of its staff
    Column("device_code", Boolean, nullable=False, server_default=false()),  # a link on a new device asks for a code
    Column("auto_requests", Boolean, nullable=False, server_default=false()),  # a fitting access request is approved
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("country", "tax_id"),
    CheckConstraint("cash_policy IN ('due', 'paid')", name="cash_policy"),
)

customers = Table(
    "customers",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("country", String(2), nullable=False),
    Column("id_type", String(16), nullable=False),
    Column("tax_id", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, server_default=""),  # as search sees it
    Column("email", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("issuer_id", "country", "id_type", "tax_id"),
    Index("ix_customers_issuer_tax_id", "issuer_id", "tax_id"),
)

imports = Table(
    "imports",
    metadata,
    id_column(),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("ix_imports_trial", "id", sqlite_where=TRIAL, postgresql_where=TRIAL),
)

items = Table(
    "items",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("side", String(8), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("method", String(16)),
    Column("reference", Text),
    CheckConstraint("side IN ('debit', 'credit')", name="side"),
    Index("ix_items_customer", "customer_id", "currency", "effective_on"),
)

documents = Table(
    "documents",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers"),
    Column("kind", String(12), nullable=False),
    Column("number", Text, nullable=False),
    Column("folded_number", Text, nullable=False),
    Column("cufe", String(128)),
    Column("type_code", String(8)),
    Column("issue_date", Date, nullable=False),
    Column("due_date", Date),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("prepaid", BigInteger, nullable=False),
    Column("term", String(8)),
    Column("method", String(16)),
    Column("source", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("state_reason", Text),
    Column("test", Boolean, nullable=False),
    Column("validation", Text),
    Column("facts", Text, nullable=False),
    Column("search", Text, nullable=False),
    to_table("items", nullable=True, index=True),
    to_table("imports", nullable=True, index=True),
    Column("recorded_at", Instant, nullable=False),
    Column("opened_at", Instant),  # when its customer first saw it or took it along
    Column("seq", BigInteger, nullable=False, index=True),
    CheckConstraint("kind IN ('invoice','debit_note','credit_note','advance','receipt')", name="kind"),
    CheckConstraint("state IN ('active','void','withdrawn','question')", name="state"),
    CheckConstraint("total >= 0", name="total"),
    Index(
        "uq_documents_number",
        "issuer_id",
        "kind",
        "folded_number",
        unique=True,
        sqlite_where=text("state <> 'withdrawn'"),
        postgresql_where=text("state <> 'withdrawn'"),
    ),
    Index(
        "uq_documents_cufe",
        "issuer_id",
        "cufe",
        unique=True,
        sqlite_where=text("state <> 'withdrawn' AND cufe IS NOT NULL"),
        postgresql_where=text("state <> 'withdrawn' AND cufe IS NOT NULL"),
    ),
    Index("ix_documents_customer", "customer_id", "issue_date"),
    Index("ix_documents_due", "issuer_id", "due_date", "issue_date"),  # what is reminded of on a day
    # Matching looks withdrawn documents up too, which the unique (partial) indexes leave out.
    Index("ix_documents_number", "issuer_id", "folded_number"),
    Index("ix_documents_cufe", "issuer_id", "cufe"),
    Index(
        "ix_documents_withdrawn",
        "issuer_id",
        "id",
        sqlite_where=text("state = 'withdrawn'"),
        postgresql_where=text("state = 'withdrawn'"),
    ),
    Index("ix_documents_test", "id", sqlite_where=text("test = 1"), postgresql_where=text("test")),
)

document_references = Table(
    "document_references",
    metadata,
    id_column(),
    to_table("documents", index=True),
    to_table("issuers"),
    Column("role", String(10), nullable=False),
    Column("kind", String(12)),
    Column("folded_number", Text),
    Column("cufe", String(128)),
    Column("amount", BigInteger),
    to_table("documents", "target_id", nullable=True, index=True),
    Column("released_at", Instant),
    Index("ix_document_references_number", "issuer_id", "folded_number"),
    Index("ix_document_references_cufe", "issuer_id", "cufe"),
)

files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

document_files = Table(
    "document_files",
    metadata,
    id_column(),
    to_table("documents", index=True),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    Column("role", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("document_id", "role", "sha256"),
)

entries = Table(
    "entries",
    metadata,
    id_column(),
    to_table("items", index=True),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("cause", String(20), nullable=False),
    to_table("documents", nullable=True, index=True),
    Column("note", Text),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)

allocations = Table(
    "allocations",
    metadata,
    id_column(),
    to_table("items", "credit_id"),
    to_table("items", "debit_id"),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("cause", String(20), nullable=False),
    to_table("documents", nullable=True),
    to_table("allocations", "undoes", nullable=True),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Index("ix_allocations_credit", "credit_id", "amount"),
    Index("ix_allocations_debit", "debit_id", "amount", "credit_id"),
)

questions = Table(
    "questions",
    metadata,
    id_column(),
    to_table("issuers", index=True),
    to_table("documents", nullable=True),
    Column("kind", String(24), nullable=False),
    Column("detail", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answer", String(24)),
    Column("person", Text),
)

links = Table(
    "links",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers", index=True),
    Column("version", Integer, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    Column("last_used_from", Text),
    Column("uses", Integer, nullable=False, server_default="0"),
    Index("ix_links_issuer", "issuer_id", "id"),  # the register of an issuer, the newest first
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    to_table("links", nullable=True, index=True),
    Column("link_version", Integer),
    Column("user_id", BigInteger, ForeignKey("users.id"), index=True),
    Column("second_factor_at", Instant),
    Column("address", Text),
    Column("agent", Text),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    CheckConstraint("(link_id IS NULL) <> (user_id IS NULL)", name="who"),
)

exports = Table(
    "exports",
    metadata,
    id_column(),
    Column("actor", Text, nullable=False, index=True),
    Column("requester", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("done_rows", BigInteger, nullable=False, server_default="0"),
    Column("total_rows", BigInteger),
    Column("name", Text),
    Column("media_type", Text),
    Column("sha256", String(64), index=True),
    Column("size", BigInteger),
    Column("note", Text),
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("queue", String(16), nullable=False),
    Column("job", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("sends", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("held_until", Instant),
    Column("done_at", Instant),
    Column("failed_at", Instant),
    Column("error", Text),
    Index(
        "ix_outbox_waiting",
        "due_at",
        sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
    ),
)

change_counter = Table(
    "change_counter", metadata, Column("k", Integer, primary_key=True), Column("seq", BigInteger, nullable=False)
)
