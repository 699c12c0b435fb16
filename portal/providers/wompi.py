"""Wompi (Colombia): a Web Checkout of signed parameters, events signed by SHA-256, queries with the private key.

Written from docs.wompi.co, and not yet checked against Wompi's own sandbox: docs/providers/wompi.md has the steps.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

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
from portal.providers.api import ask
from portal.providers.reading import instant, json_object, whole_number
from portal.text import Text

CHECKOUT = "https://checkout.wompi.co/p"
API = {True: "https://production.wompi.co/v1", False: "https://sandbox.wompi.co/v1"}  # by whether the account is live
TERMS = {"COP": Terms(minimum=150_000, maximum=10**12)}  # the aggregator's minimum, the API's ceiling; in cents
BETWEEN_QUERIES = timedelta(seconds=5)  # no limit is documented
MUST_BE_SIGNED = {"transaction.id", "transaction.status", "transaction.amount_in_cents"}
MOST_PROPERTIES = 30  # an endless list of long values, or of long paths, would keep us busy
LONGEST_PATH = 100
STANDINGS = {
    "PENDING": Standing.PENDING,
    "APPROVED": Standing.APPROVED,
    "DECLINED": Standing.DECLINED,
    "ERROR": Standing.DECLINED,
    "VOIDED": Standing.VOIDED,
}
METHODS = {
    "CARD": Method.CARD,
    "PSE": Method.PSE,
    "NEQUI": Method.NEQUI,
    "BANCOLOMBIA_TRANSFER": Method.BANCOLOMBIA,
    "BANCOLOMBIA_QR": Method.QR,
    "BANCOLOMBIA_COLLECT": Method.BANK_COUNTER,
    "BANCOLOMBIA_BNPL": Method.LATER,
    "SU_PLUS": Method.LATER,
    "DAVIPLATA": Method.DAVIPLATA,
    "PCOL": Method.POINTS,
}
MODES = {"prod": Text("producción"), "test": Text("pruebas")}
FIELDS = {  # with the beginning by which a value shows what it is
    CredentialField("public_key", Text("Llave pública"), secret=False): "pub_{mode}_",
    CredentialField("private_key", Text("Llave privada")): "prv_{mode}_",
    CredentialField("integrity_secret", Text("Secreto de integridad")): "{mode}_integrity_",
    CredentialField("events_secret", Text("Secreto de eventos")): "{mode}_events_",
}
KEPT = (  # of an answer: what tells of money, not of persons
    "id", "reference", "status", "status_message", "amount_in_cents", "currency", "payment_method_type", "created_at",
    "finalized_at", "payment_link_id",
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)


class Wompi(PaymentProvider):
    name = "wompi"
    title = "Wompi"
    methods = (Method.PSE, Method.NEQUI, Method.CARD, Method.BANCOLOMBIA, Method.DAVIPLATA, Method.BANK_COUNTER)
    fields = tuple(FIELDS)

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        modes = {field.label: _mode(field, credentials.get(field.name, "")) for field in FIELDS}
        mode = next(iter(modes.values()))
        for label, other in modes.items():
            if other != mode:
                raise Refused(
                    Text(
                        "«{field}» es de {other} y la llave pública es de {mode}. Copia los cuatro valores del mismo "
                        "ambiente de Wompi.",
                        field=label,
                        other=MODES[other],
                        mode=MODES[mode],
                    )
                )
        return AccountFacts(credentials["public_key"], mode == "prod")

    def terms(self, account: Account, currency: str) -> Terms | None:
        return TERMS.get(currency)

    def open(self, account: Account, order: Order) -> Door:
        expires = order.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        secret = account["integrity_secret"]
        told = {
            "public-key": account["public_key"],
            "currency": order.currency,
            "amount-in-cents": str(order.amount),
            "reference": order.reference,
            "signature:integrity": integrity(order.reference, order.amount, order.currency, expires, secret),
            "redirect-url": order.return_url,
            "expiration-time": expires,
            "customer-data:email": order.payer_email,
            "customer-data:full-name": order.payer_name,
        }
        query = urlencode({name: value for name, value in told.items() if value}, quote_via=quote)
        return Door(f"{_within(account.checkout_url or CHECKOUT, 'p')}/?{query}")

    def read_notice(self, account: Account, raw: RawNotice) -> Notice:
        told = json_object(raw.body)
        signature = told.get("signature")
        if not isinstance(signature, dict):
            raise NotGenuine("it is not signed")
        paths, stamp = _paths(signature), _timestamp(told, signature)
        signed = "".join(_value(told.get("data"), path) for path in paths) + str(stamp)
        _check(account, signed, _checksums(raw, signature))
        if told.get("event") != "transaction.updated":
            return Notice(f"other:{sha256(raw.body).hexdigest()}", ignored=True)
        if not set(paths) >= MUST_BE_SIGNED:
            raise NotGenuine("its signature leaves out the id, the status or the amount")
        return _claim(told["data"]["transaction"], stamp, told.get("environment"))

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        asked = question.reference
        listed = _rows(account, f"?{urlencode({'reference': asked})}") if asked else []
        rows = {row["id"]: row for row in listed if row.get("reference") == asked}
        for transaction_id in question.transaction_ids:
            if transaction_id not in rows and _WORD.fullmatch(transaction_id):
                rows |= {row["id"]: row for row in _rows(account, f"/{transaction_id}")}
        oldest_first = sorted(rows.values(), key=lambda row: str(row.get("created_at")))
        return [_transaction(row, account.live) for row in oldest_first]

    def listed(self, account: Account, start: datetime, end: datetime) -> None:
        """Wompi's own documentation has no list by day: only copies of it name one, without its time zone."""

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        return created_at if asked_at is None else max(created_at, asked_at + BETWEEN_QUERIES)

    def probe(self, account: Account) -> Text:
        refusal = Text("Wompi no reconoce la llave pública. Cópiala de nuevo de tu panel de Wompi.")
        merchant = _accepted(account, "/merchants/info", {"x-merchant-public-key": account["public_key"]}, refusal)
        refusal = Text("Wompi no acepta la llave privada. Cópiala de nuevo de tu panel de Wompi.")
        _accepted(account, "/transactions?reference=prueba-de-conexion", _private(account), refusal)
        return Text(
            "Wompi responde por «{merchant}» ({mode}). Los secretos de integridad y de eventos se comprueban con el "
            "primer pago.",
            merchant=str(merchant.get("name"))[:80] if isinstance(merchant, dict) else "?",
            mode=MODES["prod" if account.live else "test"],
        )


