"""What a provider's answer means for money: the one judgement before anything reaches the ledger.

The rule is the same for whoever brings the answer (a notice's second look, the payer's return, the poller, a person):
what fits is credited once; what was really paid but does not fit in sum or time is credited too, and somebody looks at
it; what is somebody else's, another currency's, or no real money, is kept apart and reaches no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.checkouts import State
from portal.domain.payments import Transaction

_HUNDRED = 100


class Trouble(StrEnum):
    """Why somebody should look at a payment."""

    LESS = "less"  # than was asked
    MORE = "more"
    LATE = "late"  # the checkout had ended
    SECOND = "second"  # the checkout was paid already
    NOT_OPEN = "not_open"  # documents were settled or voided meanwhile: part of it is saldo a favor
    CREDIT_GONE = "credit_gone"  # saldo a favor that was to be used with it was gone: documents stay open
    OVERDRAWN = "overdrawn"  # more went back than the account still holds of it: nothing was taken back here
    CURRENCY = "currency"
    RECEIVER = "receiver"
    TEST_MONEY = "test_money"
    REFERENCE = "reference"
    UNIT = "unit"  # a hundred times too much or too little: cents taken for pesos
    UNKNOWN = "unknown"  # of no checkout of ours

    @property
    def apart(self) -> bool:
        """Whether the money reaches no customer's account until somebody decides."""
        return self in _APART


_APART = frozenset(
    {Trouble.CURRENCY, Trouble.RECEIVER, Trouble.TEST_MONEY, Trouble.REFERENCE, Trouble.UNIT, Trouble.UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a checkout asked for. `paid`: another transaction of it was credited before."""

    reference: str
    receiver: str
    live: bool
    currency: str
    amount: int
    state: State
    paid: bool


def judge(asked: Asked, told: Transaction) -> Trouble | None:
    """What is odd about a paid transaction; None when it is just what was asked. The gravest comes first."""
    if told.reference != asked.reference:
        return Trouble.REFERENCE
    if told.receiver is not None and told.receiver != asked.receiver:
        return Trouble.RECEIVER
    if told.live != asked.live:
        return Trouble.TEST_MONEY
    if told.currency != asked.currency:
        return Trouble.CURRENCY
    if told.amount == asked.amount * _HUNDRED or told.amount * _HUNDRED == asked.amount:
        return Trouble.UNIT
    if asked.paid:
        return Trouble.SECOND
    if told.amount != asked.amount:
        return Trouble.LESS if told.amount < asked.amount else Trouble.MORE
    return Trouble.LATE if asked.state in (State.EXPIRED, State.CANCELLED, State.FAILED) else None
