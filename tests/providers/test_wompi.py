"""Wompi's own rules: signatures by published and made vectors, events of every odd shape, keys told by name.

DOC: printed by Wompi and recomputed. MADE: made for the portal; whoever follows Wompi's text gets the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

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
)
from portal.errors import Refused
from portal.providers.wompi import Wompi, integrity
from tests.emulators.base import Sent, Stage
from tests.emulators.wompi import SIGNED, WompiEmulator

INTEGRITY, EVENTS = "test_integrity_MADEsecret0001", "test_events_MADEsecret0001"
DOC_EVENTS = "prod_events_OcHnIzeBl5socpwByQ4hA52Em3USQ93Z"
APPROVED = "e7552908c0cd245f0692266d373feac9aaeaa45ad2556f4fef1c070950279123"
DECLINED = "164f45ec49e9e8747704ff40653114c3648a9d2dd812efb6d4f6ebc74d7f932b"
VOIDED = "0e2ec34b5c231204f6261eada73c644d367b4cf655d5e711037afbbdbf4dfc54"
DOC_TRUE = "5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe"
DOC_MISPRINT = "3476DDA50F64CD7CBD160689640506FEBEA93239BC524FC0469B2C68A3CC8BD0"
wompi = Wompi()


@pytest.fixture
def emulator(stage: Stage) -> WompiEmulator:
    playing = WompiEmulator()
    stage.play(playing)
    return playing


def account(events: str = EVENTS, **changes: Any) -> Account:
    known = WompiEmulator().credentials() | {"events_secret": events}
    return Account(**({"id": 1, "receiver": known["public_key"], "live": False, "credentials": (known,)} | changes))


def order(**changes: Any) -> Order:
    told: dict[str, Any] = {
        "reference": "FV-1042-A1x",
        "amount": 11_900_000,
        "currency": "COP",
        "description": "Factura FV-1042",
        "expires_at": datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
        "return_url": "https://portal.example/pay/return/A1x",
        "notice_url": "https://portal.example/webhooks/wompi/1",
    }
    return Order(**(told | changes))


def event(checksum: str | None = None, *, signature: Any = None, **changes: Any) -> dict[str, Any]:
    """An event as the documentation shows one; `changes` of its transaction or (by these names) of its outside."""
    transaction = {
        "id": "1292-1602113476-10985",
        "amount_in_cents": 11_900_000,
        "reference": "FV-1042-A1x",
        "currency": "COP",
        "payment_method_type": "PSE",
        "status": "APPROVED",
        "payment_link_id": None,
    }
    told = {
        "event": "transaction.updated",
        "data": {"transaction": transaction},
        "environment": "test",
        "signature": {"properties": list(SIGNED), "checksum": checksum} if signature is None else signature,
        "timestamp": 1_791_234_567,
        "sent_at": "2026-10-05T21:09:27.000Z",
    }
    for name, value in changes.items():
        (told if name in told else transaction)[name] = value
    return told


def read(told: Mapping[str, Any], *, header: str | None = None, events: str = EVENTS) -> Notice:
    headers = (("x-event-checksum", header),) if header is not None else ()
    return wompi.read_notice(account(events), RawNotice(json.dumps(told).encode(), headers))


def sign(*values: object, stamp: object = 1_791_234_567) -> str:
    return sha256(("".join(map(str, values)) + f"{stamp}{EVENTS}").encode()).hexdigest()


# The checkout's signature


@pytest.mark.parametrize(
    ("reference", "cents", "expires", "secret", "signature"),
    [
        (  # DOC
            "sk8-438k4-xmxm392-sn2m",
            2_490_000,
            "",
            "prod_integrity_Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6",
            "37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5",
        ),
        ("FV-1042-A1x", 11_900_000, "", INTEGRITY, "7b1c1833febb0389939129b3838a6a3937f2dfd83cc86fa1dee22e8a6ea50bec"),
        (
            "FV-1042-A1x",
            11_900_000,
            "2026-11-30T23:59:59.000Z",
            INTEGRITY,
            "36313edcecf9fde0054600d6881d86123d8f5158d0e66eb5ca2dc7832093639e",
        ),
        ("FV1", 2_490_000, "", INTEGRITY, "b35baa1c0199fbc9933f225763cc929797cce0abb7bab03ad1b500a659d2a5a8"),
        ("FV12", 490_000, "", INTEGRITY, "b35baa1c0199fbc9933f225763cc929797cce0abb7bab03ad1b500a659d2a5a8"),
    ],
)
def test_a_checkout_is_signed_as_wompi_says(
    reference: str, cents: int, expires: str, secret: str, signature: str
) -> None:
    assert integrity(reference, cents, "COP", expires, secret) == signature


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-5))])
def test_the_door_carries_what_is_signed_and_the_way_back(zone: timezone) -> None:
    expires = datetime(2026, 11, 30, 23, 59, 59, 999, tzinfo=UTC).astimezone(zone)
    door = wompi.open(account(), order(expires_at=expires, payer_name="Ana Ruiz Peña", payer_email="a+b@c.example"))
    address = urlsplit(door.url)
    assert (address.scheme, address.netloc, address.path) == ("https", "checkout.wompi.co", "/p/")
    assert "signature%3Aintegrity=" in door.url
    assert dict(parse_qsl(address.query)) == {
        "public-key": "pub_test_MADEpublic0001",
        "currency": "COP",
        "amount-in-cents": "11900000",
        "reference": "FV-1042-A1x",
        "signature:integrity": "36313edcecf9fde0054600d6881d86123d8f5158d0e66eb5ca2dc7832093639e",
        "redirect-url": "https://portal.example/pay/return/A1x",
        "expiration-time": "2026-11-30T23:59:59.000Z",
        "customer-data:email": "a+b@c.example",
        "customer-data:full-name": "Ana Ruiz Peña",
    }
    assert (door.fields, door.session_id) == ((), None)


def test_no_secret_goes_through_the_payers_browser() -> None:
    url = wompi.open(account(), order()).url
    assert not [value for name, value in account().credentials[0].items() if name != "public_key" and value in url]


@pytest.mark.parametrize("changed", [{"amount-in-cents": "150000"}, {"currency": "USD"}, {"reference": "FV-1-B"}])
@pytest.mark.parametrize("also", [{}, {"public-key": "pub_test_other"}, {"signature:integrity": "0" * 64}])
def test_a_payer_who_changes_the_door_can_not_pay(
    emulator: WompiEmulator, changed: dict[str, str], also: dict[str, str]
) -> None:
    door = wompi.open(emulator.account(), order(expires_at=emulator.now + timedelta(hours=1)))
    url = httpx.URL(door.url).copy_merge_params(changed | also)
    with pytest.raises(AssertionError, match="No se puede pagar"):
        emulator.pay(Door(str(url)), "approved")


@pytest.mark.parametrize(
    "change", [{"amount": 149_999}, {"amount": 10**12 + 1}, {"currency": "USD"}, {"expires_at": -1}]
)
def test_what_wompi_does_not_take_opens_nothing(emulator: WompiEmulator, change: dict[str, Any]) -> None:
    """So these are no terms of ours either; the last is a checkout whose time is over."""
    ends = {"expires_at": emulator.now + timedelta(hours=change.pop("expires_at", 1))}
    with pytest.raises(AssertionError, match="No se puede pagar"):
        emulator.pay(wompi.open(emulator.account(), order(**(ends | change))), "approved")


def test_digits_moved_from_amount_to_reference_pay_nothing_of_ours(emulator: WompiEmulator) -> None:
    """Wompi can't see it: the signature holds. The reference that comes back ends in a digit, as none of ours does."""
    asked = order(expires_at=emulator.now + timedelta(hours=1))
    door = wompi.open(emulator.account(), asked)
    shifted = httpx.URL(door.url).copy_merge_params({"reference": "FV-1042-A1x1", "amount-in-cents": "1900000"})
    transaction_id = emulator.pay(Door(str(shifted)), "approved")
    notice = wompi.read_notice(emulator.account(), emulator.notices[-1].raw())
    assert (notice.transaction_id, notice.reference) == (transaction_id, "FV-1042-A1x1")
    assert list(wompi.transactions(emulator.account(), Question(asked.reference))) == []
    (known,) = wompi.transactions(emulator.account(), Question(asked.reference, None, (transaction_id,)))
    assert (known.reference, known.amount) == ("FV-1042-A1x1", 1_900_000)
    with pytest.raises(ValueError, match="reference"):
        order(reference=known.reference)


