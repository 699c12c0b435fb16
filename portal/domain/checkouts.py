"""A checkout: one attempt to pay one issuer, for one customer, in one currency. Its states, and its sums.

All amounts are minor units of the checkout's currency.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.folding import fold_number
from portal.domain.payments import Standing, Terms
from portal.errors import Refused
from portal.text import Text


class State(StrEnum):
    """created → ready → redirected → pending → approved, declined or expired; cancelled and failed end it too.

    A declined attempt does not end a checkout: the payer may try again on the provider's page until it expires.
    """

    CREATED = "created"  # the way to the provider is being made
    READY = "ready"
    REDIRECTED = "redirected"
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # the payer began anew
    FAILED = "failed"  # the provider would not open it


_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE = re.compile(f"[0-9A-Z]{{1,14}}-[{_ALPHABET}]{{12}}X", re.ASCII)
ENDED = frozenset({State.APPROVED, State.EXPIRED, State.CANCELLED, State.FAILED})
# An approval is believed at any time: money that came late is money. Nothing follows it.
_MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.CREATED: frozenset(State) - {State.CREATED},
    State.READY: frozenset(State) - {State.CREATED, State.READY},
    State.REDIRECTED: frozenset(State) - {State.CREATED, State.READY, State.REDIRECTED},
    State.PENDING: frozenset({State.APPROVED, State.DECLINED, State.EXPIRED}),
    State.DECLINED: frozenset({State.PENDING, State.APPROVED, State.EXPIRED, State.CANCELLED}),
    State.EXPIRED: frozenset({State.APPROVED, State.PENDING}),
    State.CANCELLED: frozenset({State.APPROVED, State.PENDING}),  # its page was still open in another tab
    State.FAILED: frozenset({State.APPROVED, State.PENDING}),
    State.APPROVED: frozenset(),
}


def next_state(now: State, standings: Iterable[Standing], expired: bool) -> State:
    """The state after the provider said how the checkout's transactions stand; what may not follow changes nothing.

    `expired`: the time in which the payer could begin has passed.
    """
    found = set(standings)
    if found & {Standing.APPROVED, Standing.VOIDED}:
        wanted = State.APPROVED
    elif Standing.PENDING in found:
        wanted = State.PENDING
    elif expired and not found & {Standing.UNKNOWN}:
        wanted = State.EXPIRED
    elif Standing.DECLINED in found or Standing.EXPIRED in found:
        wanted = State.DECLINED
    else:
        return now
    return wanted if wanted in _MAY_BECOME[now] else now


def may_become(now: State, wanted: State) -> bool:
    return wanted in _MAY_BECOME[now]


def new_reference(number: str) -> str:
    """A reference for a provider: part of a document's number, 60 random bits, and a letter at the end.

    Letters, digits and `-` only, at most 32 characters. The last character is a letter because Wompi signs reference
    and amount without anything between them: digits could be moved from one to the other.
    """
    told = "".join(c for c in fold_number(number) if c.isascii() and c.isalnum())[:14]
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{told or 'P'}-{drawn}X"


def is_reference(text: str) -> bool:
    """Whether a text looks like what `new_reference` makes."""
    return _REFERENCE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Due:
    """A debit that can be paid: what is outstanding on it now."""

    document_id: int
    item_id: int
    outstanding: int
    payable_on: date


@dataclass(frozen=True, slots=True)
class Favour:
    """A credit that the payer may use: what is available on it and not reserved."""

    item_id: int
    available: int


@dataclass(frozen=True, slots=True)
class Share:
    """`amount` of a credit for a debit."""

    credit_id: int
    debit_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """What a checkout pays of a document: `amount` of the provider's money; `whole`: it was meant to settle it."""

    document_id: int
    debit_id: int
    amount: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What a checkout asks for one document. `whole`: what it pays, with the credits, is all that is outstanding."""

    due: Due
    amount: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How a checkout is made up: `amount` from the provider, and the credits to use."""

    amount: int
    parts: tuple[Part, ...]
    shares: tuple[Share, ...]

    @property
    def credit(self) -> int:
        return sum(share.amount for share in self.shares)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an issuer decided for one currency. `smallest`: of a part; `tolerance`: a residue that is rounded away."""

    parts: bool = True
    smallest: int = 0
    tolerance: int = 0


DEFAULT_TOLERANCE = {"COP": 100}  # one peso


def default_rules(currency: str) -> Rules:
    return Rules(tolerance=DEFAULT_TOLERANCE.get(currency, 0))


def plan(
    dues: Sequence[Due], favours: Sequence[Favour], chosen: Mapping[int, int], rules: Rules, terms: Terms | None
) -> Plan:
    """How much to ask for `dues`, the oldest first, less `favours`, the oldest first, and no more.

    `chosen`: by document id, less than all of it (before credits); 0 leaves it out. `terms`: the provider's; without
    any nothing is rounded. The sum is cut to the provider's unit; the last parts lose what is cut. Raises Refused for a
    part that the issuer does not take, a sum that is more than is outstanding, or nothing to pay.
    """
    asked = [due for due in sorted(dues, key=_age) if chosen.get(due.document_id) != 0]
    wanted = [(due, _wanted(due, chosen.get(due.document_id), rules)) for due in asked]
    shares, left = _share(wanted, favours)
    amounts = [left[due.item_id] for due, _ in wanted]
    if terms is not None:
        _cut(amounts, sum(amounts) % terms.unit)
    whole = [
        wants == due.outstanding and left[due.item_id] - amount <= rules.tolerance
        for (due, wants), amount in zip(wanted, amounts, strict=True)
    ]
    if not sum(amounts) and not shares:
        raise Refused(Text("No hay nada por pagar en estos documentos."))
    parts = tuple(Part(due, amount, all_) for (due, _), amount, all_ in zip(wanted, amounts, whole, strict=True))
    return Plan(sum(amounts), parts, tuple(shares))


def oldest_first(dues: Sequence[Due], total: int) -> dict[int, int]:
    """`total` spread over `dues` as `plan` takes it: what is chosen of each that is not paid whole, 0 for the rest."""
    chosen: dict[int, int] = {}
    for due in sorted(dues, key=_age):
        part = min(total, due.outstanding)
        total -= part
        if part != due.outstanding:
            chosen[due.document_id] = part
    return chosen


def _age(due: Due) -> tuple[date, int]:
    return due.payable_on, due.document_id


def _wanted(due: Due, chosen: int | None, rules: Rules) -> int:
    if chosen is None or chosen == due.outstanding:
        return due.outstanding
    if not rules.parts:
        raise Refused(Text("Este emisor solo recibe el pago completo de cada documento."))
    if not 0 < chosen < due.outstanding:
        raise Refused(Text("Escribe un valor mayor que cero y no mayor que el saldo del documento."))
    if chosen < rules.smallest:
        raise Refused(Text("El emisor pide un abono mínimo más alto: aumenta el valor o paga el saldo completo."))
    return chosen


def _share(wanted: Sequence[tuple[Due, int]], favours: Sequence[Favour]) -> tuple[list[Share], dict[int, int]]:
    """Credits set against debits in order, and what then remains of each debit by its item."""
    left = {due.item_id: wants for due, wants in wanted}
    shares: list[Share] = []
    for favour in favours:
        available = favour.available
        for due, _ in wanted:
            part = min(available, left[due.item_id])
            if part > 0:
                shares.append(Share(favour.item_id, due.item_id, part))
                left[due.item_id] -= part
                available -= part
    return shares, left


def _cut(amounts: list[int], excess: int) -> None:
    for place in reversed(range(len(amounts))):
        taken = min(excess, amounts[place])
        amounts[place] -= taken
        excess -= taken
