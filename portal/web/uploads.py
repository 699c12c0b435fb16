"""Forms that bring a file: read no further than they may be long, and no longer than a slow phone takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from portal.errors import Refused
from portal.files.uploads import MOST
from portal.text import Text

_AROUND = 512 * 1024  # bytes of all that stands around the files
_PATIENCE = 180.0  # seconds
_MOST_FIELDS = 1_100  # two for each document of a basket, and some
_MOST_FILES = 50  # small ones: how many are taken is for who asked, who still knows what was written
_MOST_DRAINED = 100 << 20  # bytes read only so that the browser hears the answer: it listens when it has sent all


class FormRefused(Refused):
    """A form that can't be taken whole; `fields` is what came before it was too much."""

    def __init__(self, text: Text, fields: FormData) -> None:
        super().__init__(text)
        self.fields = fields


async def form_with_file(request: Request, files: int = 1) -> FormData:
    """The fields of a form, as long as so many files may make it. Raises FormRefused for one too long or too slow."""
    held, most, read = bytearray(), files * MOST + _AROUND, 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                read += len(part)
                held += part[: most + 1 - len(held)]
                if read > _MOST_DRAINED:
                    break
    except TimeoutError:
        slow = Text("La conexión está muy lenta: intenta de nuevo, o con un archivo más liviano.")
        raise FormRefused(slow, await _begun(request, bytes(held))) from None
    if read > most:
        large = Text("El archivo pesa más de 5 MB: súbelo más liviano, o una foto más pequeña.")
        raise FormRefused(large, await _begun(request, bytes(held)))
    try:
        return await _parsed(request, bytes(held))
    except HTTPException:
        much = Text("El formulario trae demasiado o no llegó completo: envía menos texto o archivos.")
        raise FormRefused(much, await _begun(request, bytes(held))) from None


async def _parsed(request: Request, body: bytes, files: int = _MOST_FILES) -> FormData:
    again = Request(request.scope, _all_at_once(body))
    return await again.form(max_files=files, max_fields=_MOST_FIELDS, max_part_size=_AROUND)


async def _begun(request: Request, body: bytes) -> FormData:
    """The parts of a form that had come whole when it broke off."""
    boundary = body.partition(b"\r\n")[0]
    whole = body[: body.rfind(b"\r\n" + boundary)] + b"\r\n" + boundary + b"--\r\n"
    try:
        return await _parsed(request, whole, len(whole))
    except HTTPException:
        return FormData()


async def file_in(form: FormData, name: str) -> tuple[str, bytes] | None:
    """The name and bytes of the file in a field; None when none was chosen."""
    given = form.get(name)
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    return given.filename, await given.read()


async def files_in(form: FormData, name: str) -> list[tuple[str, bytes]]:
    """The names and bytes of all files in a field; none when none was chosen."""
    given = [one for one in form.getlist(name) if isinstance(one, UploadFile) and one.filename]
    return [(one.filename or "", await one.read()) for one in given]


def _all_at_once(body: bytes) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
