"""The table of what providers were found to hold, day by day, beside the ledger."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from portal.ledger.tables import Instant, id_column, metadata, to_table

comparisons = Table(  # append-only: one row each time that a day of an account was compared
    "comparisons",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("payment_accounts", "account_id"),
    Column("day", Date, nullable=False),  # on the issuer's calendar
    Column("made_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("paid", Integer, nullable=False),  # transactions that were laid beside each other
    Column("sums", Text, nullable=False),  # JSON: what the provider holds of them, by currency
    Column("elsewhere", Integer, nullable=False),  # the account's sales that are not the portal's
    Column("differences", Text, nullable=False),  # JSON
    Column("trouble", Text),  # why not all could be compared; none: all was
    Column("mailed", Boolean, nullable=False),  # whether the issuer was told by mail
    Index("ix_comparisons_account", "account_id", "day"),
    Index("ix_comparisons_issuer", "issuer_id", "id"),
)
