"""Our own pages: every one says where to go on, in the language that was chosen on the way."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import OURS, Visitor

SPANISH = {"Accept-Language": "es-CO"}
DEAD_ENDS = ("/l/roto", "/q/nadie", "/auth/reset/x", "/auth/invitation/x", "/auth/proof/x", "/documents/1.pdf", "/nada")


def test_a_language_that_was_chosen_goes_along_to_the_end(stranger: httpx.Client) -> None:
    page = stranger.get("/auth/sign-up?lang=en&next=/inicio", headers=SPANISH).text
    assert "Create an account" in page and 'href="/auth/privacy?lang=en" target="_blank"' in page
    assert 'href="/sign-in?lang=en"' in page
    said = {"email": "ana@correo.example", "name": "Ana", "consent": "on", "next": "/inicio"}
    sent = stranger.post("/auth/sign-up?lang=en", data=said, headers=OURS | SPANISH).text
    assert "Check your email" in sent and 'action="/auth/code/check?lang=en"' in sent


def test_a_language_can_be_chosen_on_a_page_that_was_asked_for(stranger: httpx.Client) -> None:
    page = stranger.get("/auth/code?next=%2Fdocumentos", headers=SPANISH).text
    assert '<a lang="en" href="?lang=en&amp;next=%2Fdocumentos">English</a>' in page
    assert 'href="?lang=es' in stranger.get("/auth/code", headers={"Accept-Language": "en"}).text
    posted = stranger.post("/auth/code", data={"email": "x"}, headers=OURS | SPANISH)
    assert 'href="?lang' not in posted.text


@pytest.mark.parametrize("asked", ["xx", "../en", '"><script>', ""])
def test_no_other_language_is_taken_from_an_address(stranger: httpx.Client, asked: str) -> None:
    page = stranger.get("/auth/code", params={"lang": asked}, headers=SPANISH).text
    assert '<html lang="es">' in page and "lang=x" not in page and "<script" not in page


@pytest.mark.parametrize("address", DEAD_ENDS)
def test_every_refusal_says_where_to_go_on(stranger: httpx.Client, address: str) -> None:
    answer = stranger.get(address, headers=SPANISH)
    assert answer.status_code >= 400
    assert (
        '<a href="/">Ir al portal</a>' in answer.text or '<a href="/sign-in">Entrar con una cuenta</a>' in answer.text
    )


@pytest.mark.parametrize("address", ["/nada", "/documentos/otra", "/index.html", "/wp-login.php", "/documentos/"])
def test_an_address_that_is_nobodys_is_said_in_our_own_words(ana: Visitor, address: str) -> None:
    answer = ana.http.get(address, headers=SPANISH)
    assert answer.status_code == 404 and "No encontramos lo que buscas" in answer.text


def test_who_came_by_a_link_may_still_sign_in_by_name(ana: Visitor) -> None:
    answer = ana.http.get("/sign-in?next=%2Fq%2Fejemplar&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/code?next=%2Fq%2Fejemplar&lang=en")
