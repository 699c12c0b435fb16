"""What the book remembers between runs: the document that the URL names, what became of payments just registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st

from portal.app.book.paying_many import Account
from portal.ui.state import asked_id

_DOCUMENT, _TOLD = "documento", "libro-registrados"


def asked_booking() -> int | None:
    """The document that is to be booked: a claim, to be checked against the visitor's rights."""
    return asked_id(_DOCUMENT)


def forget_booking() -> None:
    """No document any more."""
    st.query_params.pop(_DOCUMENT, None)


def keep_booked(told: Sequence[Account]) -> None:
    """What became of payments that were just registered together, until it has been read."""
    st.session_state[_TOLD] = list(told)


def booked() -> list[Account]:
    """What became of them; empty when it has been read."""
    return cast("list[Account]", st.session_state.get(_TOLD, []))
