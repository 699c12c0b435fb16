"""The tables about paying: accounts with providers, checkouts, what providers said, and what was made of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from portal.ledger.tables import Instant, id_column, metadata, to_table

payment_accounts = Table(
    "payment_accounts",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("provider", String(16), nullable=False),
    Column("receiver", Text, nullable=False),  # how the provider calls whose money it is
    Column("live", Boolean, nullable=False),
    Column("sealed", Text, nullable=False),  # credentials, encrypted
    Column("previous_sealed", Text),  # those before them, good for signatures until `previous_until`
    Column("previous_until", Instant),
    Column("api_url", Text),
    Column("checkout_url", Text),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("removed_at", Instant),
    Column("tested_at", Instant),
    Column("test_found", Text),
    Column("test_passed", Boolean),
    Column("noticed_at", Instant),  # when the last notice came, and whether it was genuine
    Column("notice_genuine", Boolean),
    Column("next_compared_at", Instant),  # when its last days are next compared with the provider
    Index(
        "uq_payment_accounts_receiver",
        "issuer_id",
        "provider",
        "receiver",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index("ix_payment_accounts_receiver", "provider", "receiver"),
)

payment_rules = Table(  # what an issuer decided about payments in one currency; without a row the defaults hold
    "payment_rules",
    metadata,
    to_table("issuers"),
    Column("currency", String(3), nullable=False),
    Column("parts", Boolean, nullable=False),  # whether less than all may be paid
    Column("smallest", BigInteger, nullable=False),  # of a part
    Column("tolerance", BigInteger, nullable=False),  # a residue up to it is rounded away
    UniqueConstraint("issuer_id", "currency"),
)

baskets = Table(  # what somebody ticked, to be paid in one checkout per issuer, customer and currency
    "baskets",
    metadata,
    id_column(),
    Column("person", Text, nullable=False),
    Column("documents", Text, nullable=False),  # JSON: ids, in the order in which they are paid
    Column("created_at", Instant, nullable=False),
)

checkouts = Table(
    "checkouts",
    metadata,
    id_column(),
    to_table("baskets", index=True),
    to_table("issuers"),
    to_table("customers", index=True),
    Column("currency", String(3), nullable=False),
    to_table("payment_accounts", "account_id"),
    Column("reference", String(40), nullable=False, unique=True),  # ours at the provider, used once
    Column("start_key", String(64), nullable=False, unique=True),  # one per press of the button, however often it comes
    Column("amount", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("person", Text, nullable=False),
    Column("email", Text),
    Column("name", Text),
    Column("language", String(2), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("door", Text),  # the way to the provider, encrypted
    Column("session_id", Text),
    Column("redirected_at", Instant),
    Column("claimed", String(10)),  # what a notice says and no query has confirmed yet
    Column("held", Boolean, nullable=False),  # whether its credits are reserved
    Column("looks", Integer, nullable=False),
    Column("looked_at", Instant),
    Column("next_look_at", Instant),
    Column("trouble", Text),  # why the provider could not be asked, the last time
    CheckConstraint(
        "state IN ('created','ready','redirected','pending','approved','declined','expired','cancelled','failed')",
        name="state",
    ),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_checkouts_issuer", "issuer_id", "id"),
    Index(
        "ix_checkouts_look",
        "next_look_at",
        sqlite_where=text("next_look_at IS NOT NULL"),
        postgresql_where=text("next_look_at IS NOT NULL"),
    ),
)

checkout_lines = Table(
    "checkout_lines",
    metadata,
    id_column(),
    to_table("checkouts", index=True),
    to_table("documents", index=True),
    to_table("items", "debit_id"),
    Column("amount", BigInteger, nullable=False),  # of the money that the provider is asked for
    Column("whole", Boolean, nullable=False),  # meant to settle the document
    CheckConstraint("amount >= 0", name="amount"),
)

checkout_credits = Table(  # saldo a favor that the payer wants used: reserved while the checkout is held
    "checkout_credits",
    metadata,
    id_column(),
    to_table("checkouts", index=True),
    to_table("items", "credit_id", index=True),
    to_table("items", "debit_id"),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount > 0", name="amount"),
)

credit_uses = Table(  # bills that saldo a favor alone settled
    "credit_uses",
    metadata,
    id_column(),
    to_table("baskets", index=True),
    to_table("issuers"),
    to_table("customers"),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("start_key", String(64), nullable=False, unique=True),  # as a checkout's: one per press of the button
    Column("person", Text, nullable=False),
    Column("used_at", Instant, nullable=False),
)

notices = Table(  # what came in at a webhook, as it came
    "notices",
    metadata,
    id_column(),
    to_table("payment_accounts", "account_id"),
    Column("key", String(200), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("reason", Text),
    Column("body", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("transaction_id", Text),
    Column("reference", Text),
    Column("claimed", String(10)),
    to_table("checkouts", nullable=True, index=True),
    Column("times", Integer, nullable=False),  # how often it was delivered
    Column("received_at", Instant, nullable=False),
    Column("handled_at", Instant),
    CheckConstraint("verdict IN ('genuine','forged','ignored','foreign')", name="verdict"),
    UniqueConstraint("account_id", "key"),
    Index("ix_notices_received_at", "received_at"),
)

payments = Table(  # facts about money, each once: came, went back, came again
    "payments",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("customers", nullable=True, index=True),
    to_table("payment_accounts", "account_id"),
    Column("transaction_id", String(120), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("serial", Integer, nullable=False),  # 0 of the payment itself; then counted within the transaction
    Column("returned", BigInteger, nullable=False),  # what of the transaction had been taken back, in all, after it
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("method", String(16), nullable=False),
    to_table("checkouts", nullable=True, index=True),
    to_table("items", nullable=True, index=True),  # the credit in the ledger; none: not in any account yet
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("trouble", String(16)),  # why somebody should look at it
    Column("settled_at", Instant),
    Column("settled_by", Text),
    Column("settled_note", Text),
    Column("seq", BigInteger, nullable=False, server_default="0"),  # of the last change: ids are not committed in order
    CheckConstraint("kind IN ('payment','refund','chargeback','reinstated')", name="kind"),
    UniqueConstraint("account_id", "transaction_id", "serial"),
    Index("ix_payments_issuer", "issuer_id", "id"),
    Index("ix_payments_changes", "issuer_id", "seq", "id"),
)

payment_events = Table(  # append-only: what happened to a checkout or a payment, what was decided, and why
    "payment_events",
    metadata,
    id_column(),
    to_table("issuers"),
    to_table("checkouts", nullable=True, index=True),
    Column("at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("what", String(20), nullable=False),
    Column("detail", Text, nullable=False),  # JSON
)

vouchers = Table(  # comprobante de pago: the portal's own series, one per issuer; posts nothing
    "vouchers",
    metadata,
    id_column(),
    to_table("issuers"),
    Column("number", BigInteger, nullable=False),
    Column("payment_id", BigInteger, ForeignKey("payments.id"), unique=True),  # of a provider
    Column("report_id", BigInteger, ForeignKey("transfer_reports.id"), unique=True),  # or one that the issuer accepted
    Column("act_id", BigInteger, ForeignKey("desk_acts.id"), unique=True),  # or one registered by hand
    Column("issued_at", Instant, nullable=False),
    Column("facts", Text, nullable=False),  # JSON: what it says, for ever
    CheckConstraint(
        "(CASE WHEN payment_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN report_id IS NULL THEN 0 ELSE 1 END)"
        " + (CASE WHEN act_id IS NULL THEN 0 ELSE 1 END) = 1",
        name="source",
    ),
    UniqueConstraint("issuer_id", "number"),
)

voucher_series = Table(
    "voucher_series",
    metadata,
    Column("issuer_id", BigInteger, ForeignKey("issuers.id"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)

sandbox_payments = Table(  # what payers did at the sandbox provider: its whole book
    "sandbox_payments",
    metadata,
    id_column(),
    to_table("payment_accounts", "account_id"),
    Column("reference", String(40), nullable=False, index=True),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("standing", String(10), nullable=False),
    Column("becomes", String(10), nullable=False),  # what it stands at from `turns_at` on
    Column("turns_at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
)
