"""Documents as a table, or on a phone as cards. A click opens the document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
import streamlit as st

from portal.domain import places
from portal.domain.access import Actor, Right
from portal.domain.aging import Settlement
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.paying import may_pay, pay
from portal.ui.plain import plain
from portal.views.pages import CurrencyTotal
from portal.views.rows import DocumentRow

DOCUMENT = script(places.DOCUMENT)
_OPEN, _PAY = "abrir", "pagar"


_ISSUER, _CUSTOMER = Text("Emisor"), Text("Cliente")
_WITHHELD = Text("Retenido")


class Parties(NamedTuple):
    """Whose names a list has to show: those of which there are several."""

    issuer: bool
    customer: bool
    desk: bool = False  # whoever works for an issuer

    @classmethod
    def of(cls, actor: Actor) -> Parties:
        """What somebody sees several of."""
        scope = actor.scope()
        issuers = len({grant.issuer_id for grant in actor.grants})
        whole = scope.everything or bool(scope.issuers)
        return cls(scope.everything or issuers > 1, whole or len(scope.customers) > 1, whole)

    def among(self, rows: Sequence[DocumentRow]) -> Parties:
        """For these rows: a person's accounts at several issuers bear one name, which need not stand in each row."""
        differ = self.desk or len({row.customer_name for row in rows}) > 1
        return self._replace(customer=self.customer and differ)

    @property
    def hidden(self) -> list[Text]:
        """The columns that would say the same in every row."""
        return [name for name, is_shown in ((_ISSUER, self.issuer), (_CUSTOMER, self.customer)) if not is_shown]

    def names(self, row: DocumentRow) -> str:
        """The names on a card."""
        both = ((row.customer_name, self.customer), (row.issuer_name, self.issuer))
        return " · ".join(name for name, is_shown in both if is_shown)


def draw_table(rows: Sequence[DocumentRow], key: str, actor: Actor, tick: bool = False) -> list[DocumentRow]:
    """One table; its buttons open or pay the document of that row. `tick`: rows can be ticked; returns those that are.

    Nothing can be ticked or paid by who may pay none of them.
    """
    money, shown, scope = show.labels().money, Parties.of(actor).among(rows), actor.scope(Right.PAY)
    payable = [may_pay(scope, row) for row in rows]
    columns = {
        Text("Tipo"): [show.kind(row.kind, row.type_code) for row in rows],
        Text("Número"): [row.number for row in rows],
        _ISSUER: [row.issuer_name for row in rows],
        _CUSTOMER: [row.customer_name for row in rows],
        Text("Emisión"): [row.issue_date for row in rows],
        Text("Vence"): [row.due_date for row in rows],
        Text("Moneda"): [row.currency for row in rows],
        Text("Total"): [money(row.total, row.currency) for row in rows],
        Text("Abonado"): [money(row.paid - row.withheld, row.currency) for row in rows],
        _WITHHELD: [money(row.withheld, row.currency) if row.withheld else "" for row in rows],
        Text("Saldo"): [money(row.outstanding or -row.available, row.currency) for row in rows],
        Text("Estado"): [show.status(row) for row in rows],
        Text("Método de pago"): [show.method(row) for row in rows],
    }
    hidden = [*shown.hidden, *([] if any(row.withheld for row in rows) else [_WITHHELD])]
    table = pd.DataFrame({say(name): values for name, values in columns.items() if name not in hidden})
    table.insert(0, _OPEN, say(Text("Ver")))
    if any(payable):
        table.insert(1, _PAY, [say(Text("Pagar")) if one else None for one in payable])
    ticks = tick and any(payable)
    drawn = f"{key}-{_mark(rows)}" if ticks else key
    st.dataframe(
        table,
        hide_index=True,
        height="auto" if len(rows) <= 12 else 560,
        column_config=_config(key),
        placeholder="",
        key=drawn,
        on_select="rerun" if ticks else "ignore",
        selection_mode="multi-row",
    )
    if (row := _clicked(f"{key}-abrir", rows)) is not None:
        open_document(row.id)
    if (row := _clicked(f"{key}-pagar", rows)) is not None:
        pay(actor, [row.id])
    return [rows[place] for place in state.ticked_rows(drawn) if place < len(rows)] if ticks else []


def _mark(rows: Sequence[DocumentRow]) -> str:
    """Ticks are kept by place: what is ticked here must not be ticked on another page, or in another order."""
    return hashlib.blake2b(",".join(str(row.id) for row in rows).encode(), digest_size=6).hexdigest()


def _clicked(key: str, rows: Sequence[DocumentRow]) -> DocumentRow | None:
    place = state.clicked_row(key)
    return rows[place] if place is not None and place < len(rows) else None


