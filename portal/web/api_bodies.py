"""What is sent to the API: read no further than it may be long, no longer than it may take, known by its type."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request

from portal.errors import PortalError, Refused
from portal.text import Text

LONGEST = 10 << 20  # bytes
_PATIENCE = 120.0  # seconds
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
ENDINGS = {
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/csv": "csv",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


class TooLarge(PortalError):
    status = 413

    def __init__(self) -> None:
        super().__init__(Text("El contenido pesa más de {limit} MB: envíalo en partes.", limit=LONGEST >> 20))


class TooSlow(PortalError):
    status = 408

    def __init__(self) -> None:
        super().__init__(Text("La conexión está muy lenta: envía menos cada vez."))


class UnknownType(PortalError):
    status = 415

    def __init__(self) -> None:
        super().__init__(Text("Di qué envías en «Content-Type»: {types}.", types=", ".join(sorted(set(ENDINGS)))))


def name_of(request: Request) -> str:
    """What the content is called in the register: `name` of the query, with the ending of its type."""
    ending = ENDINGS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if ending is None:
        raise UnknownType()
    given = request.query_params.get("name", "").strip()[:120] or "api"
    return given if given.lower().endswith(f".{ending}") else f"{given}.{ending}"


def key_of(request: Request) -> str | None:
    """The request's Idempotency-Key. Raises Refused for one that is none."""
    given = request.headers.get("idempotency-key")
    if given is not None and not _KEY.fullmatch(given):
        raise Refused(Text("«Idempotency-Key» tiene de 1 a 255 letras, números o signos, sin espacios."))
    return given


async def body_of(request: Request) -> bytes:
    """All that was sent. Raises TooLarge, TooSlow, Refused for nothing."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said) > 12 or int(said) > LONGEST):
        raise TooLarge()
    held = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                held += part
                if len(held) > LONGEST:
                    raise TooLarge()
    except TimeoutError:
        raise TooSlow() from None
    if not held:
        raise Refused(Text("No llegó ningún contenido: envía el documento en el cuerpo de la petición."))
    return bytes(held)
