"""The charts of the receivables' page, each with its table: a click on either opens the documents behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from portal.app.receivables import Receivables
from portal.domain import places
from portal.domain.access import Actor
from portal.domain.aging import BUCKETS
from portal.domain.due_spans import Span, by_age, by_month, by_week
from portal.domain.receivables import Position
from portal.render.words import bucket_name
from portal.text import Text
from portal.ui import show
from portal.ui.bar_charts import Bar, draw_bars
from portal.ui.filter_bar import owed_view, show_list
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.row_button import Button
from portal.ui.row_table import Columns, draw_rows

View = Mapping[str, str | list[str]]
_SUM, _SHARE, _DUE = Text("Saldo"), Text("Del total"), Text("Vencimiento")


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar, and the address of the list that it stands for."""

    bar: Bar
    view: View

    @property
    def amount(self) -> int:
        return sum(self.bar.parts.values())


def draw_ages(at: Position) -> None:
    """By how late it is."""
    names = [bucket_name(one, show.labels()) for one in BUCKETS]
    _draw("edades", Text("Por edad"), at, _spans(at, by_age(at), names), legend=False)


def draw_months(at: Position) -> None:
    """By the month in which it fell due, or will."""
    spans = by_month(at)
    _draw("meses", Text("Por mes de vencimiento"), at, _spans(at, spans, list(map(_month, spans))))


def draw_weeks(at: Position) -> None:
    """What falls due in the next weeks."""
    spans = by_week(at)
    title = Text("Lo que vence en las próximas semanas")
    _draw("semanas", title, at, _spans(at, spans, list(map(_week, spans))), legend=False)


def draw_debtors(actor: Actor, found: Receivables, at: Position) -> None:
    """The largest debtors, with the share of the whole that they owe."""
    rows = [
        _Row(
            Bar(found.customers.get(one.customer_id, ""), one.buckets),
            owed_view(at.currency, customer_id=one.customer_id),
        )
        for one in at.debtors
    ]
    said = show.labels()
    share = Text("{n} de {all} clientes con saldo deben el {share} de todo.", n=len(rows), all=at.debtor_count,
                 share=said.percent(Decimal(at.largest_share())))  # fmt: skip
    more = {
        Text("Documentos"): [said.number(Decimal(one.items)) for one in at.debtors],
        Text("Vence desde"): [said.day(one.oldest) for one in at.debtors],
        Text("Vencido"): [said.money(one.overdue, at.currency) for one in at.debtors],
    }
    ids = [one.customer_id for one in at.debtors] if places.CUSTOMERS.opens_to(actor) else []
    _draw("deudores", Text("Quién debe más"), at, rows, share, Text("Cliente"), more, customers=ids)


def _spans(at: Position, spans: Sequence[Span], names: Sequence[str]) -> list[_Row]:
    return [
        _Row(Bar(name, span.parts), owed_view(at.currency, (span.first, span.last)))
        for name, span in zip(names, spans, strict=True)
    ]


def _month(span: Span) -> str:
    said = show.labels()
    if span.first is None:
        return say(Text("Antes"))
    return said.month(span.first) if span.last else say(Text("Más adelante"))


def _week(span: Span) -> str:
    if span.first is None or span.last is None:
        return say(Text("Más adelante"))
    return f"{_short(span.first)} – {_short(span.last)}" if span.first != span.last else _short(span.first)


def _short(day: date) -> str:
    return show.labels().short_day(day)


def _draw(
    key: str,
    title: Text,
    at: Position,
    rows: Sequence[_Row],
    caption: Text | None = None,
    head: Text = _DUE,
    more: Columns | None = None,
    legend: bool = True,
    customers: Sequence[int] = (),
) -> None:
    """A chart and the same as a table; a click on a bar or in the table opens the documents, or the customer."""
    st.subheader(say(title))
    if not any(row.amount for row in rows):
        st.caption(say(Text("Nada por mostrar.")))
        return
    if caption:
        st.caption(say(caption))
    picked = draw_bars(f"{key}-{at.currency}", [row.bar for row in rows], at.currency, legend)
    said, whole = show.labels(), at.outstanding
    columns: Columns = {
        head: [row.bar.name for row in rows],
        _SUM: [said.money(row.amount, at.currency) for row in rows],
        _SHARE: [said.percent(Decimal(row.amount * 100 // whole)) for row in rows],
        **(more or {}),
    }
    with st.expander(say(Text("Ver como tabla"))):
        buttons = [Button(Text("Ver documentos")), *([Button(Text("Ver cliente"))] if customers else [])]
        click = draw_rows(f"tabla-{key}-{at.currency}", columns, buttons, sums=[_SUM, _SHARE])
    if click and click[0]:
        st.switch_page(script(places.CUSTOMERS), query_params={"cliente": str(customers[click[1]])})
    place = click[1] if click else picked
    if place is not None:
        show_list(rows[place].view)
