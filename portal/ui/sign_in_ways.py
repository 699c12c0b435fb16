"""The other ways in, as links to our own pages: in the same tab, which Streamlit's link button would leave."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import portal

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
    links = "".join(
        f'<li style="margin:.4rem 0"><a href="{escape(address)}" style="color:inherit">{escape(say(text))}</a></li>'
        for text, address in (*providers, *_WAYS)
    )
    st.html(f'<ul style="list-style:none;padding:0">{links}</ul>')
    st.caption(say(Text("¿Te enviaron un enlace personal? Ábrelo: no necesitas cuenta.")))