def _config(key: str) -> dict[str, Any]:
    right = {name: st.column_config.TextColumn(alignment="right") for name in map(say, _AMOUNTS)}
    day = {name: st.column_config.DateColumn(format=show.day_format()) for name in map(say, _DAYS)}
    return {
        _OPEN: st.column_config.ButtonColumn("", width=60, pinned=True, type="tertiary", key=f"{key}-abrir"),
        _PAY: st.column_config.ButtonColumn("", width=72, key=f"{key}-pagar"),
        **right,
        **day,
        say(Text("Estado")): st.column_config.TextColumn(width=176),
        **{say(name): st.column_config.TextColumn(width=190) for name in (_ISSUER, _CUSTOMER)},
    }


_AMOUNTS = (Text("Total"), Text("Abonado"), _WITHHELD, Text("Saldo"))
_DAYS = (Text("Emisión"), Text("Vence"))


def draw_few(rows: Sequence[DocumentRow], key: str, actor: Actor) -> None:
    """A handful of documents, as fits the visitor's device."""
    if state.prefers_cards():
        draw_cards(rows, key, actor)
    else:
        draw_table(rows, key, actor)


def draw_cards(rows: Sequence[DocumentRow], key: str, actor: Actor) -> None:
    """A card each: what a phone has room for."""
    shown, scope = Parties.of(actor).among(rows), actor.scope(Right.PAY)
    for row in rows:
        with st.container(border=True, key=f"{key}-{row.id}", gap="xsmall"):
            top = st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"
            )
            with top:
                st.markdown(f"**{plain(show.kind(row.kind, row.type_code))} {plain(row.number)}**", width="content")
                st.badge(show.status(row), color=_colour(row), width="content")
            if small := [plain(line) for line in (shown.names(row), _days(row)) if line]:
                st.caption("  \n".join(small))
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.text(_standing(row), width="content")
                with st.container(horizontal=True, width="content"):
                    if st.button(say(Text("Ver")), key=f"{key}-ver-{row.id}"):
                        open_document(row.id)
                    if may_pay(scope, row) and st.button(
                        say(Text("Pagar")), key=f"{key}-pagar-{row.id}", type="primary"
                    ):
                        pay(actor, [row.id])


def _days(row: DocumentRow) -> str:
    said = show.labels()
    due = say(Text("Vence {day}", day=said.day(row.due_date))) if row.due_date else ""
    return " · ".join(part for part in (said.day(row.issue_date), due) if part)


def _standing(row: DocumentRow) -> str:
    """What is left of the total, if anything is; the total itself only where they differ."""
    left, total = row.outstanding or row.available, show.money(row.total, row.currency)
    if not left:
        return total
    if abs(left) == row.total:
        return say((Text("Saldo {balance}") if row.kind.is_debit else Text("A favor {balance}")).filled(balance=total))
    label = Text("Saldo {balance} de {total}") if row.kind.is_debit else Text("A favor {balance} de {total}")
    balance = show.money(left, row.currency)
    return say(label.filled(balance=balance, total=show.labels().money(row.total, row.currency)))


def _colour(row: DocumentRow) -> Literal["red", "orange", "green", "gray", "blue"]:
    if row.in_review or row.disputed:
        return "blue"
    if row.overdue:
        return "red"
    settled: dict[Settlement, Literal["green", "gray"]] = {Settlement.SETTLED: "green", Settlement.VOID: "gray"}
    return settled.get(row.settlement, "orange")


def draw_totals(totals: Sequence[CurrencyTotal]) -> None:
    """The sums of the whole filtered list, one row per currency."""
    said = show.labels()
    for total in totals:
        named = [(Text("Documentos"), said.number(Decimal(total.count)))]
        named += [
            (name, said.money(minor, total.currency))
            for name, minor in (
                (Text("Facturado"), total.debits),
                (Text("Notas y recibos"), total.credits),
                (Text("Saldo pendiente"), total.outstanding),
                (Text("Vencido"), total.overdue),
                (Text("Saldo a favor"), total.available),
            )
        ]
        with st.container(horizontal=True, border=True, gap="medium", vertical_alignment="center"):
            st.badge(total.currency, color="gray", width="content")
            draw_pairs([(say(name), value) for name, value in named])


def draw_nothing_found(total: int) -> None:
    """Where nothing matches, the next step; the script stops there."""
    if not total:
        st.info(say(Text("Ningún documento cumple estos filtros. Quita alguno o busca otra palabra.")))
        st.stop()


def draw_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    """Names with their values below, side by side as far as there is room."""
    for name, value in pairs:
        with st.container(width="content", gap=None):
            st.caption(name, width="content")
            st.text(value, width="content")


def open_document(document_id: int) -> None:
    """Go to a document's page."""
    st.switch_page(Path(DOCUMENT), query_params={"id": str(document_id)})
