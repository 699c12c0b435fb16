"""PayU Latam (WebCheckout): a signed form leads the payer there; what was paid is asked of its query API, by reference.

The signature of a notice covers reference, amount, currency and state; not the transaction's id, not `test`, no time.
So whoever has one can send it again for ever under invented ids, and each payer has one: for a whole amount it stands
in the address bar of the response page. What holds all the same: a `Notice` is a hint to ask; it tells no amount, and
`transactions` never asks by an id that a notice brought. PayU's answer about the reference is all that counts.

Written from developers.payulatam.com; not yet checked against PayU's own sandbox: docs/providers/payu.md has the steps.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

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
from portal.providers.reading import form_fields, minor_units
from portal.text import Text

SANDBOX_MERCHANT = "508029"  # PayU's public test merchant: the same for everybody
CURRENCIES = frozenset({"ARS", "BRL", "CLP", "COP", "MXN", "PEN", "USD"})
TERMS = Terms(maximum=10**13 - 1)  # the amount's text has at most 14 characters
DIGESTS = {"MD5": "md5", "SHA": "sha1", "SHA256": "sha256", "HMAC-SHA256": "sha256"}
SHAPES = {  # of credentials; no `~` in the key, for it stands between the signed values
    "merchant_id": "[0-9]{1,12}",
    "account_id": "[0-9]{1,12}",
    "api_key": "[!-}]{6,64}",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTICE = ("merchant_id", "reference_sale", "value", "currency", "state_pol", "sign", "transaction_id")
CODES = {"4": Standing.APPROVED, "5": Standing.EXPIRED, "6": Standing.DECLINED}
CODES |= dict.fromkeys(("7", "10", "12", "14", "15", "18"), Standing.PENDING)
STATES = {one.name: one for one in (Standing.APPROVED, Standing.EXPIRED, Standing.DECLINED, Standing.PENDING)}
LIVE = {"0": True, "false": True, "1": False, "true": False}  # by a notice's `test`
PAYMENTS = ("AUTHORIZATION_AND_CAPTURE", "CAPTURE")
RETURNS = ("REFUND", "PARTIAL_REFUND", "VOID")
ALL_RETURNED = ("REFUNDED", "CANCELLED")  # an order
METHODS = {"PSE": Method.PSE, "NEQUI": Method.NEQUI, "BANCOLOMBIA_BUTTON": Method.BANCOLOMBIA}
METHODS |= {"BANK_REFERENCED": Method.BANK_COUNTER}
METHODS |= dict.fromkeys(("EFECTY", "BALOTO", "SU_RED", "OTHERS_CASH", "OXXO", "SEVEN_ELEVEN"), Method.CASH_POINT)
ANSWER = ("state", "responseCode", "pendingReason", "trazabilityCode", "authorizationCode", "operationDate")
_VALUE = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,2}))?")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ABOUT_CREDENTIALS = re.compile(r"HTTP 40[13]|creden|api.?(key|login)|auth?enti", re.I)
_ABOUT_NOTHING = re.compile(r"not exist|not found|no existe|no se encontr", re.I)


class PayU(PaymentProvider):
    name = "payu"
    title = "PayU"
    methods = (Method.CARD, Method.PSE, Method.CASH_POINT, Method.BANK_COUNTER)
    fields = (
        CredentialField("merchant_id", Text("ID de comercio (merchantId)"), secret=False),
        CredentialField("account_id", Text("ID de cuenta (accountId)"), secret=False),
        CredentialField("api_key", Text("API Key")),
        CredentialField("api_login", Text("API Login")),
        # Without it SHA256: PayU's own choice is MD5, which is broken; HMAC-SHA256 first has to be set up there.
        CredentialField("algorithm", Text("Algoritmo de la firma"), False, False, tuple(DIGESTS)),
        CredentialField("hmac_secret", Text("Llave secreta de HMAC, si no es la API Key"), True, False),
        CredentialField("environment", Text("Ambiente: live (pagos reales) o test"), False, False, ("live", "test")),
    )

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        for field in self.fields:
            told = credentials.get(field.name, "")
            if not told and field.required:
                raise Refused(Text("Falta «{field}»: está en tu panel de PayU, en Configuración.", field=field.label))
            shape = "|".join(field.choices) or SHAPES.get(field.name, "[!-~]{4,255}")
            if told and not re.fullmatch(shape, told):
                raise Refused(Text("«{field}» no parece de PayU. Cópialo completo y sin espacios.", field=field.label))
        merchant, environment = credentials["merchant_id"], credentials.get("environment", "")
        if merchant == SANDBOX_MERCHANT and environment == "live":
            raise Refused(
                Text(
                    "El comercio {merchant} es el de pruebas de PayU y no recibe pagos reales. Cambia «{field}», o "
                    "copia los datos de tu propio comercio.",
                    merchant=merchant,
                    field=self.fields[-1].label,
                )
            )
        return AccountFacts(merchant, merchant != SANDBOX_MERCHANT and environment != "test")

    def terms(self, account: Account, currency: str) -> Terms | None:
        return TERMS if currency in CURRENCIES else None

    def open(self, account: Account, order: Order) -> Door:
        """The amount is signed as the very text of its field.

        Nothing is said of the expiry: PayU has none for beginning to pay, and its `expirationDate` is until when cash
        may be handed in, which it limits itself (seven days in Colombia).
        """
        merchant, credentials = account["merchant_id"], account.credentials[0]
        told = {
            "merchantId": merchant,
            "accountId": account["account_id"],
            "referenceCode": order.reference,
            "description": order.description[:255],
            "amount": order.decimal,
            "tax": "0",
            "taxReturnBase": "0",
            "currency": order.currency,
            "signature": signature(credentials, merchant, order.reference, order.decimal, order.currency),
            "algorithmSignature": _algorithm(credentials),
            "test": "0" if account.live else "1",
            "lng": order.language if order.language in ("es", "en", "pt") else "es",
            "buyerEmail": order.payer_email[:255],
            "buyerFullName": order.payer_name[:150],
            "responseUrl": order.return_url,
            "confirmationUrl": order.notice_url,
        }
        base = account.checkout_url or _base(account, "checkout")
        return Door(f"{base}/ppp-web-gateway-payu/", tuple((name, value) for name, value in told.items() if value))

    def read_notice(self, account: Account, raw: RawNotice) -> Notice:
        told = form_fields(raw.body)
        for name in NOTICE:
            if not 0 < len(told.get(name, "")) <= 255:
                raise NotGenuine(f"{name} is missing or too long")
        merchant, reference, value, currency, state, sign, transaction_id = (told[name] for name in NOTICE)
        if merchant != account.receiver:
            raise NotGenuine("it is for another merchant")
        _check(account, sign, (merchant, reference, signed_value(value), currency, state))
        if not _ID.fullmatch(transaction_id):
            raise NotGenuine("its transaction_id is odd")
        return Notice(
            key=f"{transaction_id}:{state}",
            transaction_id=transaction_id,
            reference=reference,
            claimed=CODES.get(state, Standing.UNKNOWN),
            live=account.live and LIVE.get(told.get("test", "").lower()),
        )

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        """Every order and attempt of the reference. Only charges count: an authorisation is no money yet."""
        orders = _query(account, "ORDER_DETAIL_BY_REFERENCE_CODE", details={"referenceCode": question.reference})
        try:
            told = [payment for order in orders or () for payment in _payments(account, order)]
        except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise ProviderDown("answer not understood") from error
        return sorted(told, key=lambda payment: payment.at or EPOCH)

    def listed(self, account: Account, start: datetime, end: datetime) -> None:
        """PayU's query API answers about an order, a reference or a transaction, never about a day."""

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        """First seven minutes after it was made, then every ten minutes; cash every hour (PayU, Queries API)."""
        first = created_at + timedelta(minutes=7)
        again = timedelta(hours=1) if by_cash else timedelta(minutes=10)
        return first if asked_at is None else max(first, asked_at + again)

    def probe(self, account: Account) -> Text:
        """PING tries login and key; PayU answers nothing about merchant and account before a payment."""
        try:
            _query(account, "PING")
        except ProviderRefused as no:
            raise Refused(
                Text(
                    "PayU no reconoce el API Login o la API Key en este ambiente («{reason}»). Cópialos de nuevo de tu "
                    "panel de PayU.",
                    reason=no.reason,
                )
            ) from None
        return Text(
            "PayU reconoce el API Login y la API Key. El comercio {merchant}, la cuenta {account} y el algoritmo se "
            "comprueban con el primer pago.",
            merchant=account["merchant_id"],
            account=account["account_id"],
        )


