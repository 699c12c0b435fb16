"""Personal links for many customers: find them, tick some or take all, make the links, mail them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pandas as pd
import streamlit as st

from portal.app.link_mails import LONGEST
from portal.app.links import DAYS, MOST_DAYS
from portal.app.many_links import (
    Found,
    Having,
    LinkCustomer,
    Owing,
    Shared,
    Sharing,
    Wanted,
    list_for_links,
    share_links,
)
from portal.i18n import LANGUAGES
from portal.render.labels import Labels
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import refusals
from portal.ui.choices import pick_one
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.links_view import usual_words
from portal.ui.myself import here
from portal.ui.paging import draw_place, offset_of

_SIZE = 50
_PAGE, _TABLE, _TOLD = "pagina-varios", "varios", "enlaces-varios"
_HAVING = {
    Having.ANY: Text("Todos"),
    Having.WITHOUT: Text("Sin enlace activo"),
    Having.UNOPENED: Text("Con enlace sin abrir"),
    Having.OPENED: Text("Con enlace ya abierto"),
}
_OWING = {
    Owing.ANY: Text("Todos"),
    Owing.SOMETHING: Text("Con saldo pendiente"),
    Owing.OVERDUE: Text("Con saldo vencido"),
}


def draw_many(desk: Desk) -> None:
    """The list, and under it what is done for those who are ticked, or for all in it."""
    wanted = draw_wanted("varios", Text("Nombre o NIT del cliente"))
    table, numbers = st.container(), st.container()
    found = list_for_links(state.portal(), desk.actor, desk.issuer_id, wanted, 0)
    with numbers:
        offset = offset_of(_PAGE, found.total, _SIZE)
    if not found.total:
        table.info(say(_NOBODY), icon=":material/group:")
        return
    rows = list_for_links(state.portal(), desk.actor, desk.issuer_id, wanted, _SIZE, offset).rows
    with table:
        draw_place(offset, len(rows), found.total)
        ticked = _draw_table(rows)
    _draw_told()
    _draw_sharing(desk, wanted, found, ticked)


_NOBODY = Text("Ningún cliente es así. Cambia el filtro, o importa documentos: cada uno trae a su cliente.")


def draw_wanted(key: str, hint: Text) -> Wanted:
    """The search and the filters of a list of customers, kept in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(say(Text("Buscar cliente")), key=f"buscar-{key}", placeholder=say(hint), width=320)
        owing = pick_one(Text("Saldo"), "saldo", list(Owing), lambda one, said: said.say(_OWING[Owing(one)]), 220)
        having = pick_one(Text("Enlace"), "con", list(Having), lambda one, said: said.say(_HAVING[Having(one)]), 220)
    return Wanted(search, Having(having), Owing(owing))


def _draw_table(rows: list[LinkCustomer]) -> list[LinkCustomer]:
    """Returns the ticked ones; other rows begin without ticks."""
    key = f"{_TABLE}-{sha256(repr([row.id for row in rows]).encode()).hexdigest()[:12]}"
    said = show.labels()
    shown = {
        Text("Cliente"): [row.name for row in rows],
        Text("NIT o identificación"): [row.tax_id for row in rows],
        Text("Correo"): [_mailbox(row) for row in rows],
        Text("Enlace"): [_standing(row, said) for row in rows],
    }
    st.dataframe(
        pd.DataFrame({say(title): values for title, values in shown.items()}),
        hide_index=True,
        height="auto" if len(rows) <= 12 else 480,
        placeholder="",
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
    )
    return [rows[place] for place in state.ticked_rows(key) if place < len(rows)]


def _mailbox(row: LinkCustomer) -> str:
    return f"{row.email} ({say(Text('no le llega'))})" if row.bounced else row.email


def _standing(row: LinkCustomer, said: Labels) -> str:
    if row.link_id is None:
        return say(Text("Sin enlace activo"))
    if row.last_used_at is None:
        return say(Text("Sin abrir"))
    return say(Text("Abierto el {when}", when=said.moment(row.last_used_at)))


