"""Coming in by a sign-in provider, against the real server and an emulated provider over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import RSAKey

from portal.ledger.users import add_user
from tests.portal_server import Running, running_portal
from tests.web.oidc_provider import Provider, oidc_provider

ANA = {"email": "ana@correo.example", "email_verified": True}


@dataclass(frozen=True)
class House:
    running: Running
    provider: Provider


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home: Path = tmp_path_factory.mktemp("oidc")
    with oidc_provider() as provider:
        discovery = f"{provider.url}/.well-known/openid-configuration"
        client = {
            "CLIENT_ID": "portal",
            "CLIENT_SECRET": "secret",
            "DISCOVERY_URL": discovery,
        }
        with running_portal(home, **{f"PORTAL_OIDC_CASA_{name}": value for name, value in client.items()}) as running:
            with running.portal.ledger.write("test") as unit:
                add_user(unit, "ana@correo.example", "Ana")
                unit.commit()
            yield House(running, provider)


@pytest.fixture
def browser(house: House) -> Iterator[httpx.Client]:
    house.provider.person, house.provider.lie, house.provider.signing = dict(ANA), {}, None
    with httpx.Client(base_url=house.running.url, timeout=30) as client:
        client.get("/sign-in")
        yield client


def came_back(browser: httpx.Client) -> httpx.Response:
    """Start, sign in at the provider, come back."""
    start = browser.get("/auth/oidc/casa", params={"next": "/documentos"})
    there = httpx.get(start.headers["location"])
    return browser.get(there.headers["location"])


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/sign-out").status_code == 200


def test_who_has_an_account_is_let_in_and_led_on(browser: httpx.Client) -> None:
    answer = came_back(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/documentos")
    assert is_in(browser)


def test_the_sign_in_page_and_the_address_know_only_providers_that_are_set_up(browser: httpx.Client) -> None:
    assert browser.get("/auth/oidc/otra").status_code == 404


def test_the_request_carries_state_nonce_and_pkce(browser: httpx.Client) -> None:
    asked = httpx.URL(browser.get("/auth/oidc/casa").headers["location"]).params
    assert {"state", "nonce", "code_challenge"} <= set(asked) and asked["code_challenge_method"] == "S256"
    cookie = browser.cookies["portal-oidc"]
    assert cookie and "secret" not in cookie


@pytest.mark.parametrize(
    "lie",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "x"}, {"exp": 1}, {"email_verified": False},
     {"email_verified": "true"}, {"email": None}],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_us_lets_nobody_in(house: House, browser: httpx.Client, lie: dict[str, object]) -> None:
    house.provider.lie = lie
    assert came_back(browser).status_code == 422 and not is_in(browser)


def test_a_token_signed_by_somebody_else_lets_nobody_in(house: House, browser: httpx.Client) -> None:
    house.provider.signing = RSAKey.generate_key(2048, {"kid": "1"})
    assert came_back(browser).status_code == 422 and not is_in(browser)


def test_an_answer_that_nobody_asked_for_lets_nobody_in(house: House, browser: httpx.Client) -> None:
    """Login CSRF: the attacker's own answer, opened in the victim's browser."""
    with httpx.Client(base_url=house.running.url) as attacker:
        start = attacker.get("/auth/oidc/casa")
        theirs = httpx.get(start.headers["location"]).headers["location"]
    assert browser.get(theirs).status_code == 422 and not is_in(browser)


def test_who_has_no_account_is_told_to_make_one(house: House, browser: httpx.Client) -> None:
    house.provider.person = {"email": "nadie@correo.example", "email_verified": True}
    answer = came_back(browser)
    assert "/auth/sign-up" in answer.text and not is_in(browser)
