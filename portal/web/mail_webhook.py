"""`POST /webhooks/mail/{secret}`: a mail server hands in what came to the reply address, as raw MIME."""

from __future__ import annotations

import asyncio
import hmac

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.app.incoming.posted import take_posted
from portal.app.portal import Portal
from portal.incident import report
from portal.mail.incoming import LONGEST

PATIENCE = 60.0  # seconds for a mail to arrive


def mail_routes(portal: Portal) -> list[Route]:
    async def receive(request: Request) -> Response:
        if not _genuine(portal, request.path_params["secret"]):
            return _said(404, "refused")
        raw = await _body(request)
        if isinstance(raw, Response):
            return raw
        try:
            outcome = await run_in_threadpool(take_posted, portal, raw)
        except Exception as error:  # noqa: BLE001  the ledger is away: the server must hand it in again
            report(error, "mail webhook")
            return _said(503, "try again")
        return _said(200, outcome)

    return [Route("/webhooks/mail/{secret}", receive, methods=["POST"])]


def _genuine(portal: Portal, told: str) -> bool:
    """The same answer whether it is wrong or there is none."""
    secret = portal.settings.reply_secret
    return bool(secret) and hmac.compare_digest(told.encode(), (secret or "").encode())


async def _body(request: Request) -> bytes | Response:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return _said(415, "no content encoding, please")
    held = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                held += part
                if len(held) > LONGEST:
                    return _said(413, "too long")
    except TimeoutError:
        return _said(408, "too slow")
    return bytes(held)


def _said(status: int, word: str) -> JSONResponse:
    return JSONResponse({"status": word}, status, headers={"Cache-Control": "no-store"})
