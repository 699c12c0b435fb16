"""The pieces of the statement of account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from portal.domain.aging import BUCKETS
from portal.domain.statement import Statement
from portal.render import words
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.period_choice import pick_period
from portal.ui.sums import draw_sums_table
from portal.views.facets import Facets

PAGE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """In which currency, from when to when."""

    currency: str
    start: date
    end: date


def draw_choices(facets: Facets, currencies: tuple[str, ...], today: date) -> Chosen:
    """Currency and period; only what there is a choice of is asked."""
    currency = currencies[0]
    if len(currencies) > 1:
        currency = st.segmented_control(
            say(Text("Moneda")), currencies, default=currency, required=True, key="moneda", bind="query-params"
        )
    start, end = pick_period(facets.first_issued, today)
    return Chosen(currency if currency in currencies else currencies[0], start, end)


def draw_figures(statement: Statement) -> None:
    """From the opening balance to the closing one, and what moved between them."""
    money, currency = show.labels().money, statement.currency
    with st.container(horizontal=True, border=True):
        st.metric(say(Text("Saldo inicial")), money(statement.opening, currency))
        st.metric(say(Text("Cargos del periodo")), money(statement.debits, currency))
        st.metric(say(Text("Abonos del periodo")), money(statement.credits, currency))
        st.metric(say(Text("Saldo final ({currency})", currency=currency)), money(statement.closing, currency))
        if statement.aging.credit:
            name = Text("Saldo a favor sin aplicar ({currency})", currency=currency)
            told = Text("Está restado en el saldo final: se usa al pagar otros documentos.")
            st.metric(say(name), money(statement.aging.credit, currency), help=say(told))
    if statement.movements:
        _draw_movements(statement)
    else:
        st.info(say(Text("No hay movimientos en este periodo: el saldo inicial y el final son iguales.")))


def _draw_movements(statement: Statement) -> None:
    if state.prefers_cards():
        _draw_short_movements(statement)
        return
    said, moves = show.labels(), statement.movements
    table: dict[Text, list[Any]] = {
        Text("Fecha"): [move.on for move in moves],
        Text("Concepto"): [words.movement_name(move.cause, said) for move in moves],
        Text("Documento"): [move.number or "" for move in moves],
        Text("Cargo"): [said.money(move.debit, statement.currency) if move.debit else "" for move in moves],
        Text("Abono"): [said.money(move.credit, statement.currency) if move.credit else "" for move in moves],
        Text("Saldo"): [said.money(move.balance, statement.currency) for move in moves],
    }
    right = {say(name): st.column_config.TextColumn(alignment="right") for name in _AMOUNTS}
    day = {say(Text("Fecha")): st.column_config.DateColumn(format=show.day_format())}
    st.dataframe(
        {say(name): values for name, values in table.items()},
        hide_index=True,
        column_config={**right, **day},
        height="auto" if len(moves) <= 12 else 520,
    )


_AMOUNTS = (Text("Cargo"), Text("Abono"), Text("Saldo"))


def _draw_short_movements(statement: Statement) -> None:
    """What fits a phone: the document, or why it moved, and one signed amount."""
    said, currency = show.labels(), statement.currency
    what = [move.number or words.movement_name(move.cause, said) for move in statement.movements]
    days = [said.day(move.on) for move in statement.movements]
    draw_sums_table(
        "movimientos",
        {
            Text("Documento"): [f"{one} · {day}" for one, day in zip(what, days, strict=True)],
            Text("Valor"): [said.money(move.debit - move.credit, currency) for move in statement.movements],
            Text("Saldo"): [said.money(move.balance, currency) for move in statement.movements],
        },
        1,
    )


def draw_ages(statement: Statement) -> None:
    """What is open at the end of the period, by days past due."""
    said = show.labels()
    st.subheader(say(Text("Edades al {day}", day=said.day(statement.end))))
    row, money = statement.aging, said.money
    rows = [(words.bucket_name(bucket, said), row.buckets[bucket]) for bucket in BUCKETS]
    rows += [(say(Text("Saldo a favor")), -row.credit), (say(Text("Neto")), row.net)]
    amount = say(Text("Valor ({currency})", currency=statement.currency))
    st.dataframe(
        {
            say(Text("Días de mora")): [name for name, _ in rows],
            amount: [money(m, statement.currency) for _, m in rows],
        },
        hide_index=True,
        column_config={amount: st.column_config.TextColumn(alignment="right")},
        width=420,
    )
