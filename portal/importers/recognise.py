"""The door for files: what a file is, and the documents in an XML or a ZIP."""

from __future__ import annotations

from portal.importers.einvoices import read_einvoice
from portal.importers.found import Problem, Reading
from portal.importers.kinds import FileKind, kind_of
from portal.importers.xml import Unreadable
from portal.importers.zips import read_zip
from portal.text import Text

__all__ = ["FileKind", "kind_of", "read"]

_NOT_READ: dict[FileKind, Text] = {
    "pdf": Text("Es un PDF: el portal no lee facturas de un PDF. Sube el XML, o el ZIP que trae los dos."),
    "sheet": Text("Es una hoja de cálculo, no una factura electrónica. Súbela como hoja de cálculo."),
    "unknown": Text("No es un archivo que el portal lea. Sube un XML, un ZIP, un CSV o un XLSX."),
}


def read(name: str, data: bytes) -> Reading:
    """The documents in an XML or ZIP file, or the one problem that keeps it out.

    `name` is the file's name, used in `file` and `place` and, when the content doesn't tell, to know
    its kind. Never raises for what the bytes hold; touches no file and no network.
    """
    if not data:
        return _refused(name, "", Text("El archivo está vacío. Descárgalo o expórtalo de nuevo."))
    kind = kind_of(name, data)
    if kind == "zip":
        return read_zip(name, data)
    if kind != "xml":
        return _refused(name, "", _NOT_READ[kind])
    try:
        return Reading(found=[read_einvoice(name, data)])
    except Unreadable as refused:
        return _refused(name, refused.place, refused.text)


def _refused(name: str, place: str, reason: Text) -> Reading:
    return Reading(problems=[Problem(name, place, reason)])
