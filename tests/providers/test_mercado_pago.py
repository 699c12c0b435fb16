"""Mercado Pago: what is its own. What it shares with the others is in tests/contract."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from portal.domain.payments import (
    Account,
    Door,
    Method,
    NotGenuine,
    Notice,
    Order,
    ProviderDown,
    ProviderRefused,
    Question,
    RawNotice,
    Standing,
    Transaction,
)
from portal.errors import Refused
from portal.providers.mercado_pago import MercadoPago, preference
from tests.emulators.base import Emulator, Stage, serving, stage
from tests.emulators.mercado_pago import MercadoPagoEmulator

MP = MercadoPago()
SECRET = "MADE_mp_webhook_secret_0001"
RID = "bb56a2f1-6aae-46ac-982e-9dcd3581d08e"
PAYMENT, ORDER = "123456789012", "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3"
TOKEN = "APP_USR-7001-112312-0123456789abcdef0123456789abcdef-44444"
VECTORS = {  # id, request-id, ts, v1
    "seconds": (PAYMENT, RID, "1791234567", "295b8a16e8e93373015fc5fcb49739562faaab73b8d2b8b5b0608f9bbc997d4b"),
    "milliseconds": (PAYMENT, RID, "1742505638683", "bc5eae6c43bdebf141ecbeebaf232148b2a91631a05c447624fdaf50ef4d3805"),
    "no request-id": (PAYMENT, None, "1791234567", "d1ef83d1e731e064179ee3016f97af2f551ea66bb3de5407aa83ea9bb4a70682"),
    "letters as sent": (ORDER, RID, "1791234567", "0bbf6589b33c808c9d859667203ccb13e6f3fb174159208ed1b582ad6fa43c3a"),
    "lower case": (ORDER, RID, "1791234567", "0e46919b52e1854bb9b494baf08603f47a5e1887effee3eb8d2fe7a98c9ad159"),
}


@pytest.fixture(scope="module")
def built() -> Iterator[Stage]:
    with stage() as one:
        yield one


@pytest.fixture
def mercado_pago(built: Stage) -> MercadoPagoEmulator:
    emulator = MercadoPagoEmulator()
    built.play(emulator)
    return emulator


def account(**changes: Any) -> Account:
    told: dict[str, Any] = {
        "id": 1,
        "receiver": "44444",
        "live": True,
        "credentials": ({"access_token": TOKEN, "webhook_secret": SECRET},),
    }
    return Account(**(told | changes))


def order(**changes: Any) -> Order:
    told: dict[str, Any] = {
        "reference": "FV-1042-A1x",
        "amount": 11_900_000,
        "currency": "COP",
        "description": "Factura FV-1042",
        "expires_at": datetime(2099, 11, 24, 13, tzinfo=UTC),
        "return_url": "https://portal.example/pay/return/A1x",
        "notice_url": "https://portal.example/webhooks/mercado_pago/1",
    }
    return Order(**(told | changes))


def notice(
    data_id: str | None = PAYMENT,
    request_id: str | None = RID,
    stamp: str = "1791234567",
    digest: str | None = None,
    manifest: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> RawNotice:
    """A notice as it comes; signed for just what is sent, unless told otherwise."""
    parts = {"id": data_id, "request-id": request_id, "ts": stamp}
    manifest = manifest or "".join(f"{name}:{value};" for name, value in parts.items() if value)
    digest = digest or hmac.new(SECRET.encode(), manifest.encode(), sha256).hexdigest()
    told = {
        "id": 108764523001,
        "live_mode": True,
        "type": "payment",
        "user_id": 44444,
        "action": "payment.updated",
        "data": {"id": data_id},
    }
    return RawNotice(
        json.dumps(told | dict(body or {})).encode(),
        (("x-signature", f"ts={stamp},v1={digest}"), *((("x-request-id", request_id),) if request_id else ())),
        (*((("data.id", data_id),) if data_id else ()), ("type", "payment")),
    )


def read(raw: RawNotice, **changes: Any) -> Notice:
    return MP.read_notice(account(**changes), raw)


def not_genuine(raw: RawNotice) -> None:
    with pytest.raises(NotGenuine):
        read(raw)


# Notices


@pytest.mark.parametrize("name", VECTORS)
def test_each_published_signature_holds_and_none_with_another_digit(name: str) -> None:
    data_id, request_id, stamp, digest = VECTORS[name]
    signed = notice(data_id, request_id, stamp, digest)

    assert read(signed).key == f"payment:108764523001:{data_id}"
    not_genuine(notice(data_id, request_id, stamp, digest[:-1] + ("0" if digest[-1] != "0" else "1")))
    not_genuine(replace(signed, query=(("data.id", "123456789013"), ("type", "payment"))))


def test_a_part_without_a_value_is_left_out_and_not_signed_empty() -> None:
    assert read(notice(request_id=None)).transaction_id == PAYMENT
    assert read(notice(data_id=None)).ignored
    not_genuine(notice(request_id=None, manifest=f"id:{PAYMENT};request-id:;ts:1791234567;"))


@pytest.mark.parametrize("stamp", ["1", "999999999", "4102444800", "4102444800000", "1791234567", "1791234567000"])
def test_no_age_makes_a_notice_less_genuine(stamp: str) -> None:
    """The unit of `ts` is told both ways, and a replayed notice is only one more question."""
    assert read(notice(stamp=stamp)).transaction_id == PAYMENT


@pytest.mark.parametrize("stamp", ["", "²", "٣", "1e9", "-1", "1 2", "0x1", "1" * 17, "NaN", "\ud800", "1791234567."])
def test_an_odd_time_is_refused_and_crashes_nothing(stamp: str) -> None:
    not_genuine(notice(stamp=stamp, digest="0" * 64))


@pytest.mark.parametrize(
    "header",
    ["v1=" + "0" * 64, "ts=1", "ts=1,v1", "ts=1,ts=1,v1=" + "0" * 64, "ts=1,v1=" + "0" * 64 + ",v1=" + "1" * 64, ",,"],
)
def test_a_signature_that_is_not_whole_is_refused(header: str) -> None:
    not_genuine(replace(notice(), headers=(("x-signature", header), ("x-request-id", RID))))


def test_spaces_and_unknown_parts_of_a_signature_do_no_harm() -> None:
    signed = notice()
    header = dict(signed.headers)["x-signature"].replace(",", " , v2=later, ")

    assert read(replace(signed, headers=(("x-signature", header), ("x-request-id", RID)))).transaction_id == PAYMENT


@pytest.mark.parametrize("ids", [(PAYMENT, PAYMENT), (PAYMENT[:6], PAYMENT[6:]), (PAYMENT, "")])
def test_an_id_told_twice_is_refused(ids: tuple[str, str]) -> None:
    not_genuine(replace(notice(), query=tuple(("data.id", one) for one in ids)))


@pytest.mark.parametrize("twice", ["ts", "v1"])
def test_a_part_of_a_good_signature_told_twice_is_refused(twice: str) -> None:
    signed = notice()
    header = dict(signed.headers)["x-signature"]
    part = next(part for part in header.split(",") if part.startswith(twice))
    not_genuine(replace(signed, headers=(("x-signature", f"{header},{part}"), ("x-request-id", RID))))


def test_what_comes_unsigned_is_refused_and_where_it_points_is_not_asked(mercado_pago: MercadoPagoEmulator) -> None:
    _, transaction_id = pay(mercado_pago)
    mercado_pago.asked.clear()
    for sent in mercado_pago.unsigned(transaction_id):
        with pytest.raises(NotGenuine):
            MP.read_notice(mercado_pago.account(), sent.raw())
    assert mercado_pago.asked == []


def test_the_signed_id_counts_whatever_the_body_says() -> None:
    assert read(notice(body={"data": {"id": "999"}})).transaction_id == PAYMENT


@pytest.mark.parametrize(
    "kind", ["topic_merchant_order_wh", "topic_claims_integration_wh", "stop_delivery_op_wh", "mp-connect", "", None, 7]
)
def test_a_notice_of_something_else_is_genuine_and_ignored(kind: object) -> None:
    told = read(notice(body={"type": kind}))

    assert (told.ignored, told.transaction_id) == (True, None)


def test_a_notice_of_an_order_is_ignored() -> None:
    assert read(notice(data_id=ORDER, body={"type": "order"})).ignored


def test_a_chargeback_leads_to_its_payment_where_it_names_one() -> None:
    kind = {"type": "topic_chargebacks_wh"}
    named = read(notice(data_id="233000061680860000", body=kind | {"data": {"payment_id": 81968653106}}))

    assert (named.transaction_id, named.ignored) == ("81968653106", False)
    for data in ({"id": "2330"}, {"payment_id": "../users/me"}, {"payment_id": None}, [], None):
        assert read(notice(data_id="2330", body=kind | {"data": data})).ignored


def test_a_notice_for_another_seller_of_the_same_application_is_ignored() -> None:
    assert read(notice(body={"user_id": 55555})).ignored


def test_notices_without_an_id_of_their_own_differ_by_what_they_say() -> None:
    keys = [read(notice(body={"id": None, "action": action})).key for action in ("payment.created", "payment.updated")]

    assert len(set(keys)) == 2
    assert keys[0] == read(notice(body={"id": None, "action": "payment.created"})).key


def test_a_key_is_plain_and_short_whatever_the_body_says() -> None:
    for odd in ("\x00", "a b", "x" * 1000, {"a": 1}, [], -1):
        key = read(notice(body={"id": odd})).key
        assert key.isascii()
        assert key.isprintable()
        assert len(key) <= 200


def test_a_notice_says_whether_its_money_is_real() -> None:
    assert read(notice()).live is True
    assert read(notice(body={"live_mode": False})).live is False
    assert read(notice(body={"live_mode": "true"})).live is None
    test_user = {"access_token": TOKEN, "webhook_secret": SECRET, "environment": "test"}
    assert read(notice(), credentials=(test_user,), live=False).live is False


@pytest.mark.parametrize("lower_case", [False, True])
@pytest.mark.parametrize("milliseconds", [False, True])
@pytest.mark.parametrize("request_ids", [False, True])
def test_the_emulator_signs_in_every_way(
    mercado_pago: MercadoPagoEmulator, lower_case: bool, milliseconds: bool, request_ids: bool
) -> None:
    mercado_pago.lower_case, mercado_pago.milliseconds, mercado_pago.request_ids = lower_case, milliseconds, request_ids
    _, transaction_id = pay(mercado_pago)
    numeric, again = mercado_pago.notices[-1], mercado_pago.again(transaction_id)
    order_notice = mercado_pago.notice(mercado_pago.payments[transaction_id], "order", {"id": ORDER})

    for sent in (numeric, again):
        assert MP.read_notice(mercado_pago.account(), sent.raw()).transaction_id == transaction_id
    assert MP.read_notice(mercado_pago.account(), order_notice.raw()).ignored


# Credentials


@pytest.mark.parametrize(
    ("token", "more", "live"),
    [
        (TOKEN, {}, True),
        (TOKEN, {"environment": "live"}, True),
        (TOKEN, {"environment": "test"}, False),
        (TOKEN.replace("APP_USR", "TEST"), {}, False),
        (TOKEN.replace("APP_USR", "TEST"), {"environment": "test"}, False),
        ("TEST-4934588586838432-XXXXXXXX-241983636", {}, False),
        ("APP_USR-7001-112312-0123456789abcdef__LA_LD__-44444", {}, True),
    ],
)
def test_a_token_says_whose_it_is(token: str, more: dict[str, str], live: bool) -> None:
    facts = MP.facts({"access_token": token, "webhook_secret": SECRET} | more)

    assert (facts.receiver, facts.live) == (token.rpartition("-")[2], live)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_token", "APP_USR-1-44444"),
        ("access_token", TOKEN.replace("APP_USR", "PROD")),
        ("access_token", TOKEN + "x"),
        ("access_token", f" {TOKEN}"),
        ("access_token", f"{TOKEN}\n"),
        ("access_token", TOKEN.replace("44444", "٤٤٤٤٤")),
        ("webhook_secret", "short"),
        ("webhook_secret", f"{SECRET} "),
        ("environment", "maybe"),
    ],
)
def test_a_credential_that_is_not_whole_is_refused_by_name(name: str, value: str) -> None:
    labels = {field.name: str(field.label) for field in MP.fields}

    with pytest.raises(Refused, match=f"^«{re.escape(labels[name])}»"):
        MP.facts({"access_token": TOKEN, "webhook_secret": SECRET} | {name: value})


@pytest.mark.parametrize(
    ("seller", "changes", "wrong"),
    [
        ("test_user", {"receiver": "55555"}, "es del usuario 44444 de Mercado Pago, no del 55555"),
        ("test_user", {"credentials": ({"access_token": TOKEN},), "live": True}, "de un usuario de prueba"),
        (
            "live",
            {"credentials": ({"access_token": TOKEN, "environment": "test"},), "live": False},
            "su dinero es real",
        ),
        ("live", {"credentials": ({"access_token": f"{TOKEN}0"},)}, "no acepta el access token"),
    ],
)
def test_trying_the_connection_says_what_is_wrong(
    mercado_pago: MercadoPagoEmulator, seller: str, changes: dict[str, Any], wrong: str
) -> None:
    mercado_pago.seller = seller
    with pytest.raises(Refused, match=wrong):
        MP.probe(mercado_pago.account(**changes))


@pytest.mark.parametrize(
    ("seller", "mode"), [("test_user", "pruebas"), ("test_token", "pruebas"), ("live", "producción")]
)
def test_trying_the_connection_says_who_answers(mercado_pago: MercadoPagoEmulator, seller: str, mode: str) -> None:
    mercado_pago.seller = seller

    assert f"«TESTUSER44444» (MCO, {mode})" in str(MP.probe(mercado_pago.account()))


# Doors


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [
        (11_900_000, "COP", "119000"),
        (119_000, "CLP", "119000"),
        (11_900_005, "ARS", "119000.05"),
        (11_900_010, "BRL", "119000.10"),
        (11_900_000, "MXN", "119000"),
        (10**15 + 1, "PEN", "10000000000000.01"),
    ],
)
def test_a_price_goes_out_as_an_exact_number(built: Stage, amount: int, currency: str, price: str) -> None:
    emulator, bodies = MercadoPagoEmulator(), []
    listening(built, emulator, bodies)
    MP.open(emulator.account(), order(amount=amount, currency=currency))

    assert f'"unit_price":{price}}}'.encode() in bodies[0]


@pytest.mark.parametrize(("amount", "currency"), [(11_900_050, "COP"), (11_900_000, "USD")])
def test_a_price_that_can_not_be_paid_is_not_asked_for(
    mercado_pago: MercadoPagoEmulator, amount: int, currency: str
) -> None:
    with pytest.raises(ProviderRefused, match=currency):
        MP.open(mercado_pago.account(), order(amount=amount, currency=currency))
    assert mercado_pago.asked == []


def test_a_preference_says_all_that_the_payer_and_the_portal_need(mercado_pago: MercadoPagoEmulator) -> None:
    door = MP.open(mercado_pago.account(), order(payer_name="Ana Ruiz", payer_email="ana@cliente.example"))
    made = mercado_pago.preferences[str(door.session_id)]

    assert door == Door(made["init_point"], (), made["id"])
    assert made["external_reference"] == "FV-1042-A1x"
    assert made["payer"] == {"name": "Ana Ruiz", "email": "ana@cliente.example"}
    assert set(made["back_urls"].values()) == {"https://portal.example/pay/return/A1x"}
    assert made["auto_return"] == "approved"
    assert made["notification_url"] == "https://portal.example/webhooks/mercado_pago/1?source_news=webhooks"
    assert (made["expires"], made["expiration_date_to"]) == (True, "2099-11-24T13:00:00.000+00:00")


@pytest.mark.parametrize(
    "here", ["http://localhost:8501/x", "http://127.0.0.1/x", "https://localhost/x", "http://portal.example/x"]
)
def test_an_address_that_is_not_public_is_not_returned_to_by_itself_nor_notified(here: str) -> None:
    """Mercado Pago refuses the whole preference with either."""
    asked = preference(account(), order(return_url=here, notice_url=here))

    assert asked.keys().isdisjoint({"auto_return", "notification_url"})
    assert preference(account(), order(return_url=here)).keys() >= {"back_urls", "notification_url"}


def test_the_same_order_after_a_lost_answer_is_the_same_preference(mercado_pago: MercadoPagoEmulator) -> None:
    first = MP.open(mercado_pago.account(), order())
    mercado_pago.faults.append("500")
    with pytest.raises(ProviderDown):
        MP.open(mercado_pago.account(), order())

    assert MP.open(mercado_pago.account(), order()) == first
    assert len(mercado_pago.preferences) == 1


@pytest.mark.parametrize(
    "start",
    [
        "https://evil.example",
        "https://mercadopago.com.evil.example",
        "https://evil.example/www.mercadopago.com.co",
        "https://www.mercadopago.com.co@evil.example",
        "https://evil.example\\@www.mercadopago.com.co",
        "http://www.mercadopago.com.co",
        "https://mercadopago.evil",
        "https://notmercadopago.com.co",
        "https://mercadopago-com.co",
        "https://www.mercadopago.com-co.example",
        "https://www.mercadopago.com.co:8443",
        "//www.mercadopago.com.co",
        "javascript:alert(1)//https://www.mercadopago.com.co",
        "https://www.mercadopago.com.co/\n",
        "http://169.254.169.254",
    ],
)
def test_the_payer_is_never_sent_elsewhere(mercado_pago: MercadoPagoEmulator, start: str) -> None:
    mercado_pago.start = start
    with pytest.raises(ProviderDown, match="payment page"):
        MP.open(mercado_pago.account(), order())


@pytest.mark.parametrize(
    "host",
    ["www.mercadopago.com.co", "sandbox.mercadopago.com.co", "mercadopago.com.ar", "www.mercadopago.com.br",
     "www.mercadopago.cl", "www.mercadopago.com.mx", "www.mercadopago.com.pe", "www.mercadopago.com.uy",
     "www.mercadopago.com"],
)  # fmt: skip
def test_the_payer_is_sent_to_every_country_s_page(mercado_pago: MercadoPagoEmulator, host: str) -> None:
    mercado_pago.start = f"https://{host}"

    assert MP.open(mercado_pago.account(checkout_url=None), order()).url.startswith(f"https://{host}/checkout/v1/")


def test_this_machine_is_no_payment_page_unless_the_account_says_so(mercado_pago: MercadoPagoEmulator) -> None:
    assert MP.open(mercado_pago.account(checkout_url=f"{mercado_pago.url}/some/path"), order())
    for other in (None, "http://127.0.0.1:9"):
        with pytest.raises(ProviderDown, match="payment page"):
            MP.open(mercado_pago.account(checkout_url=other), order())


def test_a_payment_page_comes_back_with_what_mercado_pago_says_and_null_for_what_it_does_not(
    mercado_pago: MercadoPagoEmulator,
) -> None:
    door = MP.open(mercado_pago.account(), order())
    back = {}
    for outcome in ("approved", "declined", "pending", ""):
        chosen = {"pref_id": door.session_id, "outcome": outcome}
        back[outcome] = httpx.URL(
            httpx.post(f"{mercado_pago.url}/checkout/v1/pay", data=chosen).headers["location"]
        ).params

    assert [back[outcome]["collection_status"] for outcome in back] == ["approved", "rejected", "pending", "null"]
    assert {one["external_reference"] for one in back.values()} == {"FV-1042-A1x"}
    assert (back[""]["payment_id"], back["approved"]["merchant_account_id"]) == ("null", "null")


# Answers

ROW = {"id": 1, "external_reference": "FV-1042-A1x", "currency_id": "COP", "transaction_amount": 5}
ODD_ROWS: list[dict[str, Any]] = [
    *({"transaction_amount": odd} for odd in ("119000,00", -1, 1.001, None, True, [], "1e400")),
    *({"transaction_amount_refunded": odd} for odd in ("x", -1, [1])),
    *({"currency_id": odd} for odd in ("???", None, 7)),
    *({"id": odd} for odd in (None, "../1", -1, 1.5)),
]


def pay(emulator: MercadoPagoEmulator, outcome: str = "approved", **changes: Any) -> tuple[Order, str]:
    asked = order(**changes)
    return asked, emulator.pay(MP.open(emulator.account(), asked), outcome)


def told(emulator: Emulator, reference: str = "FV-1042-A1x", *ids: str) -> list[Transaction]:
    return list(MP.transactions(emulator.account(), Question(reference, None, ids)))


@pytest.mark.parametrize(
    ("status", "detail", "standing", "returned", "disputed"),
    [
        ("pending", "pending_waiting_payment", Standing.PENDING, 0, False),
        ("pending", "pending_waiting_transfer", Standing.PENDING, 0, False),
        ("in_process", "pending_review_manual", Standing.PENDING, 0, False),
        ("in_process", "pending_contingency", Standing.PENDING, 0, False),
        ("authorized", "pending_capture", Standing.PENDING, 0, False),
        ("approved", "accredited", Standing.APPROVED, 0, False),
        ("in_mediation", "pending", Standing.APPROVED, 0, True),
        ("rejected", "cc_rejected_other_reason", Standing.DECLINED, 0, False),
        ("cancelled", "expired", Standing.EXPIRED, 0, False),
        ("cancelled", "by_collector", Standing.DECLINED, 0, False),
        ("cancelled", "by_payer", Standing.DECLINED, 0, False),
        ("refunded", "refunded", Standing.APPROVED, 11_900_000, False),
        ("charged_back", "in_process", Standing.APPROVED, 11_900_000, True),
        ("charged_back", "settled", Standing.APPROVED, 11_900_000, False),
        ("charged_back", "reimbursed", Standing.APPROVED, 0, False),
        ("something_new", "x", Standing.UNKNOWN, 0, False),
        (None, None, Standing.UNKNOWN, 0, False),
    ],
)
def test_each_status_is_read(
    mercado_pago: MercadoPagoEmulator, status: str, detail: str, standing: Standing, returned: int, disputed: bool
) -> None:
    _, transaction_id = pay(mercado_pago, "pending")
    mercado_pago.payments[transaction_id] |= {"status": status, "status_detail": detail}
    (known,) = told(mercado_pago)

    assert (known.standing, known.returned, known.disputed) == (standing, returned, disputed)
    assert known.paid == (standing is Standing.APPROVED)


def test_a_cancelled_payment_that_had_been_approved_is_taken_back_whole(mercado_pago: MercadoPagoEmulator) -> None:
    _, transaction_id = pay(mercado_pago)
    mercado_pago.settle(transaction_id, "cancelled")
    (known,) = told(mercado_pago)

    assert (known.standing, known.paid, known.returned) == (Standing.VOIDED, True, 11_900_000)


def test_parts_given_back_are_read_in_all_and_then_the_rest_taken_by_the_bank(
    mercado_pago: MercadoPagoEmulator,
) -> None:
    _, transaction_id = pay(mercado_pago)
    for amount, in_all in ((1_000_000, 1_000_000), (2_000_000, 3_000_000)):
        mercado_pago.refund(transaction_id, amount)
        for _again in range(2):
            (known,) = told(mercado_pago)
            assert (known.standing, known.refunded) == (Standing.APPROVED, in_all)
    mercado_pago.charge_back(transaction_id)
    (known,) = told(mercado_pago)

    assert (known.refunded, known.charged_back, known.returned) == (3_000_000, 8_900_000, 11_900_000)


def test_a_chargeback_that_is_won_gives_the_money_again(mercado_pago: MercadoPagoEmulator) -> None:
    _, transaction_id = pay(mercado_pago)
    mercado_pago.charge_back(transaction_id)
    named = [MP.read_notice(mercado_pago.account(), sent.raw()).transaction_id for sent in mercado_pago.notices]
    (opened,) = told(mercado_pago)
    mercado_pago.decide(transaction_id, won=True)
    (won,) = told(mercado_pago)

    assert named == [transaction_id] * 3
    assert (opened.charged_back, opened.disputed) == (11_900_000, True)
    assert (won.charged_back, won.disputed, won.paid) == (0, False, True)
    assert mercado_pago.approved_by_reference() == {"FV-1042-A1x": 11_900_000}


@pytest.mark.parametrize("seller", ["live", "test_user", "test_token"])
@pytest.mark.parametrize("live_mode", [True, False, None, "true", 1])
def test_money_is_real_only_where_account_and_answer_say_so(
    mercado_pago: MercadoPagoEmulator, seller: str, live_mode: object
) -> None:
    mercado_pago.seller = seller
    _, transaction_id = pay(mercado_pago)
    mercado_pago.payments[transaction_id]["live_mode"] = live_mode

    assert told(mercado_pago)[0].live == (seller != "test_user" and live_mode is True)


def test_a_test_token_is_sent_no_notice(mercado_pago: MercadoPagoEmulator) -> None:
    mercado_pago.seller = "test_token"
    pay(mercado_pago)

    assert mercado_pago.notices == []
    assert told(mercado_pago)[0].live is False


def test_another_payment_s_id_in_the_return_comes_back_under_its_own_reference(
    mercado_pago: MercadoPagoEmulator,
) -> None:
    """`collection_id` of somebody else's payment: what is told of it can't be taken for this checkout's."""
    _, others = pay(mercado_pago, reference="FV-2000-B2x")
    MP.open(mercado_pago.account(), order())

    assert [one.reference for one in told(mercado_pago, "FV-1042-A1x", others)] == ["FV-2000-B2x"]
    assert told(mercado_pago, "FV-1042-A1x") == []


