"""Colombian withholdings: what a payer may keep back of a document, what is suggested, and how much at most.

A suggestion comes from the document's own WithholdingTaxTotal, else from the issuer's dated rates; from nothing else.
Retefuente is never kept back from who withholds from itself (O-15) or is in the régimen simple (O-47): what their
documents state as 06 is their own. Amounts are minor units; `portal.domain.money` rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.documents import Facts
from portal.domain.money import percent_of, round_down, to_minor
from portal.errors import Refused
from portal.text import Text

CURRENCY = "COP"  # they are paid to the tax office in pesos
MOST_RATE = Decimal(100)
PLACES = 4  # of a rate in percent: ReteICA is stated per mil, with up to two decimals


class Withheld(StrEnum):
    """Which withholding a payer keeps back."""

    RETEFUENTE = "retefuente"
    RETEIVA = "reteiva"
    RETEICA = "reteica"

    @property
    def on_vat(self) -> bool:
        """Whether its base is the VAT of a document, else what it costs before taxes."""
        return self is Withheld.RETEIVA


class Stand(StrEnum):
    """How a stated withholding stands."""

    HELD = "held"  # stated with a payment that has not come
    WAITING = "waiting"  # retenido, por aceptar
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDONE = "undone"  # accepted once, then taken back


CODES = {"05": Withheld.RETEIVA, "06": Withheld.RETEFUENTE, "07": Withheld.RETEICA}  # DIAN's
_VAT = "01"
_NO_RETEFUENTE = frozenset({"O-15", "O-47"})
Amounts = Mapping[Withheld, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """What an issuer decided. `automatic`: accepted at once up to the suggestion. `exempt`: nobody keeps retefuente."""

    allowed: bool = False
    automatic: bool = False
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """`percent` of the base for documents issued from `since` on, if the base is at least `minimum`."""

    tax: Withheld
    percent: Decimal
    minimum: int
    since: date


@dataclass(frozen=True, slots=True)
class Stateable:
    """What may be stated for one document: `suggested` and at `most` of each; what is in neither may not be."""

    suggested: Amounts = field(default_factory=dict)
    most: Amounts = field(default_factory=dict)


def stateable(facts: Facts, policy: Policy, rates: Iterable[Rate], stated: Amounts) -> Stateable:
    """What may still be stated for a document; `stated`: what stands already, accepted or not decided."""
    if not policy.allowed or facts.currency != CURRENCY or not facts.kind.is_debit:
        return Stateable()
    rates = list(rates)
    most = {tax: _most(facts, tax) - stated.get(tax, 0) for tax in Withheld if _may_be(facts, policy, tax)}
    most = {tax: amount for tax, amount in most.items() if amount > 0}
    wanted = {tax: _suggestion(facts, tax, rates) - stated.get(tax, 0) for tax in most}
    return Stateable({tax: min(most[tax], amount) for tax, amount in wanted.items() if amount > 0}, most)


def check_stated(number: str, outstanding: int, may: Stateable, stated: Amounts) -> int:
    """The sum of what is stated for a document. Raises Refused for more than its base, or than is outstanding."""
    for tax, amount in stated.items():
        if amount and tax not in may.most:
            raise Refused(Text("{number}: este emisor no recibe esa retención aquí.", number=number))
        if not 0 <= amount <= may.most.get(tax, 0):
            raise Refused(Text("{number}: la retención no puede ser mayor que su base.", number=number))
    total = sum(stated.values())
    if total > outstanding:
        raise Refused(Text("{number}: las retenciones suman más que el saldo.", number=number))
    return total


def _may_be(facts: Facts, policy: Policy, tax: Withheld) -> bool:
    exempt = policy.exempt or not _NO_RETEFUENTE.isdisjoint(facts.issuer.responsibilities)
    return not (exempt and tax is Withheld.RETEFUENTE)


def _suggestion(facts: Facts, tax: Withheld, rates: Iterable[Rate]) -> int:
    told = sum(_minor(one.amount, facts) for one in facts.withholdings if CODES.get(one.code) is tax)
    if told > 0:
        return told
    base, known = _base(facts, tax), [one for one in rates if one.tax is tax and one.since <= facts.issue_date]
    if base is None or not known:
        return 0
    rate = max(known, key=lambda one: one.since)
    return percent_of(base, rate.percent) if base >= rate.minimum else 0


def _most(facts: Facts, tax: Withheld) -> int:
    """The base, or the total where a document does not say it."""
    base = _base(facts, tax)
    return facts.total_minor if base is None else min(base, facts.total_minor)


def _base(facts: Facts, tax: Withheld) -> int | None:
    """The VAT, or what a document costs before taxes; None when it does not say."""
    if tax.on_vat:
        told = bool(facts.taxes) or facts.source == "xml"
        return sum(_minor(one.amount, facts) for one in facts.taxes if one.code == _VAT) if told else None
    if facts.line_total is None:
        return None
    return _minor(facts.line_total - (facts.allowances or 0) + (facts.charges or 0), facts)


def _minor(amount: Decimal, facts: Facts) -> int:
    return to_minor(round_down(amount, facts.currency), facts.currency)


def read_percent(typed: str) -> Decimal:
    """A rate as people write it: '2,5', '0.966', '9,66 x mil'. Raises Refused."""
    bare = "".join(typed.lower().replace("%", "").split()).replace(",", ".")
    bare, mille, _ = bare.partition("x")
    if not (bare.replace(".", "", 1).isascii() and bare.replace(".", "", 1).isdigit() and len(bare) <= 9):
        raise Refused(Text("«{rate}» no es una tarifa: escribe, por ejemplo, 2,5 o 9,66 x mil.", rate=typed[:20]))
    rate = Decimal(bare) / (10 if mille else 1)
    if not 0 <= rate <= MOST_RATE or rate != round(rate, PLACES):
        raise Refused(Text("La tarifa va de 0 a 100 %, con cuatro decimales como máximo."))
    return rate
