"""Questions that only a person can answer: kept, never guessed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

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


def open_question(conn: Connection, document_id: int) -> Row[Any] | None:
    """The open question about a document, if there is one."""
    c = questions.c
    return conn.execute(select(questions).where(c.document_id == document_id, c.answered_at.is_(None))).first()


def answer(unit: Unit, question_id: int, given: str) -> None:
    """Close a question with what the person said."""
    unit.conn.execute(
        update(questions)
        .where(questions.c.id == question_id)
        .values(answered_at=unit.now, answer=given, person=unit.person)
    )
