"""The pages as Streamlit wants them, out of the table of places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from portal.domain import places
from portal.domain.access import Actor
from portal.domain.places import PLACES, SIGN_IN, Place, first_place
from portal.text import Text
from portal.ui.i18n import say

PAGES = Path(__file__).parents[2] / "pages"
_MOST_IN_A_ROW = 8
GROUPS = {
    Text("Clientes"): (
        places.CUSTOMERS,
        places.LINKS,
        places.REMINDERS,
        places.REQUESTS,
        places.COMMENTS,
        places.PEOPLE,
    ),
    Text("Informes"): (places.ANALYSIS, places.TRENDS, places.EXPORTS),
    Text("Pagos"): (places.COLLECTED, places.BOOK, places.METHODS),
    Text("Empresa"): (places.STAFF, places.SETTINGS, places.AUDIT, places.SYSTEM, places.ACCOUNT),
}


def script(place: Place) -> Path:
    """Where to go: what `st.switch_page` takes."""
    return PAGES / place.script


def pages_for(actor: Actor | None) -> list[Page] | dict[str, list[Page]]:
    """What a visitor may open, the first one at `/`; strangers get the sign-in page, there and at its own address.

    Who has many of them finds a desk's pages in groups.
    """
    first = first_place(actor)
    made = {
        place: _page(place, default=place is first and place is not SIGN_IN)
        for place in PLACES
        if place.opens_to(actor)
    }
    if actor is None:
        return [st.Page(script(SIGN_IN), title=say(SIGN_IN.title), default=True), *made.values()]
    if sum(not place.hidden for place in made) <= _MOST_IN_A_ROW:
        return list(made.values())
    return _grouped(made)


def _grouped(made: Mapping[Place, Page]) -> dict[str, list[Page]]:
    groups: dict[str, list[Page]] = {"": []}
    for place, page in made.items():
        name = next((say(group) for group, members in GROUPS.items() if place in members), "")
        groups.setdefault(name, []).append(page)
    return groups


def _page(place: Place, default: bool) -> Page:
    return st.Page(
        script(place),
        title=say(place.title),
        url_path=place.address,
        default=default,
        visibility="hidden" if place.hidden else "visible",
    )
