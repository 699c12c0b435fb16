"""The table of a chart over time as a file: small, so it is made at once, for whoever may export the books."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from portal.app.export_requests import Format
from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.app.receivables import issuer_today
from portal.app.trends import aged_over_time, currencies_of, late_payers, received_over_time
from portal.domain.access import Actor, Right
from portal.domain.trends import Asked, Books, Chart
from portal.errors import NotFound
from portal.render import trend_tables as tables
from portal.render.cells import of_rows
from portal.render.csv_file import write_rows
from portal.render.labels import Labels
from portal.render.xlsx_file import write_xlsx

_MEDIA = {Format.CSV: "text/csv", Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def trend_file(portal: Portal, actor: Actor, issuer_id: int, kind: Format, asked: Asked, labels: Labels) -> FileAnswer:
    """One table as CSV or XLSX; of twelve months in the most used currency unless `asked` says otherwise.

    Raises NotFound for books that aren't the actor's, or that have no such currency.
    """
    actor.require(Right.EXPORT, issuer_id, asked.customer_id or 0)
    known = currencies_of(portal, actor, issuer_id, asked.customer_id)
    currency = asked.currency or next(iter(known), None)
    if currency is None or currency not in known:
        raise NotFound()
    end = min(asked.end or date.max, issuer_today(portal, issuer_id))
    start = min(asked.start or _a_year_before(end), end)
    books, title = Books(issuer_id, asked.customer_id, currency), labels.say(tables.TITLES[asked.chart])
    made = _table(portal, actor, asked.chart, books, start, end, labels)
    return FileAnswer(f"{title} {start} {end}.{kind.value}", _MEDIA[kind], _written(made, kind, title, labels))


def _table(
    portal: Portal, actor: Actor, chart: Chart, books: Books, start: date, end: date, labels: Labels
) -> tables.Table:
    asked, currency = (portal, actor, books, start, end), books.currency
    match chart:
        case Chart.BALANCE:
            return tables.balance_table(aged_over_time(*asked), currency, labels)
        case Chart.AGING:
            return tables.aging_table(aged_over_time(*asked), currency, labels)
        case Chart.RECEIVED:
            return tables.received_table(received_over_time(*asked), currency, labels)
    payers = late_payers(*asked)
    if chart is Chart.DELAYS:
        return tables.delay_table(payers.lateness.spread(), currency, labels)
    return tables.latest_table(payers.lateness.customers, payers.names, currency, labels)


def _written(table: tables.Table, kind: Format, title: str, labels: Labels) -> bytes:
    out = BytesIO()
    if kind is Format.CSV:
        write_rows(table.columns, table.rows, out, labels)
    else:
        write_xlsx(title, table.columns, of_rows(table.columns, table.rows), out, labels)
    return out.getvalue()


def _a_year_before(day: date) -> date:
    """The first of the month, eleven months before that of a day."""
    return day.replace(year=day.year - (day.month < 12), month=day.month % 12 + 1, day=1)
