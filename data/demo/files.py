"""The demo's documents as files: ZIPs as they are e-mailed, bare XML, plain UBL from abroad, spreadsheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from data.demo.einvoice import document_xml, mail_name, zip_as_mailed
from data.demo.sheets import csv_file, xlsx_file
from data.demo.story import documents
from portal.app.importing.run import Source
from portal.clock import BOGOTA, today
from portal.domain.documents import Facts, Kind
from portal.ports import Clock
from portal.render.invoice_pdf import document_pdf
from portal.render.labels import Labels
from portal.render.ubl_xml import facts_to_ubl

_MAILED = 3  # one electronic document in so many comes in a ZIP, container and all
_WITH_PDF = 12  # and one in so many with the issuer's own PDF
_OF_A_COPY = ("ProfileID", "CopyIndicator", "Note")
_ELECTRONIC = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE, Kind.DEBIT_NOTE})


def demo_sources(clock: Clock, seed: int = 1) -> Iterator[Source]:
    """Every file of the demo, made when it is asked for: electronic documents first, then the spreadsheets."""
    made = documents(today(clock, BOGOTA), seed)
    electronic = [facts for facts in made if facts.kind in _ELECTRONIC and facts.source == "xml"]
    for place, facts in enumerate(sorted(electronic, key=lambda f: (f.issue_date, f.number))):
        yield _electronic(place, facts, clock.now())
    yield from _sheets([facts for facts in made if facts.source == "sheet"])


def _electronic(place: int, facts: Facts, now: datetime) -> Source:
    if facts.issuer.country != "CO":
        return Source(f"{facts.number.replace('/', '-')}.xml", lambda: plain_ubl(facts))
    if place % _MAILED:
        return Source(f"{mail_name(facts, 'fv')}.xml", lambda: document_xml(facts))
    pdf = place % _WITH_PDF == 0
    return Source(f"{mail_name(facts, 'z')}.zip", lambda: zip_as_mailed(facts, _pdf(facts, now) if pdf else None))


def plain_ubl(facts: Facts) -> bytes:
    """UBL 2.1 as another country's seller writes it: our data copy without the marks that call it one."""
    root = etree.fromstring(facts_to_ubl(facts))
    for element in [child for child in root if etree.QName(child).localname in _OF_A_COPY]:
        root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _pdf(facts: Facts, now: datetime) -> bytes:
    return document_pdf(facts, Labels(), made_at=now, own_rendering=False)


def _sheets(rows: list[Facts]) -> Iterator[Source]:
    """One sheet per seller, in turn CSV and XLSX, by date."""
    by_seller: dict[str, list[Facts]] = defaultdict(list)
    for facts in sorted(rows, key=lambda f: (f.issue_date, f.number)):
        by_seller[facts.issuer.tax_id].append(facts)
    for place, (nit, own) in enumerate(by_seller.items()):
        suffix, made = (("csv", csv_file), ("xlsx", xlsx_file))[place % 2]
        yield Source(f"recibos-{nit}.{suffix}", lambda make=made, rows=own: make(rows))  # type: ignore[misc]