def signature(credentials: Mapping[str, str], *values: str) -> str:
    """Hex of `api_key~value~value…` (PayU, Payment Form and Confirmation). The key signs, or PayU's extra secret."""
    key, algorithm = credentials["api_key"], _algorithm(credentials)
    text, digest = "~".join((key, *values)).encode(), DIGESTS[algorithm]
    if algorithm == "HMAC-SHA256":
        return hmac.new((credentials.get("hmac_secret") or key).encode(), text, digest).hexdigest()
    return hashlib.new(digest, text).hexdigest()


def signed_value(value: str) -> str:
    """A notice's amount as its signature has it: the second decimal left out where it is 0; never rounded."""
    told = _VALUE.fullmatch(value)
    if told is None:
        raise NotGenuine("its value is no amount")
    decimals = (told[2] or "").ljust(2, "0")
    return f"{told[1]}.{decimals[0]}{decimals[1].strip('0')}"


def _algorithm(credentials: Mapping[str, str]) -> str:
    return credentials.get("algorithm") or "SHA256"


def _check(account: Account, sign: str, values: Sequence[str]) -> None:
    """Raises NotGenuine unless one of the account's keys, present or replaced, made the signature."""
    given = sign.lower().encode()
    for credentials in account.credentials:
        if credentials.get("api_key") and hmac.compare_digest(signature(credentials, *values).encode(), given):
            return
    raise NotGenuine("its signature does not hold")


