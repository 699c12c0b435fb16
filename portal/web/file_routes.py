"""Files over HTTP, checked per request: documents, statements, exports, comprobantes. One more kind, one more row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from portal.app.accounts.my_data import take_my_data
from portal.app.attachments import attachment_file
from portal.app.export_requests import STATEMENTS, Format
from portal.app.exports import ExportFile, export_file, statement_file
from portal.app.files import FileAnswer, document_pdf, document_xml
from portal.app.importing.register import refused_file
from portal.app.importing.templates import Template, template_file
from portal.app.mail_desk import mail_file
from portal.app.payments.listing import payments_file
from portal.app.payments.vouchers import voucher_pdf
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.app.shop import QrFormat, shop_qr
from portal.app.statements.files import download_issued
from portal.app.trend_files import trend_file
from portal.domain.access import Actor
from portal.domain.collected import from_query
from portal.domain.issued import StatementFormat
from portal.domain.trends import from_query as trend_asked
from portal.errors import NotFound, SignInNeeded
from portal.i18n import LANGUAGES, preferred, translator
from portal.render.labels import Labels
from portal.web.auth.entry import where_from
from portal.web.gate import trusted_session
from portal.web.visitor import visitor

Find = Callable[[Portal, Actor, int, Labels], FileAnswer | ExportFile]
FindList = Callable[[Portal, Actor, int, Labels, Mapping[str, str]], FileAnswer]


def _statement(kind: Format) -> Find:
    """The file that was asked for; or, by its own id, that of an issued statement."""

    def find(portal: Portal, actor: Actor, id: int, labels: Labels) -> FileAnswer | ExportFile:
        try:
            return statement_file(portal, actor, id, kind)
        except NotFound:
            return download_issued(portal, actor, id, StatementFormat(kind.value), labels.language)

    return find


def payments_list(portal: Portal, actor: Actor, issuer_id: int, labels: Labels, asked: Mapping[str, str]) -> FileAnswer:
    """The payments of an issuer; `codes=1`: with names and codes for programs, the same in every language."""
    return payments_file(portal, actor, issuer_id, from_query(asked), None if asked.get("codes") == "1" else labels)


def _trend(kind: Format) -> FindList:
    return lambda portal, actor, id, labels, asked: trend_file(portal, actor, id, kind, trend_asked(asked), labels)


def _qr(kind: QrFormat) -> Find:
    return lambda portal, actor, id, _labels: shop_qr(portal, actor, id, kind)


_QR = {"png": QrFormat.PNG, "svg": QrFormat.SVG, "a4.pdf": QrFormat.PDF_A4, "a5.pdf": QrFormat.PDF_A5}
FILES: dict[str, Find] = {
    "/documents/{id:path}.pdf": document_pdf,
    "/documents/{id:path}.xml": document_xml,
    "/attachments/{id:path}": attachment_file,
    "/exports/{id:path}": lambda portal, actor, id, _labels: export_file(portal, actor, id),
    **{f"/shops/{{id:path}}/qr.{ending}": _qr(kind) for ending, kind in _QR.items()},
    "/vouchers/{id:path}.pdf": voucher_pdf,
    "/imports/{id:path}.csv": refused_file,
    "/mails/{id:path}.eml": mail_file,
    **{f"/statements/{{id:path}}.{kind}": _statement(kind) for kind in STATEMENTS},
}
F = TypeVar("F")
LISTS: dict[str, FindList] = {  # what they hold, the query says
    "/payments/{id:path}.csv": payments_list,
    **{f"/trends/{{id:path}}.{kind}": _trend(kind) for kind in (Format.CSV, Format.XLSX)},
}
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_LARGEST = 2**63 - 1
_UNSAFE = re.compile(r'[^\w. ()-]|[\\/"]')
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}


def file_routes(portal: Portal) -> list[Route]:
    """What is not an id, or not a file of ours, gets the same 404 as an id that is not yours."""
    files = [Route(path, _route(portal, find)) for path, find in FILES.items()]
    files += [Route(path, _list_route(portal, find)) for path, find in LISTS.items()]
    folders = sorted({path.split("/")[1] for path in (*FILES, *LISTS)})

    async def my_data(request: Request) -> Response:
        actor = await visitor(request, portal)
        if actor is None or actor.user_id is None:
            raise NotFound()
        data = await run_in_threadpool(take_my_data, portal, actor.user_id, where_from(request))
        return _response(FileAnswer("mis-datos.json", "application/json", data))

    files.append(Route("/account/data.json", my_data))
    files += [Route(f"/templates/{kind}.xlsx", _template_route(portal, kind)) for kind in Template]
    return [*files, *(Route(f"/{folder}/{{rest:path}}", _nothing) for folder in folders)]


def _route(portal: Portal, find: Find) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        file = await run_in_threadpool(_find, portal, request, find)
        return _response(file, request.query_params.get("inline") == "1")

    return answer


def _list_route(portal: Portal, find: FindList) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        asked = dict(request.query_params)
        file = await run_in_threadpool(_find, portal, request, lambda p, who, id, said: find(p, who, id, said, asked))
        return _response(file)

    return answer


def _template_route(portal: Portal, kind: Template) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        if await visitor(request, portal) is None:
            raise SignInNeeded()
        return _response(await run_in_threadpool(template_file, kind, _labels(request)))

    return answer


def _response(file: FileAnswer | ExportFile, inline: bool = False) -> Response:
    shown = inline and file.in_browser and file.media_type == "application/pdf"
    headers = _HEADERS | {"Content-Disposition": _disposition("inline" if shown else "attachment", file.name)}
    if isinstance(file, ExportFile):
        told = headers | {"Content-Length": str(file.size)}
        return StreamingResponse(file.blocks(), media_type=file.media_type, headers=told)
    return Response(file.data, media_type=file.media_type, headers=headers)


def _nothing(_request: Request) -> Response:
    raise NotFound()


def _find(portal: Portal, request: Request, find: Callable[[Portal, Actor, int, Labels], F]) -> F:
    actor = session_actor(portal, trusted_session(request.headers))
    if actor is None:
        raise SignInNeeded()
    given = request.path_params["id"]
    if not _ID.fullmatch(given) or int(given) > _LARGEST:
        raise NotFound()
    return find(portal, actor, int(given), _labels(request))


def _labels(request: Request) -> Labels:
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGES else preferred(request.headers.get("accept-language"))
    return Labels(translator(language), language)


def _disposition(how: str, name: str) -> str:
    """RFC 6266: a plain name for old programs, and the full one in UTF-8."""
    clean = _UNSAFE.sub("-", name)
    plain = clean.encode("ascii", "replace").decode().replace("?", "-")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
