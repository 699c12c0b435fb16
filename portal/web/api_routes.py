"""`/api/v1/…` for an issuer's own systems: a token instead of a session, JSON in every answer, refusals too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.app.api_tokens import BadToken, Scope, require_scope, token_actor
from portal.app.importing.asking import KeyReused
from portal.app.payments.feed import USUAL, payments_since
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.errors import NotFound, PortalError, Refused
from portal.i18n import translator
from portal.incident import report
from portal.render.payments_json import payment_json
from portal.text import Text
from portal.web.api_description import description
from portal.web.api_documents import take_documents, tell_import
from portal.web.api_pace import Pace, TooFast
from portal.web.calm import language_of
from portal.web.gate import client_address

_HEADERS = {"Cache-Control": "no-store"}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_LONGEST_TOKEN = 200
Answer = Callable[[Request], Awaitable[Response]]


def api_routes(portal: Portal) -> list[Route]:
    pace = Pace()

    async def payments(request: Request) -> Response:
        actor = await run_in_threadpool(_caller, portal, pace, request, Scope.PAYMENTS)
        asked = request.query_params
        feed = await run_in_threadpool(payments_since, portal, actor, asked.get("since", ""), _limit(request))
        rows = [payment_json(row) for row in feed.rows]
        return _json({"payments": rows, "next": feed.next, "more": feed.more})

    async def documents(request: Request) -> Response:
        actor = await run_in_threadpool(_caller, portal, pace, request, Scope.DOCUMENTS)
        return await take_documents(portal, actor, request)

    async def imported(request: Request) -> Response:
        actor = await run_in_threadpool(_caller, portal, pace, request, Scope.DOCUMENTS)
        return await tell_import(portal, actor, request)

    async def described(_request: Request) -> Response:
        return _json(description(portal.settings.base_url))

    async def nothing(_request: Request) -> Response:
        raise NotFound()

    return [
        Route("/api/v1/payments", _calm(payments)),
        Route("/api/v1/documents", _calm(documents), methods=["POST"]),
        Route("/api/v1/imports/{id}", _calm(imported)),
        Route("/api/v1/openapi.json", _calm(described)),
        Route("/api/{rest:path}", _calm(nothing), methods=_METHODS),
    ]


def _caller(portal: Portal, pace: Pace, request: Request, scope: Scope) -> Actor:
    """Who comes with the request's token, if it was made for this. Raises BadToken, TooFast, OutOfScope."""
    address = client_address(request)
    pace.check_guesses(address)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer" or len(token) > _LONGEST_TOKEN:
            raise BadToken()
        actor = token_actor(portal, token.strip())
    except BadToken:
        pace.count_guess(address)
        raise
    pace.take(actor.name)
    require_scope(actor, scope)
    return actor


def _limit(request: Request) -> int:
    asked = request.query_params.get("limit", str(USUAL))
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise Refused(Text("«limit» es un número."))
    return int(asked)


def _calm(answer: Answer) -> Answer:
    """What goes wrong as JSON: its own sentence, or a reference for whoever looks into the log."""

    async def calm(request: Request) -> Response:
        try:
            return await answer(request)
        except PortalError as error:
            return _refused(request, error) if error.status < 500 else _failed(request, error)
        except Exception as error:  # noqa: BLE001  the last one to see it
            return _failed(request, error)

    return calm


_CODES = {
    401: "unauthorized", 403: "forbidden", 404: "not_found", 408: "too_slow", 413: "too_large", 415: "unknown_type",
    422: "invalid", 429: "too_many",
}  # fmt: skip


def _refused(request: Request, error: PortalError) -> Response:
    code = "key_reused" if isinstance(error, KeyReused) else _CODES.get(error.status, "refused")
    answer = _json(_error(request, code, error.text), error.status)
    if isinstance(error, BadToken):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="portal"'
    if isinstance(error, TooFast):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _failed(request: Request, error: Exception) -> Response:
    return _json(_error(request, "failed", report(error, "api")), 500)


def _error(request: Request, code: str, text: Text) -> dict[str, Any]:
    return {"error": {"code": code, "message": text.render(translator(language_of(request)))}}


def _json(told: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(told, status, headers=_HEADERS)
