"""The tables about people: who signs in, what they were granted, what they asked for, what was done."""

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
    text,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

users = Table(
    "users",
    metadata,
    id_column(),
    Column("email", Text, nullable=False, unique=True),  # folded: the one that is looked up
    Column("name", Text, nullable=False),
    Column("language", String(2)),
    Column("operator", Boolean, nullable=False),
    Column("password_hash", Text),  # bcrypt over a SHA-256, so that no password is too long; none: by code or OIDC only
    Column("totp_sealed", Text),  # encrypted
    Column("totp_step", BigInteger),  # the last time step whose code was taken: no code is good twice
    Column("totp_on_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("deleted_at", Instant),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    id_column(),
    to_table("users", index=True),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", Instant),
)

consents = Table(
    "consents",
    metadata,
    id_column(),
    to_table("users", index=True),
    Column("version", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("address", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    id_column(),
    to_table("users", index=True),
    to_table("issuers"),
    to_table("customers", nullable=True, index=True),  # none: all of the issuer's
    Column("role", String(12), nullable=False),
    Column("rights", Text, nullable=False),  # of a customer's people, separated by blanks; other roles' stand in code
    Column("source", String(12), nullable=False),
    to_table("links", nullable=True, index=True),  # ends with this link, until the issuer confirms it
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    CheckConstraint("role IN ('customer','owner','collector','reader','analyst')", name="role"),
    CheckConstraint("source IN ('invitation','link','request','operator','document')", name="source"),
    CheckConstraint("role IN ('customer','analyst') OR customer_id IS NULL", name="whole"),
    CheckConstraint("role <> 'customer' OR customer_id IS NOT NULL", name="one"),
    Index("ix_grants_issuer", "issuer_id", "role"),
    Index(
        "uq_grants_customer",
        "user_id",
        "customer_id",
        "role",
        unique=True,
        sqlite_where=text("ended_at IS NULL AND customer_id IS NOT NULL"),
        postgresql_where=text("ended_at IS NULL AND customer_id IS NOT NULL"),
    ),
    Index(
        "uq_grants_issuer",
        "user_id",
        "issuer_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL AND customer_id IS NULL"),
        postgresql_where=text("ended_at IS NULL AND customer_id IS NULL"),
    ),
)

codes = Table(
    "codes",
    metadata,
    id_column(),
    Column("purpose", String(12), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("code_hash", String(64)),  # six digits typed instead of the link, only in the browser that asked
    Column("email", Text, nullable=False, index=True),
    Column("browser", String(64)),  # hash of the pre-session cookie that it is bound to
    Column("payload", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    CheckConstraint("purpose IN ('sign_up','sign_in','reset','invitation','ticket','device')", name="purpose"),
)

attempts = Table(
    "attempts",
    metadata,
    id_column(),
    Column("kind", String(12), nullable=False),
    Column("key_hash", String(64), nullable=False),  # an account or an address, told apart by the kind
    Column("made_at", Instant, nullable=False),
    Index("ix_attempts_key", "kind", "key_hash", "made_at"),
)

access_requests = Table(
    "access_requests",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("users", index=True),
    Column("tax_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("total", Text, nullable=False),
    to_table("customers", nullable=True),  # whose document it is, when what was stated fits
    Column("state", String(10), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    CheckConstraint("state IN ('waiting','approved','refused')", name="state"),
    Index("ix_access_requests_issuer", "issuer_id", "state", "made_at"),
    Index(
        "uq_access_requests_waiting",
        "issuer_id",
        "user_id",
        "tax_id",
        unique=True,
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

devices = Table(
    "devices",
    metadata,
    id_column(),
    to_table("links", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("agent", Text),
    Column("proven_at", Instant, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    id_column(),  # the id of its outbox row
    Column("recipient", Text, nullable=False, index=True),
    Column("template", String(24), nullable=False),
    to_table("issuers", nullable=True, index=True),
    Column("sealed", Text),  # what it says, encrypted; emptied when it has gone out
    Column("created_at", Instant, nullable=False),
    Column("sending_at", Instant),
    Column("sends", Integer, nullable=False, server_default="0"),  # those that may have gone out
    Column("sent_at", Instant),
    Column("message_id", Text),
    Column("error", Text),
    Column("bounced_at", Instant, index=True),  # when it came back, or its recipient was refused for good
    Column("bounce", Text),  # why: "5.1.1 no such user"
    Column("cancelled_at", Instant),
    Column("cancelled_why", Text),
    Index("ix_mails_open", "id", sqlite_where=text("sealed IS NOT NULL"), postgresql_where=text("sealed IS NOT NULL")),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False, index=True),
    Column("event", String(32), nullable=False),
    to_table("issuers", nullable=True),
    to_table("customers", nullable=True),
    Column("subject", Text),  # what it was done to: "document:123"
    Column("address", Text),
    Column("agent", Text),
    Column("detail", Text),
    Index("ix_audit_issuer", "issuer_id", "at"),
    Index("ix_audit_at", "at"),
    Index("ix_audit_customer", "customer_id", "id"),  # the history of a customer, the newest first
)

api_tokens = Table(  # by which an issuer's own systems use the API
    "api_tokens",
    metadata,
    id_column(),
    to_table("issuers", index=True),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("hint", String(4), nullable=False),  # its last characters
    Column("scopes", Text, nullable=False, server_default="payments"),  # separated by blanks
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
)