def test_a_search_that_finds_more_than_was_asked_changes_nothing(built: Stage) -> None:
    row = {"id": 1, "status": "approved", "transaction_amount": 5, "currency_id": "COP", "live_mode": True}
    rows = [row | {"external_reference": other} for other in ("FV-1042-A1xy", "fv-1042-a1x", None)]

    assert answering(built, {"results": rows, "paging": {"total": 3}}) == []


def test_all_attempts_are_read_however_many(mercado_pago: MercadoPagoEmulator) -> None:
    mercado_pago.page_size = 2
    door = MP.open(mercado_pago.account(), order())
    ids = [mercado_pago.pay(door, outcome) for outcome in ["declined"] * 4 + ["approved"]]

    assert [one.id for one in told(mercado_pago)] == ids


def test_an_answer_by_id_is_fresher_than_a_search(mercado_pago: MercadoPagoEmulator) -> None:
    _, transaction_id = pay(mercado_pago, "pending")
    stale = dict(mercado_pago.payments[transaction_id])
    mercado_pago.settle(transaction_id, "approved")
    search = {"results": [json.loads(json.dumps(stale, default=int))], "paging": {"total": 1, "limit": 30, "offset": 0}}
    mercado_pago.find_payments = lambda *asked: search  # type: ignore[method-assign]
    with serving(mercado_pago):
        assert told(mercado_pago)[0].standing is Standing.PENDING
        (known,) = told(mercado_pago, "FV-1042-A1x", transaction_id)

    assert known.standing is Standing.APPROVED


