"""Mercado Pago (Checkout Pro): a preference made with the seller's token, notices signed over their address alone.

Written from mercadopago.com/developers; not yet checked against Mercado Pago itself: docs/providers/mercado_pago.md has
the steps.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from portal.domain.money import to_decimal
from portal.domain.payments import (
    Account,
    AccountFacts,
    CredentialField,
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
    Terms,
    Transaction,
)
from portal.errors import Refused
from portal.ports import PaymentProvider
from portal.providers.api import ask, exact_json
from portal.providers.reading import instant, json_object, minor_units, whole_number
from portal.text import Text

API = "https://api.mercadopago.com"  # for real and for test money
TERMS = {  # by the country of the account; its own pages say what each method takes at least
    "COP": Terms(unit=100, minimum=100_000),  # whole pesos
    "CLP": Terms(),
    **dict.fromkeys(("ARS", "BRL", "MXN", "PEN", "UYU"), Terms()),
}
BETWEEN_QUERIES = timedelta(seconds=5)  # Mercado Pago names no limit
PAGE, MOST = 100, 1000  # payments of one reference: in an answer, and at most
MOST_LISTED = 10_000  # payments between two instants
STANDINGS = {
    "pending": Standing.PENDING,
    "in_process": Standing.PENDING,
    "authorized": Standing.PENDING,  # reserved on a card: no money yet
    "approved": Standing.APPROVED,
    "in_mediation": Standing.APPROVED,
    "refunded": Standing.APPROVED,
    "charged_back": Standing.APPROVED,
    "rejected": Standing.DECLINED,
}
METHODS = {  # by `payment_method_id`, else by `payment_type_id`
    "pse": Method.PSE,
    "nequi": Method.NEQUI,
    "consumer_credits": Method.LATER,
    "credit_card": Method.CARD,
    "debit_card": Method.CARD,
    "prepaid_card": Method.CARD,
    "account_money": Method.WALLET,
    "ticket": Method.CASH_POINT,
    "atm": Method.CASH_POINT,
}
KEPT = (  # of an answer: what tells about money; not whose it was
    "id", "status", "status_detail", "external_reference", "transaction_amount", "transaction_amount_refunded",
    "currency_id", "live_mode", "collector_id", "payment_type_id", "payment_method_id", "date_created", "date_approved",
    "date_last_updated",
)  # fmt: skip
MODES = {True: Text("producción"), False: Text("pruebas")}
_TOKEN = re.compile(r"(?P<kind>APP_USR|TEST)-[A-Za-z0-9_-]{8,200}-(?P<user>[0-9]{1,20})", re.ASCII)
_SECRET = re.compile(r"[!-~]{16,200}", re.ASCII)
_PAGES = re.compile(r"https://([a-z0-9-]+\.)?mercadopago\.(cl|com|com\.(ar|br|co|mx|pe|uy))/[!-~]*", re.ASCII)
_PUBLIC = re.compile(r"https://(?!localhost[:/]|127\.)")
_PAYMENT_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,16}", re.ASCII)  # seconds or milliseconds: both are sent
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEY = re.compile(r"[\w.-]{1,50}:[\w.-]{1,80}:[\w.-]{0,50}", re.ASCII)


class MercadoPago(PaymentProvider):
    name = "mercado_pago"
    title = "Mercado Pago"
    methods = (Method.CARD, Method.PSE, Method.WALLET, Method.CASH_POINT)
    fields = (
        CredentialField("access_token", Text("Access token")),
        CredentialField("webhook_secret", Text("Clave secreta de los webhooks")),
        CredentialField("environment", Text("Ambiente: live (pagos reales) o test"), False, False, ("live", "test")),
    )

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        token = _TOKEN.fullmatch(credentials.get("access_token", ""))
        if not token:
            raise Refused(
                Text("«Access token» falta o no es de Mercado Pago: empieza por APP_USR- o TEST-. Cópialo completo.")
            )
        if not _SECRET.fullmatch(credentials.get("webhook_secret", "")):
            raise Refused(
                Text("«Clave secreta de los webhooks» falta o está incompleta: cópiala completa de tu panel.")
            )
        environment = credentials.get("environment", "")
        if environment not in ("", *self.fields[2].choices) or (environment, token["kind"]) == ("live", "TEST"):
            raise Refused(
                Text(
                    "«{field}»: solo uno de los dos, y un access token que empieza por TEST- es de pruebas.",
                    field=self.fields[2].label,
                )
            )
        return AccountFacts(token["user"], token["kind"] == "APP_USR" and environment != "test")

    def terms(self, account: Account, currency: str) -> Terms | None:
        return TERMS.get(currency)

    def open(self, account: Account, order: Order) -> Door:
        asked = preference(account, order)
        key = sha256(exact_json(asked).encode()).hexdigest()  # the same for the same order, and for no other
        told = _ask(account, "POST", "/checkout/preferences", headers={"X-Idempotency-Key": key}, payload=asked)
        address, preference_id = (told.get(name) if isinstance(told, dict) else None for name in ("init_point", "id"))
        if not isinstance(preference_id, str) or not _is_payment_page(account, address):
            raise ProviderDown("no payment page of Mercado Pago in the answer")
        return Door(str(address), session_id=preference_id)

    def read_notice(self, account: Account, raw: RawNotice) -> Notice:
        signed_id = _signed_id(account, raw)
        told = json_object(raw.body)  # not signed: good for a question, no more
        payment_id = _payment_id(told, signed_id)
        foreign = str(told.get("user_id", account.receiver)) != account.receiver
        live, key = told.get("live_mode"), f"{told.get('type')}:{told.get('id') or ''}:{signed_id}"
        return Notice(
            key=key if _KEY.fullmatch(key) else sha256(raw.body).hexdigest(),
            transaction_id=None if foreign else payment_id,
            live=_is_live(account, live) if isinstance(live, bool) else None,
            ignored=foreign or payment_id is None,
        )

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        found = {_id(row): row for row in _of_reference(account, question.reference)}
        for known in filter(_PAYMENT_ID.fullmatch, question.transaction_ids):
            row = _ask(account, "GET", f"/v1/payments/{known}")  # fresher than what a search finds
            found |= {} if row is None else {_id(row): row}
        return sorted(
            (_transaction(account, row) for row in found.values()), key=lambda one: str(one.said.get("date_created"))
        )

    def listed(self, account: Account, start: datetime, end: datetime) -> Sequence[Transaction]:
        """By the day of approval: what is paid in cash was begun days before. What is refunded now is told, too."""
        last = end - timedelta(milliseconds=1)
        asked = {"range": "date_approved", "begin_date": _stamped(start), "end_date": _stamped(last)}
        rows = {_id(row): row for row in _searched(account, asked, MOST_LISTED, whole=True)}
        told = (_transaction(account, row) for row in rows.values())
        return [one for one in told if one.paid and one.at is not None and start <= one.at < end]

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        return created_at if asked_at is None else max(created_at, asked_at + BETWEEN_QUERIES)

    def probe(self, account: Account) -> Text:
        try:
            told = _ask(account, "GET", "/users/me")
        except ProviderRefused:
            told = None
        if not isinstance(told, dict):
            raise Refused(Text("Mercado Pago no acepta el access token. Cópialo de nuevo de tu panel."))
        _check_owner(account, told)
        return Text(
            "Mercado Pago responde por «{name}» ({site}, {mode}). La clave secreta de los webhooks se comprueba con el "
            "primer aviso.",
            name=str(told.get("nickname"))[:80],
            site=str(told.get("site_id"))[:8],
            mode=MODES[account.live],
        )


def _check_owner(account: Account, told: Mapping[str, Any]) -> None:
    """Raises Refused unless the token's owner is whom the account says, and a test user just if it says so."""
    user, tags = str(told.get("id")), told.get("tags")
    is_test_user = isinstance(tags, list) and "test_user" in tags
    if user != account.receiver:
        raise Refused(
            Text(
                "El access token es del usuario {user} de Mercado Pago, no del {expected}. Cópialo de nuevo.",
                user=user[:40],
                expected=account.receiver,
            )
        )
    if account.live and is_test_user:
        raise Refused(
            Text(
                "El access token es de un usuario de prueba: su dinero no es real. Elige el ambiente test, o usa el "
                "token del vendedor."
            )
        )
    if account["environment"] == "test" and account["access_token"].startswith("APP_USR-") and not is_test_user:
        raise Refused(
            Text(
                "El access token no es de un usuario de prueba: su dinero es real. Elige el ambiente live, o usa el "
                "token de un usuario de prueba."
            )
        )


