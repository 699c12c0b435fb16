"""PayU's signatures are those it publishes; its notices are read strictly; its answers become exact amounts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.payments import (
    Account,
    Door,
    Method,
    NotGenuine,
    Order,
    ProviderDown,
    ProviderRefused,
    Question,
    RawNotice,
    Standing,
    Transaction,
)
from portal.errors import Refused
from portal.providers import payu
from portal.providers.payu import PayU, signature, signed_value
from tests.emulators.base import Sent, serving
from tests.emulators.payu import PayuEmulator

KEY = "4Vj8eK4rloUd272L48hsrarnUA"
CREDENTIALS = {
    "merchant_id": "508029",
    "account_id": "512321",
    "api_key": KEY,
    "api_login": "pRRXKOl8ikMmt9u",
    "algorithm": "MD5",
}
LIVE_ONES = {
    "merchant_id": "700001",
    "account_id": "700002",
    "api_key": "MADElivekey0001",
    "api_login": "MADElogin0001",
}
NOW = datetime(2026, 10, 5, 21, 9, 20, tzinfo=UTC)
ORDER = Order(
    reference="FV-1042-A1x",
    amount=11_900_000,
    currency="COP",
    description="Factura FV-1042",
    expires_at=NOW + timedelta(hours=1),
    return_url="http://127.0.0.1:9/pay/return/1",
    notice_url="http://127.0.0.1:9/webhooks/payu/1",
    payer_name="José Peña",
    payer_email="pagos@cliente.example",
)


@pytest.fixture
def emulator() -> Iterator[PayuEmulator]:
    with serving(PayuEmulator()) as company:
        assert isinstance(company, PayuEmulator)
        yield company


def account(**changes: str) -> Account:
    credentials = CREDENTIALS | changes
    facts = PayU().facts(credentials)
    return Account(1, facts.receiver, facts.live, (credentials,))


def notice(**changes: str) -> RawNotice:
    """The sample of the documentation's shape: signed by MD5 with the sandbox's key."""
    told = {
        "merchant_id": "508029",
        "state_pol": "4",
        "reference_sale": "FV-1042-A1x",
        "sign": "160c06d32a5453f415f6a5dfbcbc660e",
        "value": "119000.00",
        "currency": "COP",
        "transaction_id": "9f2c7c1e-0d7d-4c53-9a55-3f0d6c7f9a10",
        "test": "0",
    }
    kept = {name: value for name, value in (told | changes).items() if value != "(missing)"}
    return RawNotice(urlencode(kept).encode())


# Signatures


@pytest.mark.parametrize(
    ("algorithm", "secret", "values", "hex_digits"),
    [
        ("MD5", "", "TestPayU~20000~COP", "7ee7cf808ce6a39b17481c54f2c57acc"),
        ("SHA", "", "TestPayU~20000~COP", "fa890d3f94e12b5cdb62e8771453b99b78e7ccdc"),
        ("SHA256", "", "TestPayU~20000~COP", "af3899a22336b79db46006491d15813158826f944599bf3bf601e2327f898022"),
        ("", "", "TestPayU~20000~COP", "af3899a22336b79db46006491d15813158826f944599bf3bf601e2327f898022"),
        ("HMAC-SHA256", "", "TestPayU~20000~COP", "eaf61598d5593b366086c9a00aa5746ccad1a6e9b209a1a242fce224202b2b36"),
        (
            "HMAC-SHA256",
            "secret123",
            "TestPayU~20000~COP",
            "9b269405c01c725fcc5d1667a2e1166a810fd34b5a5ac82295d0f59fddf1c472",
        ),
        ("MD5", "", "TestPayU~3~USD", "ba9ffa71559580175585e45ce70b6c37"),
        ("MD5", "", "FV-1042-A1x~119000~COP", "48bb1f631b30a0b83ea5ccb262a7ab9c"),
        ("SHA256", "", "FV-1042-A1x~119000~COP", "37ee81427da80e806ccc851b4f675d2c5d1276cf426cf82ade9b56a54572666b"),
        ("MD5", "", "FV-1042-A1x~119000.00~COP", "b2587804eb7718cf9ca4a7a5a9516550"),
        ("MD5", "", "FV-1042-A1x~119000~COP~PSE,NEQUI", "f3ce2efff2fcbfb65b70d84ed1b5ad3f"),
        # the response page: one decimal, half to even; only the emulator makes these
        ("MD5", "", "TestPayU04~150.2~USD~6", "00286dc735bd9eaa8ae3a3a4cbb40688"),
        ("MD5", "", "TestPayU04~150.4~USD~6", "9df2bb60e2838170009040982967923f"),
        ("MD5", "", "TestPayU04~150.3~USD~6", "779f163be9347a691bcdb25064644795"),
        # confirmations
        ("MD5", "", "TestPayU04~150.0~USD~6", "df67936f918887b2aa31688a77a10fe1"),
        ("MD5", "", "TestPayU05~150.26~USD~4", "1d95778a651e11a0ab93c2169a519cd6"),
        (
            "HMAC-SHA256",
            "test123",
            "PayUTest01~150.0~USD~4",
            "65fb2b3452572784e23e7d6480359fd2507c54dd285ca3c4dceffb8764cfb66f",
        ),
        (
            "HMAC-SHA256",
            "test123",
            "PayUTest01~150.25~USD~4",
            "7770a7933b90570a078fcacce1790eb13079cdf8f8a6e900b79f4f5eb96b8024",
        ),
        ("MD5", "", "FV-1042-A1x~119000.0~COP~4", "160c06d32a5453f415f6a5dfbcbc660e"),
        ("SHA", "", "FV-1042-A1x~119000.0~COP~4", "ab73c195c145580cd66744c5f1dc006d57452f7e"),
        (
            "SHA256",
            "",
            "FV-1042-A1x~119000.0~COP~4",
            "b0a7361022f2fa0901566ee7e47dc7db85fa022c54668512ac77b39bec7ba93e",
        ),
        (
            "HMAC-SHA256",
            "",
            "FV-1042-A1x~119000.0~COP~4",
            "3cfac792762de9692b44bd9f500a6b8db1230a6baae38bdda52904086791eb9b",
        ),
        ("MD5", "", "FV-1042-A1x~119000.0~COP~5", "ac31271c489f441348b0fa698849541a"),
        ("MD5", "", "FV-1042-A1x~119000.0~COP~6", "871cc97fcb003da23e04392d56734818"),
        ("MD5", "", "FV-1042-A1x~119000.05~COP~4", "c412c03efd3393523b14434d8c6d4c45"),
    ],
)
def test_signatures_are_those_of_the_published_vectors(
    algorithm: str, secret: str, values: str, hex_digits: str
) -> None:
    credentials = CREDENTIALS | {"algorithm": algorithm, "hmac_secret": secret}
    assert signature(credentials, "508029", *values.split("~")) == hex_digits


@pytest.mark.parametrize(
    ("value", "signed"),
    [
        ("150.00", "150.0"),
        ("150.20", "150.2"),
        ("150.26", "150.26"),
        ("119000", "119000.0"),
        ("119000.05", "119000.05"),
        ("0.10", "0.1"),
        ("0.01", "0.01"),
        ("150.05", "150.05"),
        ("150.5", "150.5"),
        ("150.0", "150.0"),
        ("10", "10.0"),
        ("100.00", "100.0"),
    ],
)
def test_a_notices_amount_is_signed_without_a_second_decimal_of_zero_and_never_rounded(value: str, signed: str) -> None:
    assert signed_value(value) == signed


@given(st.integers(1, 10**14))
def test_every_shape_of_an_amount_is_signed_alike(minor: int) -> None:
    exact = Decimal(minor) / 100
    shapes = {
        f"{exact:.2f}",
        *([f"{exact:.1f}"] if minor % 10 == 0 else []),
        *([str(minor // 100)] if minor % 100 == 0 else []),
    }
    (signed,) = {signed_value(shape) for shape in shapes}
    assert Decimal(signed) == exact


@pytest.mark.parametrize(
    "value", ["1.19e5", "119000,00", "NaN", "-119000", "+1", "1e400", "119000.000", "119,000.00", "1.", ".5", "٣", " 1"]
)
def test_an_odd_amount_is_not_genuine_whatever_signs_it(value: str) -> None:
    sign = signature(CREDENTIALS, "508029", "FV-1042-A1x", value, "COP", "4")
    with pytest.raises(NotGenuine, match="amount"):
        PayU().read_notice(account(), notice(value=value, sign=sign))


# Credentials


@pytest.mark.parametrize(
    ("changes", "receiver", "live"),
    [
        ({}, "508029", False),
        ({"environment": "test"}, "508029", False),
        (LIVE_ONES, "700001", True),
        (LIVE_ONES | {"environment": "live"}, "700001", True),
        (LIVE_ONES | {"environment": "test"}, "700001", False),
    ],
)
def test_the_merchant_receives_and_the_environment_says_whether_it_is_real(
    changes: dict[str, str], receiver: str, live: bool
) -> None:
    facts = PayU().facts(CREDENTIALS | changes)
    assert (facts.receiver, facts.live) == (receiver, live)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"environment": "live"}, "508029"),
        ({"api_key": ""}, "API Key"),
        ({"merchant_id": "508 029"}, "ID de comercio"),
        ({"account_id": "cuenta"}, "ID de cuenta"),
        ({"api_key": "con espacio"}, "API Key"),
        ({"api_key": "con~tilde"}, "API Key"),
        ({"algorithm": "sha256"}, "Algoritmo"),
        ({"environment": "sandbox"}, "Ambiente"),
    ],
)
def test_credentials_that_cannot_be_right_are_refused_by_name(changes: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        PayU().facts(CREDENTIALS | changes)


# The form


def test_the_form_carries_the_signed_amount_as_text() -> None:
    door = PayU().open(account(), ORDER)
    assert door.url == "https://sandbox.checkout.payulatam.com/ppp-web-gateway-payu/"
    assert dict(door.fields) == {
        "merchantId": "508029",
        "accountId": "512321",
        "referenceCode": "FV-1042-A1x",
        "description": "Factura FV-1042",
        "amount": "119000.00",
        "tax": "0",
        "taxReturnBase": "0",
        "currency": "COP",
        "signature": "b2587804eb7718cf9ca4a7a5a9516550",
        "algorithmSignature": "MD5",
        "test": "1",
        "lng": "es",
        "buyerEmail": "pagos@cliente.example",
        "buyerFullName": "José Peña",
        "responseUrl": "http://127.0.0.1:9/pay/return/1",
        "confirmationUrl": "http://127.0.0.1:9/webhooks/payu/1",
    }


def test_a_live_form_goes_to_production_and_is_no_test() -> None:
    door = PayU().open(account(**LIVE_ONES), ORDER)
    assert door.url == "https://checkout.payulatam.com/ppp-web-gateway-payu/"
    assert dict(door.fields)["test"] == "0"


@pytest.mark.parametrize(
    ("currency", "minor", "text"), [("CLP", 119_000, "119000"), ("USD", 15_005, "150.05"), ("PEN", 10, "0.10")]
)
def test_the_amount_has_the_currencys_decimals(currency: str, minor: int, text: str) -> None:
    door = PayU().open(account(), replace(ORDER, currency=currency, amount=minor))
    assert dict(door.fields)["amount"] == text


def test_only_payus_currencies_are_taken() -> None:
    taken = [
        one for one in ("ARS", "BRL", "CLP", "COP", "EUR", "KWD", "MXN", "PEN", "USD") if PayU().terms(account(), one)
    ]
    assert taken == ["ARS", "BRL", "CLP", "COP", "MXN", "PEN", "USD"]


# Notices


def test_a_genuine_notice_claims_a_reference_and_a_standing_and_no_amount() -> None:
    told = PayU().read_notice(account(), notice())
    assert told.key == "9f2c7c1e-0d7d-4c53-9a55-3f0d6c7f9a10:4"
    assert (told.reference, told.claimed, told.live) == ("FV-1042-A1x", Standing.APPROVED, False)


@pytest.mark.parametrize(
    ("algorithm", "sign"),
    [
        ("SHA", "ab73c195c145580cd66744c5f1dc006d57452f7e"),
        ("SHA256", "b0a7361022f2fa0901566ee7e47dc7db85fa022c54668512ac77b39bec7ba93e"),
        ("HMAC-SHA256", "3cfac792762de9692b44bd9f500a6b8db1230a6baae38bdda52904086791eb9b"),
    ],
)
def test_the_accounts_algorithm_is_the_only_one(algorithm: str, sign: str) -> None:
    fixed = account(algorithm=algorithm)
    assert PayU().read_notice(fixed, notice(sign=sign)).claimed is Standing.APPROVED
    for other in (notice(), notice(sign=sign[:-1]), notice(sign="0" * len(sign))):
        with pytest.raises(NotGenuine, match="signature"):
            PayU().read_notice(fixed, other)


@pytest.mark.parametrize(
    ("state", "claimed"),
    [("5", Standing.EXPIRED), ("6", Standing.DECLINED), ("7", Standing.PENDING), ("104", Standing.UNKNOWN)],
)
def test_the_code_of_a_state_is_read(state: str, claimed: Standing) -> None:
    sign = signature(CREDENTIALS, "508029", "FV-1042-A1x", "119000.0", "COP", state)
    assert PayU().read_notice(account(), notice(state_pol=state, sign=sign)).claimed is claimed


def test_upper_case_changes_nothing() -> None:
    assert PayU().read_notice(account(), notice(sign="160C06D32A5453F415F6A5DFBCBC660E")).reference == "FV-1042-A1x"


@pytest.mark.parametrize("shape", ["119000.00", "119000", "119000.0"])
def test_the_three_shapes_of_an_amount_are_one(shape: str) -> None:
    assert PayU().read_notice(account(), notice(value=shape)).reference == "FV-1042-A1x"


@pytest.mark.parametrize(
    "sign", ["é" * 32, "", "(missing)", "160c06d3", "0" * 10_000, "160c06d32a5453f415f6a5dfbcbc660f"]
)
def test_an_odd_signature_is_not_genuine(sign: str) -> None:
    with pytest.raises(NotGenuine):
        PayU().read_notice(account(), notice(sign=sign))


@pytest.mark.parametrize("name", payu.NOTICE)
def test_a_notice_without_what_is_needed_is_not_genuine(name: str) -> None:
    with pytest.raises(NotGenuine, match=name):
        PayU().read_notice(account(), notice(**{name: "(missing)"}))


def test_a_notice_of_another_merchant_is_not_genuine_though_it_is_signed() -> None:
    sign = signature(CREDENTIALS, "508030", "FV-1042-A1x", "119000.0", "COP", "4")
    with pytest.raises(NotGenuine, match="merchant"):
        PayU().read_notice(account(), notice(merchant_id="508030", sign=sign))


def test_a_replaced_key_still_signs_while_it_is_kept() -> None:
    known = account()
    rotated = replace(known, credentials=(CREDENTIALS | {"api_key": "MADErotatedkey1"}, CREDENTIALS))
    assert PayU().read_notice(rotated, notice()).reference == "FV-1042-A1x"
    with pytest.raises(NotGenuine):
        PayU().read_notice(replace(known, credentials=rotated.credentials[:1]), notice())


@pytest.mark.parametrize("empty", [{}, {"api_key": ""}])
def test_an_account_without_a_key_takes_no_notice(empty: dict[str, str]) -> None:
    without = replace(account(), credentials=(empty,))
    sign = signature({"api_key": ""}, "508029", "FV-1042-A1x", "119000.0", "COP", "4")
    with pytest.raises(NotGenuine):
        PayU().read_notice(without, notice(sign=sign))


@pytest.mark.parametrize(
    ("test", "live"), [("0", True), ("false", True), ("1", False), ("true", False), ("TRUE", False), ("2", None)]
)
def test_at_a_live_account_a_notice_of_a_test_says_so(test: str, live: bool | None) -> None:
    mine = account(**LIVE_ONES)
    sign = signature(mine.credentials[0] | {"algorithm": "MD5"}, "700001", "FV-1042-A1x", "119000.0", "COP", "4")
    told = notice(merchant_id="700001", sign=sign, test=test)
    assert PayU().read_notice(mine, told).live is live


def test_at_a_test_account_no_notice_is_of_real_money() -> None:
    assert PayU().read_notice(account(), notice(test="0")).live is False


@pytest.mark.parametrize("twice", [b"&value=1", b"&sign=x", b"&test=1", b"&nickname_buyer=a&nickname_buyer=b"])
def test_a_field_told_twice_is_ambiguous(twice: bytes) -> None:
    with pytest.raises(NotGenuine):
        PayU().read_notice(account(), RawNotice(notice().body + twice))


@pytest.mark.parametrize(
    "extra", [b"&nickname_buyer=Pe%F1a", b"&nickname_buyer=Pe%C3%B1a", b"&description=%00", b"&billing=%ED%A0%80"]
)
def test_odd_bytes_in_fields_that_nobody_signs_do_no_harm(extra: bytes) -> None:
    assert PayU().read_notice(account(), RawNotice(notice().body + extra)).reference == "FV-1042-A1x"


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b'{"reference_sale": "FV-1042-A1x"}', b"%", b"=&=&=", "ñ=1".encode()]
)
def test_what_is_no_form_is_not_genuine(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        PayU().read_notice(account(), RawNotice(body))


@pytest.mark.parametrize("transaction_id", ["<script>", "a b", "x" * 65, "ñ", "1\n"])
def test_a_transactions_id_is_a_plain_word(transaction_id: str) -> None:
    with pytest.raises(NotGenuine, match="transaction_id"):
        PayU().read_notice(account(), notice(transaction_id=transaction_id))


# What the signature does not hold, the query does


def paid(emulator: PayuEmulator, reference: str = "FV-1042-A1x", **changes: Any) -> tuple[Account, Door, str]:
    """An approved payment of 119,000 COP."""
    mine = emulator.account(**changes)
    door = PayU().open(mine, replace(ORDER, reference=reference))
    return mine, door, emulator.pay(door, "approved")


def ask_about(mine: Account, *invented: str, reference: str = "FV-1042-A1x") -> list[Transaction]:
    return list(PayU().transactions(mine, Question(reference, transaction_ids=invented)))


def test_the_response_pages_signature_posted_with_invented_ids_changes_nothing(emulator: PayuEmulator) -> None:
    emulator.algorithm = "MD5"
    mine, _door, transaction_id = paid(emulator)
    order, one = emulator.find(transaction_id)
    seen = emulator.response(order, one)["signature"]  # in the payer's address bar
    assert seen == "160c06d32a5453f415f6a5dfbcbc660e"
    invented = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(3)]
    for each in invented:
        told = PayU().read_notice(mine, notice(sign=seen, transaction_id=each))
        assert told.reference == "FV-1042-A1x"
    assert [each.id for each in ask_about(mine, *invented)] == [transaction_id]


@pytest.mark.parametrize("changes", [{"transaction_id": "other"}, {"test": "1"}, {"extra1": "x"}, {"value": "119000"}])
def test_what_the_signature_leaves_open_reaches_no_answer(emulator: PayuEmulator, changes: dict[str, str]) -> None:
    mine, _door, transaction_id = paid(emulator)
    told = PayU().read_notice(mine, emulator.changed(emulator.notices[-1], **changes))
    (known,) = ask_about(mine, str(told.transaction_id))
    assert (known.id, known.amount, known.standing) == (transaction_id, 11_900_000, Standing.APPROVED)


def test_a_form_whose_test_flag_the_payer_changed_is_no_real_money(emulator: PayuEmulator) -> None:
    mine = emulator.account(live=True)
    door = PayU().open(mine, ORDER)
    assert dict(door.fields)["test"] == "0"
    changed = dict(door.fields) | {"test": "1"}
    emulator.pay(Door(door.url, tuple(changed.items())), "approved")
    (known,) = ask_about(mine)
    assert known.standing is Standing.APPROVED and not known.live
    assert PayU().read_notice(mine, emulator.notices[-1].raw()).live is False


def test_real_money_is_told_as_such(emulator: PayuEmulator) -> None:
    mine, _door, _id = paid(emulator, live=True)
    assert ask_about(mine)[0].live


# Queries


@pytest.mark.parametrize("value", ["150.05", "0.10", "119000.05", "119000.00", "1.00", "99999999999.99"])
def test_what_was_paid_comes_back_to_the_cent(emulator: PayuEmulator, value: str) -> None:
    minor = int(Decimal(value) * 100)
    mine = emulator.account()
    emulator.pay(PayU().open(mine, replace(ORDER, amount=minor)), "approved")
    assert [known.amount for known in ask_about(mine)] == [minor]
    assert PayU().read_notice(mine, emulator.notices[-1].raw()).claimed is Standing.APPROVED


def test_every_attempt_of_a_reference_is_told_the_oldest_first(emulator: PayuEmulator) -> None:
    mine = emulator.account()
    door = PayU().open(mine, ORDER)
    ids = [emulator.pay(door, outcome) for outcome in ("declined", "expired", "approved")]
    known = ask_about(mine)
    assert [each.id for each in known] == ids
    assert [each.standing for each in known] == [Standing.DECLINED, Standing.EXPIRED, Standing.APPROVED]
    assert {each.receiver for each in known} == {"508029"}
    assert [PayU().read_notice(mine, sent.raw()).transaction_id for sent in emulator.notices] == ids


def test_two_orders_with_one_reference_are_both_told(emulator: PayuEmulator) -> None:
    emulator.unique_references = False
    mine, door, first = paid(emulator)
    emulator.tabs.clear()
    second = emulator.pay(door, "approved")
    assert [each.id for each in ask_about(mine)] == [first, second]


def test_an_unknown_reference_has_no_transactions(emulator: PayuEmulator) -> None:
    assert ask_about(emulator.account()) == []


def test_an_error_inside_payu_is_neither_yes_nor_no(emulator: PayuEmulator) -> None:
    mine = emulator.account()
    emulator.pay(PayU().open(mine, ORDER), "error")
    assert [each.standing for each in ask_about(mine)] == [Standing.UNKNOWN]


@pytest.mark.parametrize(
    ("method", "known"),
    [
        ("PSE", Method.PSE),
        ("VISA", Method.CARD),
        ("EFECTY", Method.CASH_POINT),
        ("BANK_REFERENCED", Method.BANK_COUNTER),
        ("SOMETHING_NEW", Method.OTHER),
    ],
)
def test_the_method_has_a_name(emulator: PayuEmulator, method: str, known: Method) -> None:
    emulator.method = method
    mine, _door, _id = paid(emulator)
    assert ask_about(mine)[0].method is known


def test_a_refund_counts_when_it_is_approved_and_not_before(emulator: PayuEmulator) -> None:
    emulator.refunds_wait = True
    mine, _door, transaction_id = paid(emulator)
    emulator.refund(transaction_id, 2_000_000)
    assert ask_about(mine)[0].refunded == 0
    order, _one = emulator.find(transaction_id)
    emulator.settle(order.attempts[-1].id, "approved")
    emulator.refund(transaction_id, 3_000_050)
    emulator.settle(order.attempts[-1].id, "declined")
    (known,) = ask_about(mine)
    assert (known.refunded, known.standing, known.returned) == (2_000_000, Standing.APPROVED, 2_000_000)
    emulator.refund(transaction_id, 9_900_000)
    emulator.settle(order.attempts[-1].id, "approved")
    assert ask_about(mine)[0].returned == 11_900_000


def test_a_void_takes_all_of_it_back(emulator: PayuEmulator) -> None:
    mine, _door, transaction_id = paid(emulator)
    emulator.charge_back(transaction_id)
    assert [(each.id, each.returned) for each in ask_about(mine)] == [(transaction_id, 11_900_000)]


def test_what_is_kept_of_an_answer_holds_no_card_no_person_and_no_secret(emulator: PayuEmulator) -> None:
    emulator.method = "VISA"
    mine, _door, _id = paid(emulator)
    kept = json.dumps(ask_about(mine)[0].said)
    assert "APPROVED" in kept and "844290001" in kept
    for secret in (KEY, "pRRXKOl8ikMmt9u", "1111", "Peña", "Pe\\u00f1a", "cliente.example", "190.0.2.10", "49f80210"):
        assert secret not in kept


def answered(monkeypatch: pytest.MonkeyPatch, told: Any) -> list[Transaction]:
    """What `transactions` makes of an answer."""
    monkeypatch.setattr(payu, "ask", lambda *_args, **_more: told)
    return ask_about(account())


def order_told(*transactions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    one: dict[str, Any] = {"id": 844290001, "status": "CAPTURED", "referenceCode": "FV-1042-A1x", "isTest": True}
    return one | {"merchantId": 508029, "creationDate": 1791234560000, "transactions": list(transactions)} | changes


def one_told(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": "9f2c", "type": "AUTHORIZATION_AND_CAPTURE", "paymentMethod": "PSE"}
    told |= {"transactionResponse": {"state": "APPROVED"}, "parentTransactionId": None}
    return told | {"additionalValues": {"TX_VALUE": {"value": 119000, "currency": "COP"}}} | changes


def success(payload: Any) -> dict[str, Any]:
    return {"code": "SUCCESS", "error": None, "result": {"payload": payload}}


@pytest.mark.parametrize(
    "told",
    [
        None,
        {"code": "SUCCESS", "error": None, "result": None},
        success(None),
        success([]),
        {"code": "ERROR", "error": "La orden no existe", "result": None},
        success([order_told()]),
        success([order_told(one_told(type="AUTHORIZATION"))]),
    ],
)
def test_nothing_known_is_no_transaction(monkeypatch: pytest.MonkeyPatch, told: Any) -> None:
    assert answered(monkeypatch, told) == []


@pytest.mark.parametrize(
    "told",
    [
        [],
        "ping",
        success("ping"),
        success({"id": 1}),
        success([1]),
        success([order_told(one_told(additionalValues=None))]),
        success([order_told(one_told(additionalValues={"TX_VALUE": {"value": Decimal("-1"), "currency": "COP"}}))]),
        success([order_told(one_told(additionalValues={"TX_VALUE": {"value": "1e5", "currency": "COP"}}))]),
        success([order_told(one_told(additionalValues={"TX_VALUE": {"value": 1, "currency": "???"}}))]),
        success([order_told(one_told(transactionResponse={"operationDate": 10**30, "state": "APPROVED"}))]),
        success([order_told(one_told(), one_told(type="PARTIAL_REFUND", id="b", additionalValues={}))]),
        success(
            [
                order_told(
                    one_told(),
                    one_told(type="REFUND", additionalValues={"TX_VALUE": {"value": 119000, "currency": "USD"}}),
                )
            ]
        ),
        success([order_told(one_told(), one_told(id="2"), one_told(type="REFUND", parentTransactionId="gone"))]),
        {"code": "ERROR", "error": "Demasiadas consultas: espere diez minutos"},
        {"code": "SOMETHING"},
    ],
)
def test_an_answer_that_makes_no_sense_leaves_everything_unknown(monkeypatch: pytest.MonkeyPatch, told: Any) -> None:
    with pytest.raises(ProviderDown):
        answered(monkeypatch, told)


def test_a_sum_may_stand_at_the_order_and_a_refund_may_name_neither_sum_nor_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {"TX_VALUE": {"value": Decimal("119000.00"), "currency": "COP"}}
    back = one_told(id="back", type="REFUND", additionalValues=None)
    declined = one_told(id="no", transactionResponse={"state": "DECLINED"})
    told = success([order_told(declined, one_told(additionalValues=None), back, additionalValues=values)])
    first, second = answered(monkeypatch, told)
    assert (first.refunded, second.amount, second.refunded) == (0, 11_900_000, 11_900_000)


@pytest.mark.parametrize("status", ["REFUNDED", "CANCELLED"])
def test_an_order_given_back_without_a_refunds_transaction_is_given_back(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    declined = one_told(id="no", transactionResponse={"state": "DECLINED"})
    first, second = answered(monkeypatch, success([order_told(declined, one_told(), status=status)]))
    assert (first.refunded, second.refunded) == (0, 11_900_000)


@pytest.mark.parametrize("is_test", [True, None, "false", 0])
def test_an_order_that_does_not_say_it_is_no_test_is_no_real_money(
    monkeypatch: pytest.MonkeyPatch, is_test: object
) -> None:
    told = success([order_told(one_told(), isTest=is_test)])
    monkeypatch.setattr(payu, "ask", lambda *_args, **_more: told)
    (known,) = ask_about(account(**LIVE_ONES))
    assert not known.live


# Limits and credentials


def test_a_question_that_comes_too_early_leaves_everything_unknown(emulator: PayuEmulator) -> None:
    emulator.limits = True
    mine, _door, transaction_id = paid(emulator)
    with pytest.raises(ProviderDown, match="antes de tiempo"):
        ask_about(mine)
    emulator.advance(timedelta(minutes=7))
    assert ask_about(mine)[0].id == transaction_id
    with pytest.raises(ProviderDown):
        ask_about(mine)


@pytest.mark.parametrize(("method", "by_cash"), [("PSE", False), ("EFECTY", True)])
def test_whoever_asks_when_it_may_is_never_too_early(emulator: PayuEmulator, method: str, by_cash: bool) -> None:
    emulator.limits, emulator.method = True, method
    mine, _door, _id = paid(emulator)
    created, asked = emulator.now, None
    for _turn in range(3):
        emulator.now = PayU().may_ask_at(created, asked, by_cash)
        assert ask_about(mine)
        asked = emulator.now


def test_the_first_question_waits_seven_minutes_then_ten_or_an_hour_for_cash() -> None:
    assert PayU().may_ask_at(NOW, None, False) == NOW + timedelta(minutes=7)
    assert PayU().may_ask_at(NOW, NOW, False) == NOW + timedelta(minutes=10)
    assert PayU().may_ask_at(NOW, NOW - timedelta(hours=1), False) == NOW + timedelta(minutes=7)
    assert PayU().may_ask_at(NOW, NOW + timedelta(hours=1), True) == NOW + timedelta(hours=2)


def test_the_connection_is_tried_without_moving_money(emulator: PayuEmulator) -> None:
    assert "508029" in str(PayU().probe(emulator.account()))
    wrong = emulator.account(credentials=(emulator.credentials() | {"api_key": "MADEwrongkey1"},))
    with pytest.raises(Refused, match="API Login o la API Key"):
        PayU().probe(wrong)
    with pytest.raises(ProviderRefused):
        ask_about(wrong)
    emulator.faults.append("500")
    with pytest.raises(ProviderDown):
        PayU().probe(emulator.account())


def test_the_key_is_in_no_error_and_in_no_log(
    emulator: PayuEmulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine, _door, _id = paid(emulator)
    ask_about(mine)
    for fault in ("500", "429", "html", "half"):
        emulator.faults.append(fault)
        with pytest.raises(ProviderDown) as down:
            ask_about(mine)
        assert KEY not in str(down.value)
    echo = {"code": "ERROR", "error": f"invalid apiKey {KEY} of pRRXKOl8ikMmt9u"}
    with pytest.raises(ProviderRefused) as no:
        answered(monkeypatch, echo)
    assert KEY not in no.value.reason and "pRRX" not in no.value.reason
    assert KEY not in caplog.text and KEY not in repr(mine)


# The emulator is as strict as PayU says it is


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "119000"},
        {"amount": "119000.01"},
        {"currency": "USD"},
        {"referenceCode": "FV-1042-A1y"},
        {"signature": ""},
        {"merchantId": "508028"},
        {"accountId": "512322"},
        {"algorithmSignature": "MD5"},
        {"paymentMethods": "PSE"},
        {"tax": "119000", "taxReturnBase": "1"},
        {"test": "yes"},
    ],
)
def test_a_changed_form_is_refused(emulator: PayuEmulator, changes: dict[str, str]) -> None:
    door = PayU().open(emulator.account(), ORDER)
    assert httpx.post(door.url, data=dict(door.fields)).status_code == 200
    assert httpx.post(door.url, data=dict(door.fields) | changes).status_code == 422


def test_a_reference_is_used_once(emulator: PayuEmulator) -> None:
    _mine, door, _id = paid(emulator)
    emulator.tabs.clear()
    with pytest.raises(AssertionError, match="referencia"):
        emulator.pay(door, "approved")


@pytest.mark.parametrize(
    ("value", "rounded"), [(15_025, "150.2"), (15_035, "150.4"), (15_034, "150.3"), (11_900_000, "119000.0")]
)
def test_the_response_page_rounds_half_to_even(emulator: PayuEmulator, value: int, rounded: str) -> None:
    emulator.algorithm = "MD5"
    mine = emulator.account()
    transaction_id = emulator.pay(PayU().open(mine, replace(ORDER, currency="USD", amount=value)), "declined")
    told = emulator.response(*emulator.find(transaction_id))
    assert told["signature"] == signature(CREDENTIALS, "508029", "FV-1042-A1x", rounded, "USD", "6")


def test_pending_is_told_by_no_notice_and_its_end_is(emulator: PayuEmulator) -> None:
    mine = emulator.account()
    transaction_id = emulator.pay(PayU().open(mine, ORDER), "pending")
    assert emulator.notices == []
    emulator.settle(transaction_id, "approved")
    assert PayU().read_notice(mine, emulator.notices[0].raw()).claimed is Standing.APPROVED


def test_a_notice_that_nobody_takes_comes_nine_times(emulator: PayuEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, _door, _id = paid(emulator)
    came: list[bytes] = []
    monkeypatch.setattr(Sent, "post", lambda sent, _patience: came.append(sent.body) or 500)
    emulator.deliver(emulator.notices[0])
    while emulator.advance(timedelta(hours=1)):
        pass
    assert [int(dict(parse_qsl(body.decode()))["attempts"]) for body in came] == list(range(1, 10))
    assert len({PayU().read_notice(mine, RawNotice(body)).key for body in came}) == 1
