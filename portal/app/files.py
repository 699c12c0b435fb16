"""Files of documents, for whoever may download them. What is not yours and what does not exist are one answer."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.app.reading import DocumentDetail, read_document
from portal.domain.access import Actor, Right
from portal.errors import FileDamaged, NotFound
from portal.ledger import documents, looks
from portal.render.balances import Balances
from portal.render.labels import Labels
from portal.render.press import Print, draw
from portal.render.ubl_xml import facts_to_ubl


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A file as it leaves: its name for people, its media type, its bytes.

    `in_browser`: whether it may be shown there if it is a PDF; what a visitor made may not.
    """

    name: str
    media_type: str
    data: bytes
    in_browser: bool = True


def document_pdf(portal: Portal, actor: Actor, document_id: int, labels: Labels) -> FileAnswer:
    """The PDF that came with a document; else the portal's own rendering of it. Raises NotFound."""
    detail = read_document(portal, actor, document_id, Right.DOWNLOAD)
    name = f"{detail.facts.number}.pdf"
    came = _received(portal, document_id, "pdf")
    return FileAnswer(name, "application/pdf", came or own_pdf(portal, detail, labels))


def document_xml(portal: Portal, actor: Actor, document_id: int, _labels: Labels) -> FileAnswer:
    """The XML that a document came as, byte for byte; else a UBL copy that says it is none. Raises NotFound."""
    detail = read_document(portal, actor, document_id, Right.DOWNLOAD)
    came = _received(portal, document_id, "original")
    return FileAnswer(f"{detail.facts.number}.xml", "application/xml", came or facts_to_ubl(detail.facts))


def own_pdf(portal: Portal, detail: DocumentDetail, labels: Labels) -> bytes:
    """The portal's rendering, with what it knows of the document's money today."""
    return draw(print_of(portal, detail, labels.language))


def print_of(portal: Portal, detail: DocumentDetail, language: str) -> Print:
    """All that its drawing needs, wherever it is drawn."""
    balances = Balances(
        detail.on, detail.paid, detail.outstanding, detail.available, detail.status(), detail.state == "void"
    )
    with portal.ledger.read() as conn:
        look = looks.look_of(conn, detail.issuer_id)
        logo = looks.picture_of(conn, look.logo) if look.logo else None
    return Print(detail.facts, language, portal.clock.now(), balances, detail.validation, logo)


def _received(portal: Portal, document_id: int, role: str) -> bytes | None:
    """The bytes of this role that came first."""
    with portal.ledger.read() as conn:
        came = [file.sha256 for file in documents.files_of(conn, document_id) if file.role == role]
    try:
        return portal.files.get(came[0]) if came else None
    except NotFound:  # the ledger says that it is there: nobody must be told that it never was
        raise FileDamaged(came[0]) from None
