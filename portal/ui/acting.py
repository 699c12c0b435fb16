"""What a button does: one use case call. Its refusal is said where it was asked, its success on the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from portal.domain.places import Place
from portal.errors import PortalError
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.opened import close_row
from portal.ui.plain import plain

_DONE, _EMPTIED = "hecho", "vaciados"
Made = TypeVar("Made")


@contextmanager
def refusals() -> Iterator[None]:
    """What is refused in this block is said here; what is no refusal goes on to the page's own failure."""
    try:
        yield
    except PortalError as refused:
        if refused.status >= 500:
            raise
        st.error(plain(say(refused.text)))


def act(
    done: Text | Callable[[Made], Text],
    what: Callable[[], Made],
    closes: str | None = None,
    empties: str | None = None,
    goes_to: Place | None = None,
) -> None:
    """Do it; then draw the page anew, which says that it is done: `done`, or what that makes of what came of it.

    `closes`: the kind of row that is open no more. `empties`: the key of a text field that has served. `goes_to`: the
    page that says so instead, where what this one shows is no more.
    """
    with refusals():
        made = what()
        if closes:
            close_row(closes)
        said = done if isinstance(done, Text) else done(made)
        st.session_state[_DONE], st.session_state[_EMPTIED] = say(said), empties
        if goes_to is not None:
            st.switch_page(script(goes_to))
        st.rerun()


def draw_done() -> None:
    """Say what the run before has done, once: at the top of a page, before its fields are drawn."""
    if emptied := st.session_state.pop(_EMPTIED, None):
        st.session_state[emptied] = ""
    if said := st.session_state.pop(_DONE, None):
        st.toast(plain(said), icon=":material/check:")


def confirmed(name: Text, sentence: Text, key: str) -> bool:
    """A button that asks again before what can't be undone; True in the run in which the second one was pressed."""
    with st.popover(say(name), key=f"{key}-seguro"):
        st.text(say(sentence))
        return st.button(say(name), key=key, type="primary")
