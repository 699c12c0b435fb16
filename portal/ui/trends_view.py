"""The charts over time, each with a sentence that says what it shows, its table and the table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from portal.domain.aging import BUCKETS, Bucket
from portal.domain.trends import Aged, Asked, Chart, Received, Slot, Step, step_of, to_query
from portal.render import trend_tables as tables
from portal.render.trend_tables import Table, method_name, methods_of
from portal.render.words import bucket_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.sums import draw_sums_table
from portal.ui.trend_charts import Told, draw_lines, draw_stacks
from portal.ui.trend_choices import Chosen

_MOST = 4  # methods with a colour of their own
_OTHERS = Text("Otros métodos")


def draw_balance(chosen: Chosen, found: Sequence[Aged]) -> None:
    """Net, outstanding and in favour at the end of each step."""
    currency = chosen.books.currency
    series = {
        say(Text("Saldo neto")): [one.aging.net for one in found],
        say(Text("Saldo pendiente")): [one.aging.gross for one in found],
        say(Text("Saldo a favor")): [one.aging.credit for one in found],
    }
    first, last = found[0], found[-1]
    sentence = Text(
        "El saldo neto pasó de {before} al {first} a {now} al {last}.",
        before=show.money(first.aging.net, currency),
        now=show.money(last.aging.net, currency),
        first=show.labels().day(first.slot.last),
        last=show.labels().day(last.slot.last),
    )
    some = any(one.aging.gross or one.aging.credit for one in found)
    if begin(Chart.BALANCE, sentence if some else None):
        draw_lines("saldo", Told(slot_names([one.slot for one in found]), series, currency, say(sentence)))
        draw_table(chosen, Chart.BALANCE, tables.balance_table(found, currency, show.labels()), 2)


def draw_aging(chosen: Chosen, found: Sequence[Aged]) -> None:
    """What was outstanding at the end of each step, by age."""
    currency, said = chosen.books.currency, show.labels()
    series = {bucket_name(one, said): [row.aging.buckets[one] for row in found] for one in BUCKETS}
    sentence = Text(
        "Estaba vencido el {now} de lo pendiente al {last}; al {first} lo estaba el {before}.",
        now=said.percent(Decimal(_overdue(found[-1]))),
        before=said.percent(Decimal(_overdue(found[0]))),
        first=said.day(found[0].slot.last),
        last=said.day(found[-1].slot.last),
    )
    if begin(Chart.AGING, sentence if any(one.aging.gross for one in found) else None):
        draw_stacks("edades", Told(slot_names([one.slot for one in found]), series, currency, say(sentence)))
        draw_table(chosen, Chart.AGING, tables.aging_table(found, currency, said), 2)


def _overdue(row: Aged) -> int:
    """How much of what was outstanding was overdue, in hundredths, rounded down."""
    gross = row.aging.gross
    return (gross - row.aging.buckets[Bucket.CURRENT]) * 100 // gross if gross else 0


def draw_received(chosen: Chosen, found: Sequence[Received]) -> None:
    """The money of each step by method; the methods with least of it together."""
    currency, said, methods = chosen.books.currency, show.labels(), methods_of(found)
    whole = sum(one.total for one in found)
    largest = methods[0] if methods else ""
    most = sum(row.methods.get(largest, 0) for row in found)
    sentence = Text(
        "Entraron {sum}, el {share} por {method}.",
        sum=show.money(whole, currency),
        share=said.percent(Decimal(most * 100 // whole if whole > 0 else 0)),
        method=method_name(largest, said),
    )
    if whole <= 0:
        sentence = Text("Entraron {sum}: salió tanto como entró, o más.", sum=show.money(whole, currency))
    if begin(Chart.RECEIVED, sentence if methods else None):
        told = Told(slot_names([one.slot for one in found]), _by_name(found, methods), currency, say(sentence))
        draw_stacks("recaudo", told)
        draw_table(chosen, Chart.RECEIVED, tables.received_table(found, currency, said), 2)


def _by_name(found: Sequence[Received], methods: Sequence[str]) -> dict[str, list[int]]:
    series: dict[str, list[int]] = {}
    for place, code in enumerate(methods):
        name = method_name(code, show.labels()) if place < _MOST else say(_OTHERS)
        so_far = series.get(name, [0] * len(found))
        series[name] = [sum_ + row.methods.get(code, 0) for sum_, row in zip(so_far, found, strict=True)]
    return series


def begin(chart: Chart, sentence: Text | None) -> bool:
    """The title and what the chart shows; without a sentence there is nothing, which is said."""
    st.subheader(say(tables.TITLES[chart]))
    st.text(say(sentence or Text("Nada por mostrar en este periodo: elige otro más largo.")))
    return sentence is not None


def draw_table(chosen: Chosen, chart: Chart, table: Table, words: int) -> None:
    """The same as a table, which screen readers read, and as files from our own route: it asks again who wants them."""
    with st.expander(say(Text("Ver como tabla"))):
        spoken = table.spoken(chosen.books.currency, show.labels())
        draw_sums_table(
            f"tendencia-{chart}", {Text("{name}", name=name): cells for name, cells in spoken.items()}, words
        )
    draw_files(chosen, chart)


def draw_files(chosen: Chosen, chart: Chart) -> None:
    """The table of a chart as CSV and XLSX."""
    books = chosen.books
    query = to_query(Asked(chart, books.customer_id, books.currency, chosen.start, chosen.end))
    with st.container(horizontal=True):
        for kind, icon in (("csv", "csv"), ("xlsx", "table")):
            address = f"/trends/{books.issuer_id}.{kind}?{query}&lang={state.language()}"
            name = Text("Descargar {format}", format=kind.upper())
            st.link_button(say(name), address, icon=f":material/{icon}:", key=f"archivo-{chart}-{kind}")


def slot_names(steps: Sequence[Slot]) -> list[str]:
    """What the steps are called under a chart; a month or a week that is cut is named as a whole one."""
    step, said = step_of(steps[0].first, steps[-1].last), show.labels()

    def name(slot: Slot) -> str:
        if step is Step.MONTH:
            return said.month(slot.last)
        if step is Step.YEAR:
            return str(slot.last.year)
        return said.short_day(slot.last) if step is Step.DAY else _span(slot.first, slot.last)

    return [name(slot) for slot in steps]


def _span(first: date, last: date) -> str:
    said = show.labels()
    return f"{said.short_day(first)} – {said.short_day(last)}" if first != last else said.short_day(first)
