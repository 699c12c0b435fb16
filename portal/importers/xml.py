"""Bytes to an XML tree, hardened: size, encoding and DOCTYPE are settled before the parser sees a byte.

The parser only ever gets UTF-8 without a document type, so there are no entities to expand, nothing
to fetch and no second reading of the same bytes. XInclude is never processed.
"""

from __future__ import annotations

import re

from lxml import etree

from portal.errors import Refused
from portal.text import Text

MAX_XML = 10_000_000  # bytes; libxml2 takes no longer text either
MAX_MARKUP = 200_000  # tags and attributes, of which 5 MB of real invoice have some 190,000; bounds memory and time
SHOWN = 60  # characters of a foreign value that a sentence repeats

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([^\"'>]{1,40})[\"']")
_DOCTYPE = re.compile(rb"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
SINGLE_BYTE = {
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}


class Unreadable(Refused):
    """A refusal with the element it is about, when there is one."""

    def __init__(self, text: Text, place: str = "") -> None:
        super().__init__(text)
        self.place = place


def parse(data: bytes, *, whole: bool = False) -> etree._Element:
    """The root element of an XML document.

    Comments and processing instructions are dropped, so that a text interrupted by one reads whole; `whole` keeps
    them, since a signature may cover them.
    Raises Unreadable for anything but a well-formed document without DOCTYPE, in UTF-8 or in the
    single-byte encoding that it declares, of at most MAX_XML bytes and MAX_MARKUP tags and attributes.
    """
    if len(data) > MAX_XML:
        raise Unreadable(
            Text("El XML pasa de {limit} MB. Una factura electrónica no pesa tanto: revisa el archivo.", limit=10)
        )
    source = _utf8(data)
    if not source:
        raise Unreadable(Text("El archivo está vacío. Descárgalo o expórtalo de nuevo."))
    if _DOCTYPE.match(source):
        raise Unreadable(
            Text("El XML lleva un DOCTYPE, que una factura electrónica nunca trae. Pide al emisor el XML original.")
        )
    if source.count(b"<") + source.count(b"=") > MAX_MARKUP:
        raise Unreadable(Text("El XML tiene demasiadas etiquetas para ser una factura. Revisa el archivo."))
    try:
        return etree.fromstring(source, _parser(whole))
    except etree.LxmlError as error:
        raise Unreadable(
            Text(
                "El XML está mal formado (línea {line}). Pide al emisor el archivo original, sin editar.",
                line=getattr(error, "lineno", None) or 1,
            )
        ) from error


def shown(value: str) -> str:
    """A value from a file as a sentence may repeat it: one line, cut short."""
    flat = " ".join(value.split())
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"


def declared_encoding(data: bytes) -> str:
    """The encoding in the XML declaration, lower case; 'utf-8' when there is none."""
    match = _DECLARED.match(data)
    return match[1].decode("ascii", "replace").lower() if match else "utf-8"


def _parser(whole: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=not whole,
        remove_pis=not whole,
    )


def _utf8(data: bytes) -> bytes:
    source = data.lstrip()
    if source.startswith(_BOM):
        declared, source = "utf-8", source[len(_BOM) :].lstrip()
    else:
        declared = declared_encoding(source)
    if source.startswith(_WIDE) or declared not in _UTF8 | SINGLE_BYTE.keys():
        raise Unreadable(Text("El XML está en una codificación que no se admite. Expórtalo de nuevo en UTF-8."))
    try:
        text = source.decode(SINGLE_BYTE.get(declared, "utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(
            Text("El XML no está en la codificación que declara, o no es UTF-8. Expórtalo de nuevo en UTF-8.")
        ) from error
    return text.encode() if declared in SINGLE_BYTE else source
