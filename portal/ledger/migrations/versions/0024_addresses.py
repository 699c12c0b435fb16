"""Addresses that nothing reaches, and the mails that each does not want; mails that came back or were called off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_OPEN = sa.text("sealed IS NOT NULL")


def upgrade() -> None:
    """Once in one transaction."""
    op.create_table(
        "bounces",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("bounced_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=11), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_bounces_issuer_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_bounces_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sa.UniqueConstraint("issuer_id", "email", name=op.f("uq_bounces_issuer_id_email")),
    )
    stops = op.create_table(
        "mail_stops",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("what IN ('invoices','reminders','statements')", name=op.f("ck_mail_stops_what")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"], name=op.f("fk_mail_stops_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_stops")),
        sa.UniqueConstraint("issuer_id", "email", "what", name=op.f("uq_mail_stops_issuer_id_email_what")),
    )
    _keep_stops(stops)
    op.drop_table("reminder_stops")
    for name, kind in (("bounced_at", sa.BigInteger()), ("bounce", sa.Text()), ("cancelled_at", sa.BigInteger()),
                       ("cancelled_why", sa.Text())):  # fmt: skip
        op.add_column("mails", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_mails_bounced_at"), "mails", ["bounced_at"], unique=False)
    op.create_index("ix_mails_open", "mails", ["id"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN)


def _keep_stops(stops: sa.Table) -> None:
    """Who wanted no reminders wants none; the domain in ASCII, as addresses are remembered now."""
    found = op.get_bind().execute(sa.text("SELECT id, issuer_id, email, stopped_at FROM reminder_stops ORDER BY id"))
    kept: dict[tuple[int, str], dict[str, object]] = {}
    for row_id, issuer_id, email, at in found.all():
        key = _key(email)
        told = {"id": row_id, "issuer_id": issuer_id, "email": key, "what": "reminders", "stopped_at": at}
        kept.setdefault((issuer_id, key), told)
    if kept:
        op.bulk_insert(stops, list(kept.values()))


def _key(email: str) -> str:
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}".lower()
    except UnicodeError:
        return email
