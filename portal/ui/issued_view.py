"""The statements that were issued of an account: their files, and what was recorded after each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.statements.register import MOST_LATE, Later, list_issued, read_later
from portal.domain.access import Actor, Right
from portal.domain.issued import StatementFormat, series_number, short_print
from portal.errors import NotFound
from portal.ledger.statements import IssuedRow
from portal.render import words
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.paging import offset_so_far
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE = 10
_ICONS = {
    StatementFormat.PDF: "picture_as_pdf",
    StatementFormat.XLSX: "table",
    StatementFormat.CSV: "csv",
}


def draw_issued(actor: Actor, issuer_id: int, customer_id: int, currency: str) -> None:
    """The newest first; below them the one that was opened. Nothing where none was issued."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-emitidos", _SIZE,
            lambda limit, at: list_issued(state.portal(), actor, issuer_id, customer_id, currency, limit, at),
        )  # fmt: skip
    if not found:
        return
    with table:
        st.subheader(say(Text("Estados de cuenta emitidos")))
        st.caption(say(Text("Cada uno se lee siempre igual, aunque después lleguen documentos de esas fechas.")))
        clicked = draw_rows(
            "emitidos", _columns(found), [Button(Text("Abrir"))], sums=(Text("Saldo final"),), lead=Text("Número")
        )
    if clicked is not None:
        state.open_issued(found[clicked[1]].id)
    opened = state.asked_issued()
    if opened is not None:
        _draw_opened(actor, opened)


def _columns(found: Sequence[IssuedRow]) -> dict[Text, list[object]]:
    day = show.labels().day
    return {
        Text("Número"): [series_number(one.number) for one in found],
        Text("Emitido"): [day(one.issued_on) for one in found],
        Text("Periodo"): [f"{day(one.starts_on)} – {day(one.ends_on)}" for one in found],
        Text("Saldo final"): [show.money(one.closing, one.currency) for one in found],
    }


def _draw_opened(actor: Actor, statement_id: int) -> None:
    try:
        later = read_later(state.portal(), actor, statement_id)
    except NotFound:
        state.open_issued(None)
        return
    with st.container(border=True, key="emitido"):
        _draw_one(actor, later)
        _draw_after(later)


def _draw_one(actor: Actor, later: Later) -> None:
    one = later.issued
    st.markdown(f"**{series_number(one.number)}**")
    known = show.labels().moment(one.known_at)
    print_ = short_print(one.fingerprint)
    st.caption(say(Text("Con lo registrado hasta el {moment} · Huella {print}", moment=known, print=print_)))
    with st.container(horizontal=True):
        if actor.scope(Right.DOWNLOAD).covers(one.issuer_id, one.customer_id):
            for format, icon in _ICONS.items():
                address = f"/statements/{one.id}.{format}?lang={state.language()}"
                name = Text("Descargar {format}", format=format.upper())
                st.link_button(say(name), address, icon=f":material/{icon}:")
        check = state.with_language(f"/verificar/{one.fingerprint}")
        st.link_button(say(Text("Verificar")), check, icon=":material/verified:", type="tertiary")


def _draw_after(later: Later) -> None:
    """Registrado después: entry by entry, and how it would close now."""
    one, after = later.issued, later.after
    if later.joined:
        now = show.money(later.closing_now, one.currency)
        told = Text("Esta cuenta se juntó con otra después. Juntas hoy cerrarían en {now}.", now=now)
        st.text(plain(say(told)))
        return
    if not after.count:
        st.caption(say(Text("Nada se ha registrado después en sus fechas: hoy cerraría igual.")))
        return
    title = Text("Registrado después")
    st.markdown(f"**{say(title)}**")
    now, change = show.money(later.closing_now, one.currency), show.money(after.change, one.currency)
    then = show.money(one.closing, one.currency)
    told = Text("Cerró en {then}. Con lo registrado después ({change}) hoy cerraría en {now}.", then=then, now=now,
                change=change)  # fmt: skip
    st.text(plain(say(told)))
    if after.count > len(after.entries):
        st.caption(say(Text("Se muestran los primeros {most}.", most=MOST_LATE)))
    said = show.labels()
    draw_rows(
        "registrado-despues",
        {
            Text("Registrado"): [row.recorded_at for row in after.entries],
            Text("Fecha"): [said.day(row.on) for row in after.entries],
            Text("Concepto"): [words.movement_name(row.cause, said) for row in after.entries],
            Text("Documento"): [row.number or "" for row in after.entries],
            Text("Valor"): [show.money(row.amount, one.currency) for row in after.entries],
        },
        sums=(Text("Valor"),),
    )
