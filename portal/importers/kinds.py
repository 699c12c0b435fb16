"""What a file is: by its content first, by its name when the content doesn't say."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

from portal.importers.zip_directory import directory

FileKind = Literal["xml", "zip", "sheet", "pdf", "unknown"]

_PDF = b"%PDF-"
_PDF_WITHIN = 1_024  # bytes before the mark, as PDF readers allow
_XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XLSX_MEMBER = b"xl/workbook"
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"  # its first member, never packed
_BY_NAME: dict[str, FileKind] = {
    ".xml": "xml",
    ".zip": "zip",
    ".pdf": "pdf",
    **dict.fromkeys((".csv", ".tsv", ".txt", ".json", ".xlsx", ".xlsm", ".xls", ".ods"), "sheet"),
}


def kind_of(name: str, data: bytes) -> FileKind:
    """The kind of a file; `data` may be its first kilobyte only (then a ZIP and a sheet are told by name)."""
    head = data[:_PDF_WITHIN].lstrip()
    by_name = _BY_NAME.get(PurePosixPath(name.lower()).suffix, "unknown")
    if head.startswith(_ZIP):
        listed = directory(data)
        if listed is None:
            return "sheet" if by_name == "sheet" else "zip"
        return "sheet" if _XLSX_MEMBER in listed or _ODS in head else "zip"
    if head.startswith(_XML):
        return "xml"
    if is_pdf(data):
        return "pdf"
    return "sheet" if data.startswith(_OLD_EXCEL) else by_name


def is_pdf(data: bytes) -> bool:
    """Whether the bytes carry a PDF's mark, whatever the name says."""
    return _PDF in data[:_PDF_WITHIN]
