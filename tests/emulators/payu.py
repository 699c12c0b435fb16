"""PayU Latam as its documentation describes it: not yet checked against PayU's own sandbox.

Unlike that sandbox, it checks the form's signature. Its signatures are written apart from the portal's on purpose.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from html import escape
from itertools import count, cycle
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.domain.money import to_decimal, to_minor
from portal.domain.payments import Door, RawNotice
from portal.ports import PaymentProvider
from portal.providers.payu import PayU
from tests.emulators.base import WIRE, Emulator, Sent

GATEWAY = "/ppp-web-gateway-payu/"
CODES = {"approved": "4", "expired": "5", "declined": "6", "pending": "7", "error": "104"}
STATES = {outcome: outcome.upper() for outcome in CODES}
TOLD = ("approved", "declined", "expired")  # what a confirmation is sent for
BUTTONS = {"approved": "Aprobar", "declined": "Rechazar", "pending": "Pendiente"}
CASH = ("EFECTY", "BALOTO", "SU_RED", "BANK_REFERENCED")
CARDS = ("VISA", "MASTERCARD", "AMEX")
SIGNED_TOO = ("paymentMethods", "iin", "pseBanks")
PAGE = "<!doctype html><html lang=es><meta charset=utf-8><title>PayU</title><h1>{title}</h1>{body}"


@dataclass
class Attempt:
    """A transaction: a payer's attempt, or (with `parent`) money given back. `minor` are minor units."""

    id: str
    minor: int
    currency: str
    method: str
    outcome: str
    at: datetime
    kind: str = "AUTHORIZATION_AND_CAPTURE"
    parent: str | None = None


@dataclass
class PayuOrder:
    """What PayU makes of one form: its fields as they came, and every attempt."""

    id: int
    form: dict[str, str]
    attempts: list[Attempt] = field(default_factory=list)
    asked_at: datetime | None = None

    @property
    def reference(self) -> str:
        return self.form["referenceCode"]

    def taken(self) -> int:
        """Approved less given back, in minor units."""
        counted = [one for one in self.attempts if one.outcome == "approved"]
        return sum(-one.minor if one.parent else one.minor for one in counted)

    @property
    def status(self) -> str:
        kinds = {one.kind for one in self.attempts if one.outcome == "approved"}
        if not self.taken() and kinds & {"REFUND", "PARTIAL_REFUND", "VOID"}:
            return "CANCELLED" if "VOID" in kinds else "REFUNDED"
        return "CAPTURED" if kinds else {"pending": "IN_PROGRESS"}.get(self.attempts[-1].outcome, "DECLINED")


