"""Find debits by number, for sheets that state what is outstanding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from portal.domain.documents import Kind
from portal.ledger.tables import customers, documents, issuers


@dataclass(frozen=True, slots=True)
class Debit:
    """An active invoice or debit note with an item."""

    document_id: int
    item_id: int
    kind: Kind
    customer_id: int
    currency: str
    issuer_tax_id: str
    customer_tax_id: str


def find_debits(conn: Connection, numbers: Collection[str], issuer_id: int | None) -> dict[str, list[Debit]]:
    """Debits by folded number, of one issuer or (None) of any."""
    d = documents.c
    found: dict[str, list[Debit]] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 5_000):
        query = (
            select(
                d.folded_number,
                d.id,
                d.item_id,
                d.kind,
                d.customer_id,
                d.currency,
                issuers.c.tax_id,
                customers.c.tax_id,
            )
            .join(issuers, issuers.c.id == d.issuer_id)
            .join(customers, customers.c.id == d.customer_id)
            .where(
                d.folded_number.in_(ordered[start : start + 5_000]),
                d.kind.in_([Kind.INVOICE, Kind.DEBIT_NOTE]),
                d.state == "active",
                d.item_id.is_not(None),
            )
        )
        if issuer_id is not None:
            query = query.where(d.issuer_id == issuer_id)
        for row in conn.execute(query):
            found.setdefault(row[0], []).append(Debit(row[1], row[2], Kind(row[3]), *row[4:]))
    return found
