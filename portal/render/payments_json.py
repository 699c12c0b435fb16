"""Payments as JSON for programs: the same facts and codes as in the file; amounts are decimal strings, ids too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.collected import Collected
from portal.domain.money import plain


def payment_json(row: Collected) -> dict[str, Any]:
    """One row. Ids have up to 19 digits, which JavaScript's numbers can't hold."""
    customer = None
    if row.customer_id is not None:
        customer = {"id": str(row.customer_id), "tax_id": row.customer_tax_id, "name": row.customer_name}
    return {
        "id": str(row.id),
        "kind": row.kind,
        "payment_id": str(row.payment_id),
        "date": row.effective_on.isoformat(),
        "recorded_at": _instant(row.recorded_at),
        "issuer_tax_id": row.issuer_tax_id,
        "customer": customer,
        "currency": row.currency,
        "amount": plain(row.amount, row.currency),
        "booked": plain(row.booked, row.currency),
        "state": str(row.state),
        "reason": str(row.trouble) if row.trouble else None,
        "method": row.method,
        "provider": row.provider,
        "account_id": str(row.account_id),
        "transaction": row.transaction,
        "reference": row.reference,
        "documents": [
            {"kind": one.kind, "number": one.number, "amount": plain(one.amount, row.currency)} for one in row.documents
        ],
        "receipt": row.voucher,
        "note": row.settled_note,
        "decided_at": _instant(row.settled_at) if row.settled_at else None,
    }


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
