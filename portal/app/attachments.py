"""Attachments as files: for whoever may download the customer's documents, never shown by the portal itself."""

from __future__ import annotations

from portal.app.files import FileAnswer
from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.threads import Side, reads_notes
from portal.errors import NotFound
from portal.files.uploads import MOST, Clean, clean_upload, named
from portal.importers import xml
from portal.ledger import attachments, documents, threads
from portal.ledger.threads import MessageFile, Thread
from portal.ledger.unit import Unit
from portal.render.labels import Labels

_MARKUP = (b"<", b"\xef\xbb\xbf<")


class Upload:
    """A file as somebody uploaded it: made harmless and stored, once, before any transaction begins."""

    def __init__(self, portal: Portal, name: str, data: bytes) -> None:
        """Raises Refused for what is no PDF or picture, or too large."""
        self.clean, self._portal = clean_upload(name, data), portal
        self.sha256 = portal.files.put(self.clean.data)

    def attach(self, unit: Unit, issuer_id: int, customer_id: int, kind: str) -> int:
        """Keep it as a customer's; returns the attachment's id."""
        name_bytes(self._portal, unit, [(self.sha256, self.clean.data)])
        told = self.clean.name, self.clean.media_type, self.sha256, len(self.clean.data)
        return attachments.add_attachment(unit, issuer_id, customer_id, kind, *told)


def clean_paper(name: str, data: bytes) -> Clean:
    """What may come with a comment: a PDF, a picture drawn anew, or well-formed XML as it is. Raises Refused."""
    if len(data) > MOST or not data.lstrip().startswith(_MARKUP):
        return clean_upload(name, data)
    xml.parse(data)
    return Clean(named(name, "xml"), "application/xml", data)


def attachment_file(portal: Portal, actor: Actor, attachment_id: int, _labels: Labels) -> FileAnswer:
    """Raises NotFound for what is not there or was withdrawn, and for a customer whose files the actor may not take."""
    with portal.ledger.read() as conn:
        found = attachments.find_attachment(conn, attachment_id)
        commented = None if found else threads.find_file(conn, attachment_id)
        document = documents.find(conn, commented[2].document_id) if commented else None
    if commented is not None:
        if document is None or document.state == "withdrawn":
            raise NotFound()
        return _of_comment(portal, actor, *commented)
    if found is None:
        raise NotFound()
    actor.require(Right.DOWNLOAD, found.issuer_id, found.customer_id)
    return FileAnswer(found.name, found.media_type, portal.files.get(found.sha256), in_browser=False)


def _of_comment(portal: Portal, actor: Actor, file: MessageFile, side: Side, thread: Thread) -> FileAnswer:
    """What came with a comment; with a note, only for the issuer's own people."""
    actor.require(Right.DOWNLOAD, thread.issuer_id, thread.customer_id)
    if side is Side.NOTE and not reads_notes(actor, thread.issuer_id):
        raise NotFound()
    return FileAnswer(file.name, file.media_type, portal.files.get(file.sha256), in_browser=False)