def integrity(reference: str, amount_in_cents: int, currency: str, expires: str, secret: str) -> str:
    """The signature of a checkout's parameters; `expires` is the very text that is sent, empty if none is.

    Source: docs.wompi.co, Widget & Checkout Web. Nothing stands between the parts: see `Order.reference`.
    """
    return _digest(f"{reference}{amount_in_cents}{currency}{expires}{secret}")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _mode(field: CredentialField, value: str) -> str:
    """What the value's beginning says: "prod" or "test"."""
    if not value:
        raise Refused(Text("Falta «{field}»: está en tu panel de Wompi.", field=field.label))
    starts = {mode: FIELDS[field].format(mode=mode) for mode in MODES}
    for mode, start in starts.items():
        if re.fullmatch(f"{start}[!-~]+", value):
            return mode
    raise Refused(
        Text(
            "«{field}» no parece de Wompi: empieza por {starts}. Copia el valor completo, sin espacios.",
            field=field.label,
            starts=" / ".join(starts.values()),
        )
    )


def _within(address: str, folder: str) -> str:
    """An address that was given with or without its last folder, with it."""
    return f"{address.rstrip('/').removesuffix(f'/{folder}')}/{folder}"


def _ask(account: Account, path: str, headers: Mapping[str, str]) -> Any:
    """What an answer's `data` holds; None for a 404."""
    told = ask("GET", _within(account.api_url or API[account.live], "v1") + path, headers=headers)
    if told is not None and not (isinstance(told, dict) and isinstance(told.get("data"), (dict, list))):
        raise ProviderDown("an answer without data")
    return told and told["data"]


def _private(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account['private_key']}"}


