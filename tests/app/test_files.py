import hashlib

import pytest

from portal.app.files import FileAnswer, document_pdf, document_xml
from portal.app.portal import Portal
from portal.domain.access import Actor, By, Grant, Right, operator
from portal.errors import NotFound
from portal.ledger import documents
from portal.ledger.tables import documents as table
from portal.render.labels import Labels
from tests.factories import ABC, XYZ, bring, facts

PDF, XML = b"%PDF-1.7 the paper", b"<Invoice/>"
BOSS = operator("test")


def document_id(portal: Portal, number: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(table.select().where(table.c.number == number)).one().id)


def keep(portal: Portal, number: str, role: str, media_type: str, data: bytes) -> int:
    """Attach bytes to the document with that number; returns its id."""
    found = document_id(portal, number)
    with portal.ledger.write("test") as unit:
        row = {"document_id": found, "role": role, "name": "x", "media_type": media_type}
        documents.keep_files(unit, [row | {"sha256": portal.files.put(data), "size": len(data)}])
        unit.commit()
    return found


def visitor(portal: Portal, document_id: int, *rights: Right) -> Actor:
    with portal.ledger.read() as conn:
        row = documents.find(conn, document_id)
    assert row is not None
    return Actor(By.LINK, "link:1", (Grant(row.issuer_id, row.customer_id, frozenset(rights)),))


@pytest.fixture
def document(portal: Portal) -> int:
    """A document of ABC that came as XML with a PDF; XYZ has one too."""
    bring(portal, facts("FE-1", customer=ABC), facts("FE-2", customer=XYZ))
    keep(portal, "FE-1", "original", "application/xml", XML)
    return keep(portal, "FE-1", "pdf", "application/pdf", PDF)


def test_a_visitor_gets_the_very_bytes_that_came(portal: Portal, document: int) -> None:
    actor = visitor(portal, document, Right.DOWNLOAD)
    assert document_pdf(portal, actor, document, Labels()) == FileAnswer("FE-1.pdf", "application/pdf", PDF)
    answer = document_xml(portal, actor, document, Labels())
    assert hashlib.sha256(answer.data).digest() == hashlib.sha256(XML).digest()


def test_a_document_that_came_without_files_is_drawn_by_the_portal(portal: Portal) -> None:
    bring(portal, facts("FE-1"))
    document = document_id(portal, "FE-1")
    assert document_pdf(portal, BOSS, document, Labels()).data.startswith(b"%PDF-")
    copy = document_xml(portal, BOSS, document, Labels()).data
    assert b"portal-de-clientes" in copy
    assert b"FE-1" in copy


@pytest.mark.parametrize("right", [Right.SEE, Right.PAY, Right.COMMENT])
def test_seeing_is_not_downloading(portal: Portal, document: int, right: Right) -> None:
    with pytest.raises(NotFound):
        document_pdf(portal, visitor(portal, document, right), document, Labels())


def test_foreign_and_missing_are_the_same_answer(portal: Portal, document: int) -> None:
    foreign = keep(portal, "FE-2", "pdf", "application/pdf", PDF + b"2")
    actor = visitor(portal, document, Right.DOWNLOAD)
    words = set()
    for ask, wanted in ((document_pdf, foreign), (document_pdf, 1), (document_xml, foreign), (document_xml, 1)):
        with pytest.raises(NotFound) as refused:
            ask(portal, actor, wanted, Labels())
        words.add(str(refused.value))
    assert len(words) == 1


def test_a_withdrawn_document_has_no_file(portal: Portal, document: int) -> None:
    with portal.ledger.write("test") as unit:
        documents.set_state(unit, document, "withdrawn")
        unit.commit()
    with pytest.raises(NotFound):
        document_pdf(portal, BOSS, document, Labels())
