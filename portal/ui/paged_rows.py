"""Tables of a page each without buttons: of a list in hand, or of what nobody counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.paging import draw_place, offset_of, offset_so_far
from portal.ui.row_table import Columns, draw_rows

_SIZE = 20
Row = TypeVar("Row")


def draw_some(
    key: str, found: Sequence[Row], columns: Callable[[Sequence[Row]], Columns], sums: Collection[Text] = ()
) -> None:
    """A page of a list in hand, and where in it that stands."""
    table, numbers = st.container(), st.container()
    with numbers:
        offset = offset_of(f"pagina-{key}", len(found), _SIZE)
    some = found[offset : offset + _SIZE]
    with table:
        if len(found) > _SIZE:
            draw_place(offset, len(some), len(found))
        draw_rows(key, columns(some), sums=sums)


def draw_so_far(
    key: str, read: Callable[[int, int], Sequence[Row]], columns: Callable[[Sequence[Row]], Columns], none: Text
) -> None:
    """A page of a list that nobody counts, or that there is nothing. `read` takes limit and offset."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(f"pagina-{key}", _SIZE, read)
    with table:
        if found:
            draw_rows(key, columns(found))
        else:
            st.caption(say(none))
