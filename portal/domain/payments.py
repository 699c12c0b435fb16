"""What is said between the portal and a payment provider, whoever it is. Amounts are minor units beside their currency.

A provider's word is a fact to record; whether it moves a balance is decided by `portal.domain.crediting`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.domain.money import to_decimal
from portal.errors import PortalError
from portal.text import Text

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,59}[A-Za-z]", re.ASCII)


class Standing(StrEnum):
    """How one transaction stands at the provider. Money taken back again is told by `Transaction.returned`."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"  # this attempt: another one on the same reference may still be approved
    EXPIRED = "expired"
    VOIDED = "voided"  # approved once, taken back whole
    UNKNOWN = "unknown"  # an answer that says neither yes nor no: asked again, never read as a refusal


class Method(StrEnum):
    """With what a payer paid, whatever each provider calls it."""

    CARD = "card"
    PSE = "pse"
    NEQUI = "nequi"
    BANCOLOMBIA = "bancolombia"
    DAVIPLATA = "daviplata"
    CASH_POINT = "cash_point"  # Efecty and other counters
    BANK_COUNTER = "bank_counter"
    QR = "qr"
    WALLET = "wallet"  # money of an account with the provider itself
    LATER = "later"  # buy now, pay later
    POINTS = "points"
    OTHER = "online"


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One value that an issuer copies from its panel at the provider. `choices`: the only ones it may be."""

    name: str
    label: Text
    secret: bool = True
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What credentials say by themselves: whose account it is (`receiver`), and whether its money is real."""

    receiver: str
    live: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An issuer's account with a provider, opened: never kept, logged or shown.

    `credentials` are tried in turn where a signature is checked: the present ones, then those they replaced, while
    both are good. `api_url` and `checkout_url` replace the provider's own addresses, outside production only.
    """

    id: int
    receiver: str
    live: bool
    credentials: tuple[Mapping[str, str], ...] = field(repr=False)
    api_url: str | None = None
    checkout_url: str | None = None

    def __getitem__(self, name: str) -> str:
        """A present credential; empty if it was never given."""
        return self.credentials[0].get(name, "")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a provider asks in one currency, in minor units: amounts are multiples of `unit`, from `minimum` on."""

    unit: int = 1
    minimum: int = 1
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a payer is asked to pay at a provider.

    `reference`: letters, digits and hyphens, at most 60, used once, for ever. It ends in a letter: who signs a
    reference and an amount written one after the other can't tell `FV1` `2490000` from `FV12` `490000`.
    """

    reference: str
    amount: int
    currency: str
    description: str
    expires_at: datetime
    return_url: str
    notice_url: str
    language: str = "es"
    payer_name: str = ""
    payer_email: str = ""

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError(f"not a reference for a provider: {self.reference[:80]!r}")

    @property
    def decimal(self) -> str:
        """The amount as a plain decimal text in the currency's places: `119000.00`."""
        return f"{to_decimal(self.amount, self.currency):f}"


@dataclass(frozen=True, slots=True)
class Door:
    """The way from the portal to the provider's page: a GET of `url`, or (with `fields`) a form posted to it.

    `session_id`: how the provider calls what was opened, where it says so.
    """

    url: str
    fields: tuple[tuple[str, str], ...] = ()
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a checkout when the provider is asked how it stands."""

    reference: str
    session_id: str | None = None
    transaction_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    """The provider's answer about one transaction.

    `amount` is what the payer paid for the order, without the financing of a card; `refunded` and `charged_back` are
    what has been taken of it again so far, in all. `receiver`: whose money it is, where the provider says so.
    `said` is the answer as it came, without secrets.
    """

    id: str
    reference: str
    standing: Standing
    amount: int
    currency: str
    live: bool
    refunded: int = 0
    charged_back: int = 0
    disputed: bool = False
    receiver: str | None = None
    method: Method = Method.OTHER
    at: datetime | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def returned(self) -> int:
        return self.amount if self.standing is Standing.VOIDED else min(self.amount, self.refunded + self.charged_back)

    @property
    def paid(self) -> bool:
        """Whether money came, though it may have gone again."""
        return self.standing in (Standing.APPROVED, Standing.VOIDED)


@dataclass(frozen=True, slots=True)
class RawNotice:
    """A webhook's request as it came. Header names are lower case; a name may come twice."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """The one value of a header; None when it is missing or was sent more than once."""
        return _single(self.headers, name)

    def asked(self, name: str) -> str | None:
        """The one value of a query parameter; None when it is missing or ambiguous."""
        return _single(self.query, name)


def _single(pairs: tuple[tuple[str, str], ...], name: str) -> str | None:
    found = [value for key, value in pairs if key == name]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a genuine notice claims: a hint to ask again, never a fact about money.

    `key` is the same for a repeated delivery of one event. `ignored`: nothing of the kind that moves money.
    """

    key: str
    transaction_id: str | None = None
    reference: str | None = None
    claimed: Standing | None = None
    live: bool | None = None
    ignored: bool = False


class NotGenuine(PortalError):
    """A notice whose signature or shape does not hold; `reason` is kept beside it, for people who look into it."""

    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__(Text("El aviso no es auténtico: {reason}.", reason=reason))
        self.reason = reason


class ProviderDown(PortalError):
    """No answer, or none that can be used: nothing is known, try again later."""

    status = 503

    def __init__(self, reason: str) -> None:
        super().__init__(Text("El proveedor de pagos no responde ({reason}). Lo intentamos de nuevo.", reason=reason))
        self.reason = reason


class ProviderRefused(PortalError):
    """The provider understood and said no; `reason` are its words. Trying the same again is of no use."""

    status = 422

    def __init__(self, reason: str) -> None:
        super().__init__(Text("El proveedor de pagos no lo aceptó: {reason}", reason=reason))
        self.reason = reason
