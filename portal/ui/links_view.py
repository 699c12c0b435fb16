"""The pieces of the page of personal links: make one, the register, one link with all that can be done with it."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from portal.app.desks import OpenedLink
from portal.app.link_mails import LONGEST, mail_link
from portal.app.links import DAYS, MOST_DAYS, ShownLink, State, create_link, list_links, revoke_link, rotate_link
from portal.app.links import count_links as count
from portal.domain.access import Actor, Right
from portal.i18n import LANGUAGES
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, confirmed, refusals
from portal.ui.audit_words import maker_name
from portal.ui.customer_choice import pick_customer
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.opened import open_row
from portal.ui.paging import draw_place, offset_of
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.standing_view import draw_standing

LINK = "enlace"
_SIZE = 20
STATES = {State.OPEN: Text("Activo"), State.EXPIRED: Text("Caducado"), State.REVOKED: Text("Revocado")}


def draw_new(actor: Actor) -> None:
    """Choose a customer and for how long; the new link opens."""
    with st.container(border=True):
        account = pick_customer(actor, Right.LINKS, "cliente-enlace")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            days = st.number_input(say(Text("Días de vigencia")), 1, MOST_DAYS, DAYS, key="dias", width=160)
            asked = st.button(
                say(Text("Crear enlace")), type="primary", icon=":material/add_link:", disabled=account is None
            )
    if asked and account is not None and account.customer_id is not None:
        with refusals():
            made = create_link(state.portal(), actor, account.customer_id, int(days), here())
            open_row(LINK, made.link.id)
            st.rerun()


def draw_register(actor: Actor) -> None:
    """Every link, the newest first; a click opens one."""
    search = st.text_input(
        say(Text("Buscar en el registro")), key="buscar-enlace", placeholder=say(Text("Nombre o NIT del cliente"))
    )
    table, numbers = st.container(), st.container()
    total = count(state.portal(), actor, search)
    with numbers:
        offset = offset_of("pagina", total, _SIZE)
    with table:
        if not total:
            st.info(say(_NONE if not search else _NOT_FOUND), icon=":material/link:")
            return
        found = list_links(state.portal(), actor, search, _SIZE, offset)
        draw_place(offset, len(found), total)
        if click := draw_rows("enlaces", _columns(found), [Button(Text("Abrir"))]):
            open_row(LINK, found[click[1]].link.id)
            st.rerun()


_NONE = Text("Todavía no hay enlaces. Elige arriba un cliente, crea el primero y envíaselo.")
_NOT_FOUND = Text("Ningún enlace es de un cliente así. Busca por otra parte de su nombre o de su NIT.")


def _columns(found: list[ShownLink]) -> dict[Text, list[object]]:
    links = [one.link for one in found]
    return {
        Text("Cliente"): [link.customer_name for link in links],
        Text("Estado"): [say(STATES[one.state]) for one in found],
        Text("Visitas"): [link.uses for link in links],
        Text("Último uso"): [link.last_used_at for link in links],
        Text("Desde dónde"): [link.last_used_from or "" for link in links],
        Text("Caduca"): [link.expires_at for link in links],
        Text("Creado por"): [maker_name(one.made_by, show.labels()) for one in found],
        Text("Creado"): [link.created_at for link in links],
    }


def draw_link(actor: Actor, opened: OpenedLink) -> None:
    """One link: its address, how it is used, and all that can be done with it."""
    one, link, said = opened.shown, opened.shown.link, show.labels()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(link.customer_name), width="content")
        st.badge(say(STATES[one.state]), color="green" if one.url else "gray", width="content")
    if one.url:
        st.caption(say(Text("Copia la dirección con el botón de su derecha y envíala solo a este cliente.")))
        st.code(one.url, language=None, wrap_lines=True)
    else:
        st.info(say(Text("Este enlace ya no abre. Renuévalo para que el cliente tenga una dirección nueva.")))
    used = [
        (Text("Creado por"), maker_name(one.made_by, said)),
        (Text("Creado"), said.moment(link.created_at)),
        (Text("Caduca"), said.moment(link.expires_at)),
        (Text("Visitas"), str(link.uses)),
        (Text("Último uso"), said.moment(link.last_used_at) if link.last_used_at else say(Text("Nunca"))),
        (Text("Desde dónde"), link.last_used_from or "—"),
    ]
    with st.container(horizontal=True, gap="medium"):
        draw_pairs([(say(name), value) for name, value in used])
    _draw_acts(actor, opened)


def _draw_acts(actor: Actor, opened: OpenedLink) -> None:
    one, link = opened.shown, opened.shown.link
    with st.container(horizontal=True):
        if one.url:
            _draw_whatsapp(one)
        with st.popover(say(Text("Renovar")), icon=":material/autorenew:"):
            st.text(say(Text("La dirección de ahora deja de servir y el cliente necesita la nueva.")))
            days = st.number_input(say(Text("Días de vigencia")), 1, MOST_DAYS, DAYS, key="dias-nuevos")
            if st.button(say(Text("Renovar el enlace")), key="renovar", type="primary"):
                done = Text("Enlace renovado: envía la dirección nueva.")
                act(done, lambda: rotate_link(state.portal(), actor, link.id, int(days), here()))
        lost = Text("El enlace deja de abrir y quien entró por él sale ahora mismo.")
        if one.url and confirmed(Text("Revocar"), lost, "revocar"):
            act(Text("Enlace revocado."), lambda: revoke_link(state.portal(), actor, link.id, here()))
    if one.url:
        _draw_mail(actor, opened)


def _draw_whatsapp(one: ShownLink) -> None:
    issuer, url = one.link.issuer_name, one.url
    words = say(Text("Hola, soy de {issuer}. Consulta aquí tus facturas y tu saldo: {url}", issuer=issuer, url=url))
    st.link_button(say(Text("WhatsApp")), f"https://wa.me/?text={quote(words, safe='')}", icon=":material/chat:")


def usual_words(issuer: str) -> Text:
    """What the mail with a link says unless the issuer writes something else."""
    return Text(
        "Te compartimos un enlace para consultar y descargar tus facturas cuando quieras.\n\n{issuer}", issuer=issuer
    )


def _draw_mail(actor: Actor, opened: OpenedLink) -> None:
    link = opened.shown.link
    if opened.standing and opened.standing.bounce:
        draw_standing(actor, link.customer_id, opened.email, opened.standing)
    with st.expander(say(Text("Enviar por correo")), icon=":material/mail:"), st.form("correo", border=False):
        to = st.text_input(
            say(Text("Para")), opened.email, key=f"para-{link.id}", placeholder=say(Text("nombre@empresa.com"))
        )
        text = st.text_area(
            say(Text("Mensaje")), say(usual_words(link.issuer_name)), max_chars=LONGEST, key=f"texto-{link.id}"
        )
        language = st.selectbox(
            say(Text("Idioma del correo")), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="idioma-correo"
        )
        if st.form_submit_button(say(Text("Enviar")), type="primary"):
            done = Text("Correo en camino.")
            act(done, lambda: mail_link(state.portal(), actor, link.id, to, text, language, here()))