# Events


@pytest.mark.parametrize(
    ("status", "stamp", "checksum", "claimed"),
    [
        ("APPROVED", 1_791_234_567, APPROVED, Standing.APPROVED),
        ("DECLINED", 1_791_234_500, DECLINED, Standing.DECLINED),
        ("VOIDED", 1_791_299_999, VOIDED, Standing.VOIDED),
    ],
)
def test_an_event_is_signed_as_wompi_says(status: str, stamp: int, checksum: str, claimed: Standing) -> None:
    notice = read(event(checksum, status=status, timestamp=stamp), header=checksum)
    assert notice == Notice(
        f"1292-1602113476-10985:{status}:{stamp}", "1292-1602113476-10985", "FV-1042-A1x", claimed, live=False
    )


def doc_event(checksum: str, cents: int = 4_490_000, stamp: int = 1_530_291_411) -> dict[str, Any]:
    return event(checksum, id="1234-1610641025-49201", amount_in_cents=cents, timestamp=stamp, environment="prod")


def test_the_documented_event_has_the_checksum_of_its_own_string_not_the_one_printed_beside_it() -> None:
    assert read(doc_event(DOC_TRUE), events=DOC_EVENTS).live is True
    with pytest.raises(NotGenuine):
        read(doc_event(DOC_MISPRINT), events=DOC_EVENTS)


