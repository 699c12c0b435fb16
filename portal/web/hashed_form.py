"""A form whose file is hashed as it comes: it is neither kept in memory nor written anywhere."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from portal.errors import Refused
from portal.text import Text

MOST = 25 * 1024 * 1024  # bytes of the whole form
_PATIENCE = 180.0  # seconds
_LONGEST, _MOST_PARTS = 400, 6  # bytes of a text, and parts


@dataclass
class HashedForm:
    """The texts of a form, and the SHA-256 of its file; none where none was chosen."""

    texts: dict[str, str] = field(default_factory=dict)
    sha256: str | None = None


async def hashed_form(request: Request) -> HashedForm:
    """Read it. Raises Refused for a form that is too long, too slow, or none."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise _unreadable()
    reading, size = _Reading(), 0
    try:
        parser = MultipartParser(options[b"boundary"], reading.callbacks())  # type: ignore[arg-type]
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > MOST:
                    raise Refused(Text("El archivo pesa más de 25 MB: no es uno de los que emite el portal."))
                parser.write(part)
        parser.finalize()
    except TimeoutError:
        raise Refused(Text("La conexión está muy lenta: intenta de nuevo más tarde.")) from None
    except FormParserError:
        raise _unreadable() from None
    return reading.form


def _unreadable() -> Refused:
    return Refused(Text("El formulario no llegó completo: vuelve a la página y envíalo otra vez."))


class _Reading:
    """What the parser tells, part by part."""

    def __init__(self) -> None:
        self.form = HashedForm()
        self.parts = 0
        self.header, self.value, self.about = bytearray(), bytearray(), b""
        self.text, self.hash, self.bytes = bytearray(), hashlib.sha256(), 0

    def callbacks(self) -> Mapping[str, Any]:
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end")
        return {f"on_{name}": getattr(self, f"_{name}") for name in names}

    def _part_begin(self) -> None:
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise FormParserError("too many parts")
        self.about, self.text, self.hash, self.bytes = b"", bytearray(), hashlib.sha256(), 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def _header_end(self) -> None:
        if self.header.lower() == b"content-disposition":
            self.about = bytes(self.value)
        self.header, self.value = bytearray(), bytearray()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self.hash.update(data[start:end])
        self.bytes += end - start
        self.text += data[start : min(end, start + _LONGEST - len(self.text))] if len(self.text) < _LONGEST else b""

    def _part_end(self) -> None:
        _, options = parse_options_header(self.about)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self.form.texts[name] = self.text.decode("utf-8", "replace")
        elif self.bytes:
            self.form.sha256 = self.hash.hexdigest()
