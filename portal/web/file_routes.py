"""Files over HTTP, checked per request: documents, statements, exports. One more kind of file is one more row."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.export_requests import Format
from portal.app.exports import export_file, statement_file
from portal.app.files import FileAnswer, document_pdf, document_xml
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.errors import NotFound, SignInNeeded
from portal.i18n import LANGUAGES, preferred, translator
from portal.render.labels import Labels
from portal.web.gate import trusted_session

Find = Callable[[Portal, Actor, int, Labels], FileAnswer]


def _statement(kind: Format) -> Find:
    return lambda portal, actor, id, _labels: statement_file(portal, actor, id, kind)


FILES: dict[str, Find] = {
    "/documents/{id:path}.pdf": document_pdf,
    "/documents/{id:path}.xml": document_xml,
    "/exports/{id:path}": lambda portal, actor, id, _labels: export_file(portal, actor, id),
    **{f"/statements/{{id:path}}.{kind}": _statement(kind) for kind in Format},
}
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_LARGEST = 2**63 - 1
_UNSAFE = re.compile(r'[^\w. ()-]|[\\/"]')
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}


def file_routes(portal: Portal) -> list[Route]:
    """What is not an id, or not a file of ours, gets the same 404 as an id that is not yours."""
    files = [Route(path, _route(portal, find)) for path, find in FILES.items()]
    folders = sorted({path.split("/")[1] for path in FILES})
    return [*files, *(Route(f"/{folder}/{{rest:path}}", _nothing) for folder in folders)]


def _route(portal: Portal, find: Find) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        file = await run_in_threadpool(_find, portal, request, find)
        inline = file.media_type == "application/pdf" and request.query_params.get("inline") == "1"
        disposition = _disposition("inline" if inline else "attachment", file.name)
        return Response(file.data, media_type=file.media_type, headers=_HEADERS | {"Content-Disposition": disposition})

    return answer


def _nothing(_request: Request) -> Response:
    raise NotFound()


def _find(portal: Portal, request: Request, find: Find) -> FileAnswer:
    actor = session_actor(portal, trusted_session(request.headers))
    if actor is None:
        raise SignInNeeded()
    given = request.path_params["id"]
    if not _ID.fullmatch(given) or int(given) > _LARGEST:
        raise NotFound()
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGES else preferred(request.headers.get("accept-language"))
    return find(portal, actor, int(given), Labels(translator(language), language))


def _disposition(how: str, name: str) -> str:
    """RFC 6266: a plain name for old programs, and the full one in UTF-8."""
    clean = _UNSAFE.sub("-", name)
    plain = clean.encode("ascii", "replace").decode().replace("?", "-")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
