"""Paying: accounts with providers, checkouts, notices, payments, vouchers, the sandbox's book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Once in one transaction."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER payment_events_no_{verb.lower()} BEFORE {verb} ON payment_events "
                "BEGIN SELECT RAISE(ABORT, 'payment_events is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER payment_events_append_only BEFORE UPDATE OR DELETE ON payment_events "
        "FOR EACH ROW EXECUTE FUNCTION append_only()"
    )


def _tables() -> None:
    op.create_table(
        "baskets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baskets")),
    )
    op.create_table(
        "payment_accounts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("previous_sealed", sa.Text(), nullable=True),
        sa.Column("previous_until", sa.BigInteger(), nullable=True),
        sa.Column("api_url", sa.Text(), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("tested_at", sa.BigInteger(), nullable=True),
        sa.Column("test_found", sa.Text(), nullable=True),
        sa.Column("test_passed", sa.Boolean(), nullable=True),
        sa.Column("noticed_at", sa.BigInteger(), nullable=True),
        sa.Column("notice_genuine", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_payment_accounts_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_accounts")),
    )
    op.create_index("ix_payment_accounts_receiver", "payment_accounts", ["provider", "receiver"], unique=False)
    op.create_index(
        "uq_payment_accounts_receiver",
        "payment_accounts",
        ["issuer_id", "provider", "receiver"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "payment_rules",
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("parts", sa.Boolean(), nullable=False),
        sa.Column("smallest", sa.BigInteger(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_payment_rules_issuer_id")),
        sa.UniqueConstraint("issuer_id", "currency", name=op.f("uq_payment_rules_issuer_id_currency")),
    )
    op.create_table(
        "voucher_series",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_voucher_series_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_voucher_series")),
    )
    op.create_table(
        "checkouts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("basket_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("start_key", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("redirected_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed", sa.String(length=10), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("next_look_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('created','ready','redirected','pending','approved','declined','expired','cancelled','failed')",
            name=op.f("ck_checkouts_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_checkouts_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["payment_accounts.id"], name=op.f("fk_checkouts_account_id")),
        sa.ForeignKeyConstraint(["basket_id"], ["baskets.id"], name=op.f("fk_checkouts_basket_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_checkouts_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_checkouts_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkouts")),
        sa.UniqueConstraint("reference", name=op.f("uq_checkouts_reference")),
        sa.UniqueConstraint("start_key", name=op.f("uq_checkouts_start_key")),
    )
    op.create_index(op.f("ix_checkouts_basket_id"), "checkouts", ["basket_id"], unique=False)
    op.create_index(op.f("ix_checkouts_customer_id"), "checkouts", ["customer_id"], unique=False)
    op.create_index("ix_checkouts_issuer", "checkouts", ["issuer_id", "id"], unique=False)
    op.create_index(
        "ix_checkouts_look",
        "checkouts",
        ["next_look_at"],
        unique=False,
        sqlite_where=sa.text("next_look_at IS NOT NULL"),
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )
    op.create_table(
        "sandbox_payments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("becomes", sa.String(length=10), nullable=False),
        sa.Column("turns_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["payment_accounts.id"], name=op.f("fk_sandbox_payments_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_payments")),
    )
    op.create_index(op.f("ix_sandbox_payments_reference"), "sandbox_payments", ["reference"], unique=False)
    op.create_table(
        "checkout_credits",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("debit_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_checkout_credits_amount")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_checkout_credits_checkout_id")),
        sa.ForeignKeyConstraint(["credit_id"], ["items.id"], name=op.f("fk_checkout_credits_credit_id")),
        sa.ForeignKeyConstraint(["debit_id"], ["items.id"], name=op.f("fk_checkout_credits_debit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_credits")),
    )
    op.create_index(op.f("ix_checkout_credits_checkout_id"), "checkout_credits", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_checkout_credits_credit_id"), "checkout_credits", ["credit_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("claimed", sa.String(length=10), nullable=True),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("verdict IN ('genuine','forged','ignored','foreign')", name=op.f("ck_notices_verdict")),
        sa.ForeignKeyConstraint(["account_id"], ["payment_accounts.id"], name=op.f("fk_notices_account_id")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_notices_checkout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_notices_account_id_key")),
    )
    op.create_index(op.f("ix_notices_checkout_id"), "notices", ["checkout_id"], unique=False)
    op.create_index("ix_notices_received_at", "notices", ["received_at"], unique=False)
    op.create_table(
        "payment_events",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_payment_events_checkout_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_payment_events_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
    )
    op.create_index(op.f("ix_payment_events_checkout_id"), "payment_events", ["checkout_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(length=16), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('payment','refund','chargeback','reinstated')", name=op.f("ck_payments_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["payment_accounts.id"], name=op.f("fk_payments_account_id")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_payments_checkout_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_payments_customer_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_payments_issuer_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_payments_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "account_id", "transaction_id", "serial", name=op.f("uq_payments_account_id_transaction_id_serial")
        ),
    )
    op.create_index(op.f("ix_payments_checkout_id"), "payments", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_payments_customer_id"), "payments", ["customer_id"], unique=False)
    op.create_index("ix_payments_issuer", "payments", ["issuer_id", "id"], unique=False)
    op.create_index(op.f("ix_payments_item_id"), "payments", ["item_id"], unique=False)
    op.create_table(
        "checkout_lines",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("debit_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_checkout_lines_amount")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkouts.id"], name=op.f("fk_checkout_lines_checkout_id")),
        sa.ForeignKeyConstraint(["debit_id"], ["items.id"], name=op.f("fk_checkout_lines_debit_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_checkout_lines_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_lines")),
    )
    op.create_index(op.f("ix_checkout_lines_checkout_id"), "checkout_lines", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_checkout_lines_document_id"), "checkout_lines", ["document_id"], unique=False)
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_vouchers_issuer_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_vouchers_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_vouchers_issuer_id_number")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_vouchers_payment_id")),
    )
