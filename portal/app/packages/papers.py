"""The PDF and the XML of each document of a package, some documents at a time: PDFs are drawn while XMLs are read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from portal.app.files import print_of
from portal.app.packages.archive import Archive
from portal.app.portal import Portal
from portal.app.reading import detail_of
from portal.domain.access import Actor, Right
from portal.domain.documents import load_facts
from portal.errors import FileDamaged, NotFound
from portal.ledger import documents
from portal.render.press import NotDrawn, Press
from portal.render.ubl_xml import facts_to_ubl

MOST_NAMED = 200  # documents that a package names as incomplete
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the package: `name` is that of its files, without an ending."""

    document_id: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a document: names and sums of its files; `copied`: its XML is the portal's UBL copy."""

    pdf: str | None = None
    pdf_sha256: str | None = None
    xml: str | None = None
    xml_sha256: str | None = None
    copied: bool = False


@dataclass
class Tally:
    """What LEEME.txt tells."""

    documents: int = 0
    drawn: int = 0
    copied: int = 0
    lacking: int = 0
    named: list[str] = field(default_factory=list)

    def lacks(self, paper: Paper, what: str) -> None:
        self.lacking += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(f"{paper.number}: {what}")


Pdf = bytes | Future[bytes] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where papers are put together."""

    portal: Portal
    actor: Actor
    language: str
    press: Press
    archive: Archive
    tally: Tally

    def begin(self, papers: Sequence[Paper]) -> list[tuple[Paper, Pdf, str | None]]:
        """Look up what came with them, and send to the press what has to be drawn."""
        with self.portal.ledger.read() as conn:
            came = documents.first_files(conn, [paper.document_id for paper in papers])
        return [
            (paper, self._pdf(paper, came.get((paper.document_id, "pdf"))), came.get((paper.document_id, "original")))
            for paper in papers
        ]

    def finish(self, begun: Sequence[tuple[Paper, Pdf, str | None]]) -> list[Filed]:
        """Put their files into the archive, in order."""
        lacking = [paper.document_id for paper, _, original in begun if original is None]
        with self.portal.ledger.read() as conn:
            facts = documents.facts_of(conn, lacking)
        filed = []
        for paper, pdf, original in begun:
            xml = self._stored(paper, original, "XML") if original else self._copy(paper, facts)
            filed.append(self._file(paper, self._drawn(paper, pdf), xml, original is None))
        return filed

    def _pdf(self, paper: Paper, sha256: str | None) -> Pdf:
        if sha256:
            return self._stored(paper, sha256, "PDF")
        try:
            detail = detail_of(self.portal, self.actor, paper.document_id, Right.DOWNLOAD)
        except NotFound:  # withdrawn since the list was read
            self.tally.lacks(paper, "PDF")
            return None
        self.tally.drawn += 1
        return self.press.submit(print_of(self.portal, detail, self.language))

    def _stored(self, paper: Paper, sha256: str, what: str) -> bytes | None:
        try:
            return self.portal.files.get(sha256)
        except (NotFound, FileDamaged):
            log.exception("the %s of document %s is not in the store as it was", what, paper.document_id)
            self.tally.lacks(paper, what)
            return None

    def _copy(self, paper: Paper, facts: dict[int, tuple[str, str | None]]) -> bytes | None:
        if paper.document_id not in facts:
            self.tally.lacks(paper, "XML")
            return None
        self.tally.copied += 1
        return facts_to_ubl(load_facts(facts[paper.document_id][0]))

    def _drawn(self, paper: Paper, pdf: Pdf) -> bytes | None:
        if not isinstance(pdf, Future):
            return pdf
        try:
            return pdf.result()
        except NotDrawn:
            log.exception("document %s could not be drawn", paper.document_id)
            self.tally.lacks(paper, "PDF")
            return None

    def _file(self, paper: Paper, pdf: bytes | None, xml: bytes | None, copied: bool) -> Filed:
        self.tally.documents += 1
        names = [f"{paper.name}.{ending}" if data else None for ending, data in (("pdf", pdf), ("xml", xml))]
        sums = [
            self.archive.add(name, data) if name and data else None
            for name, data in zip(names, (pdf, xml), strict=True)
        ]
        return Filed(names[0], sums[0], names[1], sums[1], copied)