def _accepted(account: Account, path: str, headers: Mapping[str, str], refusal: Text) -> Any:
    try:
        data = _ask(account, path, headers)
    except ProviderRefused:
        data = None
    if data is None:
        raise Refused(refusal)
    return data


def _rows(account: Account, path: str) -> list[dict[str, Any]]:
    """The transactions of an answer, which holds one or a list."""
    data = _ask(account, f"/transactions{path}", _private(account))
    rows = [data] if isinstance(data, dict) else data or []
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise ProviderDown("a transaction without an id")
    return rows


def _transaction(row: Mapping[str, Any], live: bool) -> Transaction:
    currency = row.get("currency")
    try:
        amount = whole_number(row.get("amount_in_cents"))
    except ValueError:
        amount = None
    if amount is None or not isinstance(currency, str):
        raise ProviderDown("a transaction without amount or currency")
    return Transaction(
        id=row["id"],
        reference=str(row.get("reference") or ""),
        standing=STANDINGS.get(str(row.get("status")), Standing.UNKNOWN),
        amount=amount,
        currency=currency,
        live=live,
        method=METHODS.get(str(row.get("payment_method_type")), Method.OTHER),
        at=instant(row.get("finalized_at") or row.get("created_at")),
        said={name: row[name] for name in KEPT if name in row},
    )


def _paths(signature: Mapping[str, Any]) -> list[str]:
    """Where what is signed stands, as this event lists it."""
    paths = signature.get("properties")
    if not isinstance(paths, list) or not 0 < len(paths) <= MOST_PROPERTIES:
        raise NotGenuine("it does not list what is signed")
    if not all(isinstance(path, str) and len(path) <= LONGEST_PATH for path in paths):
        raise NotGenuine("it lists oddly what is signed")
    return paths


def _timestamp(told: Mapping[str, Any], signature: Mapping[str, Any]) -> int:
    """Ten digits: were there more or fewer, the amount could lend it some under the same checksum."""
    stamp = told.get("timestamp", signature.get("timestamp"))
    if not isinstance(stamp, int) or not 10**9 <= stamp < 10**10:
        raise NotGenuine("its timestamp is odd")
    return stamp


def _value(data: object, path: str) -> str:
    """What stands at `transaction.status`, as text; only names in plain objects are followed."""
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    if isinstance(data, bool) or not isinstance(data, (str, int)):
        raise NotGenuine("a signed value is missing or odd")
    return str(data)


def _checksums(raw: RawNotice, signature: Mapping[str, Any]) -> list[str]:
    """Every checksum that came: at least one, and at most one each in the header and the body."""
    in_header = [value for name, value in raw.headers if name == "x-event-checksum"]
    came = [*in_header, *([signature["checksum"]] if "checksum" in signature else [])]
    if not came or len(in_header) > 1 or not all(isinstance(checksum, str) for checksum in came):
        raise NotGenuine("its checksum is missing or ambiguous")
    return came


def _check(account: Account, signed: str, checksums: Sequence[str]) -> None:
    """Raises NotGenuine unless one of the account's secrets, present or replaced, made each of the checksums."""
    came = [checksum.lower().encode("utf-8", "surrogatepass") for checksum in checksums]
    for secret in filter(None, (known.get("events_secret") for known in account.credentials)):
        if all(hmac.compare_digest(_digest(signed + secret).encode(), checksum) for checksum in came):
            return
    raise NotGenuine("its checksum does not hold")


def _claim(transaction: Mapping[str, Any], stamp: int, environment: object) -> Notice:
    transaction_id, status, reference = (transaction.get(name) for name in ("id", "status", "reference"))
    if not all(isinstance(word, str) and _WORD.fullmatch(word) for word in (transaction_id, status)):
        raise NotGenuine("its transaction is odd")
    return Notice(
        key=f"{transaction_id}:{status}:{stamp}",
        transaction_id=transaction_id,
        reference=reference if isinstance(reference, str) and reference.isprintable() else None,
        claimed=STANDINGS.get(str(status), Standing.UNKNOWN),
        live={"prod": True, "test": False}.get(str(environment)),
    )
