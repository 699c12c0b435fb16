"""AttachedDocument: DIAN's container, with the signed document and DIAN's response as text inside.

Only the inner document counts: a container's own id, dates and codes are unreliable.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from portal.importers.fields import every, missing, text
from portal.importers.xml import SINGLE_BYTE, Unreadable, declared_encoding
from portal.text import Text

_EXTERNAL = "cac:Attachment/cac:ExternalReference/cbc:Description"
_RESPONSE = f"cac:ParentDocumentLineReference/cac:DocumentReference/{_EXTERNAL}"


@dataclass(frozen=True, slots=True)
class Container:
    """What is inside: the document's bytes, DIAN's response if there is one, and the number it names."""

    document: bytes
    response: bytes | None
    number: str | None


def open_container(root: etree._Element) -> Container:
    """The parts of an AttachedDocument, exactly as written between the CDATA marks.

    Blanks before the inner XML are cut (an XML declaration must come first); base64 is decoded.
    """
    document = _inner(root, _EXTERNAL)
    if document is None:
        raise missing(_EXTERNAL)
    return Container(document, _inner(root, _RESPONSE), text(root, "cbc:ParentDocumentID"))


def _inner(root: etree._Element, path: str) -> bytes | None:
    written = ((found.text or "").lstrip("\ufeff \t\r\n") for found in every(root, path))
    inner = next((content for content in written if content), None)
    if inner is None:
        return None
    return _encoded(inner) if inner.startswith("<") else _decoded(inner, path)


def _encoded(inner: str) -> bytes:
    """UTF-8, unless the inner declaration names a single-byte encoding: then that, so that it reads alone."""
    declared = declared_encoding(inner[:300].encode())
    return inner.encode(SINGLE_BYTE.get(declared, "utf-8"), "xmlcharrefreplace")


def _decoded(inner: str, path: str) -> bytes:
    try:
        return base64.b64decode("".join(inner.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(
            Text("El contenedor no trae un XML en {element}. Pide al emisor el archivo original.", element=path), path
        ) from error
