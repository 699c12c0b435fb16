"""The QR for the till: to see, and as files from our own route."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk

_FILES = {
    "a4.pdf": Text("Afiche A4 (PDF)"),
    "a5.pdf": Text("Afiche A5 (PDF)"),
    "png": Text("Imagen PNG"),
    "svg": Text("Imagen SVG"),
}


def draw_shop(desk: Desk) -> None:
    """What it is for, and a link per file."""
    st.text(
        say(Text("Imprime el afiche para tu mostrador: quien escanea el código entra o pide acceso a sus facturas."))
    )
    links = "".join(
        f'<li style="margin:.4rem 0"><a href="/shops/{desk.issuer_id}/qr.{end}" style="color:inherit">'
        f"{escape(say(name))}</a></li>"
        for end, name in _FILES.items()
    )
    st.html(f'<ul style="list-style:none;padding:0">{links}</ul>')
