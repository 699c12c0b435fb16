"""What comes in at a company's webhook over HTTP: forged, odd, huge, ambiguous; and with the ledger away."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from sqlalchemy import event, select, text

from portal.app.jobs import run_job
from portal.app.payments.accounts import set_account
from portal.domain.checkouts import State
from portal.domain.mail import Mail
from portal.domain.mail_trouble import NotSent
from portal.ledger.engine import make_engine
from portal.ledger.notices import UNKNOWN
from portal.ledger.payment_accounts import account_row
from portal.ledger.tables import metadata
from portal.ledger.unit import Ledger
from portal.web import webhook_routes
from portal.web.hooks import hooks_app
from tests.app.payments.cases.shop import Shop, at
from tests.app.payments.cases.wire import raw_post, with_headers
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.emulators.base import Sent, Stage
from tests.emulators.mercado_pago import MercadoPagoEmulator
from tests.emulators.payu import PayuEmulator
from tests.emulators.wompi import WompiEmulator
from tests.ledger.balances import balances

SIGNED_IN = {"wompi": "x_event_checksum", "mercado_pago": "x_signature"}


def approved(shop: Shop) -> Sent:
    """The genuine notice of an approved payment of FE-1, not delivered yet."""
    _, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    return shop.sent()[-1]


def nothing_happened(shop: Shop) -> bool:
    shop.till.work()
    return shop.paid() == [] and shop.till.notices("genuine") == []


def test_case_08_a_forged_notice_is_refused_kept_and_does_nothing(shop: Shop) -> None:
    _, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    assert shop.deliver([shop.emulator.forged(paid)] * 3) == [401] * 3
    assert [row.times for row in shop.till.notices("forged")] == [3]
    assert nothing_happened(shop)
    with shop.portal.ledger.read() as conn:
        row = account_row(conn, shop.till.account_id)
    assert row is not None and row.notice_genuine is False


@at("wompi", "mercado_pago")
def test_case_09_an_odd_signature_or_two_of_them_are_refused_and_crash_nothing(shop: Shop) -> None:
    notice = approved(shop)
    name = SIGNED_IN[shop.emulator.provider.name]
    for odd in ("é".encode(), b"\xff\xfe", b"x" * 10_000, b"v1=", b"ts=1,v1=", b"0" * 64):
        assert raw_post(notice.url, with_headers(notice, **{name: odd}), notice.body) in (400, 401)
    header = name.replace("_", "-").encode()
    twice = [line for line in with_headers(notice) for _ in range(2 if line.startswith(header) else 1)]
    assert raw_post(notice.url, twice, notice.body) == 401
    assert nothing_happened(shop)


@at("payu")
def test_case_10_what_payu_does_not_sign_decides_nothing(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "declined")
    assert isinstance(shop.emulator, PayuEmulator)
    for changes in ({"transaction_id": "9f2c7c1e"}, {"test": "1"}, {"extra1": "otro"}, {"payment_method_name": "X"}):
        raw = shop.emulator.changed(shop.sent()[-1], **changes)
        assert shop.deliver([replace(shop.sent()[-1], body=raw.body)]) == [200]
    shop.till.work()
    assert shop.asked(checkout) is State.DECLINED
    assert shop.paid() == []


@at("wompi")
def test_case_10_a_genuine_event_under_another_reference_pays_only_its_own(shop: Shop) -> None:
    mine, door = shop.begin("FE-1")
    other, _ = shop.begin("FE-2")
    shop.emulator.pay(door, "approved")
    notice = shop.sent()[-1]
    told = json.loads(notice.body)
    told["data"]["transaction"]["reference"] = other.reference  # not signed
    assert shop.deliver([replace(notice, body=json.dumps(told).encode())]) == [200]
    shop.till.work()
    assert [fact.checkout_id for fact in shop.paid()] in ([], [mine.id])
    assert shop.deliver([notice]) == [200]
    for _ in range(3):
        shop.till.work()
        shop.asked(mine)
    assert [(fact.checkout_id, fact.trouble) for fact in shop.paid()] == [(mine.id, None)]
    assert (shop.balance("FE-1"), shop.balance("FE-2")) == (0, 5_000_000)


@at("payu")
def test_case_11_the_response_pages_signature_under_invented_ids_is_one_payment_and_replays(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    assert isinstance(shop.emulator, PayuEmulator)
    order, one = shop.emulator.find(paid)
    seen = shop.emulator.response(order, one)["signature"]  # in the payer's address bar
    genuine = dict(parse_qsl(shop.sent()[-1].body.decode(), encoding="latin-1"))
    for invented in ("made-1", "made-2", "made-3"):
        body = urlencode(genuine | {"sign": seen, "transaction_id": invented}).encode()
        assert shop.deliver([replace(shop.sent()[-1], body=body)]) == [200]
    assert shop.deliver() == [200]
    shop.till.work()
    assert shop.asked(checkout) is State.APPROVED
    assert [fact.transaction_id for fact in shop.paid()] == [paid]
    replays = [row.transaction_id for row in shop.till.notices() if row.reason == UNKNOWN]
    assert sorted(replays) == ["made-1", "made-2", "made-3"]


@at("mercado_pago")
def test_case_43_a_replaced_secret_is_good_for_a_day_more(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    old = shop.sent()[-1]
    shop.emulator.rotate()
    with shop.portal.ledger.read() as conn:
        row = account_row(conn, shop.till.account_id)
    assert row is not None
    urls = {"api_url": shop.emulator.url, "checkout_url": shop.emulator.url}
    name, keys = shop.emulator.provider.name, shop.emulator.credentials()
    set_account(shop.portal, BOSS, row.issuer_id, name, keys, row.id, **urls)
    assert shop.deliver([old]) == [200]
    shop.forward(hours=25)
    assert shop.deliver([replace(old, body=old.body + b" ")]) == [401]
    assert shop.asked(checkout) is State.APPROVED


@at("wompi")
def test_case_44_credentials_that_do_not_open_take_no_notice_for_genuine(shop: Shop, front: Stage) -> None:
    notice = approved(shop)
    blind = replace(shop.portal, secret=b"x" * 32)
    front.playing = hooks_app(blind)
    assert shop.deliver([notice]) == [503]
    assert shop.till.notices() == []
    front.playing = hooks_app(shop.portal)
    assert shop.deliver([notice]) == [200]


@at("payu")
def test_case_47_a_huge_or_packed_or_endless_body_is_refused_early(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert raw_post(shop.url, [], b"x" * 70_000) == 413
    assert raw_post(shop.url, [b"Content-Encoding: gzip"], b"\x1f\x8b") == 415
    monkeypatch.setattr(webhook_routes, "PATIENCE", 0.2)
    assert raw_post(shop.url, [], b"{", length=1_000) == 408
    assert shop.till.notices() == []


ODD = (
    b"", b"\x00", b"\xff\xfe\x00", b'{"a": "\\ud800"}', b"\xef\xbb\xbf{}", b"[" * 5_000, b'{"a":1,"a":2}', b"NaN",
    b'{"signature": {"properties": ["transaction.__class__"], "checksum": "0"}}', b"a=%ff%00&b=\xf1",
    b"value=1&value=2", b'{"amount_in_cents": 1e400}', b"data.id=1",
)  # fmt: skip


def test_case_48_and_49_odd_bytes_and_ambiguous_fields_are_refused_and_crash_nothing(shop: Shop) -> None:
    for body in ODD:
        assert raw_post(shop.url, [b"Content-Type: application/json"], body) == 401
    assert nothing_happened(shop)


@at("payu")
def test_case_48_a_name_in_latin_1_leaves_the_signature_good(shop: Shop) -> None:
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    assert b"%F1" in shop.sent()[-1].body or b"%E9" in shop.sent()[-1].body
    assert shop.deliver() == [200]
    assert shop.asked(checkout) is State.APPROVED


@at("payu")
def test_case_53_other_methods_are_refused_other_types_and_unknown_fields_do_no_harm(shop: Shop) -> None:
    notice = approved(shop)
    for method in ("GET", "PUT", "DELETE"):
        assert httpx.request(method, shop.url).status_code == 405
    headers = dict(notice.headers) | {"Content-Type": "text/plain; charset=latin-1", "X-Extra": "1"}
    assert shop.deliver([replace(notice, headers=headers)]) == [200]
    assert len(shop.till.notices("genuine")) == 1


@at("wompi")
def test_case_53_an_event_of_an_unknown_kind_is_taken_and_ignored(shop: Shop) -> None:
    assert isinstance(shop.emulator, WompiEmulator)
    notice = approved(shop)
    told = json.loads(notice.body) | {"event": "nequi_token.updated", "new_field": {"a": 1}}
    assert shop.deliver([replace(notice, body=json.dumps(told).encode())]) == [200]
    assert [row.verdict for row in shop.till.notices()] == ["ignored"]
    assert shop.till.waiting() == []


@at("wompi")
def test_case_54_a_company_has_no_session_and_needs_none(shop: Shop) -> None:
    notice = approved(shop)
    headers = dict(notice.headers) | {"Cookie": "portal=nada", "User-Agent": "company/1.0"}
    assert shop.deliver([notice, replace(notice, headers=headers)]) == [200, 200]


@at("wompi")
def test_case_57_while_the_ledger_is_away_a_notice_is_not_taken_and_comes_again(shop: Shop, front: Stage) -> None:
    notice, engine = approved(shop), shop.portal.ledger.engine
    gone = replace(shop.portal, ledger=Ledger(make_engine("postgresql+psycopg://x@127.0.0.1:1/x"), shop.till.clock))
    front.playing = hooks_app(gone)
    assert shop.deliver([notice]) == [503]
    front.playing = hooks_app(shop.portal)
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=100"))
    with shop.portal.ledger.write("somebody else") as unit:  # SQLite takes one writer
        unit.seq()
        assert shop.deliver([notice]) == [503]
    assert shop.till.notices() == []
    assert shop.deliver([notice]) == [200]
    gone.ledger.engine.dispose()


def test_case_58_a_mail_that_does_not_go_out_leaves_the_money_where_it_is(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_mail: Mail) -> str:
        raise NotSent("451 try later")

    checkout = till.start("FE-1")
    with till.portal.ledger.write("test") as unit:
        unit.conn.execute(text("UPDATE checkouts SET email = 'pagos@cliente.example'"))
        unit.commit()
    till.approve(checkout)
    mails = till.waiting("mail")
    with monkeypatch.context() as patch:
        patch.setattr(till.portal.mailer, "send", silent)
        for job_id in mails:
            run_job(till.portal, job_id)
    assert till.waiting("mail") == mails
    assert balances(till.portal)["FE-1"] == 0
    till.clock.forward(hours=1)
    for job_id in mails:
        run_job(till.portal, job_id)
    assert till.waiting("mail") == [] and till.vouchers() == [1]


def test_case_63_addresses_that_a_notice_brings_are_never_visited(shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        for notice in luring(shop, address):
            shop.deliver([notice])
        for _ in range(3):
            shop.till.work()
            shop.forward(minutes=11)
            shop.till.look()
        with pytest.raises(TimeoutError):
            trap.accept()


def luring(shop: Shop, address: str) -> Sequence[Sent]:
    """Genuine notices, with other addresses where nothing is signed."""
    notice, emulator = approved(shop), shop.emulator
    if isinstance(emulator, WompiEmulator):
        told = json.loads(notice.body)
        told["data"]["transaction"]["redirect_url"] = address
        return [replace(notice, body=json.dumps(told | {"resource": address}).encode())]
    if isinstance(emulator, MercadoPagoEmulator):
        told = json.loads(notice.body) | {"resource": address, "api_url": address}
        told["data"]["resource"] = address
        return [replace(notice, body=json.dumps(told).encode())]
    raw = emulator.changed(notice, response_url=address, extra1=address)  # type: ignore[attr-defined]
    return [replace(notice, body=raw.body)]


def test_case_64_no_secret_is_in_a_log_or_in_the_open_in_the_ledger(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    checkout, door = shop.begin("FE-1")
    paid = shop.emulator.pay(door, "approved")
    shop.deliver([*shop.sent(), shop.emulator.forged(paid)])
    shop.emulator.faults.extend(["echo", "500"])
    for _ in range(4):
        shop.till.work()
        shop.asked(checkout)
    assert shop.till.checkout(checkout.id).state is State.APPROVED
    hidden = [one.name for one in shop.emulator.provider.fields if one.secret]
    secrets = [value for name, value in shop.emulator.credentials().items() if name in hidden]
    assert len(secrets) >= 2
    with shop.portal.ledger.read() as conn:
        rows = [repr(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(select(table))]
    for secret in secrets:
        assert secret not in caplog.text
        assert not any(secret in row for row in rows)