def test_digits_moved_from_the_timestamp_to_the_amount_are_not_genuine() -> None:
    with pytest.raises(NotGenuine, match="timestamp"):
        read(doc_event(DOC_TRUE, 44_900_001, 530_291_411), events=DOC_EVENTS)


def test_a_checksum_may_stand_in_header_or_body_in_either_case() -> None:
    bare = event(signature={"properties": list(SIGNED)})
    assert (
        read(event(APPROVED)) == read(event(APPROVED.upper())) == read(bare, header=APPROVED)
        == read(bare, header=APPROVED.upper()) == read(event(APPROVED), header=APPROVED.upper())
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "header"), [(APPROVED, DECLINED), (DECLINED, APPROVED), (None, APPROVED), (1, APPROVED)]
)
def test_both_checksums_must_hold_where_both_came(body: str | None, header: str) -> None:
    with pytest.raises(NotGenuine):
        read(event(body), header=header)


def test_a_timestamp_within_the_signature_counts_where_there_is_none_outside() -> None:
    nested = {"properties": list(SIGNED), "checksum": APPROVED, "timestamp": 1_791_234_567}
    told = event(signature=nested)
    assert read({name: value for name, value in told.items() if name != "timestamp"}) == read(event(APPROVED))
    with pytest.raises(NotGenuine):
        read(told | {"timestamp": 1_791_234_500})


@pytest.mark.parametrize(
    "stamp",
    [None, True, "1791234567", 1_791_234_567.0, 179_123_456, 17_912_345_670, 1_791_234_567_000, -1_791_234_567, []],
)
def test_an_odd_timestamp_is_not_genuine(stamp: object) -> None:
    signed = sign("1292-1602113476-10985", "APPROVED", 11_900_000, stamp=stamp)
    with pytest.raises(NotGenuine, match="timestamp"):
        read(event(signed, timestamp=stamp))


