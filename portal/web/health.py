"""`/healthz`: the process answers. `/readyz`: it can also serve, or the reasons why not."""

from __future__ import annotations

import asyncio
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.readiness import problems

KEPT_SECONDS = 2.0  # everybody may ask: one check at a time, and an answer serves whoever asks soon after
_HEADERS = {"Cache-Control": "no-store"}


def health_routes(portal: Portal) -> list[Route]:
    checking = asyncio.Lock()
    known: list[str] = []
    until = 0.0

    async def alive(_request: Request) -> JSONResponse:
        return JSONResponse({"alive": True}, headers=_HEADERS)

    async def ready(_request: Request) -> JSONResponse:
        nonlocal known, until
        async with checking:
            if time.monotonic() >= until:
                known = await run_in_threadpool(problems, portal)
                until = time.monotonic() + KEPT_SECONDS
        return JSONResponse({"ready": not known, "reasons": known}, 503 if known else 200, headers=_HEADERS)

    return [Route("/healthz", alive), Route("/readyz", ready)]
