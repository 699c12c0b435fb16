"""The statements of all of an issuer's customers: each issued, one PDF each, and one index, in a ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from portal.app.portal import Portal
from portal.app.statements.files import issued_file, stamp_of
from portal.app.statements.issuing import Wish, check_period, keep
from portal.domain.access import Actor, Right
from portal.domain.issued import Side, StatementFormat
from portal.domain.statement import Statement
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.audit import Where
from portal.ledger.parties import issuer_by_id
from portal.ledger.statements import IssuedRow
from portal.render.cells import of_rows
from portal.render.csv_file import write_csv
from portal.render.labels import Labels
from portal.render.statement_index import IndexRow, index_columns
from portal.text import Text
from portal.views.many_statements import Accounts, accounts_of, statements_of

MOST = 20_000  # accounts of one file
_TOGETHER = 20  # statements of one transaction: the issuer's series stays locked for so many
Progress = Callable[[int, int], object]  # how many are done, of how many


@dataclass(frozen=True, slots=True)
class Many:
    """Of which issuer, which period; `owing`: only of those who owe at its end. `known_at`: K; None: now."""

    issuer_id: int
    start: date
    end: date
    owing: bool = False
    known_at: datetime | None = None


def check_many(actor: Actor, wanted: Many) -> None:
    """Raises NotFound unless the actor may take all of the issuer's accounts along, Refused for impossible dates."""
    for right in (Right.EXPORT, Right.DOWNLOAD):
        actor.require(right, wanted.issuer_id, 0)
    check_period(wanted.start, wanted.end)


def write_many(
    portal: Portal, actor: Actor, wanted: Many, language: str, at: datetime, out: BinaryIO, progress: Progress
) -> tuple[str, int]:
    """Issue and write them as known at `at`, or at the K that was named; returns the file's title and how many.

    Done again (a worker died half way) it issues none twice. Raises NotFound; Refused where there is none, or too many.
    """
    check_many(actor, wanted)
    known_at = min(wanted.known_at or at, at)
    period = (wanted.start, wanted.end, known_at)
    found = accounts_of(portal.views, actor.scope(Right.DOWNLOAD), wanted.issuer_id, *period, owing=wanted.owing)
    _check_count(len(found.figures))
    labels, index = Labels(translator(language), language), list[IndexRow]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for row, told in issue_many(portal, actor.name, wanted, found, at, Where(actor.address)):
            file = issued_file(portal, row, StatementFormat.PDF, language)
            packed.writestr(file.name, file.data)
            index.append(IndexRow(stamp_of(portal, row), replace(told, movements=()), file.name))  # its sums alone
            progress(len(index), len(found.figures))
        listed = BytesIO()
        columns = index_columns(labels)
        write_csv(columns, of_rows(columns, index), listed, labels)
        packed.writestr(labels.say(Text("indice.csv")), listed.getvalue())
    with portal.ledger.read() as conn:
        tax_id = issuer_by_id(conn, wanted.issuer_id).tax_id
    named = {"issuer": tax_id, "start": wanted.start, "end": wanted.end}
    return labels.say(Text("estados-de-cuenta-{issuer}-{start}-{end}", **named)), len(index)


def issue_many(
    portal: Portal, person: str, wanted: Many, accounts: Accounts, at: datetime, where: Where | None = None
) -> Iterator[tuple[IssuedRow, Statement]]:
    """Issue each in turn, as asked for at `at`, some in a transaction; those of that day with the same content stay the
    ones they are.
    """
    known_at = min(wanted.known_at or at, at)
    found = statements_of(portal.views, wanted.issuer_id, accounts, wanted.start, wanted.end, known_at)
    while some := list(islice(found, _TOGETHER)):
        rows = []
        with portal.ledger.write(person) as unit:
            for customer_id, told in some:
                wish = Wish(wanted.issuer_id, customer_id, told.currency, wanted.start, wanted.end, wanted.known_at)
                rows.append((keep(portal, unit, wish, told, Side.ISSUER, at, where), told))
            unit.commit()
        yield from rows


def _check_count(count: int) -> None:
    if not count:
        raise Refused(Text("Ningún cliente tiene movimientos ni saldo en ese periodo: elige otras fechas."))
    if count > MOST:
        raise Refused(
            Text("Son {count} estados de cuenta y caben {most} en un archivo: pide solo los de quienes deben.",
                 count=count, most=MOST)
        )  # fmt: skip