def test_what_is_signed_is_what_the_event_lists_in_its_order() -> None:
    paths = ["transaction.amount_in_cents", "transaction.reference", "transaction.status", "transaction.id"]
    signed = sign(11_900_000, "FV-1042-A1x", "APPROVED", "1292-1602113476-10985")
    told = event(signature={"properties": paths, "checksum": signed})
    assert read(told) == read(event(APPROVED))
    told["data"]["transaction"]["reference"] = "FV-1043-A1x"
    with pytest.raises(NotGenuine):
        read(told)


@pytest.mark.parametrize("left_out", SIGNED)
def test_an_event_that_leaves_out_what_matters_is_not_genuine(left_out: str) -> None:
    values = {SIGNED[0]: "1292-1602113476-10985", SIGNED[1]: "APPROVED", SIGNED[2]: 11_900_000}
    del values[left_out]
    with pytest.raises(NotGenuine, match="leaves out"):
        read(event(signature={"properties": list(values), "checksum": sign(*values.values())}))


@pytest.mark.parametrize(
    ("more", "careless"),
    [
        (["transaction.__class__"], "<class 'dict'>"),
        (["transaction.id.__class__.__name__"], "str"),
        (["__class__"], "<class 'dict'>"),
        (["transaction.paid"], "True"),
        (["transaction.payment_link_id"], "None"),
        (["transaction.payment_link_id"], "null"),
        (["transaction.payment_link_id"], ""),
        (["transaction.nothing"], ""),
        (["transaction.lines"], "['x']"),
        (["transaction.lines.0"], "x"),
        ([""], ""),
        (["transaction.reference"] * 100_000, "FV-1042-A1x" * 100_000),
    ],
    ids=lambda given: str(given)[:60],
)
def test_an_odd_path_is_not_genuine_though_the_checksum_be(more: list[str], careless: str) -> None:
    """The checksum is the one that a careless reader would find."""
    checksum = sign("1292-1602113476-10985", "APPROVED", 11_900_000, careless)
    told = event(signature={"properties": [*SIGNED, *more], "checksum": checksum}, paid=True, lines=["x"])
    with pytest.raises(NotGenuine, match=r"odd|list"):
        read(told)


@pytest.mark.parametrize(
    "paths", [None, [], {}, "transaction.id", 3, [1], [None], [["transaction.id"]], ["a." * 100_000]]
)
def test_an_odd_list_of_what_is_signed_is_not_genuine(paths: object) -> None:
    with pytest.raises(NotGenuine, match="list"):
        read(event(signature={"properties": paths, "checksum": sign()}, event="another"))


@pytest.mark.parametrize("signature", [[], "x", 1, False])
def test_an_event_without_a_signature_is_not_genuine(signature: object) -> None:
    with pytest.raises(NotGenuine):
        read(event(signature=signature), header=APPROVED)


@pytest.mark.parametrize(
    "change", [{"id": "a/../b"}, {"id": ""}, {"id": 5}, {"id": "x" * 101}, {"id": "\ud800"}, {"status": "aprobada ✓"}]
)
def test_a_transaction_with_an_odd_id_or_status_is_not_genuine(change: dict[str, Any]) -> None:
    told = event(**change)
    values = [told["data"]["transaction"][path.partition(".")[2]] for path in SIGNED]
    joined = "".join(map(str, values)).encode("utf-8", "surrogatepass")
    told["signature"]["checksum"] = sha256(joined + f"1791234567{EVENTS}".encode()).hexdigest()
    with pytest.raises(NotGenuine, match="odd"):
        read(told)


def test_a_new_word_for_a_status_claims_nothing() -> None:
    told = event(sign("1292-1602113476-10985", "IN_REVIEW", 11_900_000), status="IN_REVIEW")
    assert read(told).claimed is Standing.UNKNOWN


