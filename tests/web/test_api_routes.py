"""The API over real HTTP: whose token reads what, what a wrong one is told, and that the description is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from portal.app.api_tokens import list_tokens, make_token, revoke_token
from portal.app.payments.accounts import set_account
from portal.domain.roles import Role
from portal.ledger.payments import Fact, add_payment
from portal.web.api_pace import CALLS, GUESSES, Pace, TooFast
from tests.app.people import BOSS
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, bring, facts
from tests.portal_server import Running, running_portal
from tests.signed_in import customer_named, grant, issuer_named, new_user, signed_in

PAYMENTS = "/api/v1/payments"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_portal(tmp_path_factory.mktemp("api")) as process:
        bring(process.portal, facts("FE-1", issuer=EJEMPLAR, customer=ABC), facts("FE-2", issuer=OTRA, customer=XYZ))
        for issuer, customer, transaction in ((EJEMPLAR, ABC, "mine"), (OTRA, XYZ, "theirs")):
            _pay(
                process,
                issuer_named(process.portal, issuer.name),
                customer_named(process.portal, customer.name),
                transaction,
            )
        yield process


def _pay(running: Running, issuer: int, customer: int, transaction: str) -> None:
    account = set_account(running.portal, BOSS, issuer, "sandbox", {"secret": "s" * 20}).row.id
    with running.portal.ledger.write("test") as unit:
        for kind, serial in ((Fact.PAYMENT, 0), (Fact.REFUND, 1)):
            add_payment(
                unit, issuer_id=issuer, customer_id=customer, account_id=account, transaction_id=transaction, kind=kind,
                serial=serial, returned=0, currency="COP", amount=123_456, method="pse",
                effective_on=unit.now.date(),
            )  # fmt: skip
        unit.commit()


@pytest.fixture(scope="module")
def issuer(running: Running) -> int:
    return issuer_named(running.portal, EJEMPLAR.name)


@pytest.fixture(scope="module")
def token(running: Running, issuer: int) -> str:
    return make_token(running.portal, BOSS, issuer, "Siigo")


@pytest.fixture(scope="module")
def http(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=30) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_reads_its_issuers_payments_and_no_others(http: httpx.Client, token: str) -> None:
    answer = http.get(PAYMENTS, headers=bearer(token))
    told = answer.json()
    assert (answer.status_code, told["more"]) == (200, False)
    assert [(one["transaction"], one["kind"]) for one in told["payments"]] == [("mine", "payment"), ("mine", "refund")]
    assert told["payments"][0]["amount"] == "1234.56" and isinstance(told["payments"][0]["id"], str)
    assert {one["payment_id"] for one in told["payments"]} == {told["payments"][0]["id"]}
    assert answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers
    again = http.get(PAYMENTS, headers=bearer(token), params={"since": told["next"]}).json()
    assert (again["payments"], again["next"]) == ([], told["next"])


def test_the_other_issuers_token_reads_the_other_ones(running: Running, http: httpx.Client) -> None:
    other = make_token(running.portal, BOSS, issuer_named(running.portal, OTRA.name), "otro")
    told = http.get(PAYMENTS, headers=bearer(other)).json()
    assert {one["transaction"] for one in told["payments"]} == {"theirs"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer pdc_" + "A" * 43},
        {"Authorization": "Basic cGRjOng="},
        {"Authorization": "Bearer " + "x" * 5_000},
        {"Cookie": "portal=" + "A" * 43},
    ],
)
def test_without_a_good_token_there_is_one_answer(http: httpx.Client, headers: dict[str, str]) -> None:
    answer = http.get(PAYMENTS, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "set-cookie" not in answer.headers


def test_a_revoked_token_is_told_what_a_wrong_one_is(running: Running, http: httpx.Client, issuer: int) -> None:
    gone = make_token(running.portal, BOSS, issuer, "viejo")
    assert http.get(PAYMENTS, headers=bearer(gone)).status_code == 200
    revoke_token(
        running.portal,
        BOSS,
        next(one.row.id for one in list_tokens(running.portal, BOSS, issuer) if one.row.name == "viejo"),
    )
    answer, wrong = (http.get(PAYMENTS, headers=bearer(one)) for one in (gone, "pdc_" + "B" * 43))
    assert (answer.status_code, answer.content) == (401, wrong.content)


@pytest.mark.parametrize(
    "asked", [{"since": "ayer"}, {"limit": "0"}, {"limit": "x"}, {"limit": "501"}, {"since": "1." + "9" * 19}]
)
def test_what_can_not_be_understood_is_said(http: httpx.Client, token: str, asked: dict[str, str]) -> None:
    answer = http.get(PAYMENTS, headers=bearer(token), params=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def test_a_session_is_no_token(running: Running, http: httpx.Client) -> None:
    owner = new_user(running.portal, "duena@api.example", "Dueña")
    grant(running.portal, owner, Role.OWNER, issuer_named(running.portal, EJEMPLAR.name))
    cookie = {"Cookie": f"portal={signed_in(running.portal, owner)}"}
    assert http.get(PAYMENTS, headers=cookie).status_code == 401


def test_what_is_not_there_is_said_in_json(http: httpx.Client, token: str) -> None:
    for path in ("/api/v1/nada", "/api/v2/payments", "/api/"):
        for method in ("GET", "POST", "DELETE"):
            answer = http.request(method, path, headers=bearer(token))
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), path
    assert http.post(PAYMENTS, headers=bearer(token)).status_code in (404, 405)


def test_every_answer_is_as_the_description_says(http: httpx.Client, token: str) -> None:
    described = http.get("/api/v1/openapi.json").json()
    responses = described["paths"][PAYMENTS]["get"]["responses"]
    for headers, params in ((bearer(token), {}), ({}, {}), (bearer(token), {"since": "x"})):
        answer = http.get(PAYMENTS, headers=headers, params=params)
        schema: dict[str, Any] = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
        whole = schema | {"components": described["components"]}
        Draft202012Validator.check_schema(whole)
        Draft202012Validator(whole).validate(answer.json())


def test_a_token_has_so_many_calls_a_minute_and_an_address_so_many_guesses() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(CALLS):
        pace.take("token:1")
    with pytest.raises(TooFast) as refused:
        pace.take("token:1")
    assert refused.value.seconds == 60
    pace.take("token:2")
    for _ in range(GUESSES):
        pace.check_guesses("203.0.113.1")
        pace.count_guess("203.0.113.1")
    with pytest.raises(TooFast):
        pace.check_guesses("203.0.113.1")
    pace.check_guesses("203.0.113.2")
    now[0] = 60.0
    pace.take("token:1")
    pace.check_guesses("203.0.113.1")


def test_what_is_remembered_of_callers_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.api_pace._MOST_KEYS", 3)
    pace = Pace()
    for number in range(100):
        pace.count_guess(f"203.0.113.{number}")
    assert len(pace._seen) == 3
