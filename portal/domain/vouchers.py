"""Comprobante de pago: what it says, as it was when it was issued. Amounts are minor units of its currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Settled:
    """What a payment paid of a document; `kind` and `number` are None where the debt had no paper."""

    kind: str | None
    number: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class VoucherFacts:
    """Who paid whom what, how, and for which documents. Tax ids as people write them. `live`: real money."""

    issuer: str
    issuer_tax_id: str
    customer: str
    customer_tax_id: str
    payer: str
    amount: int
    currency: str
    method: str
    provider: str
    live: bool
    on: date
    transaction: str
    reference: str
    applied: tuple[Settled, ...]

    @property
    def left(self) -> int:
        """What paid no document: saldo a favor."""
        return self.amount - sum(one.amount for one in self.applied)


def dump_voucher(facts: VoucherFacts) -> dict[str, Any]:
    """As JSON holds it."""
    return asdict(facts) | {"on": facts.on.isoformat()}


def load_voucher(told: Mapping[str, Any]) -> VoucherFacts:
    """The reverse of `dump_voucher`."""
    applied = tuple(Settled(**one) for one in told["applied"])
    return VoucherFacts(**{**told, "on": date.fromisoformat(told["on"]), "applied": applied})
