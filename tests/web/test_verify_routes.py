"""`/verificar`: who holds a statement learns whether the portal issued it, and never more than the paper says."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from portal.app.statements.files import issued_file
from portal.app.statements.issuing import Wish, issue
from portal.app.statements.verifying import masked
from portal.domain.access import operator
from portal.domain.issued import StatementFormat, series_number, short_print
from portal.ledger.statements import IssuedRow
from portal.ledger.tables import documents
from portal.web.api_pace import GUESSES
from portal.web.hashed_form import MOST
from tests.factories import ABC, OTRA, bring, facts
from tests.web.conftest import OURS, World

BOSS = operator("test")


@pytest.fixture(scope="module")
def issued(world: World) -> IssuedRow:
    """Of a customer whom no other test gives documents."""
    portal = world.running.portal
    bring(portal, facts("VE-1", issuer=OTRA, customer=ABC))
    with portal.ledger.read() as conn:
        row = conn.execute(documents.select().where(documents.c.number == "VE-1")).one()
    wish = Wish(row.issuer_id, row.customer_id, "COP", date(2026, 1, 1), date(2026, 12, 31))
    return issue(portal, BOSS, wish)


@pytest.fixture
def paper(world: World, issued: IssuedRow) -> bytes:
    return issued_file(world.running.portal, issued, StatementFormat.PDF, "es").data


def sent(http: httpx.Client, file: bytes | None = None, **texts: str) -> httpx.Response:
    files = {"file": ("estado.pdf", file)} if file is not None else {name: (None, t) for name, t in texts.items()}
    return http.post("/verificar", files=files, headers=OURS)


def test_the_code_on_the_paper_leads_to_what_the_paper_says(issued: IssuedRow, stranger: httpx.Client) -> None:
    answer = stranger.get(f"/verificar/{issued.fingerprint}")
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    for told in (
        "Es auténtico",
        OTRA.name,
        series_number(issued.number),
        "01/01/2026 – 31/12/2026",
        "COP 1.000,00",
        "••••••666",
    ):
        assert told in answer.text
    for kept in ("900555666", "Empresa ABC", "VE-1", str(issued.customer_id)):
        assert kept not in answer.text
    assert answer.headers["cache-control"] == "no-store" and 'content="noindex"' in answer.text


def test_the_file_itself_is_known_byte_for_byte(paper: bytes, stranger: httpx.Client) -> None:
    assert "byte por byte" in sent(stranger, paper).text
    changed = sent(stranger, paper.replace(b"/Title", b"/Tit1e", 1))
    assert changed.status_code == 404 and "fue cambiado" in changed.text


def test_a_csv_says_no_number_and_that_is_told(world: World, issued: IssuedRow, stranger: httpx.Client) -> None:
    bare = issued_file(world.running.portal, issued, StatementFormat.CSV, "es").data
    assert "Un CSV no dice su número" in sent(stranger, bare).text


def test_what_people_read_is_enough(issued: IssuedRow, stranger: httpx.Client) -> None:
    told = short_print(issued.fingerprint)
    spoken = (series_number(issued.number), f"ec {issued.number}", str(issued.number))
    for number, typed in zip(spoken, (told, told.replace("-", " ").upper(), issued.fingerprint), strict=True):
        assert "Es auténtico" in sent(stranger, number=number, print=typed).text


def test_whatever_is_not_known_gets_one_answer(issued: IssuedRow, stranger: httpx.Client) -> None:
    short = short_print(issued.fingerprint)
    answers = [
        stranger.get(f"/verificar/{asked}")
        for asked in ("0" * 64, issued.fingerprint[:-1], issued.fingerprint[:16], "x", "a/b")
    ]
    own, other = str(issued.number), str(issued.number + 1)
    answers += [sent(stranger, number=n, print=t) for n, t in ((other, short), ("", ""), (own, "%"), (own, short[:-1]))]
    answers.append(sent(stranger, b"other bytes"))
    assert {(answer.status_code, answer.text.count("<p>")) for answer in answers} == {
        (404, answers[0].text.count("<p>"))
    }
    assert len({answer.text for answer in answers[-5:]}) == 1


def test_the_form_takes_no_more_than_a_statement_weighs_and_nothing_else(stranger: httpx.Client) -> None:
    assert stranger.get("/verificar").status_code == 200
    assert sent(stranger, b"x" * (MOST + 1)).status_code == 422
    for content, kind in (
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    ):
        answer = stranger.post("/verificar", content=content, headers=OURS | {"Content-Type": kind})
        assert answer.status_code in (404, 422)
    assert stranger.post("/verificar", files={"number": (None, "1")}).status_code == 403


def test_who_guesses_on_waits(issued: IssuedRow, stranger: httpx.Client) -> None:
    statuses = [stranger.get(f"/verificar/{n:064x}").status_code for n in range(GUESSES + 1)]
    assert statuses[0] in (404, 429) and statuses[-1] == 429
    assert "espera" in stranger.get(f"/verificar/{issued.fingerprint}").text


def test_a_short_id_shows_nothing_of_itself() -> None:
    assert (masked("900555666"), masked("12345")) == ("••••••666", "•••••")
