"""The pages: one row each. Addresses are the same Spanish words in every language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page

from portal.text import Text
from portal.ui.i18n import say

PAGES = Path(__file__).parents[2] / "pages"


@dataclass(frozen=True, slots=True)
class Row:
    """A page's script below `pages/`, its title, its address; hidden pages are opened from another one."""

    script: str
    title: Text
    address: str
    visibility: Literal["visible", "hidden"] = "visible"


CUSTOMER = (
    Row("customer/inicio.py", Text("Inicio"), "inicio"),
    Row("customer/documentos.py", Text("Documentos"), "documentos"),
    Row("customer/estado_de_cuenta.py", Text("Estado de cuenta"), "estado-de-cuenta"),
    Row("customer/documento.py", Text("Documento"), "documento", "hidden"),
)


def customer_pages() -> list[Page]:
    """What a customer's visitor may open; the first is the one at `/`."""
    return [
        st.Page(
            PAGES / row.script,
            title=say(row.title),
            url_path=row.address,
            default=row is CUSTOMER[0],
            visibility=row.visibility,
        )
        for row in CUSTOMER
    ]