@dataclass
class PayuEmulator(Emulator):
    """`values`, `tests`: the shapes of a notice's amount and of its `test`, in turn. `limits`: queries that come too
    early are answered with an error. `refunds_wait`: a refund stays pending until `settle` ends it."""

    signing: ClassVar[str] = "api_key"
    retries: ClassVar[tuple[timedelta, ...]] = (timedelta(minutes=5),) * 8  # nine tries; PayU does not say when

    provider: PaymentProvider = field(default_factory=PayU, init=False)
    api_key: str = "4Vj8eK4rloUd272L48hsrarnUA"
    algorithm: str = "SHA256"
    hmac_secret: str = ""
    method: str = "PSE"
    payer: str = "José Peña"
    limits: bool = False
    unique_references: bool = True  # a switch in PayU's panel
    refunds_wait: bool = False
    values: Iterator[str] = field(default_factory=lambda: cycle(("two", "whole", "one")))
    tests: Iterator[tuple[str, str]] = field(default_factory=lambda: cycle((("0", "1"), ("false", "true"))))
    orders: dict[str, PayuOrder] = field(default_factory=dict)  # by the number of the payer's page
    tabs: dict[Door, str] = field(default_factory=dict)  # the payer's page, by the door it went through
    numbers: count[int] = field(default_factory=lambda: count(844_290_001))

    def credentials(self) -> dict[str, str]:
        told = {"merchant_id": "508029", "account_id": "512321", "api_login": "pRRXKOl8ikMmt9u"}
        told |= {"api_key": self.api_key, "algorithm": self.algorithm}
        return told | ({"hmac_secret": self.hmac_secret} if self.hmac_secret else {})

    def live_credentials(self) -> dict[str, str]:
        told = {"merchant_id": "700001", "account_id": "700002", "api_login": "MADElogin0001"}
        return told | {"api_key": "MADElivekey0001", "algorithm": "SHA256", "environment": "live"}

    def mixtures(self) -> Sequence[tuple[dict[str, str], str]]:
        return [(self.credentials() | {"environment": "live"}, "environment")]

    def rotate(self, secret: str | None = None) -> None:
        self.api_key = f"MADErotatedkey{next(self.numbers)}" if secret is None else secret

    def routes(self) -> list[Route]:
        return [
            Route(GATEWAY, self.show_page, methods=["POST"]),
            Route(GATEWAY + "{page}/pay", self.take_payment, methods=["POST"]),
            Route("/reports-api/4.0/service.cgi", self.answer, methods=["POST"]),
        ]

    # The page of the checkout

    async def show_page(self, request: Request) -> Response:
        pairs = parse_qsl((await request.body()).decode(), True, True)
        form = dict(pairs)
        wrong = self.what_is_wrong(form) if len(form) == len(pairs) else "Hay campos repetidos"
        if wrong:
            return HTMLResponse(PAGE.format(title="No se pudo crear la solicitud", body=f"<p>{escape(wrong)}</p>"), 422)
        order = PayuOrder(next(self.numbers), form)
        self.orders[str(order.id)] = order
        buttons = (f'<button name="outcome" value="{value}">{label}</button>' for value, label in BUTTONS.items())
        body = f'<form method="post" action="{GATEWAY}{order.id}/pay">{"".join(buttons)}</form>'
        return HTMLResponse(PAGE.format(title=f"Pagar {form['currency']} {form['amount']}", body=body))

    def what_is_wrong(self, form: Mapping[str, str]) -> str | None:
        known, reference = self.credentials(), form.get("referenceCode", "")
        sums = [form.get(name, "") for name in ("amount", "tax", "taxReturnBase")]
        if (form.get("merchantId"), form.get("accountId")) != (known["merchant_id"], known["account_id"]):
            return "El comercio o la cuenta no existen"
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", reference) or not form.get("description"):
            return "La referencia o la descripción no se admiten"
        if form.get("currency") not in ("ARS", "BRL", "CLP", "COP", "MXN", "PEN", "USD"):
            return "La moneda no se admite"
        if not all(re.fullmatch(r"[0-9]{1,14}(\.[0-9]{1,2})?", told) for told in sums) or len(sums[0]) > 14:
            return "Un valor no se admite"
        if not 0 < Decimal(sums[0]) >= Decimal(sums[1]) + Decimal(sums[2]):
            return "Los valores no cuadran"
        if any(len(value) > 255 for value in form.values()) or form.get("test", "0") not in ("0", "1"):
            return "Un campo no se admite"
        if form.get("algorithmSignature", "MD5") != self.algorithm:
            return "El algoritmo no es el de la cuenta"
        signed = [form[name] for name in SIGNED_TOO if name in form]
        if form.get("signature", "").lower() != self.sign(reference, sums[0], form["currency"], *signed):
            return "La firma es inválida"
        if form.get("expirationDate"):
            datetime.strptime(form["expirationDate"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        if self.unique_references and any(one.attempts for one in self.of_reference(reference)):
            return "La referencia ya ha sido usada"
        return None

    def sign(self, *values: str) -> str:
        text = "~".join((self.api_key, "508029", *values)).encode()
        if self.algorithm == "HMAC-SHA256":
            return hmac.new((self.hmac_secret or self.api_key).encode(), text, hashlib.sha256).hexdigest()
        made = {"MD5": hashlib.md5, "SHA": hashlib.sha1, "SHA256": hashlib.sha256}[self.algorithm]
        return made(text).hexdigest()

    async def take_payment(self, request: Request) -> Response:
        """A payer's choice on an open page; after a refusal the payer may choose again, on the same reference."""
        order = self.orders[request.path_params["page"]]
        chosen = dict(parse_qsl((await request.body()).decode()))
        others = self.of_reference(order.reference) if self.unique_references else [order]
        if any(one.outcome in ("approved", "pending") for other in others for one in other.attempts):
            return HTMLResponse(PAGE.format(title="Esta referencia ya se pagó", body=""), 422)
        currency = chosen.get("currency") or order.form["currency"]
        asked = to_minor(Decimal(order.form["amount"]), order.form["currency"])
        made = self.make(order, int(chosen.get("amount") or asked), currency, chosen["outcome"])
        back = httpx.URL(order.form["responseUrl"]).copy_merge_params(self.response(order, made))
        return RedirectResponse(str(back), 303, {"X-Transaction": made.id})

    def make(self, order: PayuOrder, minor: int, currency: str, outcome: str) -> Attempt:
        made = Attempt(self.new_id(), minor, currency, self.method, "pending", self.tick())
        order.attempts.append(made)
        self.end(order, made, outcome)
        return made

    def new_id(self) -> str:
        return str(UUID(int=next(self.numbers) << 64))

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def end(self, order: PayuOrder, one: Attempt, outcome: str) -> None:
        one.outcome, one.at = outcome, self.tick()
        if outcome in TOLD and one.parent is None:
            self.send(self.as_sent(order, self.confirmation(order, one)))

    def response(self, order: PayuOrder, one: Attempt) -> dict[str, str]:
        """What the payer's browser brings back: its own rounding, half to even at one decimal."""
        value = to_decimal(one.minor, one.currency)
        rounded = f"{value.quantize(Decimal('0.1'), ROUND_HALF_EVEN):f}"
        return {
            "merchantId": "508029",
            "referenceCode": order.reference,
            "TX_VALUE": f"{value:f}",
            "currency": one.currency,
            "transactionState": CODES[one.outcome],
            "lapTransactionState": STATES[one.outcome],
            "reference_pol": str(order.id),
            "transactionId": one.id,
            "lapPaymentMethod": one.method,
            "signature": self.sign(order.reference, rounded, one.currency, CODES[one.outcome]),
        }

    # Confirmations

    def confirmation(self, order: PayuOrder, one: Attempt) -> dict[str, str]:
        value = to_decimal(one.minor, one.currency)
        state, test = CODES[one.outcome], next(self.tests)[order.form.get("test") == "1"]
        at = (one.at - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M:%S")
        told = {
            "merchant_id": "508029",
            "state_pol": state,
            "reference_sale": order.reference,
            "currency": one.currency,
        }
        told |= {"reference_pol": str(order.id), "value": self.shaped(value), "transaction_id": one.id, "test": test}
        told |= {"sign": self.sign(order.reference, new_value(value), one.currency, state), "transaction_date": at}
        told |= {"payment_method_name": one.method, "response_message_pol": STATES[one.outcome], "attempts": "1"}
        told |= {"nickname_buyer": self.payer, "description": order.form["description"], "risk": "", "tax": "0.00"}
        return told | ({"cc_number": "************1111", "cc_holder": self.payer} if one.method in CARDS else {})

    def shaped(self, value: Decimal) -> str:
        """119000.00, 119000 or 119000.0: as many decimals as are needed, or more."""
        places = {"two": 2, "whole": 0, "one": 1}[next(self.values)]
        needed = max(0, -int(value.normalize().as_tuple().exponent))
        return f"{value:.{max(places, needed)}f}"

    @staticmethod
    def as_sent(order: PayuOrder, told: Mapping[str, str]) -> Sent:
        body = urlencode(told, encoding="latin-1", errors="replace").encode()
        return Sent(order.form["confirmationUrl"], body, {"Content-Type": "application/x-www-form-urlencoded"})

    def deliver(self, notice: Sent, retry: int = 0) -> bool:
        again = notice.body.replace(b"&attempts=%d&" % retry, b"&attempts=%d&" % (retry + 1))
        return super().deliver(replace(notice, body=again), retry)

    def forged(self, transaction_id: str) -> Sent:
        told = self.confirmation(*self.find(transaction_id))
        wrong = told["sign"][:-1] + ("0" if told["sign"][-1] != "0" else "1")
        return self.as_sent(self.find(transaction_id)[0], told | {"sign": wrong})

    def resigned(self, notice: Sent, signature: str | None) -> RawNotice:
        return self.changed(notice, sign=signature)

    def doubled(self, notice: Sent) -> RawNotice:
        sign = dict(parse_qsl(notice.body.decode(), encoding="latin-1"))["sign"]
        return replace(notice.raw(), body=notice.body + b"&sign=" + sign.encode())

    def tampered(self, notice: Sent) -> Sequence[RawNotice]:
        other = {"merchant_id": "508028", "reference_sale": "OTHER-X", "value": "1.00", "currency": "USD"}
        state = dict(parse_qsl(notice.body.decode(), encoding="latin-1"))["state_pol"]
        other |= {"state_pol": "6" if state == "4" else "4"}
        return [self.changed(notice, **{name: value}) for name, value in other.items()]

    @staticmethod
    def changed(notice: Sent, **changes: str | None) -> RawNotice:
        """The notice with some fields changed, or left out; the signature is as it was."""
        told = dict(parse_qsl(notice.body.decode(), True, encoding="latin-1")) | changes
        kept = {name: value for name, value in told.items() if value is not None}
        return replace(notice.raw(), body=urlencode(kept, errors="surrogatepass").encode())

    # Queries

    async def answer(self, request: Request) -> Response:
        if wrong := self.fault(request):
            return wrong
        question = await request.json()
        known, details = self.credentials(), question.get("details", {})
        if question.get("merchant") != {"apiLogin": known["api_login"], "apiKey": known["api_key"]}:
            return told(None, "Invalid credentials")
        if question["command"] == "PING":
            return told("ping")
        found = [order for order in self.orders.values() if order.attempts and is_meant(order, details)]
        if True in [self.is_early(order) for order in found]:  # each of them counts this query
            return told(None, "La consulta se hizo antes de tiempo")
        if question["command"] == "TRANSACTION_RESPONSE_DETAIL":
            ids = (one for order in found for one in order.attempts if one.id == details["transactionId"])
            return told(next((self.told_of(one)["transactionResponse"] for one in ids), None))
        orders = [self.told_order(order) for order in found]
        return told(orders or None if "referenceCode" in details else next(iter(orders), None))

    def is_early(self, order: PayuOrder) -> bool:
        """First after seven minutes; then every ten minutes, for cash every hour."""
        early = self.now < order.attempts[0].at + timedelta(minutes=7)
        if order.asked_at:
            cash = order.attempts[-1].method in CASH
            early |= self.now < order.asked_at + (timedelta(hours=1) if cash else timedelta(minutes=10))
        order.asked_at = order.asked_at if early else self.now
        return early and self.limits

    def told_order(self, order: PayuOrder) -> dict[str, Any]:
        return {
            "id": order.id,
            "accountId": 512321,
            "status": order.status,
            "referenceCode": order.reference,
            "description": order.form["description"],
            "notifyUrl": order.form["confirmationUrl"],
            "buyer": {"fullName": self.payer, "emailAddress": order.form.get("buyerEmail")},
            "isTest": order.form.get("test") == "1",
            "transactions": [self.told_of(one) for one in order.attempts],
            "additionalValues": None,
            "creationDate": millis(order.attempts[0].at),
            "merchantId": 508029,
            "orderSignature": "49f80210a72e9b7cafe9001338450bbb",
        }

    def told_of(self, one: Attempt) -> dict[str, Any]:
        state, pending = STATES[one.outcome], one.outcome == "pending"
        card = {"maskedNumber": "411111******1111", "name": self.payer} if one.method in CARDS else None
        value = {"value": f"#{to_decimal(one.minor, one.currency):f}#", "currency": one.currency}
        return {
            "id": one.id,
            "creditCard": card,
            "type": one.kind,
            "parentTransactionId": one.parent,
            "paymentMethod": one.method,
            "transactionResponse": {
                "state": state,
                "responseCode": "PENDING_REVIEW" if pending and one.parent else state,
                "operationDate": None if pending else millis(one.at),
            },
            "ipAddress": "190.0.2.10",
            "payer": {"fullName": self.payer, "dniNumber": "1020304050"},
            "additionalValues": {"TX_VALUE": value, "PM_PAYER_TOTAL_AMOUNT": value},
        }

    def of_reference(self, reference: str) -> list[PayuOrder]:
        return [order for order in self.orders.values() if order.reference == reference]

    def find(self, transaction_id: str) -> tuple[PayuOrder, Attempt]:
        found = ((order, one) for order in self.orders.values() for one in order.attempts)
        return next((order, one) for order, one in found if one.id == transaction_id)

    # What tests do

    def pay(self, door: Door, outcome: str, *, amount: int | None = None, currency: str | None = None) -> str:
        if door not in self.tabs:
            page = WIRE.post(door.url, data=dict(door.fields))
            assert page.status_code == 200, page.text
            self.tabs[door] = self.url + page.text.partition('action="')[2].partition('"')[0]
        chosen = {"outcome": outcome, "amount": str(amount or ""), "currency": currency or ""}
        answer = WIRE.post(self.tabs[door], data=chosen)
        assert answer.status_code == 303, answer.text
        return answer.headers["x-transaction"]

    def settle(self, transaction_id: str, outcome: str) -> None:
        self.end(*self.find(transaction_id), outcome)

    def refund(self, transaction_id: str, amount: int) -> None:
        order, paid = self.find(transaction_id)
        assert amount <= order.taken(), "more than was paid"
        kind = "REFUND" if amount == paid.minor else "PARTIAL_REFUND"
        self.give_back(order, paid, kind, amount)

    def charge_back(self, transaction_id: str) -> None:
        """PayU shows a lost dispute as money taken back, no more."""
        order, paid = self.find(transaction_id)
        self.give_back(order, paid, "VOID", order.taken())

    def give_back(self, order: PayuOrder, paid: Attempt, kind: str, amount: int) -> None:
        outcome = "pending" if self.refunds_wait else "approved"
        made = Attempt(self.new_id(), amount, paid.currency, paid.method, outcome, self.tick(), kind, paid.id)
        order.attempts.append(made)

    def approved_by_reference(self) -> dict[str, int]:
        references = {order.reference for order in self.orders.values() if order.attempts}
        return {one: sum(order.taken() for order in self.of_reference(one)) for one in references}


def new_value(value: Decimal) -> str:
    """As a confirmation is signed: two decimals, or one if the second is 0."""
    text = f"{value:.2f}"
    return text[:-1] if text.endswith("0") else text


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def is_meant(order: PayuOrder, details: Mapping[str, Any]) -> bool:
    if "transactionId" in details:
        return any(one.id == details["transactionId"] for one in order.attempts)
    return details.get("orderId") == order.id or details.get("referenceCode") == order.reference


def told(payload: Any, error: str | None = None) -> Response:
    """An answer of the query API; texts between # become numbers with just these digits."""
    answer = {"code": "ERROR" if error else "SUCCESS", "error": error}
    answer |= {"result": None if payload is None else {"payload": payload}}
    return Response(re.sub('"#([0-9.]+)#"', r"\1", json.dumps(answer)), media_type="application/json")
