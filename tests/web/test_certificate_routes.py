"""The certificate of a withholding over HTTP: the form, what it takes, and who gets it."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from portal.app.payments.withheld_deciding import ShownWithholding, withholdings_of_document
from portal.app.payments.withheld_policy import decide_policy
from portal.app.payments.withheld_stating import state_withholdings
from portal.domain.access import operator
from portal.domain.withholdings import Policy, Withheld
from tests.files.test_uploads import PDF, picture
from tests.web.conftest import OURS, World
from tests.web.paying import Payer, _document, new_payer

BOSS = operator("test")


@pytest.fixture
def payer(world: World) -> Payer:
    """A payer that has stated two withholdings of its document."""
    made = new_payer(world)
    row = _document(world, made.number)
    portal = world.running.portal
    decide_policy(portal, BOSS, row.issuer_id, Policy(allowed=True))
    state_withholdings(portal, BOSS, {row.id: {Withheld.RETEFUENTE: 2_500, Withheld.RETEICA: 966}}, made.number)
    return made


def address(payer: Payer) -> str:
    return f"/pay/certificate/{_document(payer.world, payer.number).id}"


def form(payer: Payer) -> str:
    return payer.visitor.http.get(address(payer), headers={"Accept-Language": "es"}).text


def ticked(payer: Payer) -> list[str]:
    return re.findall(r'name="w" value="(\d+)" checked', form(payer))


def sent(payer: Payer, ids: list[str], file: Any = None) -> httpx.Response:
    files = {"file": file or ("", b"", "application/octet-stream")}
    here = OURS | {"Accept-Language": "es"}
    return payer.visitor.http.post(address(payer), data={"w": ids}, files=files, headers=here)


def stated(payer: Payer) -> list[ShownWithholding]:
    return withholdings_of_document(payer.world.running.portal, BOSS, _document(payer.world, payer.number).id)


def test_one_file_certifies_all_that_is_ticked_and_then_nothing_is_missing(payer: Payer) -> None:
    answer = sent(payer, ticked(payer), ("cert.pdf", PDF, "text/html"))
    document = _document(payer.world, payer.number).id
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documento?id={document}")
    assert [one.certificate.name for one in stated(payer) if one.certificate] == ["cert.pdf", "cert.pdf"]
    assert "No hay retenciones" in form(payer) and sent(payer, [], None).status_code == 422


def test_of_one_that_is_ticked_the_other_still_waits(payer: Payer) -> None:
    first, second = ticked(payer)
    sent(payer, [first], ("foto.png", picture("PNG"), "image/png"))
    assert ticked(payer) == [second]
    file = next(one.certificate for one in stated(payer) if one.certificate)
    answer = payer.visitor.http.get(f"/attachments/{file.id}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("tick", "file", "words"),
    [
        (True, None, "Elige el archivo"),
        (True, ("x.pdf", b"<script>", "application/pdf"), "PDF"),
        (False, ("cert.pdf", PDF, "application/pdf"), "Marca las retenciones"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(payer: Payer, tick: bool, file: Any, words: str) -> None:
    answer = sent(payer, ticked(payer) if tick else [], file)
    assert answer.status_code == 422 and words in answer.text
    assert not any(one.certificate for one in stated(payer))
