"""What an XLSX says of itself, looked at before anything in it is parsed."""

from __future__ import annotations

import io
import re
import zipfile

from portal.errors import Refused
from portal.text import Text

MOST_UNPACKED = 200_000_000  # bytes, all members together
LARGE_MEMBER, HIGHEST_RATIO = 10_000_000, 100  # OWASP ASVS 5.2.3: a small file that unpacks into a huge one
MOST_MEMBERS = 1_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the others unpack without a bound on memory
_CHUNK = 1 << 20


def check_package(data: bytes) -> bool:
    """Refuse what is not an XLSX or would unpack into too much. Returns whether any sheet holds formulas."""
    if data.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:  # before zipfile makes an object of each
        raise _too_big()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names or "xl/workbook.bin" in names:
            raise other_format()
        if sum(member.file_size for member in members) > MOST_UNPACKED or any(map(_is_bomb, members)):
            raise _too_big()
        return any(_holds_formula(package, name) for name in names if name.startswith("xl/worksheets/"))


def other_format() -> Refused:
    """The refusal of XLS, ODS, XLSB, and of a workbook with a password."""
    return Refused(
        Text("El archivo no es un XLSX legible (¿es XLS, ODS o tiene contraseña?): guárdalo como XLSX o CSV.")
    )


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    dense = member.file_size > LARGE_MEMBER and member.file_size > HIGHEST_RATIO * member.compress_size
    return dense or member.compress_type not in _METHODS


def _too_big() -> Refused:
    return Refused(
        Text("El archivo ocuparía demasiado al abrirlo: copia solo los datos a un libro nuevo o guárdalo como CSV.")
    )


def _holds_formula(package: zipfile.ZipFile, name: str) -> bool:
    with package.open(name) as sheet:
        tail = b""
        while chunk := sheet.read(_CHUNK):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-20:]
    return False