@pytest.mark.parametrize(
    "name", ["nequi_token.updated", "bancolombia_transfer_token.updated", "what.ever", None, 1, []]
)
def test_an_event_of_another_kind_is_ignored_if_it_is_genuine(name: object) -> None:
    signature = {"properties": ["nequi_token.id"], "checksum": sign("nequi_1")}
    told = event(event=name, data={"nequi_token": {"id": "nequi_1"}}, signature=signature)
    assert read(told).ignored
    assert read(told).key != read(told | {"sent_at": "2026-10-05T21:39:27.000Z"}).key
    with pytest.raises(NotGenuine):
        read(told | {"data": {"nequi_token": {"id": "nequi_2"}}})


def test_a_kind_that_was_renamed_does_not_pass_for_the_event_it_was() -> None:
    genuine, renamed = read(event(APPROVED)), read(event(APPROVED, event="transaction.renamed"))
    assert renamed.ignored
    assert renamed.key != genuine.key


@pytest.mark.parametrize(
    ("environment", "live"), [("prod", True), ("test", False), ("other", None), (None, None), ([], None), ({}, None)]
)
def test_an_event_says_from_which_environment_it_comes(environment: object, live: bool | None) -> None:
    assert read(event(APPROVED, environment=environment)).live is live


@pytest.mark.parametrize("reference", [None, 5, "\x00", "a\nb", "\ud800"])
def test_a_reference_that_is_no_text_is_not_told(reference: object) -> None:
    assert read(event(APPROVED, reference=reference)).reference is None


def test_a_changed_reference_is_found_out_by_asking(emulator: WompiEmulator) -> None:
    """The signature does not cover it: the key stays, and the answer tells the true one."""
    transaction_id = emulator.foreign(11_900_000, "OTRO-7")
    genuine = emulator.notices[-1].raw()
    forged = replace(genuine, body=genuine.body.replace(b"OTRO-7", b"FV-1042-A1x"))
    notices = [wompi.read_notice(emulator.account(), raw) for raw in (genuine, forged)]
    assert [notice.reference for notice in notices] == ["OTRO-7", "FV-1042-A1x"]
    assert len({notice.key for notice in notices}) == 1
    (known,) = wompi.transactions(emulator.account(), Question("FV-1042-A1x", None, (transaction_id,)))
    assert known.reference == "OTRO-7"


@pytest.mark.parametrize("upper_case", [False, True])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("more", [(), ("transaction.reference", "transaction.currency")])
def test_events_of_every_documented_shape_are_read(upper_case: bool, nested: bool, more: tuple[str, ...]) -> None:
    emulator = WompiEmulator(upper_case=upper_case, nested=nested, properties=(*SIGNED, *more))
    transaction_id = emulator.foreign(11_900_000)
    assert wompi.read_notice(emulator.account(), emulator.notices[-1].raw()).transaction_id == transaction_id


def test_an_event_that_is_not_taken_comes_again_three_times_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """After half an hour, three hours and a day more; the last is as genuine as the first."""
    emulator, posted = WompiEmulator(), list[bytes]()
    monkeypatch.setattr(Sent, "post", lambda sent, _patience: posted.append(sent.body) or 503)
    emulator.foreign(11_900_000)
    emulator.deliver(emulator.notices[-1])
    waits = [timedelta(minutes=29), timedelta(minutes=1), timedelta(hours=3), timedelta(hours=24), timedelta(days=9)]
    assert [emulator.advance(wait) for wait in waits] == [0, 1, 1, 1, 0]
    assert posted == [emulator.notices[-1].body] * 4


