"""Pages of a long list: which one, and where in the whole it stands."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.show import labels


def offset_of(key: str, total: int, size: int) -> int:
    """Draw the page numbers under a list of `total` rows (nothing when one page holds them); returns the offset."""
    pages = -(-total // size)
    if pages <= 1:
        return 0
    page = st.pagination(pages, key=key, bind="query-params")
    return (page - 1) * size


def draw_place(offset: int, shown: int, total: int) -> None:
    """«51–100 de 1.234»."""
    number = labels().number
    first, last, all_ = (number(Decimal(n)) for n in (offset + 1 if shown else 0, offset + shown, total))
    st.caption(say(Text("{first}–{last} de {total}", first=first, last=last, total=all_)))
