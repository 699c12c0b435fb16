"""Mercado Pago as its documentation describes it: not yet checked against Mercado Pago itself."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from html import escape
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.domain.money import to_decimal, to_minor
from portal.domain.payments import Door, RawNotice
from portal.ports import PaymentProvider
from portal.providers.mercado_pago import MercadoPago
from tests.emulators.base import WIRE, Emulator, Sent

TAIL = "112312-0123456789abcdef0123456789abcdef"
SELLER, APPLICATION = 44444, 7001
CURRENCIES = {"COP": 0, "CLP": 0, "ARS": 2, "BRL": 2, "MXN": 2, "PEN": 2, "UYU": 2}  # decimals of a price
STATUSES = {  # by what the payer does
    "approved": ("approved", "accredited"),
    "declined": ("rejected", "cc_rejected_insufficient_amount"),
    "pending": ("pending", "pending_waiting_payment"),
    "expired": ("cancelled", "expired"),
    "in_process": ("in_process", "pending_review_manual"),
    "authorized": ("authorized", "pending_capture"),
    "cancelled": ("cancelled", "by_collector"),
    "in_mediation": ("in_mediation", "pending"),
}
BUTTONS = {"approved": "Aprobar", "declined": "Rechazar", "pending": "Pendiente", "": "Volver al sitio"}
BACK = {"approved": "success", "pending": "pending", "in_process": "pending"}
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}([+-]\d\d:\d\d|Z)"
PAGE = "<!doctype html><html lang=es><meta charset=utf-8><title>Mercado Pago</title><h1>{title}</h1>{body}"


@dataclass
class MercadoPagoEmulator(Emulator):
    """`seller`: whose token is used: a "test_user"'s (whose payments say `live_mode`), a "test_token" (whose payments
    send no notice, as in real life), or a "live" one.

    `milliseconds`, `request_ids`: how notices are stamped. `lower_case`: they are signed as they were until 2026.
    """

    signing: ClassVar[str] = "webhook_secret"
    reference_once: ClassVar[bool] = False
    lists: ClassVar[bool] = True
    taken: ClassVar[frozenset[int]] = frozenset({200, 201})
    patience: ClassVar[float] = 22.0
    retries: ClassVar[tuple[timedelta, ...]] = (
        timedelta(minutes=15),
        timedelta(minutes=15),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
    )

    provider: PaymentProvider = field(default_factory=MercadoPago, init=False)
    seller: str = "test_user"
    secret: str = "MADE_mp_webhook_secret_0001"
    milliseconds: bool = False
    request_ids: bool = True
    lower_case: bool = False
    method: tuple[str, str] = ("pse", "bank_transfer")
    start: str = ""  # of init_point, where not this emulator's own
    page_size: int = 100
    preferences: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    chargebacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeatable: dict[str, tuple[bytes, Any]] = field(default_factory=dict)  # by path and idempotency key
    numbers: count[int] = field(default_factory=lambda: count(123_456_789_012))

    def credentials(self) -> dict[str, str]:
        kind = "TEST" if self.seller == "test_token" else "APP_USR"
        told = {"access_token": f"{kind}-{APPLICATION}-{TAIL}-{SELLER}", "webhook_secret": self.secret}
        return told | ({"environment": "test"} if self.seller == "test_user" else {})

    def live_credentials(self) -> dict[str, str]:
        return {
            "access_token": f"APP_USR-{APPLICATION}-{TAIL}-55555",
            "webhook_secret": "MADE_mp_webhook_secret_live",
            "environment": "live",
        }

    def mixtures(self) -> Sequence[tuple[dict[str, str], str]]:
        live = self.live_credentials()
        return [(live | {"access_token": live["access_token"].replace("APP_USR", "TEST")}, "environment")]

    def rotate(self, secret: str | None = None) -> None:
        self.secret = f"MADE_mp_webhook_secret_{next(self.numbers)}" if secret is None else secret

    def routes(self) -> list[Route]:
        return [
            Route("/checkout/v1/redirect", self.show_page),
            Route("/checkout/v1/pay", self.take_payment, methods=["POST"]),
            self.route("/checkout/preferences", self.make_preference, "POST"),
            self.route("/checkout/preferences/search", self.find_preferences),
            self.route("/checkout/preferences/{id}", self.show_preference),
            self.route("/checkout/preferences/{id}", self.change_preference, "PUT"),
            self.route("/v1/payments/search", self.find_payments),
            self.route("/v1/payments/{id}", self.show_payment),
            self.route("/v1/payments/{id}", self.cancel_payment, "PUT"),
            self.route("/v1/payments/{id}/refunds", self.make_refund, "POST"),
            self.route("/v1/payments/{id}/refunds", self.list_refunds),
            self.route("/v1/chargebacks/{id}", self.show_chargeback),
            self.route("/users/me", self.show_user),
        ]

    def route(self, path: str, answer: Callable[[Request, Any], Any], method: str = "GET") -> Route:
        """A way into the API: with the seller's token, after the fault that a test asked for."""

        async def checked(request: Request) -> Response:
            body, key = await request.body(), request.headers.get("x-idempotency-key")
            if request.headers.get("authorization") != f"Bearer {self.credentials()['access_token']}":
                return JSONResponse({"message": "invalid access token", "error": "unauthorized", "status": 401}, 401)
            fault = self.fault(request)
            if fault:
                return fault
            try:
                told = json.loads(body, parse_float=Decimal) if body else {}
                if method == "POST" and key is not None:
                    return self.once(f"{request.url.path} {key}", body, lambda: answer(request, told))
                return as_json(answer(request, told), 201 if method == "POST" else 200)
            except KeyError as missing:
                return JSONResponse({"message": f"{missing} not found", "error": "not_found", "status": 404}, 404)
            except (AssertionError, ValueError) as wrong:
                return JSONResponse({"message": str(wrong), "error": "bad_request", "status": 400}, 400)

        return Route(path, checked, methods=[method])

    def once(self, key: str, body: bytes, make: Callable[[], Any]) -> Response:
        assert 1 <= len(key.split(" ", 1)[1]) <= 64, "X-Idempotency-Key"
        if key not in self.repeatable:
            self.repeatable[key] = body, make()
        before, made = self.repeatable[key]
        assert before == body, "another request with this X-Idempotency-Key"
        return as_json(made, 201)

    # Preferences, and the page that each opens

    def make_preference(self, request: Request, told: Any) -> Any:
        self.check(told)
        made = f"{SELLER}-{uuid4()}"
        page = f"{self.start or self.url}/checkout/v1/redirect?pref_id={made}"
        self.preferences[made] = told | {
            "id": made,
            "init_point": page,
            "sandbox_init_point": page,
            "collector_id": SELLER,
            "client_id": str(APPLICATION),
            "date_created": self.stamp(),
        }
        return self.preferences[made]

    def check(self, told: Mapping[str, Any]) -> None:
        """What Mercado Pago refuses."""
        assert told["items"], "items needed"
        for item in told["items"]:
            price, currency = item["unit_price"], item["currency_id"]
            assert isinstance(price, (int, Decimal)) and price > 0, "unit_price invalid"
            assert currency in CURRENCIES, "currency_id invalid"
            assert price == round(price, CURRENCIES[currency]), "unit_price has too many decimals"
            assert isinstance(item["quantity"], int) and 0 < len(item["title"]) <= 256, "item invalid"
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", told["external_reference"]), "external_reference invalid"
        if "auto_return" in told:
            assert told["auto_return"] in ("approved", "all"), "auto_return invalid"
            assert is_public(told.get("back_urls", {}).get("success", "")), "back_url.success must be defined"
        assert len(told.get("notification_url", "")) <= 248, "notification_url must be url valid"
        if told.get("expires"):
            assert datetime.fromisoformat(told["expiration_date_to"]).tzinfo, "expiration_date_to invalid"

    def find_preferences(self, request: Request, told: Any) -> Any:
        wanted = request.query_params.get("external_reference")
        found = [known for known in self.preferences.values() if known["external_reference"] == wanted]
        return {"elements": found, "total": len(found)}

    def show_preference(self, request: Request, told: Any) -> Any:
        return self.preferences[request.path_params["id"]]

    def change_preference(self, request: Request, told: Any) -> Any:
        known = self.preferences[request.path_params["id"]]
        self.check(known | told)
        known |= told
        return known

    def is_over(self, preference: Mapping[str, Any]) -> bool:
        return bool(preference.get("expires")) and datetime.fromisoformat(preference["expiration_date_to"]) <= self.now

    async def show_page(self, request: Request) -> Response:
        preference = self.preferences.get(request.query_params.get("pref_id", ""))
        if preference is None:
            return HTMLResponse(PAGE.format(title="No encontramos lo que buscas", body=""), 404)
        if self.is_over(preference):
            return HTMLResponse(PAGE.format(title="El tiempo para pagar terminó", body=""), 422)
        item = preference["items"][0]
        return HTMLResponse(
            PAGE.format(title=f"{escape(item['title'])}: $ {item['unit_price']}", body=form(preference))
        )

    async def take_payment(self, request: Request) -> Response:
        """What the payer chose on the page: Mercado Pago takes a second payment of one preference, too."""
        chosen = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        preference, outcome = self.preferences[chosen["pref_id"]], chosen.get("outcome", "")
        if not outcome:
            return RedirectResponse(self.way_back(preference, None), 303)
        if self.is_over(preference) and outcome != "expired":
            return HTMLResponse(PAGE.format(title="El tiempo para pagar terminó", body=""), 422)
        item = preference["items"][0]
        price = chosen.get("amount") or str(item["unit_price"] * item["quantity"])
        payment = self.make_payment(preference, Decimal(price), chosen.get("currency") or item["currency_id"], outcome)
        return RedirectResponse(self.way_back(preference, payment), 303, {"X-Payment": str(payment["id"])})

    def way_back(self, preference: Mapping[str, Any], payment: Mapping[str, Any] | None) -> str:
        """With the parameters of real returns: what the payer did not get to is the text `null`."""
        told: dict[str, Any] = payment or {}
        order = told.get("order", {}).get("id")
        params = {
            "collection_id": told.get("id"),
            "collection_status": told.get("status"),
            "payment_id": told.get("id"),
            "status": told.get("status"),
            "external_reference": preference["external_reference"],
            "payment_type": told.get("payment_type_id"),
            "merchant_order_id": order,
            "preference_id": preference["id"],
            "site_id": "MCO",
            "processing_mode": "aggregator",
            "merchant_account_id": None,
        }
        back = preference.get("back_urls", {}).get(BACK.get(str(told.get("status")), "failure")) or f"{self.url}/fin"
        return str(httpx.URL(back).copy_merge_params({k: "null" if v is None else str(v) for k, v in params.items()}))

    # Payments

    def make_payment(
        self, preference: Mapping[str, Any], amount: Decimal, currency: str, outcome: str = "approved"
    ) -> dict[str, Any]:
        self.now += timedelta(seconds=1)
        made: dict[str, Any] = {
            "id": next(self.numbers),
            "live_mode": self.seller != "test_token",
            "currency_id": currency,
            "transaction_amount": amount,
            "transaction_amount_refunded": 0,
            "external_reference": preference["external_reference"],
            "date_created": self.stamp(),
            "date_approved": None,
            "payment_method_id": self.method[0],
            "payment_type_id": self.method[1],
            "order": {"id": str(next(self.numbers)), "type": "mercadopago"},
            "collector_id": SELLER,
            "payer": {"email": "pagos@cliente.example", "identification": {"type": "CC", "number": "1020304050"}},
            "card": {"first_six_digits": "503175", "last_four_digits": "0604"} if "card" in self.method[1] else {},
            "transaction_details": {"total_paid_amount": amount * 2, "net_received_amount": amount},
            "refunds": [],
            "notification_url": preference.get("notification_url"),
        }
        self.payments[str(made["id"])] = made
        self.change(made, *STATUSES[outcome], action="payment.created")
        return made

    def change(self, payment: dict[str, Any], status: str, detail: str, action: str = "payment.updated") -> None:
        self.now += timedelta(seconds=1)
        approved = payment["date_approved"] or (self.stamp() if status == "approved" else None)
        payment |= {"status": status, "status_detail": detail, "date_approved": approved}
        payment["date_last_updated"] = self.stamp()
        self.tell(self.notice(payment, action=action))

    def stamp(self) -> str:
        return self.now.isoformat(timespec="milliseconds")

    def find_payments(self, request: Request, told: Any) -> Any:
        asked = request.query_params
        assert asked.get("sort") == "date_created" and asked.get("criteria") in ("asc", "desc"), "Invalid sort value"
        offset = int(asked.get("offset", "0"))
        found = [known for known in self.payments.values() if searched(known, asked)]
        found = found if asked["criteria"] == "asc" else found[::-1]
        limit = min(int(asked.get("limit", "30")), self.page_size)
        paging = {"total": len(found), "limit": limit, "offset": offset}
        return {"paging": paging, "results": found[offset : offset + limit]}

    def show_payment(self, request: Request, told: Any) -> Any:
        return self.payments[request.path_params["id"]]

    def cancel_payment(self, request: Request, told: Any) -> Any:
        payment = self.payments[request.path_params["id"]]
        assert told == {"status": "cancelled"} and payment["status"] in ("pending", "in_process"), "Not valid action"
        self.change(payment, *STATUSES["cancelled"])
        return payment

    def make_refund(self, request: Request, told: Any) -> Any:
        assert "x-idempotency-key" in request.headers, "X-Idempotency-Key is mandatory"
        payment = self.payments[request.path_params["id"]]
        return self.give_back(payment, told.get("amount"))

    def give_back(self, payment: dict[str, Any], amount: Decimal | None) -> dict[str, Any]:
        left = payment["transaction_amount"] - payment["transaction_amount_refunded"]
        amount = left if amount is None else amount
        assert payment["status"] == "approved" and 0 < amount <= left, "Not valid action"
        made = {"id": next(self.numbers), "payment_id": payment["id"], "amount": amount, "status": "approved"}
        payment["refunds"].append(made)
        payment["transaction_amount_refunded"] += amount
        self.change(payment, *(("refunded", "refunded") if amount == left else ("approved", "partially_refunded")))
        return made

    def list_refunds(self, request: Request, told: Any) -> Any:
        return self.payments[request.path_params["id"]]["refunds"]

    def show_chargeback(self, request: Request, told: Any) -> Any:
        return self.chargebacks[request.path_params["id"]]

    def show_user(self, request: Request, told: Any) -> Any:
        tags = ["normal", *(["test_user"] if self.seller == "test_user" else [])]
        return {"id": SELLER, "nickname": "TESTUSER44444", "site_id": "MCO", "country_id": "CO", "tags": tags}

    # Notices

    def tell(self, notice: Sent) -> None:
        """A preference made with a test token sends no notices."""
        if self.seller != "test_token" and notice.url:
            self.send(notice)

    def notice(
        self,
        payment: Mapping[str, Any],
        kind: str = "payment",
        data: Mapping[str, Any] | None = None,
        action: str = "payment.updated",
    ) -> Sent:
        data = data or {"id": str(payment["id"])}
        told = {
            "id": next(self.numbers),
            "live_mode": payment["live_mode"],
            "type": kind,
            "date_created": self.stamp(),
            "user_id": SELLER,
            "api_version": "v1",
            "action": action,
            "data": dict(data),
        }
        return self.signed(payment["notification_url"], kind, str(data["id"]), json.dumps(told).encode(), self.secret)

    def signed(self, address: str | None, kind: str, data_id: str, body: bytes, secret: str) -> Sent:
        stamp = str(int(self.now.timestamp() * (1000 if self.milliseconds else 1)))
        request_id = str(uuid4()) if self.request_ids else ""
        manifest = f"id:{data_id.lower() if self.lower_case else data_id};"
        manifest += f"request-id:{request_id};" if request_id else ""
        digest = hmac.new(secret.encode(), f"{manifest}ts:{stamp};".encode(), sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": f"ts={stamp},v1={digest}"}
        url = (
            f"{address}{'&' if '?' in address else '?'}{urlencode({'data.id': data_id, 'type': kind})}"
            if address
            else ""
        )
        return Sent(url, body, headers | ({"X-Request-Id": request_id} if request_id else {}))

    def again(self, transaction_id: str) -> Sent:
        """The payment's notice once more, as after hours: another id, time and request-id."""
        return self.notice(self.payments[transaction_id])

    def unsigned(self, transaction_id: str) -> Sequence[Sent]:
        """What comes without a signature: an IPN, and the notice of a QR."""
        payment = self.payments[transaction_id]
        address = str(payment["notification_url"]).partition("?")[0]
        body = json.dumps({"topic": "payment", "resource": f"{self.url}/v1/payments/{transaction_id}"}).encode()
        ipn = Sent(f"{address}?topic=payment&id={transaction_id}", body, {"Content-Type": "application/json"})
        genuine = self.notice(payment)
        return [ipn, replace(genuine, headers={"Content-Type": "application/json"})]

    def forged(self, transaction_id: str) -> Sent:
        genuine = self.notice(self.payments[transaction_id])
        payment = self.payments[transaction_id]
        return self.signed(
            payment["notification_url"], "payment", transaction_id, genuine.body, "somebody else's secret"
        )

    def resigned(self, notice: Sent, signature: str | None) -> RawNotice:
        raw = notice.raw()
        rest = tuple((name, value) for name, value in raw.headers if name != "x-signature")
        stamp = dict(raw.headers)["x-signature"].partition(",")[0]
        return replace(raw, headers=rest if signature is None else (*rest, ("x-signature", f"{stamp},v1={signature}")))

    def doubled(self, notice: Sent) -> RawNotice:
        raw = notice.raw()
        return replace(raw, headers=(*raw.headers, ("x-signature", dict(raw.headers)["x-signature"])))

    def tampered(self, notice: Sent) -> Sequence[RawNotice]:
        raw = notice.raw()
        headers, query = dict(raw.headers), dict(raw.query)
        stamp, _, digest = headers["x-signature"].partition(",")
        return [
            replace(raw, query=tuple((query | {"data.id": "123456789999"}).items())),
            replace(raw, headers=tuple((headers | {"x-request-id": str(uuid4())}).items())),
            replace(raw, headers=tuple((headers | {"x-signature": f"{stamp}0,{digest}"}).items())),
        ]

    # What tests do

    def pay(self, door: Door, outcome: str, *, amount: int | None = None, currency: str | None = None) -> str:
        page = WIRE.get(door.url)
        assert page.status_code == 200, page.text
        [preference_id] = re.findall(r'name="pref_id" value="([^"]+)"', page.text)
        chosen = {"pref_id": preference_id, "outcome": outcome, "currency": currency or ""}
        item = self.preferences[preference_id]["items"][0]
        if amount is not None:
            chosen["amount"] = f"{to_decimal(amount, currency or item['currency_id']):f}"
        answer = WIRE.post(f"{self.url}/checkout/v1/pay", data=chosen)
        assert answer.status_code == 303, answer.text
        return answer.headers["x-payment"]

    def settle(self, transaction_id: str, outcome: str) -> None:
        self.change(self.payments[transaction_id], *STATUSES[outcome])

    def refund(self, transaction_id: str, amount: int) -> None:
        payment = self.payments[transaction_id]
        self.give_back(payment, to_decimal(amount, payment["currency_id"]))

    def charge_back(self, transaction_id: str) -> None:
        payment = self.payments[transaction_id]
        made = {"id": str(next(self.numbers)), "payments": [payment["id"]], "coverage_applied": None}
        self.chargebacks[made["id"]] = made
        data = {"id": made["id"], "payment_id": payment["id"], "checkout": "PRO", "site_id": "MCO"}
        self.tell(self.notice(payment, "topic_chargebacks_wh", data, "changed_case_status"))
        self.change(payment, "charged_back", "in_process")

    def decide(self, transaction_id: str, won: bool) -> None:
        """The end of a chargeback: the seller has the money again, or never."""
        payment = self.payments[transaction_id]
        self.change(payment, *(("charged_back", "reimbursed") if won else ("charged_back", "settled")))

    def approved_by_reference(self) -> dict[str, int]:
        left = dict.fromkeys((payment["external_reference"] for payment in self.payments.values()), 0)
        for payment in self.payments.values():
            held = payment["status"] in ("approved", "in_mediation") or payment["status_detail"] == "reimbursed"
            amount = payment["transaction_amount"] - payment["transaction_amount_refunded"] if held else 0
            left[payment["external_reference"]] += to_minor(amount, payment["currency_id"])
        return left


def searched(known: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """Whether a search finds a payment: by its reference, or by one of its dates."""
    if "external_reference" in asked:
        return bool(known["external_reference"] == asked["external_reference"])
    for name in ("begin_date", "end_date"):
        assert re.fullmatch(STAMP, asked[name]), "Date format must be yyyy-MM-dd'T'HH:mm:ss.SSSZ"
    assert asked["range"] in ("date_created", "date_approved", "date_last_updated"), "Params Error"
    first, last = (datetime.fromisoformat(asked[name]) for name in ("begin_date", "end_date"))
    moment = known[asked["range"]]
    return moment is not None and first <= datetime.fromisoformat(moment) <= last


def is_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname not in (None, "localhost", "127.0.0.1")


def as_json(told: Any, status: int) -> Response:
    """JSON whose prices are plain numbers."""
    text = json.dumps(told, default=lambda value: int(value) if value == int(value) else float(value))
    return Response(text, status, media_type="application/json")


def form(preference: Mapping[str, Any]) -> str:
    buttons = (f'<button name="outcome" value="{value}">{label}</button>' for value, label in BUTTONS.items())
    hidden = f'<input type="hidden" name="pref_id" value="{preference["id"]}">'
    return f'<form method="post" action="/checkout/v1/pay">{hidden}{"".join(buttons)}</form>'
