"""A ZIP as it is e-mailed: XML documents, their PDFs, and annexes (nested ZIPs are kept, never opened)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from portal.importers.einvoices import own_name, read_einvoice
from portal.importers.found import Evidence, EvidenceRole, Found, Problem, Reading
from portal.importers.kinds import is_pdf, kind_of
from portal.importers.xml import MAX_XML, Unreadable
from portal.importers.zip_directory import MAX_UNPACKED, files, open_zip, unpack
from portal.importers.zip_matching import goes_with, owner
from portal.text import Text

_HEAD = 1_024  # bytes that tell what a member is
_NOT_DOCUMENTS = frozenset({".html", ".htm", ".svg", ".xsl", ".xslt", ".xsd"})
_MEDIA_TYPES = {
    ".zip": "application/zip",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def read_zip(name: str, data: bytes) -> Reading:
    """Every document in a ZIP, with what belongs to it. A bad member is a problem of that member only."""
    reading = Reading()
    try:
        archive = open_zip(data)
    except Unreadable as refused:
        reading.problems.append(Problem(name, refused.place, refused.text))
        return reading
    with archive:
        documents, others = _read_documents(name, archive, reading)
        if documents:
            _attach(name, archive, documents, others, reading)
    reading.found += documents.values()
    return reading


def _read_documents(
    name: str, archive: zipfile.ZipFile, reading: Reading
) -> tuple[dict[str, Found], list[zipfile.ZipInfo]]:
    """The documents by member name, and the members that aren't any; problems go into `reading`."""
    documents: dict[str, Found] = {}
    others: list[zipfile.ZipInfo] = []
    for info in files(archive):
        place = f"{name}!{info.filename}"
        try:
            if _may_be_document(archive, info):
                documents[info.filename] = read_einvoice(place, unpack(archive, info, MAX_XML + 1))
            else:
                others.append(info)
        except Unreadable as refused:
            reading.problems.append(Problem(place, refused.place, refused.text))
    if not documents and not reading.problems:
        reading.problems.append(
            Problem(name, "", Text("El ZIP no trae ningún XML de factura. Sube el ZIP que envió el emisor."))
        )
    return documents, others


def _may_be_document(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    head = unpack(archive, info, _HEAD)
    return kind_of(info.filename, head) == "xml" and _ending(info.filename) not in _NOT_DOCUMENTS


def _attach(
    name: str,
    archive: zipfile.ZipFile,
    documents: dict[str, Found],
    others: Iterable[zipfile.ZipInfo],
    reading: Reading,
) -> None:
    """Give each document its PDF and annexes; in place."""
    numbers = {member: found.facts.number for member, found in documents.items()}
    alone = next(iter(numbers)) if len(numbers) == 1 and not reading.problems else None
    belongings: dict[str, dict[str, bytes]] = {}
    for info in others:
        place = f"{name}!{info.filename}"
        belongs_to = alone or owner(info.filename, numbers)
        if belongs_to is None:
            reading.warnings.append(Problem(place, "", _NO_OWNER))
            continue
        try:
            belongings.setdefault(belongs_to, {})[info.filename] = unpack(archive, info, MAX_UNPACKED)
        except Unreadable as refused:
            reading.problems.append(Problem(place, refused.place, refused.text))
    for member, held in belongings.items():
        evidence = _evidence(member, numbers[member], held)
        documents[member] = replace(documents[member], evidence=documents[member].evidence + evidence)


_NO_OWNER = Text(
    "No se sabe a qué documento del ZIP pertenece este archivo y no se guardó. Ponle el nombre del XML o el número."
)


def _evidence(member: str, number: str, held: dict[str, bytes]) -> tuple[Evidence, ...]:
    """A document's PDF and annexes. Of several PDFs, those named like the document are its PDF."""
    pdfs = [name for name, data in held.items() if is_pdf(data)]
    own = pdfs if len(pdfs) == 1 else [name for name in pdfs if goes_with(name, member, number)]
    return tuple(
        Evidence(EvidenceRole.PDF if name in own else EvidenceRole.ANNEX, own_name(name), _media_type(name, data), data)
        for name, data in held.items()
    )


def _media_type(name: str, data: bytes) -> str:
    return "application/pdf" if is_pdf(data) else _MEDIA_TYPES.get(_ending(name), "application/octet-stream")


def _ending(name: str) -> str:
    return PurePosixPath(name.lower()).suffix
