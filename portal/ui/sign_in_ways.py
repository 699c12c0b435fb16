"""The other ways in, as links to our own pages: in the same tab, which Streamlit's link button would leave."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import asked_next, portal, with_language

_WAYS = (
    (Text("Entrar con un código al correo"), "/auth/code"),
    (Text("Crear una cuenta"), "/auth/sign-up"),
    (Text("Olvidé mi contraseña"), "/auth/forgot"),
)


def draw_ways() -> None:
    """A list of links; the sign-in providers that are set up come first."""
    providers = [
        (Text("Entrar con {provider}", provider=name.capitalize()), f"/auth/oidc/{name}")
        for name in portal().settings.oidc
    ]
    named = [(say(text), with_language(address, next=asked_next())) for text, address in (*providers, *_WAYS)]
    links = "".join(
        f'<li style="margin:.4rem 0"><a href="{escape(address)}" style="color:inherit">{escape(name)}</a></li>'
        for name, address in named
    )
    st.html(f'<ul style="list-style:none;padding:0">{links}</ul>')
    st.caption(say(Text("¿Te enviaron un enlace personal? Ábrelo: no necesitas cuenta.")))