# Queries


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("PENDING", Standing.PENDING),
        ("APPROVED", Standing.APPROVED),
        ("DECLINED", Standing.DECLINED),
        ("ERROR", Standing.DECLINED),
        ("VOIDED", Standing.VOIDED),
        ("IN_REVIEW", Standing.UNKNOWN),
        (None, Standing.UNKNOWN),
        ([], Standing.UNKNOWN),
    ],
)
def test_every_status_has_its_meaning(emulator: WompiEmulator, status: Any, standing: Standing) -> None:
    assert the_only(emulator, status=status).standing is standing


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("CARD", Method.CARD),
        ("PSE", Method.PSE),
        ("NEQUI", Method.NEQUI),
        ("BANCOLOMBIA_TRANSFER", Method.BANCOLOMBIA),
        ("BANCOLOMBIA_QR", Method.QR),
        ("BANCOLOMBIA_COLLECT", Method.BANK_COUNTER),
        ("BANCOLOMBIA_BNPL", Method.LATER),
        ("SU_PLUS", Method.LATER),
        ("DAVIPLATA", Method.DAVIPLATA),
        ("PCOL", Method.POINTS),
        ("SOMETHING_NEW", Method.OTHER),
        (None, Method.OTHER),
    ],
)
def test_every_method_has_its_name(emulator: WompiEmulator, word: Any, method: Method) -> None:
    assert the_only(emulator, payment_method_type=word).method is method


def the_only(emulator: WompiEmulator, **changes: Any) -> Any:
    transaction_id = emulator.foreign(11_900_000, "FV-1042-A1x")
    emulator.transactions[transaction_id] |= changes
    (known,) = wompi.transactions(emulator.account(), Question("FV-1042-A1x"))
    return known


def test_what_is_kept_of_an_answer_names_no_person(emulator: WompiEmulator) -> None:
    known = the_only(emulator)
    assert known.said["status"] == "APPROVED"
    assert "cliente.example" not in json.dumps(known.said)


def test_a_payment_is_dated_when_it_ended(emulator: WompiEmulator) -> None:
    assert the_only(emulator, finalized_at="2026-10-05T16:09:27.000-05:00").at == datetime(
        2026, 10, 5, 21, 9, 27, tzinfo=UTC
    )


@pytest.mark.parametrize("value", [None, -1, True, 1.5, [], {}])
@pytest.mark.parametrize("name", ["amount_in_cents", "currency"])
def test_a_transaction_without_its_money_is_no_answer(emulator: WompiEmulator, name: str, value: Any) -> None:
    with pytest.raises(ProviderDown):
        the_only(emulator, **{name: value})


def test_a_transaction_without_an_id_is_no_answer(emulator: WompiEmulator) -> None:
    with pytest.raises(ProviderDown):
        the_only(emulator, id=None)


@pytest.mark.parametrize("data", ["APPROVED", 5, True, ["APPROVED"], [{"id": 5}]])
def test_an_answer_of_another_shape_is_no_answer(emulator: WompiEmulator, data: object) -> None:
    emulator.instead = data
    with pytest.raises(ProviderDown):
        wompi.transactions(emulator.account(), Question("FV-1042-A1x"))


def test_what_was_not_asked_for_is_not_told(emulator: WompiEmulator) -> None:
    emulator.heeds_filters = False
    emulator.foreign(11_900_000, "OTRO-7")
    assert list(wompi.transactions(emulator.account(), Question("FV-1042-A1x"))) == []


def test_by_an_id_alone_only_that_one_is_asked_for(emulator: WompiEmulator) -> None:
    ids = [emulator.foreign(11_900_000, reference) for reference in ("OTRO-7", "OTRO-8")]
    emulator.asked.clear()
    assert [known.id for known in wompi.transactions(emulator.account(), Question("", None, (ids[1],)))] == [ids[1]]
    assert emulator.asked == [f"/v1/transactions/{ids[1]}"]