def _is_live(account: Account, live_mode: object) -> bool:
    """Whether money is real. Payments to a test user may well say `live_mode`: the account knows better."""
    return live_mode is True and account["environment"] != "test"


def _ask(account: Account, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
    signed = {"Authorization": f"Bearer {account['access_token']}"} | dict(headers or {})
    return ask(method, f"{(account.api_url or API).rstrip('/')}{path}", headers=signed, **more)


def preference(account: Account, order: Order) -> dict[str, Any]:
    """What is asked of `POST /checkout/preferences`: the same for the same order, however often it is asked."""
    price = to_decimal(order.amount, order.currency)
    terms = TERMS.get(order.currency)
    if terms is None or order.amount % terms.unit:
        raise ProviderRefused(f"no recibe {order.decimal} {order.currency}")
    item = {
        "id": order.reference,
        "title": order.description[:256] or order.reference,
        "quantity": 1,
        "currency_id": order.currency,
        "unit_price": int(price) if price == int(price) else price,
    }
    payer = {"name": order.payer_name, "email": order.payer_email}
    told: dict[str, Any] = {
        "items": [item],
        "payer": {name: value for name, value in payer.items() if value},
        "external_reference": order.reference,
        "back_urls": dict.fromkeys(("success", "pending", "failure"), order.return_url),
        "expires": True,
        "expiration_date_to": order.expires_at.isoformat(timespec="milliseconds"),
    }
    if _PUBLIC.match(order.return_url):
        told["auto_return"] = "approved"  # refused together with an address that is not public
    if _PUBLIC.match(order.notice_url) or account.api_url:
        joint = "&" if "?" in order.notice_url else "?"
        told["notification_url"] = f"{order.notice_url}{joint}source_news=webhooks"  # and no unsigned IPN beside it
    return told


def _is_payment_page(account: Account, address: object) -> bool:
    """Whether a browser may be sent there: to Mercado Pago, or to the address set for the account."""
    if not isinstance(address, str):
        return False
    own = urlsplit(account.checkout_url or "")
    at_own = bool(own.netloc) and address.startswith(f"{own.scheme}://{own.netloc}/") and address.isascii()
    return bool(_PAGES.fullmatch(address)) or (at_own and address.isprintable())


def _signed_id(account: Account, raw: RawNotice) -> str:
    """The `data.id` of the notice's address, once the signature over it holds; empty when none was sent.

    Signed is `id:<data.id>;request-id:<x-request-id>;ts:<ts>;`, without the parts that have no value: not the body.
    Ids with letters were signed in lower case until 2026. The time is not looked at: a late notice does no harm.
    """
    stamp, digest = _signature(raw.header("x-signature") or "")
    ids = [value for name, value in raw.query if name == "data.id"]
    if len(ids) > 1:
        raise NotGenuine("its id is told twice")
    sent, request_id = "".join(ids), raw.header("x-request-id")
    for secret in filter(None, (credentials.get("webhook_secret") for credentials in account.credentials)):
        for signed in dict.fromkeys((sent, sent.lower())):
            if hmac.compare_digest(manifest_digest(secret, signed, request_id, stamp), digest):
                return sent
    raise NotGenuine("its signature does not hold")


def _signature(header: str) -> tuple[str, str]:
    """`ts` and `v1` of `ts=1791234567,v1=<64 hex digits>`."""
    parts = [[side.strip() for side in part.split("=", 1)] for part in header.split(",")]
    told = {part[0]: part[-1] for part in parts}
    if len(told) != len(parts) or not _STAMP.fullmatch(told.get("ts", "")) or not _DIGEST.fullmatch(told.get("v1", "")):
        raise NotGenuine("it is not signed, or oddly")
    return told["ts"], told["v1"]


def manifest_digest(secret: str, data_id: str, request_id: str | None, stamp: str) -> str:
    """What a notice is signed with, in hexadecimal. Source: mercadopago.com/developers, Webhooks."""
    parts = {"id": data_id, "request-id": request_id, "ts": stamp}
    manifest = "".join(f"{name}:{value};" for name, value in parts.items() if value)
    return hmac.new(secret.encode(), manifest.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _payment_id(told: Mapping[str, Any], signed_id: str) -> str | None:
    """The payment that a notice is about. A chargeback has an id of its own, and names its payment in the body."""
    kind, data = told.get("type"), told.get("data")
    of_chargeback = data.get("payment_id") if kind == "topic_chargebacks_wh" and isinstance(data, dict) else None
    named = signed_id if kind == "payment" else str(of_chargeback)
    return named if _PAYMENT_ID.fullmatch(named) else None


def _of_reference(account: Account, reference: str) -> list[dict[str, Any]]:
    rows = _searched(account, {"external_reference": reference}, MOST) if reference else []
    return [row for row in rows if row.get("external_reference") == reference]


def _searched(account: Account, asked: dict[str, str], most: int, whole: bool = False) -> list[dict[str, Any]]:
    """The payments that a search finds, at most so many; `whole`: all of them, or ProviderDown."""
    rows: list[dict[str, Any]] = []
    ordered = {"sort": "date_created", "criteria": "desc", "limit": str(PAGE)}
    while len(rows) < most:
        told = _ask(account, "GET", "/v1/payments/search", params=asked | ordered | {"offset": str(len(rows))})
        found, total = _page(told)
        rows += found
        if (complete := told is not None and len({_id(row) for row in rows}) >= total) or not found:
            break
    if whole and not complete:
        raise ProviderDown("a page of the list is missing")
    return rows


def _stamped(moment: datetime) -> str:
    """As the search wants it: yyyy-MM-dd'T'HH:mm:ss.SSSZ."""
    return moment.isoformat(timespec="milliseconds")


def _page(told: Any) -> tuple[list[dict[str, Any]], int]:
    """The payments of an answer, and how many there are in all."""
    try:
        rows, total = (told["results"], whole_number(told["paging"]["total"])) if told is not None else ([], 0)
    except (KeyError, TypeError, ValueError):
        rows, total = None, 0
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProviderDown("no payments in the answer")
    return rows, total


def _id(row: Any) -> str:
    payment_id = str(row.get("id")) if isinstance(row, dict) else ""
    if not _PAYMENT_ID.fullmatch(payment_id):
        raise ProviderDown("a payment without an id")
    return payment_id


def _standing(row: Mapping[str, Any]) -> Standing:
    if row.get("status") != "cancelled":
        return STANDINGS.get(str(row.get("status")), Standing.UNKNOWN)
    if row.get("date_approved"):
        return Standing.VOIDED
    # What waited for money, or was reserved on a card, and is no more: there is nothing to give back.
    return Standing.EXPIRED if row.get("status_detail") == "expired" else Standing.DECLINED


def _transaction(account: Account, row: Mapping[str, Any]) -> Transaction:
    status, detail, currency = (str(row.get(name)) for name in ("status", "status_detail", "currency_id"))
    try:
        amount = minor_units(row.get("transaction_amount"), currency)
        refunded = minor_units(row.get("transaction_amount_refunded") or 0, currency)
    except ValueError:
        raise ProviderDown("a payment without an amount") from None
    refunded = amount if status == "refunded" else min(amount, refunded)
    taken_back = status == "charged_back" and detail != "reimbursed"
    collector = row.get("collector_id")
    return Transaction(
        id=_id(row),
        reference=str(row.get("external_reference") or ""),
        standing=_standing(row),
        amount=amount,  # without `total_paid_amount`'s financing of a card
        currency=currency,
        live=_is_live(account, row.get("live_mode")),
        refunded=refunded,
        charged_back=amount - refunded if taken_back else 0,
        disputed=status == "in_mediation" or (taken_back and detail == "in_process"),
        receiver=None if collector is None else str(collector),
        method=METHODS.get(str(row.get("payment_method_id")))
        or METHODS.get(str(row.get("payment_type_id")), Method.OTHER),
        at=instant(row.get("date_approved")),
        said={name: str(row[name]) if isinstance(row[name], Decimal) else row[name] for name in KEPT if name in row},
    )