_WHO = Text("Clientes: {many}. Con correo: {reachable}. Quien ya tiene un enlace abierto conserva el suyo.")


def _draw_sharing(desk: Desk, wanted: Wanted, found: Found, ticked: list[LinkCustomer]) -> None:
    if ticked:
        wanted = replace(wanted, only=frozenset(row.id for row in ticked))
        many, reachable = len(ticked), sum(bool(row.email) and not row.bounced for row in ticked)
    else:
        many, reachable = found.total, found.with_address
    values = {"many": _count(many), "reachable": _count(reachable)}
    with st.container(border=True):
        whom = Text("Para los clientes marcados") if ticked else Text("Para todos los clientes de la lista")
        st.markdown(f"**{say(whom)}**")
        st.caption(say(_WHO.filled(**values)))
        if not ticked:
            st.caption(say(Text("Para elegir solo algunos, márcalos en la tabla.")))
        sharing = _draw_form(desk)
        name = Text("Crear y enviar por correo") if sharing.mail else Text("Crear los enlaces que faltan")
        with st.popover(say(name), icon=":material/send:" if sharing.mail else ":material/add_link:"):
            st.text(say(_sure(sharing, values)))
            if st.button(say(name), key="compartir", type="primary", disabled=sharing.mail and not reachable):
                _share(desk, wanted, sharing, many)


def _sure(sharing: Sharing, values: dict[str, str]) -> Text:
    if sharing.mail:
        return Text("Salen hasta {reachable} correos, uno por cliente, cada seis segundos. "
                    "A quien ya se le escribió hoy no se le escribe otra vez.", **values)  # fmt: skip
    return Text("Cada uno de los {many} clientes queda con un enlace. No sale ningún correo.", **values)


def _draw_form(desk: Desk) -> Sharing:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.number_input(say(Text("Días de vigencia")), 1, MOST_DAYS, DAYS, key="dias-varios", width=160)
        mail = st.toggle(say(Text("Enviar también por correo")), key="correo-varios")
    if not mail:
        return Sharing(int(days))
    text = st.text_area(
        say(Text("Mensaje")), say(usual_words(desk.name)), max_chars=LONGEST, key=f"texto-varios-{desk.issuer_id}"
    )
    language = st.selectbox(
        say(Text("Idioma del correo")),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="idioma-varios",
        width=220,
    )
    return Sharing(int(days), True, text, language)


def _share(desk: Desk, wanted: Wanted, sharing: Sharing, many: int) -> None:
    bar = st.progress(0.0, say(Text("Haciendo los enlaces…")))
    with refusals():
        shared = share_links(
            state.portal(), desk.actor, desk.issuer_id, wanted, sharing, here(),
            lambda done: bar.progress(min(1.0, done / max(many, 1))),
        )  # fmt: skip
        state.keep_told(_TOLD, _outcome(shared))
        st.rerun()
    bar.empty()


def _draw_told() -> None:
    for sentence in state.take_told(_TOLD):
        st.success(sentence, icon=":material/check:")


def _outcome(shared: Shared) -> list[str]:
    said = show.labels()
    told = [Text("Enlaces nuevos: {made}. Ya tenían uno: {had}.", made=_count(shared.made), had=_count(shared.had))]
    if shared.last_at is not None:
        told.append(Text("Correos en camino: {count}. El último sale el {when}.", count=_count(shared.mailed),
                         when=said.moment(shared.last_at)))  # fmt: skip
    if shared.mailed_today:
        told.append(Text("Ya se les escribió hoy: {count}.", count=_count(shared.mailed_today)))
    if shared.without_address:
        told.append(Text("Sin un correo al que escribir: {count}. Copia su enlace del registro y envíaselo tú.",
                         count=_count(shared.without_address)))  # fmt: skip
    if shared.bounced:
        told.append(Text("A su correo no le llega nada: {count}. Corrígelo en Clientes.", count=_count(shared.bounced)))
    return [say(one) for one in told]


def _count(number: int) -> str:
    return show.labels().number(Decimal(number))
