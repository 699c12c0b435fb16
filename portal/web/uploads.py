"""Forms that bring a file: read no further than they may be long, and no longer than a slow phone takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from portal.domain.threads import LONGEST
from portal.errors import Refused
from portal.files.uploads import MOST
from portal.text import Text

_AROUND = 512 * 1024  # bytes of all that stands around the files
_PATIENCE = 180.0  # seconds
_MOST_FIELDS = 1_100  # two for each document of a basket, and some
_MOST_FILES = 50  # small ones: how many are taken is for who asked, who still knows what was written
_LONGEST_FIELD = 4 * LONGEST  # bytes of a comment, whatever its script


async def form_with_file(request: Request, files: int = 1) -> FormData:
    """The fields of a form, as long as so many files may make it. Raises Refused for one too long or too slow."""
    held = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                held += part
                if len(held) > files * MOST + _AROUND:
                    raise Refused(Text("El archivo pesa más de 5 MB: súbelo más liviano, o una foto más pequeña."))
    except TimeoutError:
        raise Refused(Text("La conexión está muy lenta: intenta de nuevo, o con un archivo más liviano.")) from None
    again = Request(request.scope, _all_at_once(bytes(held)))
    try:
        return await again.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD)
    except HTTPException:
        raise Refused(Text("El formulario trae demasiado o no llegó completo: envía menos texto o archivos.")) from None


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