def test_queries_need_the_private_key(emulator: WompiEmulator) -> None:
    known = emulator.credentials() | {"private_key": "prv_test_wrong"}
    with pytest.raises(ProviderRefused, match="INVALID_ACCESS_TOKEN"):
        wompi.transactions(emulator.account(credentials=(known,)), Question("FV-1042-A1x"))


def test_two_questions_lie_some_seconds_apart() -> None:
    created = datetime(2026, 10, 5, 12, tzinfo=UTC)
    assert wompi.may_ask_at(created, None, False) == created
    assert wompi.may_ask_at(created, created, True) == created + timedelta(seconds=5)


# Keys


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "public_key",
            "prv_test_MADEprivate0001",
            "«Llave pública» no parece de Wompi: empieza por pub_prod_ / pub_test_",
        ),
        ("private_key", "pub_test_MADEpublic0001", "«Llave privada» no parece de Wompi"),
        ("private_key", "prv_test_", "«Llave privada» no parece de Wompi"),
        ("private_key", " prv_test_MADEprivate0001", "«Llave privada» no parece de Wompi"),
        ("private_key", "prv_test_MADEprivate0001\n", "«Llave privada» no parece de Wompi"),
        ("integrity_secret", "test_events_x", "«Secreto de integridad» no parece de Wompi"),
        ("events_secret", "test_integrity_x", "«Secreto de eventos» no parece de Wompi"),
        ("events_secret", "prod_events_x", "«Secreto de eventos» es de producción y la llave pública es de pruebas."),
        ("events_secret", "", "Falta «Secreto de eventos»: está en tu panel de Wompi."),
    ],
)
def test_a_value_in_the_wrong_place_is_told_by_its_name(name: str, value: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        wompi.facts(WompiEmulator().credentials() | {name: value})
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(("name", "words"), [("public_key", "la llave pública"), ("private_key", "la llave privada")])
def test_trying_the_connection_says_which_key_is_wrong(emulator: WompiEmulator, name: str, words: str) -> None:
    known = emulator.credentials() | {name: emulator.credentials()[name] + "x"}
    with pytest.raises(Refused, match=words):
        wompi.probe(emulator.account(credentials=(known,)))


def test_trying_the_connection_names_the_merchant(emulator: WompiEmulator) -> None:
    assert "«Comercio de prueba» (pruebas)" in str(wompi.probe(emulator.account()))


# Addresses


@pytest.mark.parametrize("tail", ["", "/", "/p", "/p/"])
def test_the_checkouts_address_may_be_given_with_or_without_its_folder(tail: str) -> None:
    door = wompi.open(account(checkout_url=f"http://127.0.0.1:9{tail}"), order())
    assert door.url.startswith("http://127.0.0.1:9/p/?public-key=")


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/"])
def test_the_apis_address_may_be_given_with_or_without_its_version(emulator: WompiEmulator, tail: str) -> None:
    assert wompi.probe(emulator.account(api_url=emulator.url + tail))


@pytest.mark.parametrize(("live", "host"), [(False, "sandbox.wompi.co"), (True, "production.wompi.co")])
def test_test_and_live_are_asked_at_their_own_addresses(live: bool, host: str) -> None:
    """No test can go there: its name is in the refusal."""
    with pytest.raises(RuntimeError, match=host):
        wompi.transactions(account(live=live), Question("FV-1042-A1x"))


def test_the_emulators_page_sends_the_payer_back_with_the_transactions_id(emulator: WompiEmulator) -> None:
    door = wompi.open(emulator.account(), order(expires_at=emulator.now + timedelta(hours=1)))
    page = httpx.get(door.url).text
    answer = httpx.post(emulator.url + page.partition('action="')[2].partition('"')[0], data={"outcome": "approved"})
    back = urlsplit(answer.headers["location"])
    (transaction_id,) = parse_qs(back.query)["id"]
    assert back._replace(query="").geturl() == order().return_url
    (known,) = wompi.transactions(emulator.account(), Question(order().reference))
    assert known.id == transaction_id
