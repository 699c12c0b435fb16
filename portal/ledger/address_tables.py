"""The tables about addresses at an issuer: which of them nothing reaches, and which want no mails of a kind."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, String, Table, Text, UniqueConstraint, false

from portal.ledger.tables import Instant, id_column, metadata, to_table

bounces = Table(
    "bounces",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("email", Text, nullable=False),  # portal.domain.mail.address_key
    Column("bounced_at", Instant, nullable=False),
    Column("status", String(11), nullable=False),  # RFC 3463: "5.1.1"
    Column("said", Text, nullable=False),  # a line of the mail server's
    to_table("mails", "mail_id"),
    UniqueConstraint("issuer_id", "email"),
)

mail_stops = Table(
    "mail_stops",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("email", Text, nullable=False),  # portal.domain.mail.address_key
    Column("what", String(10), nullable=False),
    Column("stopped_at", Instant, nullable=False),
    Column(
        "by_link", Boolean, nullable=False, server_default=false()
    ),  # not by the reader: who has a link may start it
    UniqueConstraint("issuer_id", "email", "what"),
    CheckConstraint("what IN ('invoices','reminders','statements')", name="what"),
)
