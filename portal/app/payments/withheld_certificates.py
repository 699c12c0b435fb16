"""The certificate of a withholding: a to-do of whoever stated it, one file for as many as it is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.app.attachments import Upload
from portal.app.payments.reporting import DAY, MOST_BY_ONE, MOST_FOR_ONE
from portal.app.payments.withheld_posting import noted
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.errors import NotFound, Refused
from portal.ledger import documents, withholdings
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.unit import Connection
from portal.ledger.withholdings import Withholding
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Missing:
    """A withholding that has no certificate, and the number of its document."""

    withholding: Withholding
    number: str


def missing_certificates(portal: Portal, actor: Actor, document_id: int) -> list[Missing]:
    """Of a document's customer, the oldest first; a certificate is often for several. Raises NotFound."""
    with portal.ledger.read() as conn:
        return _missing(conn, _customer(conn, actor, document_id))


def add_certificate(
    portal: Portal,
    actor: Actor,
    document_id: int,
    withholding_ids: Collection[int],
    file: tuple[str, bytes],
    where: Where | None = None,
) -> None:
    """Keep a PDF or picture as the certificate of these withholdings of the document's customer.

    Raises Refused with what to do, NotFound for what is not the actor's, or has one already.
    """
    with portal.ledger.read() as conn:
        customer_id = _customer(conn, actor, document_id)
    if not withholding_ids:
        raise Refused(Text("Marca las retenciones de las que es este certificado."))
    upload = Upload(portal, *file)
    with portal.ledger.write(actor.name) as unit:
        lock_customers(unit.conn, {customer_id})
        counters = [
            Counter("certificate", key_hash("customer", str(customer_id)), MOST_FOR_ONE, DAY),
            Counter("certificate", key_hash("person", actor.name), MOST_BY_ONE, DAY),
        ]
        if not take_room(unit, counters):
            raise Refused(Text("Hoy se subieron muchos certificados: intenta mañana."))
        chosen = [
            one for one in withholdings.without_certificate(unit.conn, customer_id) if one.id in set(withholding_ids)
        ]
        if len(chosen) != len(set(withholding_ids)):
            raise NotFound()
        attachment_id = upload.attach(unit, chosen[0].issuer_id, customer_id, "certificate")
        withholdings.set_certificate(unit, [one.id for one in chosen], attachment_id)
        for one in chosen:
            noted(unit, Event.CERTIFICATE_ADDED, one, where)
        unit.commit()


def _customer(conn: Connection, actor: Actor, document_id: int) -> int:
    row = documents.find(conn, document_id)
    if row is None or row.state == "withdrawn":
        raise NotFound()
    actor.require(Right.PAY, row.issuer_id, row.customer_id)
    return int(row.customer_id)


def _missing(conn: Connection, customer_id: int) -> list[Missing]:
    found = withholdings.without_certificate(conn, customer_id)
    numbers = withholdings.numbers_of(conn, {one.document_id for one in found})
    return [Missing(one, numbers[one.document_id]) for one in found]
