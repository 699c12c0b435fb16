"""«Ya pagué» over HTTP: the form, what it takes, and how its proof goes out again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from portal.app.payments.reporting import ShownReport, list_reports, reports_of_document
from portal.clock import today
from portal.domain.access import operator
from portal.domain.transfers import ReportState
from portal.files.uploads import MOST
from tests.files.test_uploads import PDF, picture
from tests.web.conftest import OURS, World
from tests.web.paying import Payer, _document, new_payer

BOSS = operator("test")


@pytest.fixture
def payer(world: World) -> Payer:
    return new_payer(world)


def document(payer: Payer) -> int:
    return int(_document(payer.world, payer.number).id)


def filled(payer: Payer, **more: str) -> dict[str, str]:
    """The form as it comes, with what a person fills in."""
    page = payer.visitor.http.get(f"/pay/report/{document(payer)}", headers={"Accept-Language": "es"}).text
    given = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    return given | {"method": "nequi", "reference": f"R{document(payer)}", "comment": "", "bank": "", **more}


def sent(payer: Payer, data: dict[str, str], proof: Any = None, **headers: str) -> httpx.Response:
    files = {"proof": proof or ("", b"", "application/octet-stream")}
    here = OURS | {"Accept-Language": "es"} | headers
    return payer.visitor.http.post(f"/pay/report/{document(payer)}", data=data, files=files, headers=here)


def reported(payer: Payer) -> list[ShownReport]:
    return reports_of_document(payer.world.running.portal, BOSS, document(payer))


def test_the_form_knows_the_sum_and_the_day_and_one_press_reports(payer: Payer) -> None:
    given = filled(payer)
    now = today(payer.world.running.portal.clock)
    assert (given["amount"], given["on"], given["d"]) == ("1.000,00", now.isoformat(), str(document(payer)))
    answer = sent(payer, given, ("recibo.png", picture("PNG"), "text/html"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documento?id={document(payer)}")
    (one,) = reported(payer)
    assert (one.report.amount, one.report.method, one.report.state) == (100_000, "nequi", ReportState.WAITING)
    assert one.proof is not None and one.proof.media_type == "image/png"


def test_pressed_twice_it_is_one(payer: Payer) -> None:
    given = filled(payer)
    assert sent(payer, given).status_code == sent(payer, given).status_code == 303
    assert len(reported(payer)) == 1


def test_a_second_form_warns_plainly(payer: Payer) -> None:
    sent(payer, filled(payer))
    page = payer.visitor.http.get(f"/pay/report/{document(payer)}", headers={"Accept-Language": "es"}).text
    assert "sigue en revisión" in page


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"amount": "mucho"}, "no es un valor"),
        ({"on": "ayer"}, "fecha del pago"),
        ({"reference": ""}, "referencia"),
        ({"d": "1"}, "Marca los documentos"),
        ({"method": "<b>"}, "cómo pagaste"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_filled_in_stays(payer: Payer, odd: dict[str, str], words: str) -> None:
    answer = sent(payer, filled(payer, comment='Desde "<script>" mi cuenta') | odd)
    assert answer.status_code == 422 and words in answer.text and "Desde &quot;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text and reported(payer) == []


def test_a_day_that_has_not_come_is_refused(payer: Payer) -> None:
    later = today(payer.world.running.portal.clock) + timedelta(days=1)
    assert "posterior a hoy" in sent(payer, filled(payer, on=later.isoformat())).text


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"<html>"), ("a.html", b"<svg/>"), ("a.pdf", PDF + b"\0" * MOST), ("a.png", b"\x89PNG")],
)
def test_a_file_that_is_none_of_those_is_refused(payer: Payer, name: str, data: bytes) -> None:
    assert sent(payer, filled(payer), (name, data, "application/pdf")).status_code == 422
    assert reported(payer) == []


def test_a_form_from_elsewhere_is_refused(payer: Payer) -> None:
    answer = sent(payer, filled(payer), Origin="https://evil.example")
    assert answer.status_code == 403 and reported(payer) == []


def test_anothers_document_does_not_exist(payer: Payer, world: World, stranger: httpx.Client) -> None:
    bob, path = world.visit(world.bob).http, f"/pay/report/{document(payer)}"
    theirs, none = bob.get(path), bob.get("/pay/report/1")
    assert theirs.status_code == none.status_code == 404 and theirs.content == none.content
    assert bob.post(path, data=filled(payer), headers=OURS).status_code == 404
    assert stranger.get(path).status_code == 401 and reported(payer) == []


def test_a_proof_goes_out_as_an_attachment_that_can_do_nothing(payer: Payer, world: World) -> None:
    sent(payer, filled(payer), ('"><script>.pdf', PDF, "text/html"))
    (one,) = reported(payer)
    assert one.proof is not None
    for query in ("", "?inline=1"):
        answer = payer.visitor.http.get(f"/attachments/{one.proof.id}{query}")
        assert answer.content == PDF and answer.headers["content-type"] == "application/pdf"
        assert (
            answer.headers["content-disposition"].startswith("attachment; filename=")
            and "<" not in answer.headers["content-disposition"]
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    other = world.visit(world.bob).http
    theirs, none = other.get(f"/attachments/{one.proof.id}"), other.get("/attachments/1")
    assert theirs.status_code == none.status_code == 404 and theirs.content == none.content


def test_several_documents_of_a_basket_are_ticked_and_split_as_the_payer_says(payer: Payer, world: World) -> None:
    from portal.app.payments.quoting import fill_basket
    from portal.app.sessions import session_actor

    portal, second = world.running.portal, new_payer(world)
    actor = session_actor(portal, payer.visitor.hash)
    assert actor is not None
    basket = fill_basket(portal, actor, [document(payer), document(second)])
    path = f"/pay/report/{document(payer)}?b={basket}"
    page = payer.visitor.http.get(path, headers={"Accept-Language": "en"}).text
    assert page.count('type="checkbox"') == 2 and 'value="2,000.00"' in page and f"/pagar?b={basket}" in page
    data = filled(payer, amount="1.500", **{f"p{document(second)}": "900"})
    both = {"d": [str(document(payer)), str(document(second))]}
    answer = payer.visitor.http.post(path, data={**data, **both}, headers=OURS | {"Accept-Language": "es"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/documentos?estado=En+revisi%C3%B3n")
    (one,) = reported(payer)
    assert {line.number: line.amount for line in one.lines} == {payer.number: 60_000, second.number: 90_000}
    assert one.report.id in [shown.report.id for shown in list_reports(portal, BOSS, [ReportState.WAITING], 500)]


def test_what_is_settled_has_nothing_to_report(payer: Payer) -> None:
    from portal.domain.documents import Kind
    from tests.factories import ABC, bring, facts, pays

    given = filled(payer)
    bring(
        payer.world.running.portal,
        facts(f"NC{payer.number}", 1000, Kind.CREDIT_NOTE, customer=ABC, references=pays(payer.number)),
    )
    answer = payer.visitor.http.get(f"/pay/report/{document(payer)}", headers={"Accept-Language": "es"})
    assert answer.status_code == 200 and "ya no tienen saldo" in answer.text
    assert "ya no tienen saldo" in sent(payer, given).text and reported(payer) == []