def test_a_payment_known_by_its_id_alone_says_its_reference(mercado_pago: MercadoPagoEmulator) -> None:
    """A notice names no reference: without one nothing is searched for."""
    _, transaction_id = pay(mercado_pago)
    mercado_pago.asked.clear()

    assert [one.reference for one in told(mercado_pago, "", transaction_id)] == ["FV-1042-A1x"]
    assert mercado_pago.asked == [f"/v1/payments/{transaction_id}"]


@pytest.mark.parametrize(
    ("method_id", "type_id", "method"),
    [
        ("pse", "bank_transfer", Method.PSE),
        ("efecty", "ticket", Method.CASH_POINT),
        ("visa", "credit_card", Method.CARD),
        ("debvisa", "debit_card", Method.CARD),
        ("account_money", "account_money", Method.WALLET),
        ("consumer_credits", "digital_currency", Method.LATER),
        ("pix", "bank_transfer", Method.OTHER),
        ("codensa", "credit_card", Method.CARD),
        (None, None, Method.OTHER),
    ],
)
def test_the_method_is_named(mercado_pago: MercadoPagoEmulator, method_id: str, type_id: str, method: Method) -> None:
    _, transaction_id = pay(mercado_pago)
    mercado_pago.payments[transaction_id] |= {"payment_method_id": method_id, "payment_type_id": type_id}

    assert told(mercado_pago)[0].method is method


