"""One document as lists and exports show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.aging import Settlement, days_late, is_overdue
from portal.domain.days import Today
from portal.domain.documents import Kind

_AS_STORED = (
    "id", "type_code", "number", "issuer_id", "issuer_name", "issuer_tax_id", "customer_id", "customer_name",
    "customer_tax_id", "issue_date", "due_date", "currency", "total", "reserved", "reported", "claimed", "withheld",
    "disputed", "by_credit_notes", "test", "validated", "cufe", "source", "state",
)  # fmt: skip
_NAMES = (*_AS_STORED, "kind", "payable_on", "balance", "debit", "method", "paid_methods", "settlement")
COLUMNS = ", ".join(_NAMES)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """Amounts are minor units of `currency`.

    `paid` (abonado) is what has been settled of a debit, or spent of a credit; `available` is what is
    left of a credit, `reserved` the part of it that waits for a document. `reported`: what its payer
    says it has sent, or keeps back (`claimed`), which the issuer has not decided on; it is still
    outstanding. `withheld`: what was kept back and accepted, a part of `paid`. `disputed`: its
    customer objects to it. `method`: codes of
    the credits applied, or the document's own, and then `agreed` (acordado). A document in question
    counts for nothing yet.
    """

    id: int
    kind: Kind
    type_code: str | None
    number: str
    issuer_id: int
    issuer_name: str
    issuer_tax_id: str
    customer_id: int
    customer_name: str
    customer_tax_id: str
    issue_date: date
    due_date: date | None
    currency: str
    total: int
    paid: int
    outstanding: int
    available: int
    reserved: int
    reported: int
    claimed: int
    withheld: int
    disputed: bool
    method: str | None
    agreed: bool
    settlement: Settlement
    by_credit_notes: bool
    overdue: bool
    days_late: int
    test: bool
    validated: bool
    cufe: str | None
    source: str
    state: str

    @property
    def to_pay(self) -> int:
        """What its payer would be asked for."""
        return self.outstanding - self.claimed

    @property
    def in_review(self) -> bool:
        """Whether its issuer has to say something first: of a receipt, or of what a payer reported."""
        return self.state == "question" or self.reported > 0


def document_row(values: tuple[Any, ...], today: Today) -> DocumentRow:
    """A row of `COLUMNS`, as it stands today in its issuer's zone."""
    stored = dict(zip(_NAMES, values, strict=True))
    day = today.at(stored["issuer_id"])
    debit, balance, due = stored["debit"], stored["balance"], stored["payable_on"]
    outstanding = balance if debit else 0
    late = is_overdue(due, outstanding, day)
    return DocumentRow(
        kind=Kind(stored["kind"]),
        paid=stored["total"] - balance if stored["state"] == "active" else 0,
        outstanding=outstanding,
        available=0 if debit else balance,
        method=stored["paid_methods"] or stored["method"],
        agreed=not stored["paid_methods"] and stored["method"] is not None,
        settlement=Settlement(stored["settlement"]),
        overdue=late,
        days_late=days_late(due, day) if late else 0,
        **{name: stored[name] for name in _AS_STORED},
    )
