"""Webhooks over HTTP: kept as they came, answered at once, bounded; in the web process and in one of their own."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from portal.app.payments.sandboxing import Outcome, play
from portal.app.sessions import session_actor
from portal.ledger.payment_tables import notices, payments
from portal.providers.sandbox import SIGNATURE, sign
from tests.portal_server import running_portal
from tests.waiting import until
from tests.web.conftest import World
from tests.web.paying import SECRET, Payer, new_payer


@pytest.fixture
def payer(world: World) -> Payer:
    return new_payer(world)


def signed(told: dict[str, object], secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(told).encode()
    return body, {SIGNATURE: sign(secret, body), "Content-Type": "application/json"}


def told(payer: Payer, checkout: int, transaction: str = "1", standing: str = "approved") -> dict[str, object]:
    return {"transaction": transaction, "reference": payer.checkout(checkout).reference, "standing": standing}


def post(payer: Payer, body: bytes, headers: dict[str, str]) -> int:
    address = f"{payer.world.running.url}/webhooks/sandbox/{payer.account}"
    return httpx.post(address, content=body, headers=headers, timeout=30).status_code


def kept(payer: Payer, verdict: str) -> list[int]:
    with payer.world.running.portal.ledger.read() as conn:
        mine = notices.c.account_id == payer.account, notices.c.verdict == verdict
        return [row.times for row in conn.execute(notices.select().where(*mine))]


def test_a_notice_alone_moves_no_money_the_provider_is_asked(payer: Payer) -> None:
    checkout = payer.start()
    body, headers = signed(told(payer, checkout))
    assert post(payer, body, headers) == 200
    until(lambda: payer.checkout(checkout).looks > 0, "a question to the provider")
    assert payer.state(checkout) in ("created", "ready")


def test_fifty_deliveries_of_one_event_at_once_are_one_payment(payer: Payer) -> None:
    checkout = payer.start()
    portal = payer.world.running.portal
    actor = session_actor(portal, payer.visitor.hash)
    assert actor is not None
    play(portal, actor, checkout, Outcome.APPROVED)
    body, headers = signed(told(payer, checkout, "77"))
    with ThreadPoolExecutor(25) as many:
        statuses = list(many.map(lambda _: post(payer, body, headers), range(50)))
    assert statuses == [200] * 50
    assert sorted(kept(payer, "genuine"))[-1] == 50
    until(lambda: payer.state(checkout) == "approved", "the payment")
    with portal.ledger.read() as conn:
        found = conn.execute(payments.select().where(payments.c.checkout_id == checkout)).all()
    assert len(found) == 1


def test_a_forgery_is_refused_kept_and_does_nothing(payer: Payer) -> None:
    before = len(kept(payer, "forged"))
    body, headers = signed(told(payer, payer.start()), secret="otro secreto")
    for _ in range(3):
        assert post(payer, body, headers) == 401
    for odd in ({}, {SIGNATURE: ""}, {SIGNATURE: "x" * 10_000}):
        assert post(payer, body + b" ", odd) == 401
    assert len(kept(payer, "forged")) == before + 2  # one per body


def test_what_is_too_long_or_packed_is_not_read(payer: Payer) -> None:
    assert post(payer, b"x" * 200_000, {}) == 413
    assert post(payer, b"x", {"Content-Encoding": "gzip"}) == 415


def test_a_body_without_end_costs_no_memory(payer: Payer) -> None:
    host, port = payer.world.running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        head = f"POST /webhooks/sandbox/{payer.account} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        wire.sendall(head.encode() + b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        try:
            for _ in range(8):
                wire.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert b" 413 " in wire.recv(200)


def test_an_account_that_is_not_there_or_another_providers_is_not_found(payer: Payer) -> None:
    url = payer.world.running.url
    for path in ("sandbox/1", f"wompi/{payer.account}", "sandbox/nada", f"sandbox/{'9' * 40}"):
        assert httpx.post(f"{url}/webhooks/{path}", content=b"{}").status_code == 404


def test_a_reference_that_is_not_ours_is_taken_and_does_nothing(payer: Payer) -> None:
    body, headers = signed({"transaction": "9", "reference": "OTRA-COSAX", "standing": "approved"})
    assert post(payer, body, headers) == 200
    until(lambda: kept(payer, "foreign"), "the verdict")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("hooks")
    with running_portal(home, [sys.executable, "-m", "portal.web.hooks"]) as running:
        yield running.url


def test_the_hooks_process_has_the_same_door_and_no_pages(hooks: str) -> None:
    assert httpx.get(f"{hooks}/healthz").json() == {"alive": True}
    assert httpx.post(f"{hooks}/webhooks/sandbox/1", content=b"{}").status_code == 404
    assert httpx.get(f"{hooks}/documents/1.pdf").status_code == 401
    assert httpx.get(f"{hooks}/documentos").status_code == 303
    answer = httpx.get(f"{hooks}/")
    assert answer.status_code == 404 and answer.headers["X-Content-Type-Options"] == "nosniff"
