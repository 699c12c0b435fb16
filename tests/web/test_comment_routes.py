"""Comments with files over HTTP: what the form takes, how a file goes out again; replies handed in by a server."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from portal.app.threads.reading import ShownThread, read_thread
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.threads import LONGEST
from portal.web.mail_webhook import mail_routes
from tests.files.test_uploads import PDF, picture
from tests.web.conftest import OURS, Visitor, World
from tests.web.paying import Payer, _document, new_payer

BOSS = operator("test")
SPANISH = {"Accept-Language": "es"}
NONE = [("", b"", "application/octet-stream")]  # what a browser sends for no file


@pytest.fixture
def payer(world: World) -> Payer:
    return new_payer(world)


def document(payer: Payer) -> int:
    return int(_document(payer.world, payer.number).id)


def thread(payer: Payer) -> ShownThread:
    return read_thread(payer.world.running.portal, BOSS, document(payer))


def sent(visitor: Visitor, document_id: int, files: list[Any], **data: str) -> httpx.Response:
    address = f"/comment/{document_id}"
    key = re.findall(r'name="key" value="([^"]*)"', visitor.http.get(address, headers=SPANISH).text)
    told = {"key": key[0] if key else "", "words": "Van los soportes", **data}
    return visitor.http.post(address, data=told, files=[("file", one) for one in files], headers=OURS | SPANISH)


def test_a_comment_with_files_comes_in_and_its_files_go_out_as_attachments(payer: Payer) -> None:
    files = [('"><b>.png', picture("PNG"), "text/html"), ("acta.pdf", PDF, "text/html"), ("x.xml", b"<a/>", "text/xml")]
    answer = sent(payer.visitor, document(payer), files, note="1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documento?id={document(payer)}")
    (message,) = thread(payer).messages
    assert (message.words, message.side) == ("Van los soportes", "customer")
    for one in thread(payer).files[message.id]:
        got = payer.visitor.http.get(f"/attachments/{one.id}?inline=1")
        assert (
            got.headers["content-disposition"].startswith("attachment")
            and got.headers["content-type"] == one.media_type
        )
        assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_without_files_the_form_is_a_plain_comment(payer: Payer) -> None:
    assert sent(payer.visitor, document(payer), NONE).status_code == 303
    assert len(thread(payer).messages) == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("a.exe", b"MZ", "application/pdf")], "no es un PDF"),
        ([("a.pdf", PDF, "application/pdf")] * 4, "hasta 3 archivos"),
        ([("a.pdf", PDF, "application/pdf")] * 9, "hasta 3 archivos"),
        ([("a.pdf", PDF + bytes(16 << 20), "application/pdf")], "más de 5 MB"),
        ([("a.pdf", PDF, "application/pdf")] * 51, "demasiado"),
    ],
)
def test_what_is_refused_says_why_and_what_was_written_stays(payer: Payer, files: list[Any], words: str) -> None:
    answer = sent(payer.visitor, document(payer), files, words="<i>ojo</i>")
    assert answer.status_code == 422 and words in answer.text and "&lt;i&gt;ojo" in answer.text
    assert thread(payer).messages == ()


def test_a_long_comment_comes_in_whole_in_any_script_and_a_longer_one_is_told_so(payer: Payer) -> None:
    assert sent(payer.visitor, document(payer), NONE, words="𠮷" * LONGEST).status_code == 303
    assert thread(payer).messages[0].words == "𠮷" * LONGEST
    answer = sent(payer.visitor, document(payer), NONE, words="x" * (4 * LONGEST + 1))
    assert (
        answer.status_code == 422 and f"más de {LONGEST} caracteres" in answer.text and "x" * 4 * LONGEST in answer.text
    )
    endless = sent(payer.visitor, document(payer), NONE, words="x" * (1 << 20))
    assert endless.status_code == 422 and "demasiado" in endless.text


def test_anothers_document_does_not_exist_and_a_form_from_elsewhere_is_refused(payer: Payer, world: World) -> None:
    bob = world.visit(world.bob)
    theirs, none = bob.http.get(f"/comment/{document(payer)}"), bob.http.get("/comment/1")
    assert theirs.status_code == none.status_code == 404 and theirs.content == none.content
    assert sent(bob, document(payer), []).status_code == 404
    evil = {"Origin": "https://evil.example"}
    assert payer.visitor.http.post(f"/comment/{document(payer)}", data={"words": "a"}, headers=evil).status_code == 403
    assert thread(payer).messages == ()


def test_without_a_secret_there_is_no_address_for_replies(stranger: httpx.Client) -> None:
    for secret in ("x", "None", "a" * 40):
        answer = stranger.post(f"/webhooks/mail/{secret}", content=b"From: a@b.c\n\nhola")
        assert answer.status_code == 404


def test_a_mail_server_with_the_secret_hands_in_a_reply_and_a_wrong_one_nothing(world: World, tmp_path: Any) -> None:
    secret = "s" * 40
    settings = Settings(home=tmp_path, reply_secret=secret, reply_address="respuestas@portal.example")
    portal = replace(world.running.portal, settings=settings)
    with TestClient(Starlette(routes=mail_routes(portal))) as server:
        raw = b"From: a@b.c\r\nTo: respuestas@portal.example\r\nMessage-ID: <w@x>\r\n\r\nhola"
        answer = server.post(f"/webhooks/mail/{secret}", content=raw)
        assert (answer.status_code, answer.json()) == (200, {"status": "refused"})
        assert server.post("/webhooks/mail/" + "t" * 40, content=raw).status_code == 404
        assert (
            server.post(f"/webhooks/mail/{secret}", content=raw, headers={"Content-Encoding": "gzip"}).status_code
            == 415
        )
