"""Views and downloads of documents in the audit. Reading waits for nobody: the rows are written just after."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.ledger import documents
from portal.ledger.audit import Event, Where, note

AGAIN_AFTER = timedelta(minutes=10)  # a page is drawn anew with every click: one look is one row
_MOST_KEPT = 10_000
_writer = ThreadPoolExecutor(1, "audit-look")
_lock = threading.Lock()
_noted: dict[tuple[str, Event, int], datetime] = {}
log = logging.getLogger(__name__)


def note_look(portal: Portal, actor: Actor, event: Event, document_id: int, issuer_id: int, customer_id: int) -> None:
    """Write down that `actor` saw or downloaded a document, once in AGAIN_AFTER."""
    key, now = (f"{portal.settings.database_url}\n{actor.name}", event, document_id), portal.clock.now()
    with _lock:
        before = _noted.get(key)
        if before is not None and now - before < AGAIN_AFTER:
            return
        if len(_noted) >= _MOST_KEPT:
            _noted.clear()
        _noted[key] = now
    _writer.submit(_write, portal, actor, event, document_id, issuer_id, customer_id)


def looks_written() -> None:
    """Wait until all looks so far are in the ledger."""
    _writer.submit(lambda: None).result()


def _write(portal: Portal, actor: Actor, event: Event, document_id: int, issuer_id: int, customer_id: int) -> None:
    try:
        with portal.ledger.write(actor.name) as unit:
            note(unit, event, f"document:{document_id}", issuer_id, customer_id, Where(actor.address))
            if actor.is_of_customer(issuer_id, customer_id):
                documents.note_opened(unit, document_id)
            unit.commit()
    except Exception:  # the document has been shown: what is left is to tell the operator
        log.exception("%s of document %s by %s could not be written to the audit", event, document_id, actor.name)
