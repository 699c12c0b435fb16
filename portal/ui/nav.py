"""The pages as Streamlit wants them, out of the table of places."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from portal.domain.access import Actor
from portal.domain.places import PLACES, SIGN_IN, Place, first_place
from portal.ui.i18n import say

PAGES = Path(__file__).parents[2] / "pages"


def script(place: Place) -> Path:
    """Where to go: what `st.switch_page` takes."""
    return PAGES / place.script


def pages_for(actor: Actor | None) -> list[Page]:
    """What a visitor may open, the first one at `/`; strangers get the sign-in page, there and at its own address."""
    first = first_place(actor)
    open_ = [place for place in PLACES if place.opens_to(actor)]
    made = [_page(place, default=place is first and place is not SIGN_IN) for place in open_]
    return [st.Page(script(SIGN_IN), title=say(SIGN_IN.title), default=True), *made] if actor is None else made


def _page(place: Place, default: bool) -> Page:
    return st.Page(
        script(place),
        title=say(place.title),
        url_path=place.address,
        default=default,
        visibility="hidden" if place.hidden else "visible",
    )
