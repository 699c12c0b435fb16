"""Every page carries its frame, and nothing of the body reaches into the foot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.render.labels import Labels
from portal.render.paper import LEFT, WIDTH
from portal.render.sheet import Frame, Sheet, render
from tests.render.papers import AT, pages_of, text_of

FRAME = Frame(subject="Asunto", author="Emisor", running=("a la izquierda", "a la derecha"), foot=("letra menuda",))


def sheet(frame: Frame = FRAME) -> Sheet:
    return Sheet(frame, Labels(), AT, unicode=False)


def filled(frame: Frame, lines: int) -> str:
    def draw(page: Sheet) -> None:
        page.style(10)
        page.block(LEFT, WIDTH, "\n".join(f"línea {number}" for number in range(lines)))

    return text_of(render(draw, frame, Labels(), AT))


def test_a_block_goes_on_over_pages_and_loses_no_line() -> None:
    lines = filled(FRAME, 200).split("\n")
    assert [line for line in lines if line.startswith("línea")] == [f"línea {number}" for number in range(200)]


def test_the_running_head_stands_on_every_page_but_the_first() -> None:
    lines = filled(FRAME, 200).split("\n")
    pages = lines.count("letra menuda")
    assert pages > 1
    assert lines.count("a la izquierda") == lines.count("a la derecha") == pages - 1
    assert [f"Página {page} de {pages}" in lines for page in range(1, pages + 1)] == [True] * pages


def test_the_mark_and_the_banner_stand_on_every_page() -> None:
    lines = filled(replace(FRAME, mark="ANULADO", banner="AVISO"), 200).split("\n")
    assert lines.count("ANULADO") == lines.count("AVISO") == lines.count("letra menuda")


def test_a_bare_frame_has_neither_foot_nor_number() -> None:
    assert filled(replace(FRAME, bare=True), 2).split("\n") == ["línea 0", "línea 1"]


def test_the_body_ends_above_the_foot() -> None:
    page = sheet(replace(FRAME, foot=("uno", "dos", "tres"), qr_text="https://portal.example"))
    assert page.floor < page.foot_top
    assert page.foot_top + 32 <= 286
    page.y = page.floor - 1
    assert page.need(2)
    assert page.page_no() == 2


def test_a_page_is_not_turned_while_there_is_room() -> None:
    page = sheet()
    page.y = page.floor - 5
    assert not page.need(5)
    assert page.page_no() == 1


def test_small_print_without_end_does_not_eat_the_page() -> None:
    assert sheet(replace(FRAME, foot=("palabra " * 2000,))).floor > 200


def test_a_turned_page_keeps_the_font() -> None:
    page = sheet()
    page.style(11, bold=True)
    page.y = page.floor
    page.need(1)
    assert (page.font_size_pt, page.font_style) == (11, "B")


@pytest.mark.parametrize(("language", "name"), [("es", b"es-CO"), ("en", b"en-US")])
def test_the_file_says_its_language_subject_and_date(language: str, name: bytes) -> None:
    pdf = render(lambda page: None, FRAME, Labels(language=language), AT)
    assert b"/Lang (" + name + b")" in pdf
    assert b"/Title (Asunto)" in pdf
    assert b"D:20260320140000" in pdf
    assert pages_of(pdf) == 1
