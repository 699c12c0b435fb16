"""Pages of a long list: which one, and where in the whole it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.show import labels
from portal.ui.state import page_number

Row = TypeVar("Row")
Page = TypeVar("Page")


def offset_of(key: str, total: int, size: int) -> int:
    """Draw the page numbers under a list of `total` rows (nothing when one page holds them); returns the offset."""
    pages = -(-total // size)
    if pages <= 1:
        return 0
    page = st.pagination(pages, key=key, bind="query-params")
    return (page - 1) * size


def read_page(
    key: str,
    size: int,
    numbers: DeltaGenerator,
    read: Callable[[int, int], Page],
    total: Callable[[Page], int],
) -> tuple[Page, int]:
    """A page of a list that says how long it is, and its offset. `read` takes limit and offset.

    Its numbers are drawn in `numbers`. The page that is asked for may lie behind the end: then another one is read.
    """
    asked = (page_number(key) - 1) * size
    found = read(size, asked)
    with numbers:
        offset = offset_of(key, total(found), size)
    return (found if offset == asked else read(size, offset)), offset


def offset_so_far(key: str, size: int, read: Callable[[int, int], Sequence[Row]]) -> tuple[Sequence[Row], int]:
    """A page of a list that nobody counts, and its offset: the numbers go as far as the page after this one.

    `read` takes limit and offset.
    """
    offset = (page_number(key) - 1) * size
    found = read(size + 1, offset)
    if not found and offset:
        offset, found = 0, read(size + 1, 0)
    if offset + len(found) > size:
        st.pagination(offset // size + 1 + (len(found) > size), key=key)
    return found[:size], offset


def draw_place(offset: int, shown: int, total: int) -> None:
    """«51–100 de 1.234»."""
    number = labels().number
    first, last, all_ = (number(Decimal(n)) for n in (offset + 1 if shown else 0, offset + shown, total))
    st.caption(say(Text("{first}–{last} de {total}", first=first, last=last, total=all_)))
