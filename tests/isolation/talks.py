"""Comments in a random world: a customer's with a file, and the issuer's own note with another; who reads which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.app.portal import Portal
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import operator
from portal.domain.threads import Side
from portal.ledger import threads
from portal.ledger.tables import documents


@dataclass(frozen=True)
class Talk:
    """A thread of a customer's document: one comment that waits, one note, a file with each."""

    issuer: int
    customer: int
    document: int
    file: int
    notes_file: int


def make_talks(portal: Portal, customers: list[Any]) -> list[Talk]:
    """One for the first document of each customer that is shown; all of it has the customer's marker."""
    return [made for one in customers if (made := _talk(portal, one)) is not None]


def _talk(portal: Portal, customer: Any) -> Talk | None:
    c = documents.c
    with portal.ledger.read() as conn:
        shown = select(c.id).where(c.customer_id == customer.id, c.state == "active").order_by(c.number)
        document_id = conn.execute(shown.limit(1)).scalar()
    if document_id is None:
        return None
    paper = (f"{customer.marker}.pdf", f"%PDF-1.7 {customer.marker} nota\n%%EOF".encode())
    note = write_comment(
        portal, operator("test"), document_id, Said(f"nota {customer.marker}", "n", [paper], note=True)
    )
    with portal.ledger.write("link:1") as unit:
        thread = threads.thread_of(unit.conn, document_id)
        assert thread is not None
        asked = threads.add_message(unit, thread, Side.CUSTOMER, customer.marker, f"duda {customer.marker}")
        sha256 = portal.files.put(customer.marker.encode())
        threads.add_file(unit, asked, f"{customer.marker}.xml", "application/xml", sha256, len(customer.marker))
        unit.commit()
        files = threads.files_of(unit.conn, [note, asked])
    return Talk(customer.issuer, customer.id, document_id, files[asked][0].id, files[note][0].id)
