"""A table repeats its head, keeps short rows whole, and splits those that no page can hold."""

from __future__ import annotations

from portal.render.labels import Labels
from portal.render.paper import RIGHT
from portal.render.sheet import Frame, Sheet
from portal.render.table import Column, Row, draw_table
from tests.render.papers import AT, text_of

COLUMNS = [Column("Fecha", 20), Column("Texto", 0), Column("Valor", 30, "R")]


def page() -> Sheet:
    return Sheet(Frame("x", "y", ("izquierda", "derecha")), Labels(), AT, unicode=False)


def drawn(rows: list[Row]) -> tuple[Sheet, list[str]]:
    sheet = page()
    draw_table(sheet, COLUMNS, rows)
    return sheet, text_of(bytes(sheet.output())).split("\n")


def test_the_head_stands_on_every_page() -> None:
    sheet, lines = drawn([Row((str(n), "texto", "1,00")) for n in range(150)])
    assert sheet.page_no() > 2
    assert lines.count("Fecha") == lines.count("Texto") == lines.count("Valor") == sheet.page_no()
    assert lines.count("texto") == 150


def test_a_row_that_does_not_fit_goes_whole_to_the_next_page() -> None:
    sheet = page()
    sheet.y = sheet.floor - 22
    draw_table(sheet, COLUMNS, [Row(("hoy", "a\nb\nc\nd\ne\nf", "1,00"))])
    lines = text_of(bytes(sheet.output())).split("\n")
    assert sheet.page_no() == 2
    assert lines.index("hoy") > lines.index("izquierda")
    assert [line for line in lines if line in "abcdef"] == list("abcdef")


def test_a_row_longer_than_a_page_is_split() -> None:
    sheet, lines = drawn([Row(("hoy", "\n".join(f"renglón {n}" for n in range(200)), "1,00"))])
    assert sheet.page_no() == 3
    assert [line for line in lines if line.startswith("renglón")] == [f"renglón {n}" for n in range(200)]
    assert lines.count("1,00") == 1


def test_small_print_stands_below_its_cell() -> None:
    _sheet, lines = drawn([Row(("hoy", "texto", "1,00"), small="menuda", small_in=1)])
    assert lines[-2:] == ["1,00", "menuda"]


def test_the_last_column_ends_inside_the_right_margin() -> None:
    sheet = page()
    ends = []
    line_at = sheet.line_at
    sheet.line_at = lambda x, y, width, text, align="L": (ends.append(x + width), line_at(x, y, width, text, align))[1]  # type: ignore[method-assign]
    draw_table(sheet, COLUMNS, [Row(("a", "b", "c"))])
    assert max(ends) < RIGHT
