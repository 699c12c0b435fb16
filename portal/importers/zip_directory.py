"""What a ZIP says it holds, checked before anything is unpacked.

A ZIP that is too big, too dense, encrypted, damaged, or that names its members in a hostile way is
refused whole, from its central directory alone.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import PureWindowsPath

from portal.importers.xml import Unreadable, shown
from portal.text import Text

MEGABYTE = 1_000_000
MAX_ZIP = 50 * MEGABYTE  # the ZIP itself
MAX_UNPACKED = 200 * MEGABYTE  # all members together
MAX_ENTRIES = 1_000
MAX_DIRECTORY = MEGABYTE  # the central directory
MAX_RATIO = 100  # times the packed size…
RATIO_FROM = MEGABYTE  # …for members longer than this
CHUNK = 65_536

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_END, _END_SIZE = b"PK\x05\x06", 22
_LONGEST_COMMENT = 65_535
_ZIP64_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the others unpack without a bound on memory
_ENCRYPTED = 0x1
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The ZIP with its directory read and every check passed; Unreadable with one sentence if not."""
    if len(data) > MAX_ZIP:
        raise Unreadable(Text("El ZIP pasa de {limit} MB. Divídelo en varios.", limit=MAX_ZIP // MEGABYTE))
    listed = directory(data)
    if listed is None:
        raise _damaged()
    if len(listed) > MAX_DIRECTORY:
        raise _too_many()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise _damaged() from error
    _check_size(archive.infolist())
    for info in archive.infolist():
        _check_member(info)
    return archive


def directory(data: bytes) -> bytes | None:
    """The central directory's bytes, found as `zipfile` finds it; None if truncated or ZIP64 (never needed here)."""
    end = len(data) - _END_SIZE
    if end < 0 or not (data.startswith(_END, end) and data.endswith(b"\0\0")):
        end = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if end < 0 or end + _END_SIZE > len(data) or data.startswith(_ZIP64_LOCATOR, max(0, end - _LOCATOR_SIZE)):
        return None
    (size,) = struct.unpack_from("<L", data, end + 12)
    return data[max(0, end - size) : end]


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are files, without what macOS and Windows leave behind."""
    return [
        info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith(_LITTER) and not info.filename.endswith(_LITTER)
    ]


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """A member's first bytes, at most `limit`, never more whatever it declares; Unreadable if damaged."""
    parts: list[bytes] = []
    left = limit
    try:
        with archive.open(info) as stream:
            while left > 0 and (chunk := stream.read(min(CHUNK, left))):
                parts.append(chunk)
                left -= len(chunk)
    except _BROKEN as error:
        raise _damaged_member(info) from error
    if left > 0 and limit - left != info.file_size:
        raise _damaged_member(info)
    return b"".join(parts)


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_ENTRIES:
        raise _too_many()
    if sum(info.file_size for info in members) > MAX_UNPACKED:
        raise Unreadable(
            Text("El ZIP ocupa más de {limit} MB al abrirlo. Divídelo en varios.", limit=MAX_UNPACKED // MEGABYTE)
        )
    names = [info.filename for info in members]
    if len(set(names)) < len(names):
        raise Unreadable(Text("El ZIP trae dos archivos con el mismo nombre. Vuelve a crearlo."))


def _check_member(info: zipfile.ZipInfo) -> None:
    name = shown(info.filename)
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable(Text("El ZIP tiene contraseña. Envíalo sin contraseña."), name)
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * info.compress_size:
        raise Unreadable(Text("{name} está comprimido más de lo creíble. Envíalo sin comprimir.", name=name), name)
    if info.compress_type not in _METHODS:
        raise Unreadable(Text("{name} usa una compresión que no se admite. Crea el ZIP de nuevo.", name=name), name)
    path = PureWindowsPath(info.filename)  # takes both kinds of slash
    if path.drive or path.root or ".." in path.parts or stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable(Text("{name} apunta fuera del ZIP. Crea el ZIP de nuevo.", name=name), name)


def _damaged_member(info: zipfile.ZipInfo) -> Unreadable:
    return Unreadable(
        Text("{name} está dañado dentro del ZIP. Pide que lo envíen de nuevo.", name=shown(info.filename))
    )


def _damaged() -> Unreadable:
    return Unreadable(Text("El ZIP está dañado o incompleto. Pide que lo envíen de nuevo."))


def _too_many() -> Unreadable:
    return Unreadable(Text("El ZIP trae más de {limit} archivos. Divídelo en varios.", limit=MAX_ENTRIES))
