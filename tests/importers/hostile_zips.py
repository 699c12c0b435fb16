"""ZIPs that must be refused whole, and helpers to lie in a ZIP's directory."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

from data.demo.einvoice import attached_document, zipped
from tests.importers.einvoice_facts import facts

XML = attached_document(facts())
ENTRY, END = b"PK\x01\x02", b"PK\x05\x06"


def in_directory(data: bytes, offset: int, form: str, value: int) -> bytes:
    """The ZIP with a field of its first directory entry overwritten."""
    patched = bytearray(data)
    struct.pack_into(form, patched, data.index(ENTRY) + offset, value)
    return bytes(patched)


def in_end(data: bytes, offset: int, form: str, value: int) -> bytes:
    """The ZIP with a field of its end record overwritten."""
    patched = bytearray(data)
    struct.pack_into(form, patched, data.rindex(END) + offset, value)
    return bytes(patched)


def packed(data: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "fv.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def twice(name: str) -> bytes:
    """Two members of one name (written under two, then renamed in place)."""
    other = "y" * len(name)
    return zipped({name: XML, other: XML}).replace(other.encode(), name.encode())


def link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("fv.xml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def zip64() -> bytes:
    plain = zipped({"fv.xml": XML})
    end = plain.rindex(END)
    return plain[:end] + b"PK\x06\x07" + bytes(16) + plain[end:]


def hostile_zips() -> dict[str, bytes]:
    """All of them by name."""
    plain = zipped({"fv.xml": XML})
    overlapped = in_directory(plain, 24, "<L", 999_999)
    return {
        "zeros: 9 MB in 9 KB": packed(bytes(9_000_000)),
        "blanks around a document": packed(b" " * 9_000_000 + XML),
        "a declared terabyte, nearly": in_directory(plain, 24, "<L", 0xFFFFFFF0),
        "a declared 999,999 bytes": overlapped,
        "declared shorter than it is": in_directory(plain, 24, "<L", 100),
        "four annexes of 60 MB": zipped({f"{i}.bin": b"0123456789abcdef" * 3_750_000 for i in range(4)}),
        "1,001 members": zipped({f"{i}.txt": b"x" for i in range(1_001)}),
        "a directory of 2 MB": zipped({f"{i:0>60000}": b"" for i in range(40)}),
        "a ZIP of 51 MB": packed(bytes(51_000_000), zipfile.ZIP_STORED),
        "a directory longer than the file": in_end(plain, 12, "<L", 0x7FFFFFFF),
        "encrypted": in_directory(plain, 8, "<H", 1),
        "BZIP2": packed(bytes(900_000), zipfile.ZIP_BZIP2),
        "LZMA": packed(XML, zipfile.ZIP_LZMA),
        "an unknown method": in_directory(plain, 10, "<H", 99),
        "two of a name": twice("fv.xml"),
        "up and out": zipped({"../fv.xml": XML}),
        "up and out by backslash": zipped({"..\\fv.xml": XML}),
        "inside, then out": zipped({"a/../../fv.xml": XML}),
        "absolute": zipped({"/etc/fv.xml": XML}),
        "a drive": zipped({"C:\\fv.xml": XML}),
        "a network share": zipped({"\\\\server\\x\\fv.xml": XML}),
        "a link": link(),
        "ZIP64": zip64(),
        "cut off": plain[:-30],
        "cut in the middle": plain[: len(plain) // 2],
        "only its mark": b"PK\x03\x04",
        "a wrong checksum": in_directory(plain, 16, "<L", 1),
        "a member that isn't where it says": in_directory(plain, 42, "<L", 10**9),
        "empty": zipped({}),
        "only a PDF": zipped({"fv.pdf": b"%PDF-1.4"}),
        "only a nested ZIP with the document": zipped({"anexos.zip": plain}),
        "only a folder": zipped({"facturas/": b""}),
    }
