"""`export` and `statement`: what a user may take along, as files with the names and codes of docs/exports.md."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import click

from portal.app.export_requests import CODES, LISTS, DocumentsRequest, Format
from portal.app.portal import Portal
from portal.app.sessions import user_actor
from portal.app.taking_along import take_list, take_statement
from portal.cli.common import answer, find_customer, find_issuer, json_option, open_portal
from portal.clock import BOGOTA
from portal.domain.access import Actor
from portal.domain.aging import Settlement
from portal.domain.documents import Kind
from portal.domain.issued import StatementFormat
from portal.errors import Refused
from portal.ledger.users import user_by_email
from portal.text import Text
from portal.views.filters import DocumentFilter, Settled

DAY = click.DateTime(["%Y-%m-%d"])
OUT = click.Path(dir_okay=False, path_type=Path)
as_option = click.option("--as", "email", required=True, metavar="EMAIL", help="Whose rights count.")
out_option = click.option("--out", required=True, type=OUT)


@click.command("export")
@as_option
@click.option("--issuer", "issuer_tax_ids", multiple=True, metavar="TAXID", help="May be given several times.")
@click.option("--customer", "customer_tax_id", metavar="TAXID", help="Of the one --issuer.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([str(one) for one in Kind]))
@click.option("--settlement", "settlements", multiple=True, type=click.Choice([str(one) for one in Settlement]))
@click.option("--overdue", is_flag=True, help="Only what is past its due date.")
@click.option("--currency", "currencies", multiple=True, metavar="CODE")
@click.option("--from", "start", type=DAY, help="Issued on this day or later.")
@click.option("--to", "end", type=DAY, help="Issued on this day or before.")
@click.option("--search", default="", metavar="TEXT")
@click.option("--format", "kind", type=click.Choice([str(one) for one in LISTS]), required=True)
@click.option("--columns", default="", metavar="NAME,NAME", help="Only these, in this order; left out: all.")
@click.option("--bom/--no-bom", default=True, help="CSV: with or without a byte order mark.")
@click.option("--decimal-comma", is_flag=True, help="CSV: 1234,50, and semicolons between the columns.")
@out_option
@json_option
def export(
    email: str,
    issuer_tax_ids: tuple[str, ...],
    customer_tax_id: str | None,
    kinds: tuple[str, ...],
    settlements: tuple[str, ...],
    overdue: bool,
    currencies: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    search: str,
    kind: str,
    columns: str,
    bom: bool,
    decimal_comma: bool,
    out: Path,
    as_json: bool,
) -> None:
    """Write the filtered list of documents that a user may download."""
    portal = open_portal()
    actor = _acting(portal, email)
    issuers = [find_issuer(portal, tax_id) for tax_id in issuer_tax_ids]
    if customer_tax_id and len(issuers) != 1:
        raise click.UsageError("--customer needs exactly one --issuer")
    customers = (find_customer(portal, issuers[0], customer_tax_id).id,) if customer_tax_id else ()
    wanted = DocumentFilter(
        currencies=tuple(one.upper() for one in currencies),
        kinds=tuple(map(Kind, kinds)),
        settlements=tuple(map(Settled, settlements)),
        overdue=True if overdue else None,
        issuers=tuple(one.id for one in issuers),
        customers=customers,
        issued_from=start.date() if start else None,
        issued_to=end.date() if end else None,
        search=search,
    )
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    request = DocumentsRequest(
        Format(kind), wanted, language=CODES, columns=names, bom=bom, decimal_comma=decimal_comma
    )
    with written(out) as file:
        made = take_list(portal, actor, request, file)
    said = [f"{out}: {made.rows} filas", *([str(made.note)] if made.note else [])]
    answer(as_json, {"file": str(out), "rows": made.rows}, "\n".join(said))


@click.command("statement")
@as_option
@click.option("--issuer", "issuer_tax_id", required=True, metavar="TAXID")
@click.option("--customer", "customer_tax_id", required=True, metavar="TAXID")
@click.option("--currency", metavar="CODE", help="Needed where the account has several.")
@click.option("--from", "start", type=DAY, required=True)
@click.option("--to", "end", type=DAY, required=True)
@click.option("--known-at", metavar="TIME", help="As the book was known then (ISO 8601); left out: now.")
@click.option("--format", "kind", type=click.Choice([str(one) for one in StatementFormat]), required=True)
@out_option
@json_option
def statement(
    email: str,
    issuer_tax_id: str,
    customer_tax_id: str,
    currency: str | None,
    start: datetime,
    end: datetime,
    known_at: str | None,
    kind: str,
    out: Path,
    as_json: bool,
) -> None:
    """Issue a customer's statement of account, both days included, and write it."""
    portal = open_portal()
    actor = _acting(portal, email)
    issuer = find_issuer(portal, issuer_tax_id)
    customer = find_customer(portal, issuer, customer_tax_id)
    with written(out) as file:
        taken = take_statement(
            portal, actor, issuer.id, customer.id, currency.upper() if currency else None, start.date(), end.date(),
            read_instant(known_at, issuer.timezone) if known_at else None, StatementFormat(kind), file,
        )  # fmt: skip
    found, stamp = taken.statement, taken.stamp
    told: dict[str, Any] = {"file": str(out), "rows": found.count, "currency": found.currency}
    told |= {"number": stamp.number, "fingerprint": stamp.fingerprint, "verify": stamp.address}
    answer(as_json, told, f"{out}: {stamp.number}, {found.count} movimientos en {found.currency}")


def read_instant(typed: str, timezone: str = BOGOTA) -> datetime:
    """An instant as ISO 8601 writes it; without an offset in the issuer's zone, a day alone is its end."""
    try:
        read = datetime.fromisoformat(typed)
    except ValueError:
        raise Refused(
            Text("«{typed}» no es un momento: escribe 2026-06-30 o 2026-06-30T18:00:00-05:00.", typed=typed)
        ) from None
    if len(typed) == len("2026-06-30"):
        read = datetime.combine(read, time.max)
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


@contextmanager
def written(out: Path) -> Iterator[BinaryIO]:
    """A file that is there whole, or not at all. Raises Refused where nothing can be written."""
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
        part.replace(out)
    except OSError as error:
        raise Refused(
            Text("No se puede escribir {file} ({reason}): elige otro lugar.", file=str(out), reason=error.strerror)
        ) from None
    finally:
        if part:
            part.unlink(missing_ok=True)


def _acting(portal: Portal, email: str) -> Actor:
    with portal.ledger.read() as conn:
        user = user_by_email(conn, email)
    if user is None:
        raise Refused(Text("No hay ninguna cuenta con el correo {email}: créala con «user add».", email=email))
    return user_actor(portal, user)
