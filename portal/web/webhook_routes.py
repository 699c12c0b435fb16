"""`POST /webhooks/{provider}/{account}`: kept and answered at once; the sender proves itself by its signature."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.app.payments.noticing import receive_notice
from portal.app.portal import Portal
from portal.domain.payments import RawNotice
from portal.errors import PortalError
from portal.incident import report
from portal.web.gate import client_address
from portal.web.pay_routes import checkout_of

LONGEST = 64 * 1024  # bytes; the largest notice that a provider sends is a few thousand
PATIENCE = 10.0  # seconds for a body to arrive
_MOST_HEADERS = 20_000  # characters kept


def webhook_routes(portal: Portal) -> list[Route]:
    async def receive(request: Request) -> Response:
        body = await _body(request)
        if isinstance(body, Response):
            return body
        raw = RawNotice(body, _headers(request), tuple(request.query_params.multi_items()))
        provider, account_id = request.path_params["provider"], checkout_of(request)
        try:
            await run_in_threadpool(receive_notice, portal, provider, account_id, raw, client_address(request))
        except PortalError as refused:
            return _said(refused.status, "refused")
        except Exception as error:  # noqa: BLE001  the ledger is away: the provider must send it again
            report(error, "webhook")
            return _said(503, "try again")
        return _said(200, "received")

    return [Route("/webhooks/{provider}/{id:path}", receive, methods=["POST"])]


async def _body(request: Request) -> bytes | Response:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return _said(415, "no content encoding, please")
    held = b""
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                held += part
                if len(held) > LONGEST:
                    return _said(413, "too long")
    except TimeoutError:
        return _said(408, "too slow")
    return held


def _headers(request: Request) -> tuple[tuple[str, str], ...]:
    """As they came, but for what the gate added, and cut where somebody sends a book."""
    kept, left = [], _MOST_HEADERS
    for name, value in request.headers.items():
        left -= len(name) + len(value)
        if left > 0 and not name.startswith("x-portal-"):
            kept.append((name, value))
    return tuple(kept)


def _said(status: int, word: str) -> JSONResponse:
    return JSONResponse({"status": word}, status, headers={"Cache-Control": "no-store"})
