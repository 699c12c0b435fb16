"""A queue at the issuer's desk: what waits is accepted in one click or looked at; what was decided may be undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from portal.text import Text
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.row_button import Button
from portal.ui.row_table import Columns, draw_rows

Row = TypeVar("Row")
_SIZE = 20


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """`name`: begins the keys of its widgets and of its open row. `columns`: what a row shows, in both lists.

    `read_waiting`, `read_decided`: take limit and offset. `sums`: columns of amounts.
    """

    name: str
    id_of: Callable[[Row], int]
    columns: Callable[[Sequence[Row]], Columns]
    read_waiting: Callable[[int, int], Sequence[Row]]
    read_decided: Callable[[int, int], Sequence[Row]]
    sums: Collection[Text] = ()

    @property
    def decided(self) -> str:
        return f"{self.name}-decididos"

    def draw_waiting(self, none: Text, draw_one: Callable[[Row], None], accept: Callable[[Row], bool]) -> None:
        """What waits the longest first. `accept`: False when somebody has to look before it can be accepted."""
        table, numbers = st.container(), st.container()
        with numbers:
            found, _ = offset_so_far(f"pagina-{self.name}", _SIZE, self.read_waiting)
        with table:
            self._draw_open(self.name, found, draw_one)
            buttons = [Button(Text("Aceptar"), strong=True), Button(Text("Revisar"))]
            if not found:
                st.caption(say(none))
            elif click := draw_rows(self.name, self.columns(found), buttons, sums=self.sums):
                row = found[click[1]]
                if click[0] or not accept(row):
                    open_row(self.name, self.id_of(row))
                    st.rerun()

    def draw_decided(
        self,
        title: Text,
        none: Text,
        state: Callable[[Row], str],
        reason: Callable[[Row], str | None],
        undoable: Callable[[Row], bool],
        draw_undo: Callable[[Row], None],
    ) -> None:
        """The newest first, folded; what was accepted can be taken back."""
        with st.expander(say(title)):
            found, _ = offset_so_far(f"pagina-{self.decided}", _SIZE, self.read_decided)
            if not found:
                st.caption(say(none))
                return
            self._draw_open(self.decided, found, draw_undo)
            columns = {
                Text("Estado"): [state(one) for one in found],
                **self.columns(found),
                Text("Motivo"): [reason(one) or "" for one in found],
            }
            button = Button(Text("Deshacer"), [undoable(one) for one in found])
            if click := draw_rows(self.decided, columns, [button], sums=self.sums):
                open_row(self.decided, self.id_of(found[click[1]]))
                st.rerun()

    def _draw_open(self, kind: str, found: Sequence[Row], draw: Callable[[Row], None]) -> None:
        chosen = next((one for one in found if self.id_of(one) == opened(kind)), None)
        if chosen is not None:
            draw(chosen)

    def draw_doings(
        self, name: Text, strong: bool, accept: Callable[[], object], draw_reject: Callable[[], None]
    ) -> None:
        """Below an open row: accept it, reject it, leave it."""
        with st.container(horizontal=True):
            if st.button(say(name), key=f"{self.name}-aceptar", type="primary" if strong else "secondary"):
                accept()
            draw_reject()
            if st.button(say(Text("Cancelar")), key=f"{self.name}-cancelar", type="tertiary"):
                close_row(self.name)
                st.rerun()

    def ask_to_reject(
        self, row_id: int, hint: Text, told: Text, name: Text, done: Text, decide: Callable[[str], None]
    ) -> None:
        """`hint`: a reason as somebody may write it. `told`: what follows."""
        with st.popover(say(Text("Rechazar"))), st.form(f"{self.name}-rechazo-{row_id}", border=False):
            reason = st.text_area(say(Text("Motivo")), key=f"{self.name}-motivo-{row_id}", placeholder=say(hint))
            st.caption(say(told))
            if st.form_submit_button(say(name), type="primary"):
                act(done, lambda: decide(reason), closes=self.name)

    def ask_to_undo(self, row_id: int, sentence: Text, name: Text, done: Text, decide: Callable[[str], None]) -> None:
        """`sentence`: the question, with what follows."""
        with st.form(f"{self.name}-deshacer-{row_id}"):
            st.text(say(sentence))
            reason = st.text_input(say(Text("Motivo")), key=f"{self.name}-motivo-deshacer-{row_id}")
            if st.form_submit_button(say(name), type="primary"):
                act(done, lambda: decide(reason), closes=self.decided)