def _base(account: Account, name: str) -> str:
    return f"https://{'' if account.live else 'sandbox.'}{name}.payulatam.com"


def _query(account: Account, command: str, **more: Any) -> Any:
    """The payload of an answer; None where PayU knows nothing. The credentials travel in the body and stay there."""
    login, key = account["api_login"], account["api_key"]
    question = {"test": False, "language": "es", "command": command, "merchant": {"apiLogin": login, "apiKey": key}}
    try:
        url = f"{account.api_url or _base(account, 'api')}/reports-api/4.0/service.cgi"
        told = ask("POST", url, payload=question | more)
    except ProviderRefused as no:
        told = {"error": no.reason}
    if told is None:
        return None
    if not isinstance(told, dict):
        raise ProviderDown("answer not understood")
    if told.get("code") != "SUCCESS":
        return _refusal(str(told.get("error")).replace(key, "…").replace(login, "…")[:300])
    result = told.get("result")
    return result.get("payload") if isinstance(result, dict) else None


def _refusal(reason: str) -> None:
    """Only words about the credentials are a clear no; «asked too early» and all else leave everything unknown."""
    if _ABOUT_CREDENTIALS.search(reason):
        raise ProviderRefused(reason)
    if not _ABOUT_NOTHING.search(reason):
        raise ProviderDown(reason)


def _payments(account: Account, order: Mapping[str, Any]) -> list[Transaction]:
    told = order["transactions"] or ()
    paid = [one for one in told if one["type"] in PAYMENTS]
    approved = [one["id"] for one in paid if _standing(one) is Standing.APPROVED]
    returned: dict[str, list[Any]] = {one["id"]: [] for one in paid}
    for one in told:
        if one["type"] in RETURNS and _standing(one) is Standing.APPROVED:
            parent = one.get("parentTransactionId")
            (home,) = [parent] if parent in returned else approved  # it names none of them: then of the only one
            returned[home].append(one)
    return [_payment(account, order, one, returned[one["id"]]) for one in paid]


def _payment(account: Account, order: Mapping[str, Any], one: Mapping[str, Any], returned: list[Any]) -> Transaction:
    amount, currency = _value(one) or _value(order) or _untold()
    standing, answer = _standing(one), one.get("transactionResponse") or {}
    moment = answer.get("operationDate") or order.get("creationDate")
    whole = standing is Standing.APPROVED and not returned and order["status"] in ALL_RETURNED
    return Transaction(
        id=str(one["id"]),
        reference=str(order["referenceCode"]),
        standing=standing,
        amount=amount,
        currency=currency,
        live=account.live and order.get("isTest") is False,
        refunded=amount if whole else sum(_refund(each, amount, currency) for each in returned),
        receiver=str(order["merchantId"]) if order.get("merchantId") else None,
        method=METHODS.get(one["paymentMethod"], Method.CARD if one.get("creditCard") else Method.OTHER),
        at=EPOCH + timedelta(milliseconds=moment) if moment else None,
        said={
            "order": _kept(order, "id", "accountId", "status", "isTest"),
            "transaction": _kept(one, "id", "type", "paymentMethod") | _kept(answer, *ANSWER),
            "returned": [_kept(each, "id", "type") for each in returned],
        },
    )


def _standing(one: Mapping[str, Any]) -> Standing:
    return STATES.get(str((one.get("transactionResponse") or {}).get("state")), Standing.UNKNOWN)


def _refund(one: Mapping[str, Any], amount: int, currency: str) -> int:
    """What a refund gave back: all, if it names no sum and is not called a part."""
    value, told_in = _value(one) or (_untold() if one["type"] == "PARTIAL_REFUND" else (amount, currency))
    if told_in != currency:
        raise ValueError("a refund in another currency")
    return value


def _value(told: Mapping[str, Any]) -> tuple[int, str] | None:
    """What it says of a sum, in minor units, and its currency. TX_VALUE is without the financing of a card."""
    value = (told.get("additionalValues") or {}).get("TX_VALUE")
    return (minor_units(value["value"], value["currency"]), value["currency"]) if value else None


def _untold() -> NoReturn:
    raise ValueError("a sum is missing")


def _kept(told: Mapping[str, Any], *names: str) -> dict[str, str]:
    """What is worth keeping of an answer: no card, no address, and not PayU's own signature."""
    return {name: str(told[name]) for name in names if told.get(name) is not None}
