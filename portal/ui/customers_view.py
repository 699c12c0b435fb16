"""An issuer's customers: the list with what they owe, and one of them with all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.access_requests import waiting_requests
from portal.app.customers import ListedCustomer, OpenedCustomer, history_of, list_customers
from portal.app.many_links import Wanted
from portal.domain import places
from portal.domain.access import Actor, Right
from portal.text import Text
from portal.ui import show, state
from portal.ui.audit_view import audit_columns
from portal.ui.contacts_view import draw_contacts
from portal.ui.document_list import draw_pairs
from portal.ui.filter_bar import owed_view, show_list
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.links_view import LINK, STATES
from portal.ui.looking_as_view import draw_way_to_look
from portal.ui.many_links_view import draw_wanted
from portal.ui.nav import script
from portal.ui.opened import open_row
from portal.ui.paging import draw_place, offset_so_far, read_page
from portal.ui.people_view import draw_people
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.sums import draw_sums_table
from portal.views.customer_sums import CustomerSums

_SIZE, _FEW = 50, 20
_OWES, _LATE = Text("Saldo"), Text("Vencido")


def draw_customers(desk: Desk) -> None:
    """The list by name; a click opens one."""
    wanted = draw_wanted("clientes", Text("Nombre, NIT o correo"))
    table, numbers = st.container(), st.container()
    (found, total), offset = read_page(
        "pagina", _SIZE, numbers,
        lambda limit, at: list_customers(state.portal(), desk.actor, desk.issuer_id, wanted, limit, at),
        lambda page: page[1],
    )  # fmt: skip
    with table:
        if not total:
            st.info(say(_NOBODY if wanted == Wanted() else _NOT_FOUND), icon=":material/group:")
            return
        draw_place(offset, len(found), total)
        if click := draw_rows("clientes", _columns(found), [Button(Text("Abrir"))], sums=[_OWES, _LATE]):
            state.open_customer(found[click[1]].customer.id)
            st.rerun()


_NOBODY = Text("Todavía no hay clientes. Importa documentos: cada uno trae a su cliente.")
_NOT_FOUND = Text("Ningún cliente es así. Busca por otra parte de su nombre, de su NIT o de su correo.")


def _columns(rows: Sequence[ListedCustomer]) -> dict[Text, list[object]]:
    said = show.labels()
    paid = [max((one.last_paid for one in row.sums if one.last_paid), default=None) for row in rows]
    return {
        Text("Cliente"): [row.customer.name for row in rows],
        Text("Identificación"): [row.customer.tax_id for row in rows],
        _OWES: [_sums(row.sums, "outstanding") for row in rows],
        _LATE: [_sums(row.sums, "overdue") for row in rows],
        Text("Último pago"): [said.day(day) if day else "" for day in paid],
        Text("Abrió"): [_opened(row.sums) for row in rows],
        Text("Enlace"): [_link(row) for row in rows],
        Text("Correo"): [row.customer.email for row in rows],
    }


def _sums(sums: Sequence[CustomerSums], name: str) -> str:
    return " · ".join(show.money(minor, one.currency) for one in sums if (minor := getattr(one, name)))


def _opened(sums: Sequence[CustomerSums]) -> str:
    """Of the documents with a balance, how many the customer has opened."""
    owed = sum(one.owed for one in sums)
    told = Text("{opened} de {owed}", opened=sum(one.opened for one in sums), owed=owed)
    return say(told) if owed else ""


def _link(row: ListedCustomer) -> str:
    if row.customer.link_id is None:
        return say(Text("Sin enlace"))
    return say(Text("Usado") if row.customer.last_used_at else Text("Sin usar"))


def draw_customer(actor: Actor, one: OpenedCustomer) -> None:
    """One customer: what it owes, the look at its portal, and what belongs to it."""
    if st.button(say(Text("Volver a la lista")), key="volver-cliente", icon=":material/arrow_back:", type="tertiary"):
        state.open_customer(None)
        st.rerun()
    st.subheader(plain(one.name))
    with st.container(horizontal=True, gap="medium"):
        draw_pairs([(say(Text("Identificación")), one.tax_id), (say(Text("Emisor")), one.issuer_name)])
    _draw_sums(one)
    with st.container(horizontal=True):
        for sums in one.sums:
            name = Text("Documentos con saldo en {currency} ({n})", currency=sums.currency, n=sums.owed)
            if sums.owed and st.button(say(name), key=f"ver-{sums.currency}", icon=":material/list:"):
                show_list(owed_view(sums.currency, customer_id=one.id))
        draw_way_to_look(one.id)
    if one.anonymous:
        st.caption(say(Text("«Consumidor final» no es una persona: no tiene contactos, enlaces ni accesos.")))
        return
    names = (Text("Contactos"), Text("Personas"), Text("Enlaces"), Text("Solicitudes"), Text("Historia"))
    contacts, people, links, requests, history = st.tabs([say(name) for name in names])
    with contacts:
        draw_contacts(actor, one)
    with people:
        draw_people(actor, one.issuer_id, one.id)
    with links:
        _draw_links(one)
    with requests:
        _draw_requests(actor, one)
    with history:
        _draw_history(actor, one)


def _draw_sums(one: OpenedCustomer) -> None:
    said, sums = show.labels(), one.sums
    if not sums:
        st.info(say(Text("No tiene documentos.")))
        return
    columns = {
        Text("Moneda"): [row.currency for row in sums],
        _OWES: [said.money(row.outstanding, row.currency) for row in sums],
        _LATE: [said.money(row.overdue, row.currency) for row in sums],
    }
    if not state.prefers_cards():  # a phone has room for three
        columns[Text("Saldo a favor")] = [said.money(row.available, row.currency) for row in sums]
        columns[Text("Abrió")] = [_opened([row]) for row in sums]
        columns[Text("Último pago")] = [said.day(row.last_paid) if row.last_paid else "" for row in sums]
    draw_sums_table("cliente", columns, 1)


def _draw_links(one: OpenedCustomer) -> None:
    said = show.labels()
    if not one.links:
        st.info(say(Text("No tiene enlace. Créalo en «Enlaces» y envíaselo.")), icon=":material/link:")
        if st.button(say(Text("Ir a Enlaces")), key="ir-a-enlaces"):
            st.switch_page(script(places.LINKS))
        return
    columns: dict[Text, list[object]] = {
        Text("Estado"): [say(STATES[link.state]) for link in one.links],
        Text("Visitas"): [link.link.uses for link in one.links],
        Text("Último uso"): [
            said.moment(link.link.last_used_at) if link.link.last_used_at else "" for link in one.links
        ],
        Text("Creado"): [said.moment(link.link.created_at) for link in one.links],
        Text("Caduca"): [said.moment(link.link.expires_at) for link in one.links],
    }
    if click := draw_rows("enlaces-cliente", columns, [Button(Text("Abrir"))]):
        open_row(LINK, one.links[click[1]].link.id)
        st.switch_page(script(places.LINKS))


def _draw_requests(actor: Actor, one: OpenedCustomer) -> None:
    found = [row for row in waiting_requests(state.portal(), actor, 200, 0) if row.customer_id == one.id]
    if not found:
        st.caption(say(Text("Nadie ha pedido acceso a este cliente.")))
        return
    draw_rows("solicitudes-cliente", {Text("Persona"): [row.user_name for row in found],
                                      Text("Correo"): [row.email for row in found]})  # fmt: skip
    if st.button(say(Text("Ir a Solicitudes")), key="ir-a-solicitudes", type="primary"):
        st.switch_page(script(places.REQUESTS))


def _draw_history(actor: Actor, one: OpenedCustomer) -> None:
    if not actor.scope(Right.AUDIT).covers(one.issuer_id, one.id):
        return
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-historia", _FEW, lambda limit, at: history_of(state.portal(), actor, one.id, limit, at)
        )
    with table:
        if found:
            hidden = (Text("Cliente"), Text("Emisor"))
            shown = {name: values for name, values in audit_columns(found).items() if name not in hidden}
            draw_rows("historia", shown, lead=Text("Qué pasó"))
        else:
            st.caption(say(Text("Todavía no ha pasado nada.")))
