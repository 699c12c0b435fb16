"""The sandbox provider: no money, every outcome to try. Ships with the product; production refuses it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from portal.domain.payments import (
    Account,
    AccountFacts,
    CredentialField,
    Door,
    Method,
    NotGenuine,
    Notice,
    Order,
    Question,
    RawNotice,
    Standing,
    Terms,
    Transaction,
)
from portal.errors import Refused
from portal.providers.reading import json_object
from portal.text import Text

SIGNATURE = "x-sandbox-signature"
Book = Callable[[int, str], Sequence[Transaction]]  # account id, reference: what was paid there


class Sandbox:
    """`book` answers for the company: the transactions of an account under a reference, or all under ""."""

    name = "sandbox"
    title = "Pasarela de prueba"
    methods: tuple[Method, ...] = (Method.PSE, Method.CARD, Method.NEQUI)
    fields: tuple[CredentialField, ...] = (CredentialField("secret", Text("Secreto de los avisos")),)

    def __init__(self, book: Book) -> None:
        self._book = book

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        if len(credentials.get("secret", "")) < 8:
            raise Refused(Text("El secreto de los avisos debe tener al menos 8 caracteres."))
        return AccountFacts(self.name, live=False)

    def terms(self, _account: Account, _currency: str) -> Terms:
        return Terms()

    def open(self, _account: Account, order: Order) -> Door:
        return Door(order.return_url.replace("/pay/return/", "/pay/sandbox/"))

    def read_notice(self, account: Account, raw: RawNotice) -> Notice:
        signed = (raw.header(SIGNATURE) or "").encode()
        if not any(hmac.compare_digest(signed, sign(one["secret"], raw.body).encode()) for one in account.credentials):
            raise NotGenuine("the signature is not ours")
        told = json_object(raw.body)
        try:
            reference, transaction, standing = (str(told[name]) for name in ("reference", "transaction", "standing"))
            claimed = Standing(standing)
        except (KeyError, ValueError):
            raise NotGenuine("a field is missing") from None
        returned = told.get("returned", 0)
        return Notice(f"{transaction}:{standing}:{returned}", transaction, reference, claimed, live=False)

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        found = list(self._book(account.id, question.reference))
        if not question.reference:
            return [one for one in found if one.id in question.transaction_ids]
        return found

    def listed(self, account: Account, start: datetime, end: datetime) -> Sequence[Transaction]:
        found = self._book(account.id, "")
        return [one for one in found if one.paid and one.at is not None and start <= one.at < end]

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        return asked_at + timedelta(seconds=1) if asked_at else created_at

    def probe(self, _account: Account) -> Text:
        return Text("La pasarela de prueba está lista. Con ella no se mueve dinero.")


def sign(secret: str, body: bytes) -> str:
    """The signature of a sandbox notice."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


def notice_body(transaction: Transaction) -> bytes:
    """What a sandbox notice says."""
    told = {"transaction": transaction.id, "reference": transaction.reference, "standing": transaction.standing}
    return json.dumps(told | {"returned": transaction.returned}).encode()
