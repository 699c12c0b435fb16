"""The accounts of a package: one summary of all, and the issued statement where the view is of one customer."""

from __future__ import annotations

import tempfile
from datetime import date, datetime

import pyarrow as pa

from portal.app.export_requests import DocumentsRequest
from portal.app.packages.archive import Archive
from portal.app.portal import Portal
from portal.app.statements.files import issued_file
from portal.app.statements.issuing import Wish, issue
from portal.domain.access import Actor, Right
from portal.domain.days import Today
from portal.domain.issued import StatementFormat
from portal.render.cells import of_listing
from portal.render.columns import Column, Shape
from portal.render.csv_file import write_csv
from portal.render.labels import Labels
from portal.render.sums import Sums
from portal.render.xlsx_file import write_xlsx
from portal.text import Text
from portal.views.account_sums import account_sums

_BATCH = 5_000


def add_statements(
    portal: Portal,
    actor: Actor,
    request: DocumentsRequest,
    day: Today,
    period: tuple[date, date],
    known_at: datetime,
    archive: Archive,
) -> None:
    """`estados-de-cuenta.csv` and `.xlsx`; and, of one customer, its statement in each currency as PDF."""
    scope = actor.scope(Right.DOWNLOAD)
    found = account_sums(portal.views, scope, request.filter, day, *period, known_at)
    _add_summary(found, request, known_at, archive)
    accounts = {
        (row["issuer_id"], row["customer_id"]) for row in found.select(["issuer_id", "customer_id"]).to_pylist()
    }
    if len(accounts) != 1:
        return
    ((issuer_id, customer_id),) = accounts
    for currency in found["currency"].to_pylist():
        issued = issue(portal, actor, Wish(issuer_id, customer_id, currency, *period, known_at), at=known_at)
        file = issued_file(portal, issued, StatementFormat.PDF, request.language or "es")
        archive.add(file.name, file.data)


def summary_columns(labels: Labels) -> tuple[Column, ...]:
    """The columns of the summary of accounts."""
    _ = labels.gettext
    text, money = Shape.TEXT, Shape.MONEY
    return (
        Column("issuer_tax_id", _("NIT del emisor"), 16, text),
        Column("issuer_name", _("Emisor"), 32, text),
        Column("customer_tax_id", _("NIT o documento del cliente"), 16, text),
        Column("customer_name", _("Cliente"), 32, text),
        Column("currency", _("Moneda"), 8, text),
        Column("opening", _("Saldo inicial"), 18, money),
        Column("debits", _("Cargos"), 18, money),
        Column("credits", _("Abonos"), 18, money),
        Column("closing", _("Saldo final"), 18, money),
    )


def _add_summary(found: pa.Table, request: DocumentsRequest, known_at: datetime, archive: Archive) -> None:
    labels = request.labels or Labels()
    columns, sums = summary_columns(labels), Sums(summary_columns(labels))
    name = labels.say(Text("estados-de-cuenta"))
    with tempfile.TemporaryFile() as file:
        write_csv(columns, of_listing(columns, found.to_batches(_BATCH)), file, request.labels, request.style)
        archive.add_file(f"{name}.csv", file)
    with tempfile.TemporaryFile() as file:
        batches = of_listing(columns, sums.over(found.to_batches(_BATCH)))
        write_xlsx(
            labels.gettext("Estados de cuenta"), columns, batches, file, request.labels, sums, {"created": known_at}
        )
        archive.add_file(f"{name}.xlsx", file)
