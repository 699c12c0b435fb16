"""What a document states: the facts, as printed, whatever file they came in.

Amounts inside `Facts` are `Decimal`s in the document's currency as stated; `total_minor` is what
the ledger posts. Facts are immutable; a correction is another document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from pydantic import TypeAdapter

from portal.domain.folding import fold_number, fold_text
from portal.domain.money import to_minor
from portal.domain.parties import Party


class Kind(StrEnum):
    """Invoice and debit note raise what is owed; credit note, advance and receipt lower it."""

    INVOICE = "invoice"
    DEBIT_NOTE = "debit_note"
    CREDIT_NOTE = "credit_note"
    ADVANCE = "advance"
    RECEIPT = "receipt"

    @property
    def is_debit(self) -> bool:
        return self in (Kind.INVOICE, Kind.DEBIT_NOTE)


class Term(StrEnum):
    """Forma de pago: on the spot (contado) or later (crédito)."""

    CASH = "cash"
    CREDIT = "credit"


class Role(StrEnum):
    """Why a document names another one."""

    CORRECTS = "corrects"  # a note → the document it corrects
    PAYS = "pays"  # an advance or receipt → the document it pays
    CONSUMES = "consumes"  # an invoice → the advance that its prepaid amount already used up


@dataclass(frozen=True, slots=True)
class Reference:
    """Names another document of the same issuer, by CUFE or by number; `amount` only if stated."""

    role: Role
    number: str | None = None
    kind: Kind | None = None
    cufe: str | None = None
    issued_on: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax at one rate. `code` is DIAN's ('01' IVA, '06' ReteFuente); `rate` a percentage, if stated."""

    code: str
    name: str
    amount: Decimal
    base: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `amount` is net of its discounts and before taxes (LineExtensionAmount)."""

    number: str
    description: str
    quantity: Decimal
    amount: Decimal
    unit: str | None = None
    unit_price: Decimal | None = None
    code: str | None = None
    discount: Decimal | None = None
    charge: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    withholdings: tuple[Tax, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A discount or charge on the whole document."""

    charge: bool
    amount: Decimal
    reason: str | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Prepayment:
    amount: Decimal
    reference: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Authorisation:
    """DIAN's numbering range."""

    number: str
    prefix: str | None = None
    first: str | None = None
    last: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """What DIAN's ApplicationResponse says of a document (code 02: validated)."""

    code: str
    description: str
    cufe: str
    at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one document states. `source` tells how rich it is: "xml", "sheet" or "api"."""

    kind: Kind
    number: str
    issuer: Party
    customer: Party
    issue_date: date
    currency: str
    total: Decimal
    source: str = "sheet"
    due_date: date | None = None
    issue_time: str | None = None
    cufe: str | None = None
    cufe_scheme: str | None = None
    type_code: str | None = None  # DIAN's document type: "01", "20" (POS), "91"…
    operation: str | None = None
    environment: str | None = None  # "1" production, "2" test
    voided: bool = False  # a sheet's word that the issuer annulled a non-electronic document
    line_total: Decimal | None = None
    tax_base: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    withholdings: tuple[Tax, ...] = ()
    lines: tuple[Line, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    prepayments: tuple[Prepayment, ...] = ()
    references: tuple[Reference, ...] = ()
    reason_code: str | None = None
    reason: str | None = None
    term: Term | None = None
    method: str | None = None  # payment means code, DIAN's list ("10" cash, "47" transfer…)
    payment_reference: str | None = None
    order: str | None = None
    period: tuple[date | None, date | None] | None = None
    exchange: tuple[str, str, Decimal] | None = None  # from, to, rate
    notes: tuple[str, ...] = ()
    authorisation: Authorisation | None = None
    software: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())

    @property
    def total_minor(self) -> int:
        """The total in minor units of the currency; refused when it has more decimals than the currency."""
        return to_minor(self.total, self.currency)

    @property
    def folded_number(self) -> str:
        return fold_number(self.number)

    @property
    def is_test(self) -> bool:
        return self.environment == "2"

    @property
    def payable_on(self) -> date:
        """The due date; a document without one is due on issue."""
        return self.due_date or self.issue_date


def search_text(facts: Facts) -> str:
    """The one folded column that search reads: number, CUFE, order, names, references, line texts, notes."""
    parts = [facts.number, facts.folded_number, facts.cufe or "", facts.order or "", facts.payment_reference or ""]
    parts += [facts.issuer.name, facts.issuer.trade_name or "", facts.customer.name, facts.customer.trade_name or ""]
    parts += [facts.issuer.tax_id, facts.customer.tax_id]
    parts += [reference.number or "" for reference in facts.references]
    for line in facts.lines:
        parts += [line.description, line.code or ""]
    parts += facts.notes
    return fold_text(" ".join(part for part in parts if part))


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)


def dump_facts(facts: Facts) -> str:
    """Facts as JSON text: decimals as strings, what is not stated left out."""
    return _adapter().dump_json(facts, exclude_defaults=True).decode()


def load_facts(text: str | bytes) -> Facts:
    """Facts from the JSON of `dump_facts`."""
    return _adapter().validate_json(text)


_validations: TypeAdapter[Validation] = TypeAdapter(Validation)


def dump_validation(validation: Validation) -> str:
    """DIAN's validation as JSON text."""
    return _validations.dump_json(validation).decode()


def load_validation(text: str | bytes) -> Validation:
    """The validation from the JSON of `dump_validation`."""
    return _validations.validate_json(text)