def test_what_is_kept_of_an_answer_says_nothing_of_the_payer(mercado_pago: MercadoPagoEmulator) -> None:
    mercado_pago.method = "visa", "credit_card"
    pay(mercado_pago)
    (known,) = told(mercado_pago)

    assert known.amount == 11_900_000  # total_paid_amount is twice as much: the financing of the card
    assert known.receiver == "44444"
    assert known.at is not None
    kept = json.dumps(dict(known.said))
    assert not [secret for secret in ("cliente.example", "1020304050", "503175", "0604") if secret in kept]


@pytest.mark.parametrize(
    "odd",
    [
        [],
        "x",
        7,
        {},
        {"results": []},
        {"results": {}, "paging": {"total": 1}},
        {"results": [7], "paging": {"total": 1}},
        {"results": [], "paging": []},
        {"results": [], "paging": {"total": "many"}},
        {"results": [], "paging": {"total": 1e300}},
        *({"results": [ROW | row], "paging": {"total": 1}} for row in ODD_ROWS),
    ],
    ids=ascii,
)
def test_an_answer_of_another_shape_is_no_answer(built: Stage, odd: object) -> None:
    with pytest.raises(ProviderDown):
        answering(built, odd)


def answering(built: Stage, told: object) -> list[Transaction]:
    """What is read of an answer to every search."""

    class Answering(MercadoPagoEmulator):
        def routes(self) -> list[Route]:
            return [Route("/v1/payments/search", lambda request: JSONResponse(told))]

    emulator = Answering()
    built.play(emulator)
    return list(MP.transactions(emulator.account(), Question("FV-1042-A1x")))


def listening(built: Stage, emulator: MercadoPagoEmulator, bodies: list[bytes]) -> None:
    """The emulator plays; what it is asked to make is kept as it came."""
    make = emulator.make_preference

    def listened(request: Request, told: Any) -> Any:
        bodies.append(request._body)
        return make(request, told)

    emulator.make_preference = listened  # type: ignore[method-assign]
    built.play(emulator)


# The emulator itself


def test_a_refund_asked_for_twice_with_one_key_is_one_refund(mercado_pago: MercadoPagoEmulator) -> None:
    _, transaction_id = pay(mercado_pago)
    token = {"Authorization": f"Bearer {TOKEN}"}
    made = [
        httpx.post(
            f"{mercado_pago.url}/v1/payments/{transaction_id}/refunds",
            json={"amount": 50000},
            headers=token | {"X-Idempotency-Key": key},
        ).json()["id"]
        for key in ("one", "one", "two")
    ]

    assert made[0] == made[1] != made[2]
    assert mercado_pago.approved_by_reference() == {"FV-1042-A1x": 1_900_000}
