"""Wompi as its documentation describes it: not yet checked against Wompi's own sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.domain.payments import Door, RawNotice, Standing
from portal.ports import PaymentProvider
from portal.providers.wompi import Wompi
from tests.emulators.base import WIRE, Emulator, Sent

STATUSES = {"approved": "APPROVED", "declined": "DECLINED", "pending": "PENDING", "expired": "DECLINED"}
SIGNED = ("transaction.id", "transaction.status", "transaction.amount_in_cents")
HEADER = "X-Event-Checksum"
BUTTONS = {"approved": "Aprobar", "declined": "Rechazar", "pending": "Pendiente"}
PAGE = "<!doctype html><html lang=es><meta charset=utf-8><title>Wompi</title><h1>{title}</h1>{body}"


@dataclass
class WompiEmulator(Emulator):
    """`properties`, `upper_case`, `nested`: what an event's signature covers, and how it is written."""

    signing: ClassVar[str] = "events_secret"
    outcomes: ClassVar[Mapping[str, Standing | None]] = Emulator.outcomes | {"expired": None}  # it makes no transaction
    partial_refunds: ClassVar[bool] = False
    retries: ClassVar[tuple[timedelta, ...]] = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=24))

    provider: PaymentProvider = field(default_factory=Wompi, init=False)
    events_secret: str = "test_events_MADEsecret0001"
    events_url: str = "http://127.0.0.1:9/webhooks/wompi/1"  # one for the whole merchant, set in Wompi's panel
    properties: tuple[str, ...] = SIGNED
    upper_case: bool = False
    nested: bool = False
    method: str = "PSE"
    instead: Any = None  # what a list is answered with
    heeds_filters: bool = True  # whether a list is only of the reference that was asked for
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    open_pages: dict[str, dict[str, str]] = field(default_factory=dict)  # what was asked, by the page's number
    tabs: dict[str, str] = field(default_factory=dict)  # where the payer's tab posts to, by the door it went through
    numbers: count[int] = field(default_factory=lambda: count(10_000))

    def credentials(self) -> dict[str, str]:
        return {
            "public_key": "pub_test_MADEpublic0001",
            "private_key": "prv_test_MADEprivate0001",
            "integrity_secret": "test_integrity_MADEsecret0001",
            "events_secret": self.events_secret,
        }

    def live_credentials(self) -> dict[str, str]:
        return {
            "public_key": "pub_prod_MADEpublic0001",
            "private_key": "prv_prod_MADEprivate0001",
            "integrity_secret": "prod_integrity_MADEsecret0001",
            "events_secret": "prod_events_MADEsecret0001",
        }

    def mixtures(self) -> Sequence[tuple[dict[str, str], str]]:
        test, live = self.credentials(), self.live_credentials()
        return [(test | {name: live[name]}, name) for name in test if name != "public_key"]

    def rotate(self, secret: str | None = None) -> None:
        self.events_secret = f"test_events_MADEsecret{next(self.numbers)}" if secret is None else secret

    def routes(self) -> list[Route]:
        return [
            Route("/p/", self.show_page),
            Route("/p/listo", self.show_end),
            Route("/p/{page}/pay", self.take_payment, methods=["POST"]),
            Route("/v1/transactions", self.list_transactions),
            Route("/v1/transactions/{id}", self.show_transaction),
            Route("/v1/merchants/info", self.show_merchant),
        ]

    # The page of the checkout

    async def show_page(self, request: Request) -> Response:
        asked = dict(request.query_params)
        wrong = self.what_is_wrong(asked) if len(asked) == len(request.query_params.multi_items()) else "repetido"
        if wrong:
            return HTMLResponse(PAGE.format(title="No se puede pagar", body=f"<p>{escape(wrong)}</p>"), 422)
        page = str(next(self.numbers))
        self.open_pages[page] = asked
        return HTMLResponse(PAGE.format(title=f"Pagar $ {int(asked['amount-in-cents']) / 100:,.2f}", body=form(page)))

    def what_is_wrong(self, asked: Mapping[str, str]) -> str | None:
        cents, expires = asked.get("amount-in-cents", ""), asked.get("expiration-time", "")
        secret = self.credentials()["integrity_secret"]
        parts = asked.get("reference", ""), cents, asked.get("currency", ""), expires, secret
        if asked.get("public-key") != self.credentials()["public_key"]:
            return "La llave pública no existe"
        if asked.get("currency") != "COP" or not cents.isascii() or not cents.isdigit():
            return "Solo pesos colombianos, en centavos"
        if not 150_000 <= int(cents) <= 10**12:
            return "El monto no se admite"
        if not 0 < len(parts[0]) <= 255 or self.of_reference(parts[0]):
            return "La referencia ya ha sido usada"
        if asked.get("signature:integrity") != sha256("".join(parts).encode()).hexdigest():
            return "La firma es inválida"
        if expires and datetime.fromisoformat(expires) <= self.now:
            return "El tiempo para pagar terminó"
        return None

    async def take_payment(self, request: Request) -> Response:
        """A payer's choice on an open page; the payer may choose again after a refusal, on the same reference."""
        asked = self.open_pages[request.path_params["page"]]
        chosen = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if any(known["status"] in ("APPROVED", "PENDING") for known in self.of_reference(asked["reference"])):
            return HTMLResponse(PAGE.format(title="Esta referencia ya se pagó", body=""), 422)
        made = self.make(
            asked["reference"],
            int(chosen.get("amount") or asked["amount-in-cents"]),
            chosen.get("currency") or asked["currency"],
            STATUSES[chosen["outcome"]],
        )
        back = httpx.URL(asked.get("redirect-url") or f"{self.url}/p/listo").copy_merge_params({"id": made["id"]})
        return RedirectResponse(str(back), 303, {"X-Transaction": made["id"]})

    async def show_end(self, request: Request) -> Response:
        """Where a payer ends up whose checkout names no way back."""
        return HTMLResponse(PAGE.format(title="Listo", body=""))

    def make(self, reference: str, cents: int, currency: str, status: str) -> dict[str, Any]:
        """A transaction, as the API tells it; its event goes out if it has ended."""
        self.now += timedelta(seconds=1)
        made = {
            "id": f"1292-{int(self.now.timestamp())}-{next(self.numbers)}",
            "created_at": self.stamp(),
            "finalized_at": None,
            "amount_in_cents": cents,
            "reference": reference,
            "currency": currency,
            "payment_method_type": self.method,
            "payment_method": {"type": self.method, "extra": {}},
            "customer_email": "pagos@cliente.example",
            "redirect_url": None,
            "status": "PENDING",
            "status_message": None,
            "payment_link_id": None,
            "payment_source_id": None,
        }
        self.transactions[str(made["id"])] = made
        if status != "PENDING":
            self.change(made, status)
        return made

    def foreign(self, cents: int, reference: str = "POS 7001/2") -> str:
        """Another program of the same merchant is paid: its event comes to the same address."""
        return str(self.make(reference, cents, "COP", "APPROVED")["id"])

    def stamp(self) -> str:
        return f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"

    def change(self, transaction: dict[str, Any], status: str) -> None:
        self.now += timedelta(seconds=1)
        transaction |= {"status": status, "finalized_at": self.stamp()}
        self.send(self.event(transaction))

    # Events

    def event(self, transaction: Mapping[str, Any]) -> Sent:
        data, stamp = {"transaction": dict(transaction)}, int(self.now.timestamp())
        signed = "".join(str(self.at(data, path)) for path in self.properties)
        checksum = sha256(f"{signed}{stamp}{self.events_secret}".encode()).hexdigest()
        checksum = checksum.upper() if self.upper_case else checksum
        signature: dict[str, Any] = {"properties": list(self.properties), "checksum": checksum}
        told = {"event": "transaction.updated", "data": data, "environment": "test", "signature": signature}
        (signature if self.nested else told)["timestamp"] = stamp
        return self.as_sent(told | {"sent_at": self.stamp()}, checksum)

    def as_sent(self, told: Mapping[str, Any], checksum: str | None) -> Sent:
        headers = {"Content-Type": "application/json"} | ({HEADER: checksum} if checksum is not None else {})
        return Sent(self.events_url, json.dumps(told).encode(), headers)

    @staticmethod
    def at(data: Any, path: str) -> Any:
        for name in path.split("."):
            data = data[name]
        return data

    def forged(self, transaction_id: str) -> Sent:
        told = json.loads(self.event(self.transactions[transaction_id]).body)
        checksum = told["signature"]["checksum"]
        told["signature"]["checksum"] = wrong = checksum[:-1] + ("0" if checksum[-1] != "0" else "1")
        return self.as_sent(told, wrong)

    def resigned(self, notice: Sent, signature: str | None) -> RawNotice:
        told = json.loads(notice.body)
        del told["signature"]["checksum"]
        if signature is not None:
            told["signature"]["checksum"] = signature
        return self.as_sent(told, signature).raw()

    def doubled(self, notice: Sent) -> RawNotice:
        raw = notice.raw()
        return replace(raw, headers=(*raw.headers, *raw.headers))

    def tampered(self, notice: Sent) -> Sequence[RawNotice]:
        changes: dict[str, Any] = {"id": "1292-1602113476-1", "status": "VOIDED", "amount_in_cents": 1}
        raws = []
        for name, value in changes.items():
            told = json.loads(notice.body)
            told["data"]["transaction"][name] = value
            raws.append(replace(notice.raw(), body=json.dumps(told).encode()))
        later = json.loads(notice.body)
        later["timestamp"] += 1
        return [*raws, replace(notice.raw(), body=json.dumps(later).encode())]

    # Queries

    async def list_transactions(self, request: Request) -> Response:
        if not self.may_ask(request):
            return JSONResponse({"error": {"type": "INVALID_ACCESS_TOKEN", "reason": "La llave no es válida"}}, 401)
        reference = request.query_params.get("reference", "")
        found = self.of_reference(reference) if self.heeds_filters else self.transactions.values()
        newest_first = sorted(found, key=lambda known: str(known["created_at"]), reverse=True)
        return self.fault(request) or JSONResponse({"data": self.instead or newest_first, "meta": {}})

    async def show_transaction(self, request: Request) -> Response:
        found = self.transactions.get(request.path_params["id"])
        if not found or not self.may_ask(request):
            return self.fault(request) or JSONResponse({"error": {"type": "NOT_FOUND_ERROR"}}, 404)
        return self.fault(request) or JSONResponse({"data": found, "meta": {}})

    async def show_merchant(self, request: Request) -> Response:
        if request.headers.get("x-merchant-public-key") != self.credentials()["public_key"]:
            return JSONResponse({"error": {"type": "NOT_FOUND_ERROR"}}, 404)
        return self.fault(request) or JSONResponse({"data": {"id": 1292, "name": "Comercio de prueba"}, "meta": {}})

    def may_ask(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.credentials()['private_key']}"

    def of_reference(self, reference: str) -> list[dict[str, Any]]:
        return [known for known in self.transactions.values() if known["reference"] == reference]

    # What tests do

    def pay(self, door: Door, outcome: str, *, amount: int | None = None, currency: str | None = None) -> str:
        if door.url not in self.tabs:
            page = WIRE.get(door.url)
            assert page.status_code == 200, page.text
            self.tabs[door.url] = self.url + page.text.partition('action="')[2].partition('"')[0]
        if outcome == "expired":
            return ""
        chosen = {"outcome": outcome, "amount": str(amount or ""), "currency": currency or ""}
        answer = WIRE.post(self.tabs[door.url], content=urlencode(chosen))
        assert answer.status_code == 303, answer.text
        return answer.headers["x-transaction"]

    def settle(self, transaction_id: str, outcome: str) -> None:
        self.change(self.transactions[transaction_id], STATUSES[outcome])

    def refund(self, transaction_id: str, amount: int) -> None:
        known = self.transactions[transaction_id]
        assert amount == known["amount_in_cents"], "Wompi documents total voids only"
        self.change(known, "VOIDED")

    def charge_back(self, transaction_id: str) -> None:
        """Through Wompi's support: no event is documented for it."""
        self.transactions[transaction_id]["status"] = "VOIDED"

    def approved_by_reference(self) -> dict[str, int]:
        return {
            reference: sum(k["amount_in_cents"] for k in self.of_reference(reference) if k["status"] == "APPROVED")
            for reference in {known["reference"] for known in self.transactions.values()}
        }


def form(page: str) -> str:
    buttons = (f'<button name="outcome" value="{value}">{label}</button>' for value, label in BUTTONS.items())
    return f'<form method="post" action="/p/{page}/pay">{"".join(buttons)}</form>'
