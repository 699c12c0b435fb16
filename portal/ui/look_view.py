"""How an issuer looks to its customers: what it decides, beside what they will see."""

from __future__ import annotations

from html import escape
from zoneinfo import available_timezones

import streamlit as st

from portal.app.looks import Look, Seen, read_look, remove_logo, save_look, set_logo
from portal.domain.looks import LONGEST_SENDER, LONGEST_WORDS, USUAL_COLOUR, ink_on
from portal.i18n import LANGUAGES
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.frame import logo_html
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here

_LOGO = "logo"


def draw_look(desk: Desk) -> None:
    """The form and the logo at the left, the preview at the right."""
    now = read_look(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Tu marca")))
    decided, seen = st.columns(2, gap="medium")
    with decided:
        _draw_logo(desk, now.look.logo)
        typed = _draw_form(desk, now)
    with seen, st.container(border=True):
        _draw_seen(desk, typed)


def _draw_logo(desk: Desk, logo: str) -> None:
    with st.container(border=True):
        key = f"{_LOGO}-{state.turn(_LOGO)}"
        given = st.file_uploader(
            say(Text("Logo (PNG o JPEG, hasta 5 MB)")), ["png", "jpg", "jpeg"], key=key, max_upload_size=5
        )
        with st.container(horizontal=True):
            if st.button(say(Text("Guardar logo")), disabled=given is None) and given is not None:
                act(Text("Logo guardado."), lambda: _keep(desk, given.name, given.getvalue()))
            if logo and st.button(say(Text("Quitar logo")), type="tertiary"):
                act(Text("Logo quitado."), lambda: remove_logo(state.portal(), desk.actor, desk.issuer_id, here()))


def _keep(desk: Desk, name: str, data: bytes) -> None:
    set_logo(state.portal(), desk.actor, desk.issuer_id, name, data, here())
    state.next_turn(_LOGO)


def _draw_form(desk: Desk, now: Seen) -> Seen:
    """What stands in the fields; a button saves it."""
    look, key = now.look, f"marca-{desk.issuer_id}"
    with st.container(border=True):
        colour = st.color_picker(say(Text("Color de los botones")), look.colour or USUAL_COLOUR, key=f"{key}-color")
        sender = st.text_input(
            say(Text("Nombre que firma los correos")), look.sender, LONGEST_SENDER, key=f"{key}-nombre",
            placeholder=desk.name,
        )  # fmt: skip
        greeting = st.text_area(
            say(Text("Saludo en el portal")), look.greeting, max_chars=LONGEST_WORDS, key=f"{key}-saludo", height=80
        )
        closing = st.text_area(
            say(Text("Despedida en los correos")), look.closing, max_chars=LONGEST_WORDS, key=f"{key}-fin", height=80
        )
        language = st.selectbox(
            say(Text("Idioma en que escribes")), list(LANGUAGES), list(LANGUAGES).index(now.language),
            format_func=LANGUAGES.__getitem__, key=f"{key}-idioma",
        )  # fmt: skip
        zones = sorted(available_timezones() | {now.timezone})
        timezone = st.selectbox(
            say(Text("Zona horaria")), zones, zones.index(now.timezone), key=f"{key}-zona",
            help=say(Text("Con ella se decide qué día es hoy: de eso depende lo que está vencido.")),
        )  # fmt: skip
        typed = Seen(Look(colour, sender, greeting, closing, look.logo), language, timezone)
        if st.button(say(Text("Guardar marca")), type="primary"):
            done = Text("Marca guardada.")
            act(done, lambda: save_look(state.portal(), desk.actor, desk.issuer_id, typed, here()))
    return typed


def _draw_seen(desk: Desk, typed: Seen) -> None:
    look, colour = typed.look, typed.look.colour or USUAL_COLOUR
    title = say(Text("Lo que verán tus clientes"))
    st.markdown(f"**{title}**")
    st.caption(say(Text("En el portal")))
    if look.logo:
        st.html(logo_html(look.logo))
    st.text(desk.name)
    if look.greeting.strip():
        st.text(look.greeting.strip())
    st.divider()
    st.caption(say(Text("En un correo")))
    st.text(say(Text("De: {sender}", sender=look.sender.strip() or desk.name)))
    button = escape(say(Text("Ver mis documentos")))
    style = f"display:inline-block;padding:12px 24px;border-radius:8px;font-weight:600;background:{colour};"
    st.html(f'<span style="{style}color:{ink_on(colour)}">{button}</span>')
    if look.closing.strip():
        st.text(look.closing.strip())
