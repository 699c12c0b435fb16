"""The documents of an analysis, in the columns that somebody chose: those of the exports, under the same names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from portal.render.columns import Column, Shape, document_columns
from portal.render.words import kind_name, settlement_name
from portal.text import Text
from portal.ui import show
from portal.ui.analysis_choices import COLUMNS
from portal.ui.choices import pick_many
from portal.ui.document_list import open_document
from portal.ui.i18n import say
from portal.ui.state import clicked_row
from portal.views.rows import DocumentRow

USUAL = (
    "kind", "number", "customer_name", "customer_tax_id", "issue_date", "due_date", "currency", "total", "paid",
    "outstanding", "available", "settlement",
)  # fmt: skip
_OPEN = "abrir"
_YES, _NO = Text("Sí"), Text("No")


def pick_columns() -> list[str]:
    """The names of the columns to show, in the order of the exports; the usual ones unless others are chosen."""
    known = {column.name: column for column in document_columns(show.labels())}
    chosen = pick_many(
        Text("Columnas"),
        COLUMNS,
        list(known),
        lambda one, said: next(column.heading for column in document_columns(said) if column.name == one),
        none=Text("Las de siempre"),
        width=420,
    )
    return [name for name in known if name in (chosen or USUAL)]


def draw_document_rows(key: str, rows: Sequence[DocumentRow], names: Sequence[str]) -> None:
    """One table; its button opens the document of that row."""
    said = show.labels()
    columns = [column for column in document_columns(said) if column.name in names]
    table = pd.DataFrame({column.heading: [_cell(column, row) for row in rows] for column in columns})
    table.insert(0, _OPEN, say(Text("Ver")))
    config: dict[str, Any] = {
        _OPEN: st.column_config.ButtonColumn("", width=60, pinned=True, type="tertiary", key=f"{key}-{_OPEN}")
    }
    config |= {column.heading: made for column in columns if (made := _config(column))}
    st.dataframe(
        table,
        hide_index=True,
        height="auto" if len(rows) <= 12 else 560,
        column_config=config,
        placeholder="",
        key=key,
    )
    place = clicked_row(f"{key}-{_OPEN}")
    if place is not None and place < len(rows):
        open_document(rows[place].id)


def _cell(column: Column, row: DocumentRow) -> Any:
    said, value = show.labels(), getattr(row, column.name)
    if column.shape is Shape.MONEY:
        return said.money(value, row.currency)
    if column.shape is Shape.FLAG:
        return say(_YES if value else _NO)
    in_words = {"kind": kind_name, "settlement": settlement_name}.get(column.name)
    return show.method(row) if column.name == "method" else in_words(value, said) if in_words else value


def _config(column: Column) -> Any:
    if column.shape is Shape.MONEY:
        return st.column_config.TextColumn(alignment="right")
    return st.column_config.DateColumn(format=show.day_format()) if column.shape is Shape.DATE else None
