"""Questions that only a person can answer: kept, never guessed."""

from __future__ import annotations

from sqlalchemy import insert

from portal.ledger.ids import new_id
from portal.ledger.tables import questions
from portal.ledger.unit import Unit

SAME_PAYMENT = "same_payment"


def ask(unit: Unit, issuer_id: int, document_id: int, kind: str, detail: str) -> int:
    """Record an open question about a document; `detail` is JSON."""
    question_id = new_id()
    unit.conn.execute(
        insert(questions).values(
            id=question_id,
            issuer_id=issuer_id,
            document_id=document_id,
            kind=kind,
            detail=detail,
            asked_at=unit.now,
        )
    )
    return question_id
